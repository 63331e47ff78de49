from odoo import fields, models


class TraceAsnReject(models.TransientModel):
    """Asks why notices are refused, or files that cannot be read are put aside."""

    _name = "trace.asn.reject"
    _description = "Reject Shipping Notices"

    asn_ids = fields.Many2many("trace.asn", string="Shipping Notices")
    exchange_ids = fields.Many2many("trace.asn.exchange", string="Files")
    reason = fields.Text(required=True)

    def action_reject(self):
        """Reject the notices, dismiss the files."""
        self.asn_ids._reject(self.reason)
        self.exchange_ids._dismiss(self.reason)
        return {"type": "ir.actions.act_window_close"}
