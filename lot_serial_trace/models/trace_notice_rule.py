from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..core.notices.as_criteria import alternatives
from .trace_notice_matching import _as_core


class TraceNoticeRule(models.Model):
    """From a notice to a standing rule: what it names is stopped whenever it comes.

    The rule is a draft with the conditions of the notice for the products that were confirmed; a
    recall manager reads it, corrects it and puts it in force.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.notice"

    rule_ids = fields.Many2many(
        "trace.recall.rule", "trace_notice_rule_rel", "notice_id", "rule_id", "Rules", readonly=True
    )
    rule_count = fields.Integer(compute="_compute_rule_count")

    def _compute_rule_count(self):
        for notice in self:
            notice.rule_count = len(notice.rule_ids)

    def action_make_rule(self):
        """Make a draft rule of the confirmed products and the lots that the notice names."""
        self.ensure_one()
        if not self.env.user.has_group("lot_serial_trace.group_trace_recall"):
            raise AccessError(self.env._("Only a recall manager can make a rule."))
        confirmed = self.match_ids.filtered(lambda one: one.state == "confirmed")
        lines = self._conditions(confirmed)
        if not lines:
            raise UserError(
                self.env._("Confirm at least one match first: say which goods are meant.")
            )
        rule = self.env["trace.recall.rule"].create(
            {
                "name": self.display_name,
                "note": "\n".join(filter(None, (self.title, self.reason, *(self.urls or [])[:1]))),
                "condition_ids": [
                    (0, 0, {**line, "sequence": 10 * at}) for at, line in enumerate(lines, 1)
                ],
            }
        )
        self.sudo().rule_ids |= rule
        return rule._get_records_action()

    def _conditions(self, matches):
        """Lines of the rule: for each product of the notice its alternatives."""
        lines = []
        items = dict(zip(self.item_ids.ids, _as_core(self).items, strict=True))
        for item, mine in matches.grouped("item_id").items():
            products = mine.product_id.filtered(lambda one: one.tracking != "none")
            if not products:
                continue
            names = mine.lot_id.mapped("name")
            lots = alternatives(items[item.id], names) if item.id in items else []
            for lot in lots or [None]:
                lines.append(
                    {"joined": "or", "kind": "product", "product_ids": [(6, 0, products.ids)]}
                )
                if lot:
                    lines.append({"joined": "and", **lot})
        return lines

    def action_open_rules(self):
        """Open the rules that were made of the notice."""
        return self.rule_ids._get_records_action(name=self.env._("Recall Rules"))
