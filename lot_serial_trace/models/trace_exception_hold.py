from odoo import models


class TraceException(models.Model):
    """What is found out at the desk can be stopped from the desk."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.exception"

    def action_place_hold(self):
        """Open the dialog that puts the numbers of the selected exceptions on hold."""
        origin = self if len(self) == 1 else None
        numbers = self.lot_id | self.env["stock.lot"]._trace_named(
            (one.product_id.id, one.lot_name) for one in self if not one.lot_id
        )
        return self.env["trace.hold.wizard"]._ask_to_place(numbers, origin)
