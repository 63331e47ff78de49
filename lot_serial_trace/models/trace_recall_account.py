from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from .trace_recall_balance import OVER, STATES

#: Columns of the totals that are there whatever they hold.
ALWAYS = ("on_hand_qty", "open_qty", "unaccounted_qty")
#: Columns of the totals: what came, and where it is.
SHOWN = (
    "on_hand_qty",
    "open_qty",
    "planned_qty",
    "delivered_qty",
    "came_back_qty",
    "unknown_qty",
    "consumed_qty",
    "destroyed_qty",
    "sent_back_qty",
    "unaccounted_qty",
)


class TraceRecall(models.Model):
    """A case is accounted for when each of its lots balances and nothing is left to decide.

    ``accounted_at`` is written by whoever sees it first: a disposition that is done, the job that
    looks every hour, or goods that moved. It is taken back when lots join or goods turn up.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    disposition_ids = fields.One2many("trace.recall.disposition", "recall_id", "Dispositions")
    balance_ids = fields.One2many("trace.recall.balance", "recall_id", "Mass Balance")
    disposition_count = fields.Integer(compute="_compute_balance_counts")
    balance_open_count = fields.Integer("Lots Open", compute="_compute_balance_counts")
    balance_percent = fields.Integer(
        "Accounted For (%)", compute="_compute_balance_counts", help="Lots with nothing left to do"
    )
    balance_table = fields.Html(compute="_compute_balance_table", sanitize=False)
    balance_counted_at = fields.Datetime("As Of", compute="_compute_balance_counts")
    tolerance_percent = fields.Float(
        "Tolerance (%)",
        digits=(16, 3),
        default=lambda self: self.env.company.trace_recall_tolerance_percent,
        tracking=True,
        help="Of what came of a lot, so much may be missing. The larger of the two counts.",
    )
    tolerance_quantity = fields.Float(
        "Tolerance",
        digits="Product Unit",
        default=lambda self: self.env.company.trace_recall_tolerance_quantity,
        tracking=True,
        help="In the product's unit.",
    )

    _tolerance_positive = models.Constraint(
        "CHECK(COALESCE(tolerance_percent, 0) BETWEEN 0 AND 100 "
        "AND COALESCE(tolerance_quantity, 0) >= 0)",
        "A tolerance is a quantity from 0, or 0 to 100 %.",
    )

    @api.model
    def _said(self):
        return super()._said() | {"tolerance_percent", "tolerance_quantity"}

    def write(self, vals):
        """Another tolerance is another balance."""
        result = super().write(vals)
        if not vals.keys().isdisjoint({"tolerance_percent", "tolerance_quantity"}):
            self.sudo()._look_at_balance()
        return result

    # -- looking --------------------------------------------------------------

    def _look_at_balance(self):
        """Count anew and say whether all is accounted for: constant queries for all cases."""
        running = self.sudo().filtered(lambda recall: recall.state == "running")
        if not running:
            return
        self.env["trace.recall.disposition"]._settle(running)
        self.env["trace.recall.balance"]._refresh(running)
        left = running._left_open()
        for recall in running:
            recall._stamp_accounted(bool(left.get(recall)))

    def _left_open(self):
        """dict case -> how many lots keep it from being accounted for; 1 where none is counted."""
        rows = self.env["trace.recall.balance"].sudo()
        groups = rows._read_group(
            [("recall_id", "in", self.ids)], ["recall_id", "state"], ["__count"]
        )
        left = dict.fromkeys(self, 0)
        counted = self.browse()
        for recall, state, count in groups:
            counted |= recall
            left[recall] += 0 if state in OVER else count
        return {**left, **dict.fromkeys(self - counted, 1)}

    def _stamp_accounted(self, is_open):
        if is_open and self.accounted_at:
            self.accounted_at = False
            self._note("reopened", self.env._("Not all is accounted for any more."))
        elif not is_open and not self.accounted_at and self.scope_at:
            self.accounted_at = fields.Datetime.now()
            self._note("accounted", self.env._("All lots are accounted for."))

    @api.model
    def _cron_balance(self):
        """Look at running cases one by one: each is committed."""
        recalls = self.search([("state", "=", "running")])
        left = len(recalls)
        for recall in recalls:
            recall._look_at_balance()
            left -= 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    # -- the case goes on -----------------------------------------------------

    def _after_confirm(self):
        """Whoever opens the balance of a case sees it counted."""
        result = super()._after_confirm()
        self.env["trace.recall.balance"].sudo()._refresh(self)
        return result

    def _after_cancel(self, reason):
        """What is under way stays here."""
        result = super()._after_cancel(reason)
        planned = self.sudo().disposition_ids.filtered(lambda row: row.state == "planned")
        if planned:
            planned._take_back(self.env._("The recall was cancelled: %s", reason))
        return result

    def _after_merge(self, other):
        """What was decided about goods of the other case goes on with this one."""
        result = super()._after_merge(other)
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE trace_recall_disposition d SET recall_id = mine.recall_id, scope_id = mine.id
            FROM trace_recall_lot was JOIN trace_recall_lot mine
                ON mine.lot_id = was.lot_id AND mine.company_id = was.company_id
            WHERE d.scope_id = was.id AND was.recall_id = %s AND mine.recall_id = %s
            """,
            (other.id, self.id),
        )
        self.env.cr.execute(
            "UPDATE stock_move SET trace_recall_id = %s WHERE trace_recall_id = %s",
            (self.id, other.id),
        )
        self.env.invalidate_all()
        return result

    # -- what keeps a case open -----------------------------------------------

    def _closing_obstacles(self):
        obstacles = super()._closing_obstacles()
        if not self.env.cr.readonly:  # a dialog reads what the button that opened it counted
            self._look_at_balance()
        rows = self.env["trace.recall.balance"].search(
            [("recall_id", "=", self.id), ("state", "not in", OVER)]
        )
        by_state = rows.grouped("state")
        for state, sentence in self._obstacle_words().items():
            if by_state.get(state):
                obstacles.append(sentence(by_state[state]))
        return obstacles

    @api.model
    def _obstacle_words(self):
        """dict state of a balance -> function that makes a sentence of its rows."""
        return {
            "off": lambda rows: self.env._(
                "The balance of %(lots)s does not close: %(quantity)s are not accounted for. Find "
                "them, or accept the difference with a reason.",
                lots=rows._named(),
                quantity=rows._summed("unaccounted_qty"),
            ),
            "open": lambda rows: self.env._(
                "%(quantity)s of %(lots)s lie here and nothing is decided: return, destroy, "
                "rework or release them.",
                lots=rows._named(),
                quantity=rows._summed("open_qty"),
            ),
            "planned": lambda rows: self.env._(
                "%(quantity)s of %(lots)s are on their way out: finish the dispositions, or undo "
                "them.",
                lots=rows._named(),
                quantity=rows._summed("planned_qty"),
            ),
        }

    # -- showing --------------------------------------------------------------

    def _compute_balance_counts(self):
        balance, deeds = self.env["trace.recall.balance"], self.env["trace.recall.disposition"]
        domain = Domain("recall_id", "in", self.ids)
        groups = balance._read_group(domain, ["recall_id", "state"], ["__count", "counted_at:max"])
        counts = dict(deeds._read_group(domain, ["recall_id"], ["__count"]))
        for recall in self:
            mine = [row[1:] for row in groups if row[0] == recall]
            lots = sum(count for _state, count, _at in mine)
            left = sum(count for state, count, _at in mine if state not in OVER)
            recall.disposition_count = counts.get(recall, 0)
            recall.balance_open_count = left
            recall.balance_percent = 100 * (lots - left) // lots if lots else 0
            recall.balance_counted_at = max((at for *_rest, at in mine if at), default=False)

    def _compute_balance_table(self):
        for recall in self:
            recall.balance_table = recall._balance_table()

    def _balance_table(self):
        """The totals by product and unit as a table."""
        totals = self.env["trace.recall.balance"]._totals(self)
        if not totals:
            return False
        rows = self.env["trace.recall.balance"]
        names = [name for name in SHOWN if name in ALWAYS or any(one[name] for one in totals)]
        heads = [self.env._("Product"), self.env._("Unit"), self.env._("State")]
        heads += [self.env._("Lots"), self.env._("Came")]
        heads += [rows._fields[name]._description_string(self.env) for name in names]
        return Markup(
            '<div class="table-responsive"><table class="table table-sm o_trace_balance">'
            "<thead><tr>%s</tr></thead><tbody>%s</tbody></table></div>"
        ) % (
            Markup().join(
                Markup("<th%s>%s</th>") % (Markup(' class="text-end"') if at > 2 else "", head)
                for at, head in enumerate(heads)
            ),
            Markup().join(self._balance_row(total, names) for total in totals),
        )

    def _balance_row(self, total, names):
        rows = self.env["trace.recall.balance"]
        figures = [total["lots"], rows._figure(total["product"], rows._came(total))]
        figures += [rows._figure(total["product"], total[name]) for name in names]
        return Markup("<tr><td>%s</td><td>%s</td><td>%s</td>%s</tr>") % (
            total["product"].display_name,
            total["uom"].name,
            self._balance_badges(total["states"]),
            Markup().join(Markup('<td class="text-end">%s</td>') % text for text in figures),
        )

    @api.model
    def _balance_badges(self, states):
        words = dict(
            self.env["trace.recall.balance"]._fields["state"]._description_selection(self.env)
        )
        return Markup(" ").join(
            Markup('<span class="badge %s">%s %s</span>')
            % (BADGES[state], states[state], words[state])
            for state, _label in STATES
            if states.get(state)
        )

    # -- buttons --------------------------------------------------------------

    def action_balance(self):
        """Open the mass balance, counted just now."""
        self.ensure_one()
        self.check_access("read")
        self.sudo()._look_at_balance()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_recall_balance"
        )
        return {
            **action,
            "name": self.env._("Mass Balance: %s", self.name),
            "domain": [("recall_id", "=", self.id)],
            "context": {"search_default_by_product": 1, "trace_recall_id": self.id},
        }

    def action_dispositions(self):
        """Open what was decided about the goods of the case."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_recall_disposition"
        )
        return {
            **action,
            "domain": [("recall_id", "=", self.id)],
            "context": {"search_default_by_kind": 1, "trace_recall_id": self.id},
        }

    def action_dispose(self):
        """Open the dialog that asks what is to be done with the goods of the case."""
        self.ensure_one()
        return self.env["trace.recall.dispose"]._ask(self)


#: Colours of the states of a balance.
BADGES = {
    "off": "text-bg-danger",
    "open": "text-bg-warning",
    "planned": "text-bg-info",
    "within": "text-bg-success",
    "accepted": "text-bg-success",
    "balanced": "text-bg-success",
}
