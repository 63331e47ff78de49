from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class TraceAsnLine(models.Model):
    """A line of a shipping notice: a product and how much of it was sent."""

    _name = "trace.asn.line"
    _description = "Shipping Notice Line"
    _order = "asn_id, id"
    _check_company_auto = True

    asn_id = fields.Many2one(
        "trace.asn", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="asn_id.company_id", store=True)
    partner_id = fields.Many2one(related="asn_id.partner_id")
    state = fields.Selection(related="asn_id.state")

    # as sent
    name = fields.Char("Line", readonly=True)
    item = fields.Char("Item as Sent", readonly=True)
    quantity = fields.Float(readonly=True, min_display_digits="Product Unit")
    quantity_known = fields.Boolean(readonly=True)
    unit_code = fields.Char("Unit as Sent", readonly=True)
    pack_size = fields.Float(readonly=True, help="Pieces in one unit, when the supplier says so.")
    outstanding = fields.Float("Comes Later", readonly=True, min_display_digits="Product Unit")
    outstanding_reason = fields.Char(readonly=True)
    gtin_sent = fields.Char("GTIN as Sent", readonly=True)
    gtin = fields.Char("GTIN", readonly=True, help="14 digits with a right check digit")
    supplier_code = fields.Char("Supplier's Code", readonly=True, index="btree_not_null")
    buyer_code = fields.Char("Our Code", readonly=True)
    order_name = fields.Char("Order as Sent", readonly=True)
    order_line_name = fields.Char("Order Line as Sent", readonly=True)
    note = fields.Text(readonly=True)
    source_line = fields.Integer("Line in File", readonly=True)
    source_path = fields.Char("Place in File", readonly=True)

    # matched
    product_id = fields.Many2one("product.product", check_company=True, index="btree_not_null")
    matched_by = fields.Selection(
        [
            ("gtin", "GTIN"),
            ("packaging", "Packaging GTIN"),
            ("supplier", "Supplier's code"),
            ("buyer", "Our code"),
            ("memory", "Earlier notice"),
            ("person", "Person"),
        ],
        readonly=True,
    )
    purchase_id = fields.Many2one("purchase.order", "Order", readonly=True)
    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    product_qty = fields.Float("Quantity in Product Unit", readonly=True, digits="Product Unit")
    product_qty_known = fields.Boolean(readonly=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Product Unit")
    unit_ids = fields.One2many("trace.asn.unit", "line_id", "Lots and Serials", readonly=True)
    unit_count = fields.Integer("Numbers", readonly=True)
    package_ids = fields.Many2many("trace.asn.package", string="Packages", readonly=True)

    @api.depends("name", "item")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " ".join(filter(None, (line.name, line.item)))

    def _leaves_open(self):
        """Whether the supplier sent less numbers than pieces: any other number may come, too."""
        self.ensure_one()
        if not self.unit_count or self.product_id.tracking == "none":
            return True
        if self.product_id.tracking == "serial":
            return self.unit_count < self.product_qty
        return not all(self.unit_ids.mapped("quantity_known"))

    @api.model
    def _write_rows(self, columns, rows):
        """Write different values to many lines by one statement; the ORM takes one per hundred.

        :param columns: names with SQL types, ``"product_id int, matched_by varchar"``
        :param rows: list of tuples, the line's id first
        """
        if not rows:
            return
        names = [column.split()[0] for column in columns.split(", ")]
        types = ["int", *(column.split()[1] for column in columns.split(", "))]
        self.flush_model()
        assignments = [SQL("%s = v.%s", SQL.identifier(n), SQL.identifier(n)) for n in names]
        arrays = [
            SQL("%s::%s[]", list(values), SQL(kind))
            for values, kind in zip(zip(*rows, strict=True), types, strict=True)
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE trace_asn_line l SET %s FROM unnest(%s) AS v(id, %s) WHERE l.id = v.id",
                SQL(", ").join(assignments),
                SQL(", ").join(arrays),
                SQL(", ").join(map(SQL.identifier, names)),
            )
        )
        self.invalidate_model(names)

    def write(self, vals):
        """Let people choose the product; what was sent stays as it was sent."""
        if not self.env.su:
            if set(vals) - {"product_id"}:
                raise UserError(self.env._("A notice says what the supplier sent: it stays so."))
            vals = {**vals, "matched_by": "person" if vals["product_id"] else False}
        return super().write(vals)
