from odoo.exceptions import UserError
from odoo.tests import tagged

from .disposal_case import DisposalCase
from .test_trace import GenealogyCase

GOOD = "Salmonella: not found in 25 g"


@tagged("post_install", "-at_install")
class TestRecallRelease(DisposalCase):
    """A test says that a lot is good: the hold of the case on it ends, and no other."""

    def setUp(self):
        super().setUp()
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

    def setUp(self):
        super().setUp()
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

    def test_undone_the_permission_ends(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.pizza.id, "picking_type_id": self.warehouse.manu_type_id.id}
        )
        rows = self.enter(self.case, "rework", {self.m1: 4}, document=order)
        self.assertEqual(rows.pass_id.state, "active")
        rows._undo()
        self.assertEqual(rows.pass_id.state, "revoked")
