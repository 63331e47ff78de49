from odoo import models


class StockMove(models.Model):
    """Where goods come in by whatever road, they are compared with what was advised.

    Not on the transfer: interfaces and other add-ons finish movements without it.
    """

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        receiving = self.env["trace.asn.receiving"].sudo()
        check = receiving._before(self.sudo(), cancel_backorder)
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        if check:
            receiving._after(check)
        return moves
