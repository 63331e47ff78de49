from odoo import models


class StockMoveLine(models.Model):
    """Packing: a package is numbered by the warehouse that packs it."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _put_in_pack(self, *args, **kwargs):
        packing = self.with_context(trace_warehouse_id=self.picking_type_id.warehouse_id[:1].id)
        package = super(StockMoveLine, packing)._put_in_pack(*args, **kwargs)
        return package and package.with_env(self.env)
