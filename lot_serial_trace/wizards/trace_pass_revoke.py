from odoo import fields, models


class TracePassRevoke(models.TransientModel):
    """Asks why permissions end before their time."""

    _name = "trace.pass.revoke"
    _description = "Revoke Permissions"

    pass_ids = fields.Many2many("trace.pass", required=True)
    reason = fields.Char(required=True)

    def action_revoke(self):
        """End the permissions."""
        self.pass_ids._revoke(self.reason)
        return {"type": "ir.actions.act_window_close"}
