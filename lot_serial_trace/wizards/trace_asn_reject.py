from odoo import fields, models


class TraceAsnReject(models.TransientModel):
    """Asks why notices are refused."""

    _name = "trace.asn.reject"
    _description = "Reject Shipping Notices"

    asn_ids = fields.Many2many("trace.asn", string="Shipping Notices", required=True)
    reason = fields.Text(required=True)

    def action_reject(self):
        """Reject."""
        self.asn_ids._reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
