from odoo import api, fields, models


class TraceAsnPackage(models.Model):
    """A pallet or box of a shipping notice, as sent; packages may hold packages."""

    _name = "trace.asn.package"
    _description = "Shipping Notice Package"
    _order = "asn_id, id"
    _parent_name = "parent_id"

    asn_id = fields.Many2one(
        "trace.asn", required=True, readonly=True, ondelete="cascade", index=True
    )
    parent_id = fields.Many2one(
        "trace.asn.package", "In", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    child_ids = fields.One2many("trace.asn.package", "parent_id", "Holds", readonly=True)
    name = fields.Char("Number", readonly=True)
    sscc = fields.Char(
        "SSCC", readonly=True, index="btree_not_null", help="18 digits with a right check digit"
    )
    type_code = fields.Char("Kind", readonly=True, help="UNECE Recommendation 21")
    line_ids = fields.Many2many("trace.asn.line", string="Lines", readonly=True)
    unit_ids = fields.One2many("trace.asn.unit", "package_id", "Lots and Serials", readonly=True)
    source_line = fields.Integer("Line in File", readonly=True)

    @api.depends("name", "sscc")
    def _compute_display_name(self):
        for package in self:
            package.display_name = package.sscc or package.name or f"#{package.id}"
