from odoo import models


class StockMove(models.Model):
    """What is taken off the shelf is judged before it goes, and kept once it has gone."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        if not any(move.product_id.use_expiration_date for move in self):
            return super()._action_done(cancel_backorder=cancel_backorder)
        judging = self.env["trace.fefo.judging"].sudo()
        judged = judging._judge(self.sudo().move_line_ids)
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        if judged:
            judging._keep(judged)
        return moves
