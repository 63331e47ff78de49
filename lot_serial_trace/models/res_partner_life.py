from odoo import fields, models

from .trace_exception import READERS

ADMIN = "lot_serial_trace.group_trace_admin"


class ResPartner(models.Model):
    """Customers: how long goods must still last when they are delivered.

    Kept as an expiry rule for the customer and nothing else, so that there is one place where
    it is written; here it is only shown and changed.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.partner"

    trace_min_life = fields.Float(
        "Life at Delivery",
        compute="_compute_trace_min_life",
        inverse="_inverse_trace_min_life",
        digits=(6, 2),
        groups=READERS,
        help="What must be left, at least, when goods are delivered to this customer. Zero: what "
        "the general rules say. Rules for some products or places only are among the expiry "
        "rules.",
    )
    trace_min_life_unit = fields.Selection(
        [("days", "days"), ("percent", "% of life")],
        "Unit of Life at Delivery",
        compute="_compute_trace_min_life",
        inverse="_inverse_trace_min_life",
        groups=READERS,
    )
    trace_may_set_life = fields.Boolean(compute="_compute_trace_may_set_life", groups=READERS)

    def _compute_trace_may_set_life(self):
        self.trace_may_set_life = self.env.user.has_group(ADMIN)

    def _compute_trace_min_life(self):
        rules = self.env["trace.expiry.rule"]._rules()
        company = self.env.company.id
        plain = {
            (rule.partner_id, rule.company_id): rule
            for rule in sorted(rules, key=lambda rule: rule.id)
            if rule.partner_id
            and rule.min_life_unit in ("days", "percent")
            and not (rule.product_id or rule.categ_id or rule.location_id)
        }
        for partner in self:
            keys = [
                (one.id, of)
                for one in (partner._origin, partner.commercial_partner_id)
                for of in (company, None)
            ]
            rule = next(filter(None, map(plain.get, keys)), None)
            partner.trace_min_life = rule.min_life_at if rule else 0.0
            partner.trace_min_life_unit = rule.min_life_unit if rule else "days"

    def _inverse_trace_min_life(self):
        wanted = {
            partner: (partner.trace_min_life_unit or "days", partner.trace_min_life)
            for partner in self
        }
        for partner, (unit, at) in wanted.items():
            rule = partner._trace_life_rule()
            if rule:
                rule.write({"min_life_unit": at and unit, "min_life_at": at})
                if not any(rule[f"{name}_unit"] for name in ("warn", "stop", "pull", "min_life")):
                    rule.active = False
            elif at:
                partner._trace_make_life_rule(unit, at)
        self.invalidate_recordset(["trace_min_life", "trace_min_life_unit"])

    def _trace_life_rule(self):
        """The rule that says what this customer wants of all goods everywhere."""
        self.ensure_one()
        return self.env["trace.expiry.rule"].search(
            [
                ("partner_id", "=", self.id),
                ("company_id", "in", (self.env.company.id, False)),
                ("product_id", "=", False),
                ("categ_id", "=", False),
                ("location_id", "=", False),
            ],
            order="company_id, id desc",
            limit=1,
        )

    def _trace_make_life_rule(self, unit, at):
        self.ensure_one()
        return self.env["trace.expiry.rule"].create(
            {
                "name": self.env._("Life at delivery: %s", self.display_name),
                "partner_id": self.id,
                "min_life_unit": unit,
                "min_life_at": at,
            }
        )
