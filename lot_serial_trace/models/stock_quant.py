from odoo import models
from odoo.fields import Domain


class StockQuant(models.Model):
    """Reservation passes held lots by.

    Every reservation asks ``_get_reserve_quantity``; the context key set there
    reaches ``_gather`` and nothing else. The domain must not be narrowed
    unconditionally: ``_update_available_quantity`` uses it to find the quant it
    changes and would make a second, negative one.
    """

    _inherit = "stock.quant"

    def _get_reserve_quantity(self, product_id, location_id, quantity, *args, **kwargs):
        if quantity <= 0 or product_id.tracking == "none":
            return super()._get_reserve_quantity(product_id, location_id, quantity, *args, **kwargs)
        reserved = super(StockQuant, self.with_context(trace_skip_held=True))._get_reserve_quantity(
            product_id, location_id, quantity, *args, **kwargs
        )
        # The quants are handed on to strict calls, which must see held lots.
        return [(quant.with_env(self.env), taken) for quant, taken in reserved]

    def _get_gather_domain(self, product_id, *args, **kwargs):
        domain = super()._get_gather_domain(product_id, *args, **kwargs)
        if not self.env.context.get("trace_skip_held"):
            return domain
        held = (
            self.env["stock.lot"]
            .sudo()
            ._search([("product_id", "=", product_id.id), ("trace_status", "!=", "free")])
        )
        return Domain(domain) & Domain("lot_id", "not in", held)
