from datetime import datetime, timedelta

from odoo.tests import tagged

from .return_case import ReturnCase

ODD = ("return_unknown", "returned_already", "return_other_customer")


@tagged("post_install", "-at_install")
class TestReturnedGoods(ReturnCase):
    """What a till took back goes to the shelf, or to quarantine if nobody may buy it again."""

    def furnish(self):
        super().furnish()
        self.make_quarantine()
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 9))

    def test_good_goods_go_to_the_shelf(self):
        sale = self.sell(self.device, 1, "SN1")
        back = self.refund(sale, "SN1", trace_condition="good")
        self.assertEqual(back.picking_ids.state, "done")
        self.assertEqual(self.on_hand(self.device, "SN1", self.stock), 1)
        self.assertEqual(self.lot(self.device, "SN1").trace_status, "free")
        self.assertFalse(self.desk(*ODD, "return_faulty", "return_expired"))

    def test_faulty_goods_go_to_quarantine_and_are_held(self):
        sale = self.sell(self.device, 1, "SN1")
        back = self.refund(sale, "SN1", trace_condition="faulty", trace_condition_note="cracked")
        lot = self.lot(self.device, "SN1")
        self.assertEqual(back.picking_ids.state, "done")
        self.assertEqual(self.on_hand(self.device, "SN1", self.quarantine), 1)
        self.assertEqual((lot.trace_status, lot.trace_hold_ids.source), ("held", "quality"))
        self.assertIn("cracked", lot.trace_hold_ids.reason)
        told = self.desk("return_faulty")
        self.assertEqual((told.lot_id, told.pos_order_id, told.severity), (lot, back, "quarantine"))
        self.assertIn("cracked", told.name)

    def test_release_brings_faulty_goods_to_the_shelf(self):
        sale = self.sell(self.device, 1, "SN1")
        self.refund(sale, "SN1", trace_condition="faulty")
        hold = self.lot(self.device, "SN1").trace_hold_ids
        self.assertEqual(hold.effect_ids.kind, "moved")
        hold._release("nothing wrong with it")
        back = hold.effect_ids.filtered(lambda effect: effect.kind == "back").picking_id
        self.assertEqual(back.location_dest_id, self.stock)

    def test_good_and_faulty_units_in_one_refund(self):
        sale = self.sell(self.device, 2, "SN1", "SN2")
        of = sale.lines
        back = self.send(
            self.line(self.device, -1, "SN1", of=of, trace_condition="good"),
            self.line(self.device, -1, "SN2", of=of, trace_condition="faulty"),
            is_refund=True,
        )
        self.assertEqual(back.picking_ids.state, "done")
        self.assertEqual(self.on_hand(self.device, "SN1", self.stock), 1)
        self.assertEqual(self.on_hand(self.device, "SN2", self.quarantine), 1)
        self.assertEqual(self.lot(self.device, "SN1").trace_status, "free")

    def test_good_and_faulty_part_of_a_lot(self):
        sale = self.sell(self.milk, 5, "L1")
        of = sale.lines
        self.send(
            self.line(self.milk, -2, "L1", of=of, trace_condition="good"),
            self.line(
                self.milk,
                -1,
                "L1",
                of=of,
                trace_condition="faulty",
                trace_condition_note="leaks",
            ),
            is_refund=True,
        )
        self.assertEqual(self.on_hand(self.milk, "L1", self.quarantine), 1)
        self.assertEqual(self.on_hand(self.milk, "L1", self.stock), 6)
        hold = self.lot(self.milk, "L1").trace_hold_ids
        self.assertEqual(hold.location_id, self.quarantine)
        # The good part of the lot can still be sold.
        self.assertFalse(self.desk("pos_conflict"))
        self.sell(self.milk, 1, "L1")
        self.assertFalse(self.desk("pos_conflict", "pos_held_sale"))

    def test_faulty_goods_without_numbers(self):
        pens = self._product("Pen", "none", available_in_pos=True)
        self.receive((pens, False, 9))
        sale = self.sell(pens, 5)
        of = sale.lines
        self.send(
            self.line(pens, -3, of=of, trace_condition="good"),
            self.line(pens, -2, of=of, trace_condition="faulty", trace_condition_note="dry"),
            is_refund=True,
        )
        there = self.env["stock.quant"]._get_available_quantity(pens, self.quarantine)
        self.assertEqual(there, 2)
        self.assertIn("2 Units of Pen", self.desk("return_faulty").name)

    def test_recalled_goods_go_to_quarantine(self):
        sale = self.sell(self.device, 1, "SN1")
        self.env["trace.hold"]._place(self.lot(self.device, "SN1"), "battery", "recall")
        self.refund(sale, "SN1", trace_condition="good")
        self.assertEqual(self.on_hand(self.device, "SN1", self.quarantine), 1)

    def test_expired_goods_go_to_quarantine(self):
        sale = self.sell(self.milk, 2, "L1")
        self.lot(self.milk, "L1").expiration_date = "2020-01-01 12:00:00"
        back = self.refund(sale, "L1", quantity=2)
        self.assertEqual(self.on_hand(self.milk, "L1", self.quarantine), 2)
        told = self.desk("return_expired")
        self.assertEqual(told.pos_order_id, back)
        self.assertIn("2020-01-01", told.name)

    def test_goods_past_their_last_day_of_sale_go_to_quarantine(self):
        self.env["trace.expiry.rule"].create({"name": "Sale", "stop_unit": "days", "stop_at": 400})
        sale = self.sell(self.milk, 2, "L1")
        self.lot(self.milk, "L1").expiration_date = datetime.now() + timedelta(days=300)
        self.refund(sale, "L1", quantity=2)
        self.assertEqual(self.on_hand(self.milk, "L1", self.quarantine), 2)

    def test_policy_can_let_them_reach_the_shelf(self):
        self.policy("return_faulty", "off")
        self.policy("return_expired", "note")
        sale = self.sell(self.device, 1, "SN1")
        self.refund(sale, "SN1", trace_condition="faulty")
        self.assertEqual(self.on_hand(self.device, "SN1", self.stock), 1)
        self.assertEqual(self.lot(self.device, "SN1").trace_status, "free")
        sale = self.sell(self.milk, 2, "L1")
        self.lot(self.milk, "L1").expiration_date = "2020-01-01 12:00:00"
        self.refund(sale, "L1", quantity=2)
        self.assertEqual(self.on_hand(self.milk, "L1", self.quarantine), 0)
        self.assertEqual(self.desk("return_faulty", "return_expired").kind, "return_expired")

    def test_without_quarantine_faulty_units_are_held_where_they_are(self):
        self.warehouse.trace_quarantine_id = False
        self.env["stock.location"].search(
            [("trace_quarantine", "=", True)]
        ).trace_quarantine = False
        sale = self.sell(self.device, 1, "SN1")
        back = self.refund(sale, "SN1", trace_condition="faulty")
        self.assertEqual(back.picking_ids.state, "done")
        self.assertEqual(self.lot(self.device, "SN1").trace_status, "held")
        self.assertTrue(self.desk("return_faulty"))
        sale = self.sell(self.milk, 2, "L1")
        self.refund(sale, "L1", trace_condition="faulty")
        # Nobody can tell the faulty carton from the good ones by its number.
        self.assertEqual(self.lot(self.milk, "L1").trace_status, "free")
        self.assertEqual(len(self.desk("return_faulty")), 2)

    def test_faulty_goods_that_cannot_be_booked_are_held(self):
        """The sale was never booked, so the unit is in stock by the book: nobody sells it again."""
        self.sell(self.device, 1, "SN1")
        again = self.sell(self.device, 1, "SN1")
        self.refund(again, "SN1", trace_condition="good")
        back = self.refund(again, "SN1", trace_condition="faulty", trace_condition_note="cracked")
        self.assertNotEqual(back.picking_ids.state, "done")
        lot = self.lot(self.device, "SN1")
        self.assertEqual(lot.trace_status, "held")
        self.assertIn("cracked", lot.trace_hold_ids.reason)
        told = self.desk("return_faulty")
        self.assertEqual((told.lot_name, told.pos_order_id), ("SN1", back))

    def test_a_faulty_unit_that_nobody_knows_is_told(self):
        """There is no record that could be held, and of a lot the good part stays for sale."""
        sale = self.sell(self.milk, 2, "L1")
        back = self.refund(sale, "NEVER", trace_condition="faulty")
        self.assertEqual(self.desk("return_faulty").pos_order_id, back)

    def test_at_closing(self):
        self.close()
        self.open("closing")
        sale = self.sell(self.device, 2, "SN1", "SN2")
        of = sale.lines
        self.send(
            self.line(self.device, -1, "SN1", of=of, trace_condition="good"),
            self.line(self.device, -1, "SN2", of=of, trace_condition="faulty"),
            is_refund=True,
        )
        self.close()
        self.assertEqual(self.on_hand(self.device, "SN1", self.stock), 1)
        self.assertEqual(self.on_hand(self.device, "SN2", self.quarantine), 1)
        self.assertEqual(self.lot(self.device, "SN2").trace_status, "held")

    def test_what_a_till_sends_never_stops_a_refund(self):
        sale = self.sell(self.device, 1, "SN1")
        back = self.refund(sale, "SN1", trace_condition="rotten", trace_condition_note="x" * 9000)
        self.assertFalse(back.lines.trace_condition)
        self.assertLess(len(back.lines.trace_condition_note), 1000)


