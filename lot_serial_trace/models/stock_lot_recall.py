from odoo import models


class StockLot(models.Model):
    """Recall cases opened from lots and serial numbers, and shown from them."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    def action_open_recall(self):
        """Open the dialog that makes a recall case of these numbers."""
        self.env["trace.recall"].check_access("create")
        wizard = self.env["trace.recall.wizard"].create(
            {"mode": "open", "lot_ids": [(6, 0, self.ids)]}
        )
        return wizard._open()
