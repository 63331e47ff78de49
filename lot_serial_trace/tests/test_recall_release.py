from odoo.exceptions import UserError
from odoo.tests import tagged

from .disposal_case import DisposalCase
from .test_trace import GenealogyCase

GOOD = "Salmonella: not found in 25 g"


@tagged("post_install", "-at_install")
class TestRecallRelease(DisposalCase):
    """A test says that a lot is good: the hold of the case on it ends, and no other."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))
        self.m1, self.m2 = self.lot(self.milk, "M1"), self.lot(self.milk, "M2")
        self.case = self.recall(self.m1, self.m2)

    def test_exactly_this_hold(self):
        other = self.env["trace.hold"]._place(self.m1, "Label is missing")
        rows = self.enter(self.case, "release", [self.m1], test_result=GOOD, reference="LAB 7")
        self.assertEqual(rows.state, "done")
        hold = self.scope(self.case, self.m1).hold_id
        self.assertEqual(hold.state, "released")
        self.assertIn(f"found good by test: {GOOD} (LAB 7)", hold.release_reason)
        self.assertEqual((other.state, self.m1.trace_status), ("active", "held"))
        self.assertEqual(self.m2.trace_status, "recalled")
        self.assertEqual(self.scope(self.case, self.m1).state, "released")

    def test_nothing_is_left_to_decide(self):
        self.enter(self.case, "release", [self.m1], test_result=GOOD)
        self.assertEqual(self.balance(self.case, self.m1).state, "balanced")
        self.validate(self.picking("out", [(self.milk, "M1", 4)]))
        self.assertEqual(self.balance(self.case, self.m1).delivered_qty, 4)

    def test_released_by_hand_nothing_is_left_to_decide(self):
        """Somebody released the hold beside the case: the case knows, and says so."""
        self.assertEqual(self.balance(self.case, self.m1).state, "open")
        self.scope(self.case, self.m1).hold_id._release("mixed up with M7")
        self.assertEqual(self.scope(self.case, self.m1).state, "released")
        row = self.balance(self.case, self.m1)
        self.assertEqual((row.state, row.open_qty), ("balanced", 0))
        self.assertEqual(self.balance(self.case, self.m2).state, "open")
        self.scope(self.case, self.m2).hold_id._release("mixed up with M8")
        self.case._look_at_balance()
        self.assertTrue(self.case.accounted_at)

    def test_without_a_result(self):
        with self.assertRaisesRegex(UserError, "what the test found"):
            self.enter(self.case, "release", [self.m1])

    def test_part_of_a_lot_cannot_be(self):
        with self.assertRaisesRegex(UserError, "A hold is on all of a lot"):
            self.enter(self.case, "release", {self.m1: 4}, test_result=GOOD)
        self.enter(self.case, "release", {self.m1: 10}, test_result=GOOD)


@tagged("post_install", "-at_install")
class TestRecallRework(GenealogyCase, DisposalCase):
    """Goods are worked on under their hold: one order may take so much of them, nobody else."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10))
        self.m1 = self.lot(self.milk, "M1")
        self.case = self.recall(self.m1)

    def test_the_order_may_take_them(self):
        with self.assertRaisesRegex(UserError, "on hold"):
            self.make(self.pizza, "P0", (self.milk, "M1", 2))
        order = self.env["mrp.production"].search([], limit=1, order="id desc")
        order.picking_type_id = self.warehouse.manu_type_id
        rows = self.enter(self.case, "rework", {self.m1: 4}, document=order)
        self.assertEqual((rows.state, rows.document), ("planned", order.display_name))
        self.assertEqual(self.m1.trace_status, "recalled")
        self.make(self.pizza, "P1", (self.milk, "M1", 4))
        with self.assertRaisesRegex(UserError, "on hold"):
            self.make(self.pizza, "P2", (self.milk, "M1", 1))
        became = self.lot(self.pizza, "P1")
        rows._finish(result_lot_id=became.id)
        self.assertEqual((rows.state, rows.result_lot_id), ("done", became))
        row = self.balance(self.case, self.m1)
        self.assertEqual((row.consumed_qty, row.open_qty, row.planned_qty), (4, 6, 0))

    def order_for_rework(self, wanted):
        """A confirmed order that wants so much milk for a pizza."""
        order = self.env["mrp.production"].create(
            {
                "product_id": self.pizza.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "bom_id": False,
                "move_raw_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.milk.id,
                            "product_uom_qty": wanted,
                            "product_uom": self.milk.uom_id.id,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def test_the_order_has_them_reserved(self):
        order = self.order_for_rework(6)
        order.action_assign()
        self.assertFalse(order.move_raw_ids.move_line_ids, "goods on hold are not reserved")
        rows = self.enter(self.case, "rework", {self.m1: 4}, document=order)
        lines = order.move_raw_ids.move_line_ids
        self.assertEqual((lines.lot_id, lines.quantity, lines.picked), (self.m1, 4, False))
        self.assertEqual(order.move_raw_ids.state, "partially_available")
        order.action_assign()
        self.assertEqual(order.move_raw_ids.move_line_ids.quantity, 4, "no more than was decided")
        order.do_unreserve()
        self.assertFalse(order.move_raw_ids.move_line_ids)
        order.action_assign()
        self.assertEqual(order.move_raw_ids.move_line_ids.quantity, 4, "asked for again")
        rows._undo()
        self.assertFalse(order.move_raw_ids.move_line_ids)
        order.action_assign()
        self.assertFalse(order.move_raw_ids.move_line_ids)

    def test_what_waits_for_quarantine_is_taken_from_there(self):
        aside = self.env["stock.location"].create(
            {
                "name": "Aside",
                "usage": "internal",
                "trace_quarantine": True,
                "location_id": self.warehouse.view_location_id.id,
            }
        )
        self.receive((self.milk, "M2", 10))
        lot = self.lot(self.milk, "M2")
        case = self.recall(lot)
        waiting = self.env["stock.move.line"].search(
            [("lot_id", "=", lot.id), ("move_id.trace_for_hold", "=", True)]
        )
        self.assertEqual((waiting.quantity, waiting.location_dest_id), (10, aside))
        order = self.order_for_rework(4)
        self.enter(case, "rework", {lot: 4}, document=order)
        self.assertEqual(order.move_raw_ids.move_line_ids.quantity, 4)
        self.assertEqual(waiting.exists().quantity, 6)

    def test_undone_the_permission_ends(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.pizza.id, "picking_type_id": self.warehouse.manu_type_id.id}
        )
        rows = self.enter(self.case, "rework", {self.m1: 4}, document=order)
        self.assertEqual(rows.pass_id.state, "active")
        rows._undo()
        self.assertEqual(rows.pass_id.state, "revoked")
