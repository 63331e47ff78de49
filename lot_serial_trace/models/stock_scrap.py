from odoo import fields, models


class StockScrap(models.Model):
    """Many scrap orders are booked at once, as Odoo books one."""

    _inherit = "stock.scrap"

    def _trace_scrap_at_once(self):
        """Book draft scrap orders; the gate is asked once for all of them."""
        self._check_company()
        for scrap in self:
            scrap.name = self.env["ir.sequence"].next_by_code("stock.scrap") or scrap.name
        moves = self.env["stock.move"].create([scrap._prepare_move_values() for scrap in self])
        moves.with_context(is_scrap=True)._action_done()
        self.write({"state": "done", "date_done": fields.Datetime.now()})
        for scrap in self.filtered("should_replenish"):
            scrap.do_replenish()
