from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.till_sale import SALES

#: Kinds that the guided resolution knows.
SETTLED = (*SALES, "pos_stranded", "pos_kit_guess")


class TraceException(models.Model):
    """What tills brought to the desk: by session, and with a guide to its end."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.exception"

    pos_session_id = fields.Many2one(
        "pos.session", "Till Session", readonly=True, index="btree_not_null"
    )
    settles_sale = fields.Boolean(compute="_compute_settles_sale")

    @api.depends("kind", "state")
    def _compute_settles_sale(self):
        for record in self:
            record.settles_sale = record.kind in SETTLED and record.state != "resolved"

    @api.model
    def _prepare(self, key, vals):
        record = super()._prepare(key, vals)
        if record.get("pos_order_id") and not record.get("pos_session_id"):
            order = self.env["pos.order"].sudo().browse(record["pos_order_id"])
            record["pos_session_id"] = order.session_id.id
        return record

    def action_settle_sale(self):
        """Open the guide: who has the unit, and what becomes of it."""
        self.ensure_one()
        if not self.settles_sale:
            raise UserError(self.env._("This is settled, or is no sale at a till."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settle the Sale"),
            "res_model": "trace.sale.settle",
            "view_mode": "form",
            "target": "new",
            "context": {"default_exception_id": self.id},
        }
