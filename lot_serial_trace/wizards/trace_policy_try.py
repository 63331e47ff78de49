from itertools import zip_longest

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..core import findings, policy
from ..models.trace_policy import ASKED, SEVERITIES, selection_codes, severity_meanings

#: So many policies that do not fit are shown; the list of policies has them all.
LONGEST = 40


class TracePolicyTry(models.TransientModel):
    """Says for a case which policy wins, and why it beats the next one.

    A person names a finding and what he likes of product, partner, operation type,
    places and company. The screen answers at once: the severity, the policies that
    fit in their order, and those that do not, with what keeps them out.
    """

    _name = "trace.policy.try"
    _description = "Try a Case"

    code = fields.Selection(
        lambda self: selection_codes(self.env), "Finding", required=True, default="on_hold"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    product_id = fields.Many2one("product.product")
    partner_id = fields.Many2one("res.partner", "Supplier or Customer")
    picking_type_id = fields.Many2one("stock.picking.type", "Operation Type")
    location_id = fields.Many2one("stock.location", "From")
    location_dest_id = fields.Many2one("stock.location", "To")
    severity = fields.Selection(SEVERITIES, compute="_compute_answer")
    meaning = fields.Char("What It Does", compute="_compute_answer")
    why = fields.Char(compute="_compute_answer")
    line_ids = fields.One2many("trace.policy.try.line", "try_id", compute="_compute_answer")

    @api.model
    def _open(self, values):
        """Return the action that opens the screen with ``values``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try a Case"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{name}": value for name, value in values.items() if value},
        }

    @api.onchange("picking_type_id")
    def _onchange_picking_type_id(self):
        """Goods go as the operation type says, unless somebody said otherwise."""
        kind = self.picking_type_id
        self.location_id = self.location_id or kind.default_location_src_id
        self.location_dest_id = self.location_dest_id or kind.default_location_dest_id

    @api.depends(*ASKED[:-1], "location_id", "location_dest_id")
    def _compute_answer(self):
        for record in self:
            record._answer()

    def _answer(self):
        case = self._case()
        policies = self.env["trace.policy"]
        rules = [rule for rule in policies._rules() if rule.code == self.code]
        mine = policies.browse([rule.id for rule in rules])._filtered_access("read")
        fitting = list(policies._rules().ranked(case))
        ids = {rule.id for rule in fitting}
        others = [rule for rule in rules if rule.id in set(mine.ids) - ids][:LONGEST]
        kind = findings.KINDS.get(self.code)
        self.severity = fitting[0].severity if fitting else kind and kind.severity
        self.meaning = severity_meanings(self.env).get(self.severity)
        lines = self._lines_fitting(fitting, case) + self._lines_missing(others, case)
        self.why = self._why(fitting, lines)
        self.line_ids = [(5,), *((0, 0, line) for line in lines)]

    def _case(self):
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Choose one of your companies."))
        records = (self[name]._origin for name in ASKED[1:-1])
        places = (self.location_id._origin.id, self.location_dest_id._origin.id)
        key = (self.code, *(record.id or None for record in records), places)
        return self.env["trace.policy"]._cases([key])[key]

    def _why(self, fitting, lines):
        policies = self.env["trace.policy"]
        sentence = policies._explain(fitting[:1])[fitting[0].id if fitting else False]
        return f"{sentence} {lines[0]['why']}" if len(fitting) > 1 else sentence

    def _lines_fitting(self, fitting, case):
        """The policies that fit, each with why it comes before the next."""
        lines = []
        for place, (rule, following) in enumerate(zip_longest(fitting, fitting[1:]), 1):
            lines.append(
                {
                    "rank": place,
                    "outcome": "beaten" if lines else "wins",
                    "policy_id": rule.id,
                    "why": self._why_before(rule, case, following) if following else "",
                }
            )
        return lines

    def _why_before(self, rule, case, following):
        level, how = policy.beats(rule, case, following)
        if how == "younger":
            return self.env._("It names the same as the next one and is younger.")
        values = self._words(rule, level)
        if how == "names":
            return self.env._("It names %(what)s “%(name)s”, the next one does not.", **values)
        values["other"] = self._words(following, level)["name"]
        return self.env._("“%(name)s” is nearer than “%(other)s” of the next one.", **values)

    def _lines_missing(self, rules, case):
        """The policies that do not fit, each with what it names beside the case."""
        return [
            {
                "outcome": "other",
                "policy_id": rule.id,
                "why": "; ".join(
                    self.env._("Only for %(what)s “%(name)s”.", **self._words(rule, level))
                    for level in policy.misses(rule, case)
                ),
            }
            for rule in rules
        ]

    def _words(self, rule, level):
        """What a policy names at a level, in words."""
        field = self.env["trace.policy"]._fields[level]
        record = self.env[field.comodel_name].sudo().browse(getattr(rule, level))
        what = field._description_string(self.env)
        return {"what": what, "name": record.display_name}


class TracePolicyTryLine(models.TransientModel):
    """A policy beside the case that is tried."""

    _name = "trace.policy.try.line"
    _description = "Policy for the Case"

    try_id = fields.Many2one("trace.policy.try", required=True, ondelete="cascade")
    rank = fields.Integer("#")
    outcome = fields.Selection(
        [("wins", "Wins"), ("beaten", "Fits, but is beaten"), ("other", "Does not fit")]
    )
    policy_id = fields.Many2one("trace.policy")
    severity = fields.Selection(related="policy_id.severity")
    note = fields.Text("Note", related="policy_id.note")
    why = fields.Char()