@tagged("post_install", "-at_install")
class TestOddReturns(ReturnCase):
    """Refunds that should not have been: they stand, and somebody hears of them."""

    def furnish(self):
        super().furnish()
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 9))

    def test_never_sold(self):
        self.send(self.line(self.device, -1, "SN2"))
        told = self.desk(*ODD)
        self.assertEqual(
            (told.kind, told.lot_name, told.severity), ("return_unknown", "SN2", "warn")
        )

    def test_returned_already(self):
        sale = self.sell(self.device, 1, "SN1")
        first = self.refund(sale, "SN1")
        self.assertFalse(self.desk(*ODD))
        second = self.refund(sale, "SN1")
        told = self.desk(*ODD)
        self.assertEqual((told.kind, told.pos_order_id), ("returned_already", second))
        self.assertIn(first.pos_reference, told.name)

    def test_sold_again_may_come_back_again(self):
        sale = self.sell(self.device, 1, "SN1")
        self.refund(sale, "SN1")
        sale = self.sell(self.device, 1, "SN1")
        self.refund(sale, "SN1")
        self.assertFalse(self.desk(*ODD))

    def test_twice_in_one_refund(self):
        sale = self.sell(self.device, 1, "SN1")
        line = self.line(self.device, -1, "SN1", of=sale.lines)
        self.send(line, {**line, "uuid": "another"}, is_refund=True)
        self.assertEqual(self.desk(*ODD).kind, "returned_already")

    def test_more_of_a_lot_than_was_sold(self):
        sale = self.sell(self.milk, 3, "L1")
        self.refund(sale, "L1", quantity=2)
        self.assertFalse(self.desk(*ODD))
        self.refund(sale, "L1", quantity=2)
        self.assertEqual(self.desk(*ODD).kind, "returned_already")

    def test_another_customer(self):
        sale = self.sell(self.device, 1, "SN1")
        self.refund(sale, "SN1", partner=self.supplier)
        told = self.desk(*ODD)
        self.assertEqual(told.kind, "return_other_customer")
        self.assertIn("Customer", told.name)
        self.assertIn("Supplier", told.name)

    def test_delivered_and_brought_to_the_till(self):
        self.validate(self.picking("out", [(self.device, "SN1", 1)]))
        self.send(self.line(self.device, -1, "SN1"))
        self.assertFalse(self.desk(*ODD))

    def test_policy_decides(self):
        self.policy("return_unknown", "off")
        self.send(self.line(self.device, -1, "SN2"))
        self.assertFalse(self.desk(*ODD))

    def test_a_refund_of_many_costs_as_many_queries_as_of_one(self):
        many = [f"M{i}" for i in range(21)]
        self.receive(*((self.device, name, 1) for name in many))
        sale = self.sell(self.device, 21, *many)
        orders = []
        for names in (many[:1], many[1:]):
            line = self.line(self.device, -len(names), *names, of=sale.lines)
            orders.append(self.send(line, is_refund=True))
        counts = []
        for one in orders:
            self.env.invalidate_all()
            with self._counting() as count:
                self.env["trace.return"]._check(one)
            counts.append(count())
        self.assertEqual(counts[0], counts[1])

    def _counting(self):
        """A context that tells how many queries were asked in it."""
        case = self

        class Counting:
            def __enter__(self):
                case.env.flush_all()
                self.before = case.cr.sql_log_count
                return lambda: self.after - self.before

            def __exit__(self, *_error):
                case.env.flush_all()
                self.after = case.cr.sql_log_count

        return Counting()


