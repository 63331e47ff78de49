from odoo import fields, models

from ..models.trace_asn_mapping import FIELDS


class TraceAsnMappingWizardLine(models.TransientModel):
    """A column of the file, with what is in its first rows."""

    _name = "trace.asn.mapping.wizard.line"
    _description = "Column to Map"
    _order = "sequence, id"

    wizard_id = fields.Many2one("trace.asn.mapping.wizard", required=True, ondelete="cascade")
    sequence = fields.Integer()
    header = fields.Char()
    sample = fields.Char("First Rows")
    field = fields.Selection(FIELDS, "Is")
