from odoo import fields, models


class StockQuant(models.Model):
    """Stock shows whether it is on hold; what is wrong with it can be held where it is seen."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.quant"

    # Not stored: the lots of a page are read by one query, and no move writes it.
    trace_status = fields.Selection(related="lot_id.trace_status", string="Hold")

    def action_trace_place_hold(self):
        """Open the dialog that puts the numbers of the selected stock on hold."""
        place = self.location_id if len(self.location_id) == 1 else None
        return self.env["trace.hold.wizard"]._ask_to_place(self.lot_id, location=place)
