from odoo import fields, models


class TraceCountReason(models.Model):
    """Why a count differs from the books."""

    _name = "trace.count.reason"
    _description = "Reason of a Difference"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
