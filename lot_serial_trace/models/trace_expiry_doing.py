from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core import expiry
from .trace_expiry_sql import found

FROM = [
    ("warn", "Expiring"),
    ("stop", "No longer sold"),
    ("pull", "To be pulled"),
    ("expired", "Expired"),
]
DEEDS = ("hold", "mark", "pull", "donate", "scrap")
DOES = ("tell", *DEEDS)
ORDER = [key for key, _label in FROM]


class TraceExpiryDoing(models.Model):
    """What a rule does by itself once goods reach a stage: nothing, until somebody wants it.

    Doing it again does nothing: what is held, under way or proposed already is left alone, and a
    hold that a person has released is not placed again.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.expiry.rule"

    tell_from = fields.Selection(FROM, "Tell the Owner")
    tell_by = fields.Selection(
        [("activity", "Activity"), ("mail", "Message")],
        default="activity",
        required=True,
        help="One per owner and rule, whatever the number of lots; only when there is news.",
    )
    hold_from = fields.Selection(FROM, "Put on Hold")
    mark_from = fields.Selection(FROM, "Mark Down")
    mark_percent = fields.Float("Markdown (%)", digits=(5, 2), default=30)
    pull_from = fields.Selection(FROM, "Make a Pull List")
    pull_to_id = fields.Many2one(
        "stock.location",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        help="Empty: the quarantine of the goods' warehouse.",
    )
    donate_from = fields.Selection(FROM, "Donate")
    donate_to_id = fields.Many2one(
        "stock.location",
        "Donate To (Place)",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'customer'))]",
    )
    donate_partner_id = fields.Many2one("res.partner", "Donate To", check_company=True)
    scrap_from = fields.Selection(FROM, "Propose to Scrap")

    says = fields.Char(compute="_compute_says")
    does = fields.Char(compute="_compute_says")
    failure = fields.Char("Could Not Be Done", readonly=True, copy=False)

    _donate_where = models.Constraint(
        "CHECK(donate_from IS NULL OR donate_to_id IS NOT NULL)",
        "Say to which place donations go.",
    )

    def _compute_says(self):
        labels = {
            "warn": self.env._("warn"),
            "stop": self.env._("stop selling"),
            "pull": self.env._("pull"),
            "min_life": self.env._("at delivery"),
        }
        units = {"days": self.env._("days"), "percent": "%"}
        deeds = {name: self._fields[f"{name}_from"]._description_string(self.env) for name in DOES}
        for rule in self:
            rule.says = ", ".join(
                f"{label} {rule[f'{name}_at']:g} {units[rule[f'{name}_unit']]}"
                if rule[f"{name}_unit"] != "never"
                else self.env._("%s: never", label)
                for name, label in labels.items()
                if rule[f"{name}_unit"]
            )
            rule.does = ", ".join(deed for name, deed in deeds.items() if rule[f"{name}_from"])

    @api.model
    def _next_to_act(self, last_id):
        """The next rule after ``last_id`` that does something by itself."""
        wanted = Domain.OR(Domain(f"{name}_from", "!=", False) for name in DEEDS)
        return self.search(Domain("id", ">", last_id) & wanted, order="id", limit=1)

    def _try_to_act(self):
        """Act; what cannot be done is said on the rule, and stops no other rule."""
        try:
            with self.env.cr.savepoint():
                self._act()
            failure = False
        except UserError as error:
            failure = str(error)
        if self.failure != failure:
            self.failure = failure

    def _act(self):
        self._release_corrected()
        if self.hold_from:
            pulled = self.pull_from or self.donate_from
            self._reached("hold_from")._hold(goods="stay" if pulled else None)
        if self.mark_from:
            self._reached("mark_from")._mark(self.mark_percent)
        if self.pull_from:
            self._reached("pull_from")._outside_quarantine()._pull(self.pull_to_id or None)
        if self.donate_from:
            self._reached("donate_from")._donate(self.donate_to_id, self.donate_partner_id)
        if self.scrap_from:
            self._reached("scrap_from")._propose_scrap()

    def _reached(self, name):
        """Rows of the list that have reached the stage from which something is done."""
        stages = ORDER[ORDER.index(self[name]) :]
        return self.env["trace.expiry.due"].search(
            [
                ("rule_id", "=", self.id),
                ("stage", "in", stages),
                ("company_id", "!=", False),
                ("left_alone", "=", False),
            ]
        )

    def _release_corrected(self):
        """Release the rule's holds of lots whose date, as corrected, the rule does not mind."""
        holds = self.env["trace.hold"].search(
            [
                ("origin_model", "=", self._name),
                ("origin_id", "=", self.id),
                ("state", "=", "active"),
            ]
        )
        holds = holds.filtered(
            lambda hold: max(hold.lot_id.write_date, self.write_date) > hold.placed_at
        )
        for company, mine in holds.grouped("company_id").items():
            dates = self._dates(mine.lot_id, company)
            today = self._latest_today(company)
            wrong = mine.filtered(
                lambda hold, dates=dates, today=today: not self._minds(dates[hold.lot_id.id], today)
            )
            if wrong:
                wrong._release(self.env._("The date was corrected: %s does not apply", self.name))

    def _minds(self, dates, today):
        """Whether a lot with these dates is past what the rule holds for; without a date: yes."""
        last = dates.last(expiry.EXPIRATION)
        if last is None or last < today:
            return True
        rule = next(rule for rule in self._rules_with(self) if rule.id == self.id)
        limits = [rule.limit(name) for name in ORDER[ORDER.index(self.hold_from or "warn") : 3]]
        return any(limit and limit.passed(dates, today) for limit in limits)

    # -- what it would do -----------------------------------------------------

    def action_preview(self):
        """Say how many lots the rule finds today, as it is written now, also while archived."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "title": self.env._("Today: %s", self.name),
                "message": self._preview_text(),
            },
        }

    def _preview_text(self):
        if self.partner_id:
            return self.env._("It counts when goods are reserved for this customer and sent.")
        labels = dict(
            self.env["trace.expiry.due"]._fields["stage"]._description_selection(self.env)
        )
        counts = self._preview()
        if not counts:
            return self.env._("It finds nothing: no lot in stock is past one of its boundaries.")
        return "; ".join(
            f"{labels[stage]}: {self._preview_count(*counts[stage])}"
            for stage in reversed(ORDER)
            if stage in counts
        )

    @api.model
    def _preview_count(self, lots, places):
        lots = self.env._("1 lot") if lots == 1 else self.env._("%s lots", lots)
        if places == 1:
            return self.env._("%s in 1 place", lots)
        return self.env._("%(lots)s in %(places)s places", lots=lots, places=places)

    def _preview(self):
        """dict stage -> lots and places that the rule would find today."""
        run = self.env["trace.expiry.run"].sudo()
        tables = run._look(self._rules_with(self), fields.Datetime.now())
        rows = self.env.execute_query(
            SQL(
                "WITH %s SELECT stage, count(DISTINCT lot_id), count(DISTINCT location_id) "
                "FROM found WHERE rule_id = %s AND (company_id IS NULL OR company_id = ANY(%s)) "
                "GROUP BY stage",
                found(tables),
                self.id,
                self.env.companies.ids,
            )
        )
        return {stage: (lots, places) for stage, lots, places in rows}

    def action_open_dues(self):
        """Open the goods that the rule has found."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_expiry_due"
        )
        return {**action, "domain": [("rule_id", "in", self.ids)], "context": {}}
