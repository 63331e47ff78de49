from odoo import models

from .quant_batch import changed_elsewhere, in_batches, together
from .reserve_plan import ReservePlan, open_plan

#: Add-ons whose ways to choose and to reserve quants are known to the plan.
KNOWN = ("stock", "product_expiry", "lot_serial_trace")
#: Add-ons by which the lines of a movement that takes goods from stock differ in the goods alone.
KNOWN_LINES = (*KNOWN, "mrp")


class StockMove(models.Model):
    """Movements that are reserved together read what is free once (``reserve_plan.py``)."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _trace_assign_together(self):
        """As ``_action_assign``, for many movements that want the same products."""
        if len(self) < 2 or not self._trace_plain_to_assign():
            return self._action_assign()
        with together(ReservePlan(self.env)):
            return self._action_assign()

    def _trace_plain_to_assign(self):
        """Whether nobody unknown has a say in which quants are reserved, or how."""
        quants = self.env["stock.quant"]
        choosing = {"_get_removal_strategy", "_get_removal_strategy_order", "_get_reserve_quantity"}
        return (
            in_batches(self.env)
            and not changed_elsewhere(quants, choosing, KNOWN)
            and not changed_elsewhere(self, {"_update_reserved_quantity"}, KNOWN)
            and self.env["stock.move.line"]._trace_plain_to_make()
        )

    def _update_reserved_quantity(
        self, need, location_id, lot_id=None, package_id=None, owner_id=None, strict=True
    ):
        asked = (need, location_id, lot_id, package_id, owner_id, strict)
        plan = open_plan(self.env)
        if not plan or any(asked[2:]) or not self._trace_takes_the_first(location_id):
            return super()._update_reserved_quantity(*asked)
        with plan.reserving(self):
            return super()._update_reserved_quantity(*asked)

    def _trace_takes_the_first(self, place):
        """Whether the movement is given the first goods in line, whatever they lie in."""
        strategy = self.env["stock.quant"]._get_removal_strategy(self.product_id, place)
        return (
            self.product_id.tracking != "none"
            and strategy != "least_packages"
            and self.product_id.categ_id.packaging_reserve_method != "full"
        )

    def _prepare_move_line_vals(self, quantity=None, reserved_quant=None):
        """Lines that a plan reserves for a movement are alike, but for the goods."""
        plan = open_plan(self.env)
        prepare = super()._prepare_move_line_vals
        mine = plan and plan.move == self and quantity and reserved_quant
        if not mine or changed_elsewhere(self, {"_prepare_move_line_vals"}, KNOWN_LINES):
            return prepare(quantity=quantity, reserved_quant=reserved_quant)
        return plan.values(quantity, reserved_quant, prepare)

    def _create_analytic_move(self):
        """Movements whose lines are gone are read together, as those whose lines are there."""
        return super(StockMove, self.with_prefetch())._create_analytic_move()
