from odoo import Command
from odoo.tests import tagged

from .return_case import ReturnCase


@tagged("post_install", "-at_install")
class TestKitRefund(ReturnCase):
    """A kit comes back: its parts have the numbers with which they left, or those scanned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mrp.bom" not in cls.env:
            return
        cls.kit = cls._product("Kit", "none", available_in_pos=True)
        parts = [(cls.device, 1), (cls.milk, 2)]
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": product.id, "product_qty": quantity})
                    for product, quantity in parts
                ],
            }
        )

    def furnish(self):
        super().furnish()
        if "mrp.bom" not in self.env:
            self.skipTest("mrp is not installed")
        self.make_quarantine()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 9))
        self.open()

    def back(self, sale, quantity=1, *numbers, **values):
        return self.send(
            self.line(self.kit, -quantity, *numbers, of=sale.lines, **values), is_refund=True
        )

    def in_shop(self, number):
        return self.on_hand(self.device, number, self.stock)

    def test_the_whole_order_comes_back(self):
        """What went out is what comes back: nobody has to look, and nobody is told."""
        sale = self.sell(self.kit, 2)
        self.assertEqual((self.in_shop("SN1"), self.in_shop("SN2")), (0, 0))
        told = self.desk("pos_kit_guess")
        back = self.back(sale, 2)
        self.assertEqual(set(back.picking_ids.mapped("state")), {"done"})
        self.assertEqual((self.in_shop("SN1"), self.in_shop("SN2")), (1, 1))
        self.assertEqual(self.on_hand(self.milk, "L1", self.stock), 9)
        self.assertEqual(self.desk("pos_kit_guess"), told)
        self.assertFalse(self.desk("pos_stranded"))
        self.assertEqual(set(back.picking_ids.move_line_ids.mapped("trace_method")), {"inferred"})

    def test_one_of_two_is_a_guess(self):
        sale = self.sell(self.kit, 2)
        told = self.desk("pos_kit_guess")
        first = self.back(sale)
        self.assertEqual(set(first.picking_ids.mapped("state")), {"done"})
        guess = self.desk("pos_kit_guess").filtered(lambda one: one.pos_order_id == first) - told
        device = guess.filtered(lambda one: one.product_id == self.device)
        self.assertEqual(len(device), 1)
        other = "SN2" if device.lot_name == "SN1" else "SN1"
        self.assertEqual((self.in_shop(device.lot_name), self.in_shop(other)), (1, 0))
        # the other one is what is left
        self.back(sale)
        self.assertEqual(self.in_shop(other), 1)

    def test_somebody_opens_the_box(self):
        sale = self.sell(self.kit, 2)
        back = self.back(sale)
        guess = self.desk("pos_kit_guess").filtered(
            lambda one: one.pos_order_id == back and one.product_id == self.device
        )
        right = self.lot(self.device, "SN2" if guess.lot_name == "SN1" else "SN1")
        wrong = guess.lot_name
        self.env["trace.sale.settle"].create(
            {"exception_id": guess.id, "way": "swap", "new_lot_ids": right.ids}
        ).action_settle()
        self.assertEqual((self.in_shop(right.name), self.in_shop(wrong)), (1, 0))
        self.assertEqual(guess.state, "resolved")

    def test_the_scanned_part_says_which(self):
        sale = self.sell(self.kit, 2)
        [told] = self.config.trace_find_sale("SN2")
        self.assertEqual(
            (told["kit"], told["line_id"], told["may_refund"]), ("Kit", sale.lines.id, True)
        )
        pack = {"lot_name": "SN2", "trace_method": "scanned"}
        back = self.back(sale, 1, pack)
        self.assertEqual((self.in_shop("SN1"), self.in_shop("SN2")), (0, 1))
        line = back.picking_ids.move_line_ids.filtered(lambda one: one.lot_id.name == "SN2")
        self.assertEqual(line.trace_method, "scanned")
        self.assertTrue(self.config.trace_find_sale("SN2")[0]["refunded"])
        self.assertFalse(self.config.trace_find_sale("SN1")[0]["refunded"])

    def test_sold_and_taken_back_before_closing(self):
        self.close()
        self.open("closing")
        sale = self.sell(self.kit, 2)
        self.back(sale, 2)
        self.close()
        self.assertEqual((self.in_shop("SN1"), self.in_shop("SN2")), (1, 1))
        self.assertFalse(self.desk("pos_stranded"))

    def test_sold_in_one_session_and_taken_back_in_the_next(self):
        self.close()
        self.open("closing")
        sale = self.sell(self.kit, 1)
        self.close()
        [out] = [name for name in ("SN1", "SN2") if not self.in_shop(name)]
        [told] = self.config.trace_find_sale(out)
        self.assertFalse(told["may_refund"], "a closing names no order")
        self.open("closing")
        self.back(sale)
        self.close()
        self.assertEqual(self.in_shop(out), 1)

    def test_a_faulty_kit_goes_to_quarantine(self):
        sale = self.sell(self.kit, 1)
        back = self.back(sale, trace_condition="faulty", trace_condition_note="dented")
        out = back.picking_ids.move_line_ids.filtered(lambda one: one.product_id == self.device)
        number = out.lot_id.name
        self.assertEqual(self.on_hand(self.device, number, self.quarantine), 1)
        self.assertEqual(self.on_hand(self.milk, "L1", self.quarantine), 2)
        self.assertIn("dented", out.lot_id.trace_hold_ids.reason)

    def test_the_warranty_of_a_part_ends(self):
        self.device.trace_warranty_months = 12
        sale = self.sell(self.kit, 2)
        self.back(sale, 2)
        begun = self.env["trace.warranty"].search([("product_id", "=", self.device.id)])
        self.assertEqual(begun.mapped("closed_as"), ["returned", "returned"])

    def test_what_was_never_booked_out_waits_for_the_desk(self):
        """No part was in the shop to be booked: of what comes back nobody knows the numbers."""
        sale = self.sell(self.kit, 1)
        refund = self.back(sale)
        again = self.back(sale)
        self.assertEqual(set(refund.picking_ids.mapped("state")), {"done"})
        self.assertTrue(again.picking_ids.filtered(lambda one: one.state != "done"))
        self.assertTrue(self.desk("pos_stranded"))
