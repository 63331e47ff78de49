from odoo import fields, models


class TraceRecallDrillBreak(models.TransientModel):
    """Why a drill pauses."""

    _name = "trace.recall.drill.break"
    _description = "Pause a Drill"

    recall_id = fields.Many2one("trace.recall", "Drill", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_pause(self):
        """Stop the clock."""
        self.ensure_one()
        self.recall_id._drill_pause(self.reason)
