from odoo import fields, models


class TraceCountLine(models.Model):
    """What was counted of one product or number, beside what should have been there.

    ``theory`` is frozen when the first piece is counted: what moves in or out later is no
    difference of the count.
    """

    _name = "trace.count.line"
    _description = "Counted Goods"
    _order = "id desc"
    _rec_name = "product_id"

    count_id = fields.Many2one(
        "trace.count", required=True, readonly=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True)
    number = fields.Char(readonly=True, required=True, default="")
    counted = fields.Float(digits="Product Unit", readonly=True)
    theory = fields.Float(digits="Product Unit", readonly=True)
    difference = fields.Float(digits="Product Unit", compute="_compute_difference")
    uom_id = fields.Many2one(related="product_id.uom_id")

    _once = models.Constraint(
        "UNIQUE(count_id, product_id, number)", "This number is on the count already."
    )

    def _compute_difference(self):
        for line in self:
            line.difference = line.counted - line.theory

    def _told(self, blind):
        """A line as the screens show it."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "name": self.product_id.display_name,
            "number": self.number,
            "counted": self.counted,
            "theory": None if blind else self.theory,
            "uom": self.uom_id.name,
        }
