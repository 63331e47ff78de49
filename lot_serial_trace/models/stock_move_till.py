from odoo import models

from .stock_picking_till import Apart


class StockMove(models.Model):
    """Movements of a till without numbers, where those cannot be written down."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _add_mls_related_to_order(self, related_order_lines, are_qties_done=True):
        apart = self.env.context.get("trace_apart")
        bare = isinstance(apart, Apart) and apart.bare
        if not bare:
            return super()._add_mls_related_to_order(related_order_lines, are_qties_done)
        return self.move_line_ids.unlink()
