from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .return_case import ReturnCase
from .test_warranty import WarrantyWords

#: 31 January in Berlin already.
SOLD_AT = "2026-01-30 23:30:00"


@tagged("post_install", "-at_install")
class TestWarrantyPos(WarrantyWords, ReturnCase):
    """What is paid at the till is covered, whatever becomes of it in stock, and said there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Europe/Berlin"
        cls.device.trace_warranty_months = 24
        cls.milk.trace_warranty_months = 1

    def sell(self, *lines, partner=None, **values):
        """A paid order; without ``partner`` the bearer of the receipt has it."""
        partner = partner or self.env["res.partner"]
        return self.send(*lines, partner=partner, date_order=SOLD_AT, **values)

    def test_bearer_and_customer(self):
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 5))
        order = self.sell(self.line(self.device, 1, "SN1"), self.line(self.milk, 2, "L1"))
        one = self.warranties("SN1")
        self.assertFalse(one.partner_id)
        self.assertEqual((one.start, one.end), (date(2026, 1, 31), date(2028, 1, 31)))
        self.assertEqual((one.document, one.lot_id), (order.name, self.lot(self.device, "SN1")))
        line = order.picking_ids.move_line_ids.filtered(lambda one: one.lot_id.name == "SN1")
        self.assertEqual(one.move_line_id, line.id, "linked with the movement")
        lot = self.warranties("L1")
        self.assertEqual((lot.quantity, lot.end), (2, date(2026, 2, 28)))
        self.sell(self.line(self.device, 1, "SN2"), partner=self.customer)
        self.assertEqual(self.warranties("SN2").partner_id, self.customer)

    def test_stock_that_moves_at_closing(self):
        self.open("closing")
        self.receive((self.device, "SN1", 1))
        self.sell(self.line(self.device, 1, "SN1"))
        self.sell(self.line(self.device, 1, "NEW"))
        self.assertEqual(self.warranties("SN1").state, "running")
        self.assertFalse(self.warranties("NEW").lot_id)
        self.close()
        new = self.warranties("NEW")
        self.assertEqual(new.lot_id, self.lot(self.device, "NEW"))
        self.assertEqual(len(self.warranties("SN1")), 1)
        self.assertTrue(new.move_line_id)

    def test_refund_and_sold_again(self):
        self.open()
        self.receive((self.device, "SN1", 1))
        sale = self.sell(self.line(self.device, 1, "SN1"))
        back = self.sell(
            self.line(self.device, -1, "SN1", of=sale.lines),
            is_refund=True,
        )
        first = self.warranties("SN1")
        self.assertEqual((first.closed_as, first.state), ("returned", "ended"))
        self.assertIn(back.name, first.closed_reason)
        self.sell(self.line(self.device, 1, "SN1"))
        second = self.warranties("SN1") - first
        self.assertEqual(second.state, "running")

    def test_refund_of_part_of_a_lot_counts_for_its_own_sale(self):
        self.open()
        self.receive((self.milk, "L1", 9))
        first = self.sell(self.line(self.milk, 2, "L1"))
        self.sell(self.line(self.milk, 3, "L1"))
        self.sell(self.line(self.milk, -1, "L1", of=first.lines))
        one, other = self.warranties("L1")
        self.assertEqual((one.returned, other.returned), (1, 0))
        self.assertFalse(one.closed_as or other.closed_as)

    def test_exchange_at_the_till(self):
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        sale = self.sell(self.line(self.device, 1, "SN1"))
        old = self.warranties("SN1")
        old.sudo().end = date(2027, 6, 1)
        self.sell(
            self.line(self.device, -1, "SN1", of=sale.lines),
            self.line(self.device, 1, "SN2"),
        )
        new = old._move_to(self.lot(self.device, "SN2"))
        self.assertEqual(
            (old.state, new.end, len(self.warranties("SN2"))), ("moved", date(2027, 6, 1), 1)
        )

    def test_shipped_later(self):
        self.customer.write({"street": "1", "city": "B", "country_id": self.env.ref("base.de").id})
        self.open()
        self.config.write({"ship_later": True, "warehouse_id": self.warehouse.id})
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        order = self.sell(
            self.line(self.device, 1, "SN1"), partner=self.customer, shipping_date="2026-02-10"
        )
        self.assertFalse(self.warranties("SN1"), "the number may still change")
        picking = order.picking_ids
        picking.move_line_ids.lot_id = self.lot(self.device, "SN2")
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertFalse(self.warranties("SN1"))
        one = self.warranties("SN2")
        self.assertEqual((one.start, one.document), (date(2026, 1, 31), order.name))
        self.bring_back(picking)
        self.assertEqual(one.closed_as, "returned")

    def test_another_unit_was_handed_over(self):
        """The number on the receipt was sold before; the manager corrects the stranded transfer."""
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        self.sell(self.line(self.device, 1, "SN1"), partner=self.customer)
        again = self.sell(self.line(self.device, 1, "SN1"))
        picking = again.picking_ids
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(len(self.warranties("SN1")), 2)
        picking.move_line_ids.lot_id = self.lot(self.device, "SN2")
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        mine, mistaken = self.warranties("SN1")
        self.assertEqual((mine.state, mistaken.state), ("running", "void"))
        self.assertEqual(self.warranties("SN2").document, again.name)

    def test_corrected_transfer(self):
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        order = self.sell(self.line(self.device, 1, "SN1"))
        order.picking_ids.move_line_ids.lot_id = self.lot(self.device, "SN2")
        self.assertEqual(self.warranties("SN1").state, "void")
        two = self.warranties("SN2")
        self.assertEqual(
            (two.state, two.document, two.start), ("running", order.name, date(2026, 1, 31))
        )

    def stranded(self, *numbers, **captured):
        """An order of numbers that were sold before, and its transfer, which waits."""
        self.receive(*((self.device, number, 1) for number in numbers))
        self.sell(self.line(self.device, len(numbers), *numbers))
        packs = [{"lot_name": number, **captured} for number in numbers]
        again = self.sell(self.line(self.device, len(numbers), *packs))
        self.assertNotEqual(again.picking_ids.state, "done")
        return again

    def of_order(self, order):
        """dict number -> what became of the warranty that an order began."""
        begun = self.env["trace.warranty"].search(
            [("document_model", "=", "pos.order"), ("document_id", "=", order.id)]
        )
        return {one.number: one.closed_as for one in begun}

    def book_alone(self, picking, number, other):
        """Hand over another unit instead of ``number``; what else there is goes on waiting."""
        line = picking.move_line_ids.filtered(lambda one: one.lot_id.name == number)
        self.receive((self.device, other, 1))
        line.lot_id = self.lot(self.device, other)
        picking.move_line_ids.picked = False
        line.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.at_customers(other), 1)

    def at_customers(self, number):
        quants = self.lot(self.device, number).quant_ids
        return sum(one.quantity for one in quants if one.location_id.usage == "customer")

    def test_what_still_waits_keeps_its_warranty(self):
        """Of two numbers that wait one is replaced: that of the other is as good as before."""
        for captured in ({}, {"trace_method": "scanned"}):
            with self.subTest(captured=captured):
                mark = "C" if captured else "P"
                one, two, other = (f"{mark}{n}" for n in (1, 2, 3))
                self.open()
                order = self.stranded(one, two, **captured)
                self.book_alone(order.picking_ids, one, other)
                told = self.of_order(order)
                self.assertFalse(told[two])
                self.assertFalse(told[other])
                if captured:
                    self.assertEqual(told[one], "void", "the till said which line it was")

    def test_a_booked_number_is_corrected_while_another_waits(self):
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.device, "SN3", 1))
        self.sell(self.line(self.device, 1, "SN1"))
        order = self.sell(self.line(self.device, 2, "SN1", "SN2"))
        booked = order.picking_ids.move_line_ids.filtered(lambda one: one.state == "done")
        self.assertEqual(booked.lot_id.name, "SN2")
        booked.lot_id = self.lot(self.device, "SN3")
        told = self.of_order(order)
        self.assertEqual(told, {"SN1": False, "SN2": "void", "SN3": False})

    def test_told_twice(self):
        self.open()
        self.receive((self.device, "SN1", 1))
        order = self.sell(self.line(self.device, 1, "SN1"))
        self.env["trace.warranty"]._cover_orders(order)
        self.assertEqual(len(self.warranties("SN1")), 1)

    def test_delivered_first_and_paid_at_the_till(self):
        self.open()
        self.receive((self.device, "SN1", 1))
        self.deliver((self.device, "SN1", 1))
        self.sell(self.line(self.device, 1, "SN1"), partner=self.customer)
        self.assertEqual(len(self.warranties("SN1")), 1)

    def test_as_many_queries_for_many_as_for_few(self):
        self.open("closing")

        def queries(count):
            names = [f"N{count}-{index}" for index in range(count)]
            order = self.sell(self.line(self.device, count, *names))
            self.env["trace.warranty"].search([("number", "in", names)])._void("again")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["trace.warranty"]._cover_orders(order.browse(order.ids))
            return self.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(40))

    def test_a_plain_cashier_asks(self):
        self.open()
        self.receive((self.device, "SN1", 1))
        self.sell(self.line(self.device, 1, "SN1"), partner=self.customer)
        cashier = new_test_user(self.env, "till", groups="point_of_sale.group_pos_user")
        ask = [
            {"product_id": self.device.id, "number": "SN1"},
            {"product_id": self.device.id, "number": "NONE"},
            {"number": ["SN1"]},
        ]
        told, none, nonsense = self.config.with_user(cashier).trace_warranty_of(ask)
        self.assertEqual(
            (told["state"], told["end"], told["named"]), ("running", "2028-01-31", True)
        )
        self.assertNotIn(self.customer.name, str(told))
        self.assertFalse(none or nonsense)
        with self.assertRaises(AccessError):
            self.env["trace.warranty"].with_user(cashier).search([])
        employee = new_test_user(self.env, "nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.config.with_user(employee).trace_warranty_of(ask)
