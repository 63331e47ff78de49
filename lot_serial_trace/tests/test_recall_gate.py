from odoo.exceptions import UserError
from odoo.tests import tagged

from .disposal_case import SEEN, DisposalCase


@tagged("post_install", "-at_install")
class TestRecallGate(DisposalCase):
    """Goods that a recall holds leave the house as the case decided, and no other way."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))
        self.m1, self.m2 = self.lot(self.milk, "M1"), self.lot(self.milk, "M2")

    def scrap(self, lot, quantity=1):
        order = self.env["stock.scrap"].create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "scrap_qty": quantity,
                "location_id": self.stock.id,
                "product_uom_id": lot.product_id.uom_id.id,
            }
        )
        order.do_scrap()

    def back(self, quantity, number="M1"):
        return self.picking(
            "out", [(self.milk, number, quantity)], dest=self.suppliers, partner=self.supplier
        )

    def test_scrap_outside_of_the_case(self):
        case = self.recall(self.m1)
        with self.assertRaisesRegex(UserError, f"M1 of Milk is recalled .{case.name}"):
            self.scrap(self.m1)
        self.scrap(self.m2)

    def test_other_holds_are_as_they_were(self):
        self.env["trace.hold"]._place(self.m1, "Label is missing", "recall")
        self.scrap(self.m1)
        self.assertEqual(self.on_hand(self.m1), 9)

    def test_back_to_the_supplier_outside_of_the_case(self):
        self.recall(self.m1)
        with self.assertRaisesRegex(UserError, "leaves without a disposition"):
            self.back(2)._action_done()

    def test_not_more_than_was_decided(self):
        case = self.recall(self.m1)
        rows = self.enter(case, "return", {self.m1: 4})
        line = rows.picking_id.move_line_ids
        line.write({"quantity": 6, "picked": True})
        with self.assertRaisesRegex(UserError, "leaves without a disposition"):
            rows.picking_id._action_done()
        line.quantity = 4
        rows.picking_id._action_done()
        self.assertEqual(rows.state, "done")

    def test_no_other_goods_on_the_transfer_of_the_case(self):
        case = self.recall(self.m1, self.m2)
        rows = self.enter(case, "return", {self.m1: 4})
        line = rows.picking_id.move_line_ids
        line.lot_id = self.m2
        line.picked = True
        with self.assertRaisesRegex(UserError, "M2 of Milk is recalled"):
            rows.picking_id._action_done()

    def test_not_before_the_witness_is_named(self):
        case = self.recall(self.m1)
        rows = self.enter(case, "destroy", [self.m1])
        rows.picking_id.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "leaves without a disposition"):
            rows.picking_id._action_done()
        rows._finish(**SEEN)
        self.assertEqual(rows.picking_id.state, "done")

    def test_counts_are_let_pass(self):
        self.recall(self.m1)
        self.count(self.m1, 7)
        self.assertEqual(self.on_hand(self.m1), 7)

    def test_goods_of_a_closed_case_are_free_of_it(self):
        case = self.recall(self.m1)
        case._close("Kept in the freezer as evidence")
        self.scrap(self.m1)

    def test_no_query_while_nothing_is_held(self):
        lines = self.back(2, "M2").move_line_ids
        gate = self.env["trace.gate"]
        gate._examine(lines, codes=("outside_case",))
        with self.assertQueryCount(0):
            gate._examine(lines, codes=("outside_case",))
