from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.asn.mapping import Mapping, headless, signature

#: What a column of a supplier's table can be, by name of the reader's field.
FIELDS = [
    ("number", "Number of the notice"),
    ("order", "Our order"),
    ("order_line", "Line of our order"),
    ("gtin", "GTIN (barcode)"),
    ("supplier_code", "Supplier's product code"),
    ("buyer_code", "Our product code"),
    ("name", "Product name"),
    ("quantity", "Quantity"),
    ("unit", "Unit of measure"),
    ("pack_size", "Pieces per case"),
    ("cases", "Cases"),
    ("weight", "Net weight"),
    ("lot", "Lot or batch"),
    ("serial", "Serial number"),
    ("expiry", "Expiry date"),
    ("best_before", "Best before date"),
    ("made", "Production date"),
    ("pallet", "Pallet (SSCC)"),
    ("carton", "Carton (SSCC or number)"),
    ("issued", "Date of the notice"),
    ("despatched", "Shipping date"),
    ("expected", "Expected arrival"),
    ("supplier", "Supplier's name"),
    ("supplier_gln", "Supplier's GLN"),
    ("ship_to", "Ship-to name"),
    ("ship_to_gln", "Ship-to GLN"),
    ("carrier", "Carrier"),
    ("tracking", "Tracking number"),
    ("ignore", "Do not read"),
]
DATE_ORDERS = [
    ("dmy", "Day, month, year"),
    ("mdy", "Month, day, year"),
    ("ymd", "Year, month, day"),
]
DECIMAL_MARKS = [(".", "Point (1,234.5)"), (",", "Comma (1.234,5)")]


class TraceAsnMapping(models.Model):
    """What the columns of a supplier's tables are, said once by a person.

    A table whose header nobody can tell is parked; the dialog *Map Columns* shows its
    first rows, the answer is kept here, and every later table with the same header is
    read by it. It also wins over what the reader would have told by itself.
    """

    _name = "trace.asn.mapping"
    _description = "Column Mapping of Shipping Notices"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", "Supplier", check_company=True, help="Where the table names none"
    )
    signature = fields.Char(
        "Header", compute="_compute_signature", store=True, index="btree_not_null"
    )
    has_header = fields.Boolean("The Table has a Header", default=True)
    date_order = fields.Selection(DATE_ORDERS, help="Empty: told by the dates themselves")
    decimal_mark = fields.Selection(DECIMAL_MARKS, help="Empty: told by the amounts themselves")
    unit = fields.Char(help="Unit of all quantities where the table names none: C62, KGM, CS …")
    order_name = fields.Char("Our Order", help="Where the table names no order")
    line_ids = fields.One2many("trace.asn.mapping.line", "mapping_id", "Columns", copy=True)

    @api.depends("has_header", "line_ids.header", "line_ids.sequence")
    def _compute_signature(self):
        for mapping in self:
            headers = mapping.line_ids.sorted("sequence").mapped("header")
            if mapping.has_header:
                mapping.signature = signature([header or None for header in headers])
            else:
                mapping.signature = headless(len(headers))

    @api.constrains("signature", "company_id", "active")
    def _check_signature(self):
        for mapping in self.filtered("active"):
            twins = self.search(
                [
                    ("signature", "=", mapping.signature),
                    ("company_id", "=", mapping.company_id.id),
                    ("id", "!=", mapping.id),
                ]
            )
            if twins:
                raise ValidationError(
                    self.env._(
                        "%s is about tables with the same header. Change that one.", twins[0].name
                    )
                )

    @api.model
    def _core_mappings(self, company):
        """The mappings of a company as ``core/asn`` takes them.

        :return: list of :class:`core.asn.mapping.Mapping`
        """
        found = self.sudo().search([("company_id", "=", company.id)])
        return [mapping._core() for mapping in found]

    def _core(self):
        return Mapping(
            signature=self.signature or "",
            fields=tuple(line.field or "" for line in self.line_ids.sorted("sequence")),
            has_header=self.has_header,
            date_order=self.date_order or "",
            decimal_mark=self.decimal_mark or "",
            unit=self.unit or "",
            order=self.order_name or "",
            supplier=self.partner_id.name or "",
            supplier_gln=self.partner_id.global_location_number or "",
            name=self.name,
        )

    @api.model
    def _for_signature(self, text, company):
        """The mapping of tables with this header, if there is one."""
        return self.search([("signature", "=", text), ("company_id", "=", company.id)], limit=1)
