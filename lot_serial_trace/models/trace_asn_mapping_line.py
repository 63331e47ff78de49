from odoo import fields, models

from .trace_asn_mapping import FIELDS


class TraceAsnMappingLine(models.Model):
    """One column of a supplier's table."""

    _name = "trace.asn.mapping.line"
    _description = "Column of Shipping Notices"
    _order = "mapping_id, sequence, id"
    _rec_name = "header"

    mapping_id = fields.Many2one("trace.asn.mapping", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="mapping_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    header = fields.Char(help="As it is written above the column")
    field = fields.Selection(FIELDS, "Is")
