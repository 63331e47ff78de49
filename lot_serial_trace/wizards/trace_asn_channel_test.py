from odoo import fields, models


class TraceAsnChannelTest(models.TransientModel):
    """Shows what a SOAP service offers and answers."""

    _name = "trace.asn.channel.test"
    _description = "Test of a Channel"
    _rec_name = "channel_id"

    channel_id = fields.Many2one("trace.asn.channel", required=True, readonly=True)
    error = fields.Text(readonly=True)
    operations = fields.Text(readonly=True)
    answer = fields.Text("Sample Answer", readonly=True)
    documents = fields.Text(readonly=True)
