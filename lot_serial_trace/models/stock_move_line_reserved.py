from odoo import fields, models
from odoo.tools.sql import column_exists, create_column


class StockMoveLine(models.Model):
    """Lines remember which number was reserved, where policy asks whether it was taken."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    trace_reserved_lot_id = fields.Many2one(
        "stock.lot", "Reserved Number", readonly=True, copy=False, ondelete="set null"
    )

    def _auto_init(self):
        """Add an empty column: nothing is computed for a million old lines."""
        if not column_exists(self.env.cr, "stock_move_line", "trace_reserved_lot_id"):
            create_column(self.env.cr, "stock_move_line", "trace_reserved_lot_id", "int4")
        return super()._auto_init()

    def _trace_note_reserved(self, lots):
        """Remember on lines made by scanning what was reserved before."""
        if self._trace_remembers_reserved():
            self.filtered(lambda line: not line.trace_reserved_lot_id).trace_reserved_lot_id = lots[
                :1
            ]

    def _trace_remembers_reserved(self):
        policies = self.env["trace.policy"]
        return bool(policies._may_find(["other_number"], self.company_id.ids))
