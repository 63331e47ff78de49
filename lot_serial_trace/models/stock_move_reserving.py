from odoo import models

from .trace_life import CODES, Fresh


class StockMove(models.Model):
    """Reservation knows for whom it takes goods.

    Every way to reserve for a movement goes through ``_update_reserved_quantity_vals``, also
    that of chained movements, which Odoo lets take expired goods. What is passed by is decided
    by ``stock.quant._trace_reservable``.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _update_reserved_quantity_vals(
        self, need, location_id, lot_id=None, package_id=None, owner_id=None, strict=True
    ):
        asked = (need, location_id, lot_id, package_id, owner_id, strict)
        fresh = self._trace_fresh(brought=strict and bool(lot_id) and bool(self.move_orig_ids))
        if not fresh:
            return super()._update_reserved_quantity_vals(*asked)
        knowing = self.with_context(trace_fresh=fresh)
        return super(StockMove, knowing)._update_reserved_quantity_vals(*asked)

    def _trace_fresh(self, brought=False):
        """How fresh goods must be for this movement; None where nobody cares: no query then."""
        product = self.product_id
        if product.tracking == "none" or not product.use_expiration_date:
            return None
        life = self.env["trace.life"]
        policies = self.env["trace.policy"]
        if not life._has_rules() and not policies._may_find(
            CODES["production"], self.company_id.ids
        ):
            return None
        bound = self._trace_bound().get(self.id)
        if not bound:
            return None
        codes = life._codes(self, bound, brought)
        return Fresh(bound.partners, bound.date, codes, self.company_id) if codes else None

    def _prepare_move_line_vals(self, quantity=None, reserved_quant=None):
        """Where policy asks later whether the reserved number was taken, it is remembered."""
        vals = super()._prepare_move_line_vals(quantity=quantity, reserved_quant=reserved_quant)
        lot = reserved_quant and reserved_quant.lot_id
        if lot and self.env["trace.policy"]._may_find(["other_number"], self.company_id.ids):
            vals["trace_reserved_lot_id"] = lot.id
        return vals
