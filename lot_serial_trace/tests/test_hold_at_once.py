from functools import partial
from threading import Event, Thread

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_at_once import AtOnceCase


class StockAtOnceCase(AtOnceCase):
    """Words for goods in stock that several people want at the same moment."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean)
        self.request(self.prepare)

    def stock(self, *names, tracking="serial", quantity=1):
        """Numbers that lie in stock."""

        def put(env):
            warehouse = self.warehouse(env)
            for name in names:
                lot = env["stock.lot"].create(
                    {"product_id": self.product_ids[tracking], "name": name}
                )
                env["stock.quant"]._update_available_quantity(
                    lot.product_id, warehouse.lot_stock_id, quantity, lot_id=lot
                )

        self.request(put)

    def warehouse(self, env):
        """The warehouse of the tests."""
        return env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)

    def reserve(self, env, tracking="lot", quantity=2):
        """A delivery that takes what it can get."""
        warehouse = self.warehouse(env)
        move = env["stock.move"].create(
            {
                "product_id": self.product_ids[tracking],
                "product_uom_qty": quantity,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": env.ref("stock.stock_location_customers").id,
                "picking_type_id": warehouse.out_type_id.id,
            }
        )
        move._action_confirm(merge=False)
        move._action_assign()
        return move.picking_id.id

    def unseen(self, first, second):
        """Run ``second`` after ``first`` has begun, while somebody has the quants in his hands."""
        began, over = Event(), Event()

        def wait_and_work(env):
            env.cr.execute("SELECT 1 FROM stock_lot LIMIT 1")  # what it sees is fixed
            began.set()
            over.wait(30)
            first(env)

        thread = Thread(target=self.request, args=[wait_and_work])
        with mute_logger("odoo.sql_db"), self.connection.cursor() as other:
            other.execute(
                "SELECT id FROM stock_quant WHERE product_id = %s FOR UPDATE",
                [self.product_ids["lot"]],
            )
            thread.start()
            began.wait(30)
            self.request(second)
            other.rollback()
            over.set()
            thread.join(60)


@tagged("post_install", "-at_install")
class TestHoldAtOnce(StockAtOnceCase):
    """Holds are placed and released while others reserve, deliver, place and release."""

    def hold(self, env, name, tracking="lot", **kwargs):
        """Put a number on hold."""
        lot = env["stock.lot"].search(
            [("product_id", "=", self.product_ids[tracking]), ("name", "=", name)]
        )
        return env["trace.hold"]._place(lot, "found at the same moment", **kwargs).ids

    def test_two_reserve_while_a_third_holds(self):
        """Whoever was first: in the end nothing of a lot on hold is reserved."""
        for turn in range(3):
            name = f"WANTED-{turn}"
            self.stock(name, tracking="lot", quantity=10)
            errors = self.at_once([self.reserve, partial(self.hold, name=name), self.reserve])
            self.assertEqual(errors, [None] * 3)
            self.assertEqual(
                self.count(
                    "stock_move_line m JOIN stock_lot l ON l.id = m.lot_id",
                    "l.name = %s AND m.quantity > 0 AND m.state NOT IN ('done', 'cancel')",
                    name,
                ),
                0,
            )
            self.assertEqual(
                self.count(
                    "stock_quant q JOIN stock_lot l ON l.id = q.lot_id",
                    "l.name = %s HAVING sum(q.reserved_quantity) = 0 AND sum(q.quantity) = 10",
                    name,
                ),
                1,
            )

    def test_a_reservation_that_a_hold_cannot_see(self):
        """Somebody changes the quant, so the reservation makes another one, while a hold began.

        The hold has looked at the database before and knows nothing of the new quant.
        """
        self.stock("HIDDEN", tracking="lot", quantity=10)
        self.unseen(partial(self.hold, name="HIDDEN"), self.reserve)
        mine = "lot_id IN (SELECT id FROM stock_lot WHERE name = 'HIDDEN')"
        self.assertEqual(self.count("stock_lot", "name = 'HIDDEN' AND trace_status = 'held'"), 1)
        self.assertEqual(self.count("stock_move_line", f"{mine} AND quantity > 0"), 0)

    def test_a_hold_while_a_batch_is_delivered(self):
        """The delivery is done first, or it is refused; what is left is held in any case."""
        self.stock("SHIPPING", tracking="lot", quantity=10)

        def deliver(env):
            lots = env["stock.lot"].search(
                [("product_id", "=", self.product_ids["lot"]), ("name", "=", "SHIPPING")]
            )
            picking = self.transfer(env, "out", "lot", [{"lot_id": lots.id}])
            picking.with_context(trace_confirmed=True).button_validate()

        errors = self.at_once([deliver, partial(self.hold, name="SHIPPING")])
        self.assertIsNone(errors[1])
        gone = self.count(
            "trace_event",
            "lot_name = 'SHIPPING' AND dest_usage = 'customer' AND kind = 'movement'",
        )
        self.assertEqual(gone, 1 if errors[0] is None else 0)
        if errors[0]:
            self.assertIn("is on hold", str(errors[0]))
        with self.assertRaisesRegex(UserError, "is on hold"):
            self.request(deliver)

    def test_two_holds_at_once(self):
        self.stock("TWICE", tracking="lot", quantity=10)
        self.request(self.reserve)
        errors = self.at_once([partial(self.hold, name="TWICE")] * 2)
        self.assertEqual(errors, [None] * 2)
        product = self.product_ids["lot"]
        here = "product_id = %s AND lot_id IN (SELECT id FROM stock_lot WHERE name = 'TWICE')"
        self.assertEqual(self.count("trace_hold", f"{here} AND state = 'active'", product), 2)
        freed = "kind = 'freed' AND lot_id IN (SELECT id FROM stock_lot WHERE name = 'TWICE')"
        self.assertEqual(self.count("trace_hold_effect", freed), 1, "the first one did it")
        self.assertEqual(
            self.count("stock_lot", "name = 'TWICE' AND trace_status = 'held'"),
            1,
        )

    def test_released_twice_at_once(self):
        self.stock("BACK", tracking="lot", quantity=10)
        hold = self.request(partial(self.hold, name="BACK"))
        errors = self.at_once(
            [lambda env: env["trace.hold"].browse(hold)._release("tested good") and None] * 2
        )
        self.assertEqual(errors, [None] * 2)
        self.assertEqual(
            self.count("trace_event", "lot_name = 'BACK' AND kind = 'release'"),
            1,
        )
        self.assertEqual(self.count("stock_lot", "name = 'BACK' AND trace_status = 'free'"), 1)
        self.assertFalse(
            self.request(lambda env: env["trace.hold"].browse(hold)._release("again").ids)
        )

    def test_two_last_holds_released_at_once(self):
        """Each releases its own: the lot is free afterwards, and who lost goods has them."""
        self.stock("BOTH", tracking="lot", quantity=10)
        self.request(self.reserve)
        holds = [self.request(partial(self.hold, name="BOTH")) for _turn in range(2)]
        errors = self.at_once(
            [
                lambda env, ids=ids: env["trace.hold"].browse(ids)._release("tested") and None
                for ids in holds
            ]
        )
        self.assertEqual(errors, [None] * 2)
        self.assertEqual(self.count("stock_lot", "name = 'BOTH' AND trace_status = 'free'"), 1)
        mine = "lot_id IN (SELECT id FROM stock_lot WHERE name = 'BOTH')"
        self.assertEqual(self.count("trace_hold_effect", f"{mine} AND undone_at IS NULL"), 0)
        self.assertEqual(self.count("stock_move_line", f"{mine} AND quantity = 2"), 1)
