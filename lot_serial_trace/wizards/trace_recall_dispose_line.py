from odoo import fields, models


class TraceRecallDisposeLine(models.TransientModel):
    """A lot of the dialog with how much of it goes."""

    _name = "trace.recall.dispose.line"
    _description = "Quantity to Decide About"

    wizard_id = fields.Many2one("trace.recall.dispose", required=True, ondelete="cascade")
    scope_id = fields.Many2one("trace.recall.lot", required=True, ondelete="cascade")
    lot_name = fields.Char(related="scope_id.lot_name", string="Lot/Serial")
    product_id = fields.Many2one(related="scope_id.product_id")
    uom_id = fields.Many2one(related="scope_id.product_id.uom_id", string="Unit")
    open_qty = fields.Float("There", digits="Product Unit", readonly=True)
    quantity = fields.Float(digits="Product Unit")
