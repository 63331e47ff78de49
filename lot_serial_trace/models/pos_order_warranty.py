from odoo import models


class PosOrder(models.Model):
    """What is paid at the till is under warranty, whatever becomes of its goods in stock.

    Odoo cancels drafts only, which have begun nothing.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.order"

    def action_pos_order_paid(self):
        """Begin the warranties of what is sold, end those of what is refunded."""
        result = super().action_pos_order_paid()
        self.env["trace.warranty"]._cover_orders(self)
        return result
