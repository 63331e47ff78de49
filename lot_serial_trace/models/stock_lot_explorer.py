from odoo import models


class StockLot(models.Model):
    """From lots and serial numbers to the explorer."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    def action_trace_explore(self):
        """Show the trace of these numbers as graph, time, table and places."""
        return self.env["trace.explorer"]._action({"lots": self.ids})
