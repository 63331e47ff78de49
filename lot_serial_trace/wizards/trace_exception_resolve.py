from odoo import fields, models

from ..models.trace_exception import RESOLUTIONS


class TraceExceptionResolve(models.TransientModel):
    """Asks how exceptions ended, and why."""

    _name = "trace.exception.resolve"
    _description = "Resolve Exceptions"

    exception_ids = fields.Many2many("trace.exception", required=True)
    resolution = fields.Selection(RESOLUTIONS, required=True, default="accepted")
    reason = fields.Text(required=True)

    def action_resolve(self):
        """Close the exceptions."""
        self.exception_ids._resolve(self.resolution, self.reason)
        return {"type": "ir.actions.act_window_close"}
