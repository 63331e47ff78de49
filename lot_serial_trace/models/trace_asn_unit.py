from odoo import fields, models


class TraceAsnUnit(models.Model):
    """A lot or serial number that the supplier says is in the shipment, as sent."""

    _name = "trace.asn.unit"
    _description = "Shipping Notice Lot or Serial"
    _order = "asn_id, id"
    _log_access = False

    asn_id = fields.Many2one(
        "trace.asn", required=True, readonly=True, ondelete="cascade", index=True
    )
    line_id = fields.Many2one(
        "trace.asn.line", required=True, readonly=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(related="line_id.product_id")
    name = fields.Char("Number", readonly=True, index="btree_not_null")
    serial = fields.Char("Serial Number", readonly=True)
    lot = fields.Char(readonly=True)
    quantity = fields.Float(
        readonly=True, min_display_digits="Product Unit", help="In the line's unit"
    )
    quantity_known = fields.Boolean(readonly=True)
    expiry = fields.Date("Expires", readonly=True)
    best_before = fields.Date(readonly=True)
    made = fields.Date(readonly=True)
    trace_id = fields.Char("Trace ID", readonly=True)
    package_id = fields.Many2one("trace.asn.package", readonly=True, index="btree_not_null")
    source_line = fields.Integer("Line in File", readonly=True)
    outcome = fields.Selection(
        [("received", "Received"), ("differs", "Came, but differs"), ("missing", "Missing")],
        readonly=True,
        help="Empty until the receipt is done.",
    )
