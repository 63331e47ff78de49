from odoo import api, models

from .trace_life import Fresh


class StockQuant(models.Model):
    """Reservation passes by what is too old for whom it is reserved."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.quant"

    @api.model
    def _trace_reservable(self, product, location):
        domain = super()._trace_reservable(product, location)
        fresh = self.env.context.get("trace_fresh")
        if not isinstance(fresh, Fresh):
            return domain
        return domain & self.env["trace.life"]._domain(fresh, product, location)
