import random
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.stock.models.stock_move import StockMove as OdooMove
from odoo.addons.stock.models.stock_quant import StockQuant as OdooQuant

from .life_case import LifeCase

STRATEGIES = ("stock.removal_fifo", "stock.removal_lifo", "product_expiry.removal_fefo")


@tagged("post_install", "-at_install")
class TestLifeOff(LifeCase):
    """Without rules and policies reservation gives what Odoo gives, to the last unit."""

    def world(self, rng):
        """Random stock; returns what people want of it."""
        self.food.removal_strategy_id = self.env.ref(rng.choice(STRATEGIES))
        for place in (self.stock, self.shelf):
            self.put_lots(
                {
                    f"{place.name}-{number}": (rng.randrange(-2, 9), rng.randrange(1, 6))
                    for number in range(6)
                },
                place,
            )
        production = self.env["stock.location"].search([("usage", "=", "production")], limit=1)
        dests = (self.customers, self.shelf, self.suppliers, production)
        return [(rng.randrange(1, 12), rng.choice(dests), rng.randrange(-1, 5)) for _ in range(6)]

    def reserve(self, wishes):
        """Reserve all; returns lot and quantity of each line."""
        moves = self.env["stock.move"].create(
            [
                {
                    "product_id": self.milk.id,
                    "product_uom_qty": quantity,
                    "location_id": self.stock.id,
                    "location_dest_id": dest.id,
                    "partner_id": self.customer.id,
                    "date": self.end_of_day(days),
                }
                for quantity, dest, days in wishes
            ]
        )
        moves._action_confirm(merge=False)
        moves._action_assign()
        return [
            (line.move_id.id - moves[0].id, line.lot_id.name, line.location_id.name, line.quantity)
            for line in moves.move_line_ids.sorted(lambda line: (line.move_id.id, line.id))
        ]

    def odoos_own(self):
        """Odoo's own methods, without anything of ours."""
        return (
            patch.object(
                self.registry["stock.move"],
                "_update_reserved_quantity_vals",
                OdooMove._update_reserved_quantity_vals,
            ),
            patch.object(
                self.registry["stock.quant"],
                "_get_reserve_quantity",
                OdooQuant._get_reserve_quantity,
            ),
        )

    def test_random_stock_is_reserved_as_odoo_does(self):
        for seed in range(12):
            with self.subTest(seed):
                savepoint = self.cr.savepoint()
                wishes = self.world(random.Random(seed))
                self.env.flush_all()
                with self.cr.savepoint() as inner:
                    ours = self.reserve(wishes)
                    inner.rollback()
                self.env.invalidate_all()
                moves, quants = self.odoos_own()
                with moves, quants:
                    self.assertEqual(ours, self.reserve(wishes))
                self.assertTrue(ours)
                savepoint.close(rollback=True)
                self.env.invalidate_all()
