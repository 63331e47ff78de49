from odoo import fields, models
from odoo.tools.sql import column_exists, create_column


class StockMoveLine(models.Model):
    """Why goods go where they go, where a rule or a hold chose the place."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    trace_why_here = fields.Char("Why Here", readonly=True, copy=False)

    def _auto_init(self):
        """Add an empty column: nothing is computed for a million old lines."""
        if not column_exists(self.env.cr, "stock_move_line", "trace_why_here"):
            create_column(self.env.cr, "stock_move_line", "trace_why_here", "varchar")
        return super()._auto_init()

    def _trace_redirect(self, place, why):
        """Send lines elsewhere, without reserving again: where they end changes nothing of that.

        :param why: a few words for those who ask why the goods are there
        """
        plain = self.with_context(skip_uom_conversion=True)
        plain.write({"location_dest_id": place.id, "trace_why_here": why})

    def _trace_leave_packages(self):
        """Take lines out of packages that do not go with them as a whole.

        A pallet is in one place: what is quarantined of it is taken off.
        """
        packed = self.filtered("result_package_id")
        staying = (packed.picking_id.move_line_ids - self).result_package_id
        packed.filtered(lambda line: line.result_package_id in staying).write(
            {"result_package_id": False, "is_entire_pack": False}
        )