@tagged("post_install", "-at_install")
class TestExchange(ReturnCase):
    """One unit back, another one out: in one order, and the warranty goes along."""

    def furnish(self):
        super().furnish()
        self.device.trace_warranty_months = 24
        self.make_quarantine()
        self.open()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))

    def exchange(self, sale, old, new, **values):
        back = self.line(self.device, -1, old, of=sale.lines, trace_condition="faulty")
        out = self.line(self.device, 1, new, trace_exchange_uuid=back["uuid"])
        return self.send(back, out, **values)

    def warranty(self, number):
        lot = self.lot(self.device, number)
        return self.env["trace.warranty"]._of(lot).get(lot.id)

    def test_the_warranty_moves(self):
        sale = self.sell(self.device, 1, "SN1", date_order="2026-03-04 05:06:07")
        until = self.warranty("SN1").end
        order = self.exchange(sale, "SN1", "SN2")
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})
        self.assertEqual(self.on_hand(self.device, "SN1", self.quarantine), 1)
        self.assertEqual(self.warranty("SN1").closed_as, "moved")
        new = self.warranty("SN2")
        self.assertEqual((new.end, new.replaces_id), (until, self.warranty("SN1")))
        self.assertFalse(self.desk(*ODD))

    def test_at_closing(self):
        self.close()
        self.open("closing")
        sale = self.sell(self.device, 1, "SN1")
        self.exchange(sale, "SN1", "SN2")
        self.assertEqual(self.warranty("SN1").closed_as, "moved")
        self.close()
        self.assertEqual(self.on_hand(self.device, "SN1", self.quarantine), 1)

    def test_the_new_unit_may_be_exchanged_again(self):
        sale = self.sell(self.device, 1, "SN1")
        order = self.exchange(sale, "SN1", "SN2")
        self.receive((self.device, "SN3", 1))
        out = order.lines.filtered(lambda line: line.qty > 0)
        back = self.line(self.device, -1, "SN2", of=out)
        self.send(back, self.line(self.device, 1, "SN3", trace_exchange_uuid=back["uuid"]))
        self.assertEqual(self.warranty("SN3").end, self.warranty("SN1").end)
        [told] = self.config.trace_find_sale("SN3")
        self.assertTrue(told["in_warranty"])

    def test_an_exchange_can_be_invoiced(self):
        sale = self.sell(self.device, 1, "SN1")
        order = self.exchange(sale, "SN1", "SN2", to_invoice=True, payment_ids=[])
        self.assertEqual(order.account_move.amount_total, 0)

    def test_a_line_that_names_no_return_is_a_sale(self):
        self.send(self.line(self.device, 1, "SN1", trace_exchange_uuid="nothing"))
        self.assertFalse(self.warranty("SN1").replaces_id)
