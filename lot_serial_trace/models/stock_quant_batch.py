from odoo import api, models
from odoo.exceptions import UserError

from .quant_batch import QuantBatch, ReservationBatch, key_of, one_of_each_kind, open_batch
from .reserve_plan import open_plan


class StockQuant(models.Model):
    """Quants answer out of the batch that is open, if there is one and it knows them.

    Asked for anything else, they have the batch written first: nobody reads what is not yet
    in the database.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.quant"

    @api.model
    def _update_available_quantity(
        self,
        product_id,
        location_id,
        quantity=False,
        reserved_quantity=False,
        lot_id=None,
        package_id=None,
        owner_id=None,
        in_date=None,
    ):
        change = (quantity, reserved_quantity, lot_id, package_id, owner_id, in_date)
        batch = self._trace_batch(product_id, location_id, lot_id)
        if batch and (quantity or reserved_quantity):
            return batch.update(product_id, location_id, *change)
        plan = open_plan(self.env)
        if plan:
            plan.meet_change(key_of(product_id, location_id, lot_id, package_id, owner_id)[1:])
        return super()._update_available_quantity(product_id, location_id, *change)

    @api.model
    def _update_reserved_quantity(
        self,
        product_id,
        location_id,
        quantity,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        batch = open_batch(self.env)
        if quantity and isinstance(batch, ReservationBatch):
            return batch.add(product_id, location_id, quantity, lot_id, package_id, owner_id)
        return super()._update_reserved_quantity(
            product_id, location_id, quantity, lot_id, package_id, owner_id, strict
        )

    def _get_reserve_quantity(self, product_id, location_id, quantity, *args, **kwargs):
        """A movement that is reserved with others takes what is known to be free."""
        plan = open_plan(self.env)
        taken = None
        if plan and plan.move:
            taken = plan.take(self, product_id, location_id, quantity, kwargs.get("uom_id"))
        if taken is None:
            return super()._get_reserve_quantity(product_id, location_id, quantity, *args, **kwargs)
        return taken

    @api.model
    def _get_available_quantity(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
        allow_negative=False,
    ):
        asked = (product_id, location_id, lot_id, package_id, owner_id)
        batch = strict and self._trace_batch(product_id, location_id, lot_id)
        if batch:
            return batch.available(product_id, key_of(*asked), allow_negative)
        return super()._get_available_quantity(*asked, strict, allow_negative)

    def _get_quants_by_products_locations(self, product_ids, location_ids, extra_domain=False):
        """Odoo reads here what a batch of movements will change, just before it changes it."""
        found = super()._get_quants_by_products_locations(product_ids, location_ids, extra_domain)
        batch = open_batch(self.env)
        if extra_domain and isinstance(batch, QuantBatch) and not batch.loaded:
            batch.begin(found)
        return found

    def _search(self, domain, *args, **kwargs):
        batch = open_batch(self.env)
        if batch:
            batch.meet_reader()
        return super()._search(domain, *args, **kwargs)

    def _check_company(self, fnames=None):
        """One of each kind is checked; if it is wrong, Odoo says which ones are."""
        try:
            return super(StockQuant, one_of_each_kind(self))._check_company(fnames)
        except UserError:
            super()._check_company(fnames)
            raise

    @api.model
    def _trace_batch(self, product, location, lot):
        """The open batch, if it knows these quants; one that does not is closed."""
        batch = open_batch(self.env)
        if isinstance(batch, QuantBatch) and batch.covers(product, location, lot):
            return batch
        if batch:
            batch.meet_reader()
        return None
