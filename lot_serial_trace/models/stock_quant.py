from odoo import api, models
from odoo.fields import Domain

#: Value of the context key ``trace_skip_held``: an object, because clients can only send
#: JSON, and sent from outside the key would reach the calls it must not reach.
SKIP_HELD = object()
#: Value of the context key ``trace_from_quarantine``: what is reserved goes where goods in
#: quarantine may go.
FROM_QUARANTINE = object()


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
        reserved = super(
            StockQuant, self.with_context(trace_skip_held=SKIP_HELD)
        )._get_reserve_quantity(product_id, location_id, quantity, *args, **kwargs)
        # The quants are handed on to strict calls, which must see held lots.
        return [(quant.with_env(self.env), taken) for quant, taken in reserved]

    def _get_gather_domain(self, product_id, location_id, *args, **kwargs):
        domain = super()._get_gather_domain(product_id, location_id, *args, **kwargs)
        if self.env.context.get("trace_skip_held") is not SKIP_HELD:
            return domain
        return Domain(domain) & self._trace_reservable(product_id, location_id)

    @api.model
    def _trace_reservable(self, product, location):
        """Domain of the quants that may be reserved; further rules narrow it with ``&``."""
        holds = [("product_id", "=", product.id), ("state", "=", "active")]
        if location.company_id:
            holds.append(("company_id", "=", location.company_id.id))
        held = self.env["trace.hold"].sudo()._search(holds).subselect("lot_id")
        return Domain("lot_id", "not in", held) & self._trace_outside_quarantine(location)

    @api.model
    def _trace_outside_quarantine(self, location):
        """Goods in quarantine are passed by, held or not, unless they are fetched from there."""
        if self.env.context.get("trace_from_quarantine") is FROM_QUARANTINE:
            return Domain.TRUE
        if location._trace_in_quarantine():
            return Domain.TRUE
        below = location._trace_quarantine_below()
        return Domain("location_id", "not in", below) if below else Domain.TRUE
