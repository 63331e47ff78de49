from odoo import fields, models

from ..models.trace_hold import REASONS


class TraceHoldWizard(models.TransientModel):
    """Places holds on numbers, or releases holds; both want a reason."""

    _name = "trace.hold.wizard"
    _description = "Place or Release Holds"

    mode = fields.Selection([("place", "Place"), ("release", "Release")], required=True)
    lot_ids = fields.Many2many("stock.lot", string="Lots/Serials")
    hold_ids = fields.Many2many("trace.hold", string="Holds")
    source = fields.Selection(REASONS, default="quality")
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Place or release."""
        holds = self.env["trace.hold"]
        holds._check_right()
        if self.mode == "place":
            holds._place(self.lot_ids, self.reason, self.source)
        else:
            self.hold_ids._release(self.reason)
        return {"type": "ir.actions.act_window_close"}
