from odoo import fields, models

#: Reference documents (21 CFR 1.1310).
REFERENCES = [
    ("BOL", "Bill of lading"),
    ("INV", "Invoice"),
    ("ASN", "Shipping notice"),
    ("PO", "Purchase order"),
    ("WO", "Work order"),
    ("DEL", "Delivery note"),
]


class StockPicking(models.Model):
    """Transfers: the paper that came or went with the goods, as authorities want it named."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    trace_ref_type = fields.Selection(REFERENCES, "Reference Document", copy=False)
    trace_ref_number = fields.Char(
        "Reference Number",
        copy=False,
        help="Number of the document that came with the goods. Empty: the shipping notice or the "
        "purchase order of a receipt, the delivery's own number.",
    )
