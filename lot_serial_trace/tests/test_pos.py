from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from .till_case import TillCase


@tagged("post_install", "-at_install")
class TestPos(TillCase):
    """Sales as the till sends them: never refused, told as made, conflicts on the desk."""

    # -- in real time ---------------------------------------------------------

    def test_a_sale_is_told_as_the_cashier_made_it(self):
        self.open("real")
        self.receive((self.device, "SN1", 1))
        order = self.sell(self.device, 1, "SN1")
        event = self.events(("lot_name", "=", "SN1"), ("biz_step", "=", "retail_selling"))
        self.assertEqual(event.event_time, datetime(2026, 3, 4, 5, 6, 7))
        self.assertGreater(event.record_time, event.event_time)
        self.assertEqual((event.document, event.document_id), (order.name, order.id))
        self.assertEqual(event.partner_name, "Customer")

    def test_a_correction_and_the_backfill_tell_the_same(self):
        self.open("real")
        self.receive((self.device, "SN1", 1))
        order = self.sell(self.device, 1, "SN1")
        live = self.events(("lot_name", "=", "SN1"), ("biz_step", "=", "retail_selling"))
        # Who did it and what Odoo notes on the transfer afterwards are not known alike.
        unlike = {"id", "recorded", "record_time", "origin", "user_id", "user_name"}
        names = [name for name, field in live._fields.items() if field.store and name not in unlike]
        said = live.read(names)[0]
        self.cr.execute("ALTER TABLE trace_event DISABLE TRIGGER USER")
        self.cr.execute("DELETE FROM trace_event WHERE id = %s", [live.id])
        self.cr.execute("ALTER TABLE trace_event ENABLE TRIGGER USER")
        self.env["ir.config_parameter"].set_param("lot_serial_trace.backfill_next", 1)
        self.env["ir.config_parameter"].set_param(
            "lot_serial_trace.backfill_last", order.picking_ids.move_line_ids.id
        )
        self.env["trace.event"]._backfill_batch(10**6)
        history = self.events(("lot_name", "=", "SN1"), ("biz_step", "=", "retail_selling"))
        self.assertEqual({**history.read(names)[0], "id": 0}, {**said, "id": 0})
        order.picking_ids.move_line_ids.quantity = 0
        correction = self.events(("move_line_id", "=", order.picking_ids.move_line_ids.id))[-1]
        self.assertEqual(
            (correction.document, correction.event_time), (said["document"], said["event_time"])
        )

    def test_refused_by_policy_is_sold_and_on_the_desk(self):
        self.open("real")
        for code in ("unknown_number", "expired", "duplicate_serial", "no_number"):
            self.policy(code, "block")
        self.receive((self.device, "HELD", 1), (self.milk, "OLD", 5))
        self.lot(self.milk, "OLD").expiration_date = "2020-01-01"
        self.env["trace.hold"]._place(self.lot(self.device, "HELD"), "leaking")
        for product, number, kind in (
            (self.device, "HELD", "pos_held_sale"),
            (self.device, "NOT OURS %(lot)s %s", "pos_unknown_sale"),
            (self.milk, "OLD", "pos_expired_sale"),
        ):
            with self.subTest(number):
                order = self.sell(product, 1, number)
                self.assertEqual(order.picking_ids.state, "done")
                conflict = self.conflicts(("pos_order_id", "=", order.id))
                self.assertEqual((conflict.kind, conflict.lot_name), (kind, number))

    def test_too_old_for_sale_or_for_the_customer_is_sold_and_on_the_desk(self):
        self.open("real")
        self.env["trace.expiry.rule"].create(
            [
                {"name": "Sale", "stop_unit": "days", "stop_at": 400},
                {
                    "name": "Customer",
                    "partner_id": self.customer.id,
                    "min_life_unit": "days",
                    "min_life_at": 500,
                },
            ]
        )
        for code in ("past_stop_sale", "short_life_customer"):
            self.policy(code, "block")
        self.receive((self.milk, "OLD", 5), (self.milk, "SHORT", 5))
        for number, days, reason in (
            ("OLD", 300, "was to be sold until"),
            ("SHORT", 450, "Customer wants 500"),
        ):
            self.lot(self.milk, number).expiration_date = datetime.now() + timedelta(days=days)
            order = self.sell(self.milk, 1, number, date_order=fields.Datetime.now())
            self.assertEqual(order.picking_ids.state, "done")
            about = self.conflicts(("pos_order_id", "=", order.id))
            self.assertIn(reason, " ".join(about.mapped("name")))

    def test_sold_twice_is_on_the_desk(self):
        """Odoo refuses the second unit in the back and tells nobody."""
        self.open("real")
        self.receive((self.device, "SN1", 1))
        self.sell(self.device, 1, "SN1")
        again = self.sell(self.device, 1, "SN1")
        self.assertEqual(again.picking_ids.state, "assigned")
        about = self.conflicts(("pos_order_id", "=", again.id)).grouped("kind")
        self.assertEqual(set(about), {"pos_stranded", "pos_double_sale"})
        self.assertIn("SN1: it was sold already", about["pos_stranded"].name)
        self.assertEqual(about["pos_double_sale"].picking_id, again.picking_ids)

    def test_sold_without_number_is_on_the_desk(self):
        self.open("real")
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        for numbers, quantity in (((), 1), (("SN1",), 2)):
            with self.subTest(numbers):
                order = self.sell(self.device, quantity, *numbers)
                stranded = self.conflicts(("pos_order_id", "=", order.id))
                self.assertIn("no number was captured", stranded.name)

    def test_refund(self):
        self.open("real")
        self.receive((self.device, "SN1", 1))
        self.sell(self.device, 1, "SN1")
        back = self.sell(self.device, -1, "SN1")
        event = self.events(("document_id", "=", back.id), ("document_model", "=", "pos.order"))
        self.assertEqual((event.biz_step, event.disposition), ("receiving", "returned"))
        self.assertFalse(self.conflicts())

    def test_refund_of_a_held_lot_goes_to_quarantine(self):
        self.warehouse.action_trace_make_quarantine()
        quarantine = self.warehouse.trace_quarantine_id
        self.open("real")
        self.receive((self.milk, "L1", 9))
        self.sell(self.milk, 3, "L1")
        self.env["trace.hold"]._place(self.lot(self.milk, "L1"), "leaks", goods="stay")
        back = self.sell(self.milk, -2, "L1")
        self.assertEqual(back.picking_ids.state, "done")
        quants = self.lot(self.milk, "L1").quant_ids
        in_quarantine = quants.filtered(lambda quant: quant.location_id == quarantine)
        self.assertEqual(in_quarantine.quantity, 2)

    def test_refund_goes_through_also_if_quarantine_is_broken(self):
        self.warehouse.action_trace_make_quarantine()
        self.open("real")
        self.receive((self.milk, "L1", 9))
        self.sell(self.milk, 3, "L1")
        self.env["trace.hold"]._place(self.lot(self.milk, "L1"), "leaks", goods="stay")
        # A place that Odoo refuses goods in: of another company.
        other = self.env["res.company"].create({"name": "Other"})
        self.env.cr.execute(
            "UPDATE stock_location SET company_id = %s WHERE id = %s",
            [other.id, self.warehouse.trace_quarantine_id.id],
        )
        self.env.invalidate_all()
        back = self.sell(self.milk, -2, "L1")
        self.assertEqual(back.picking_ids.state, "done")

    # -- at closing -----------------------------------------------------------

    def test_closing_tells_each_sale(self):
        """One transfer stands for the day; the ledger knows order, customer and time."""
        self.open("closing")
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 9))
        orders = self.sell(self.device, 1, "SN1") | self.sell(self.device, 1, "SN2")
        back = self.sell(self.device, -1, "SN1")
        for quantity in (1, 2):
            self.sell(self.milk, quantity, "L1")
        self.close()
        sold = self.events(("biz_step", "=", "retail_selling"), ("partner_name", "=", "Customer"))
        serials = sold.filtered(lambda event: event.lot_name != "L1")
        self.assertEqual(
            {event.lot_name: event.document for event in serials},
            {order.lines.pack_lot_ids.lot_name: order.name for order in orders},
        )
        self.assertEqual(set(serials.mapped("event_time")), {datetime(2026, 3, 4, 5, 6, 7)})
        returned = self.events(("disposition", "=", "returned"), ("lot_name", "=", "SN1"))
        self.assertEqual(returned.document, back.name)
        lot = self.events(("lot_name", "=", "L1"), ("biz_step", "=", "retail_selling"))
        self.assertEqual(
            (set(lot.mapped("document")), sum(lot.mapped("quantity"))), ({self.session.name}, 3)
        )

    def test_what_strands_a_closing_is_on_the_desk(self):
        self.open("closing")
        self.receive((self.device, "SN1", 1), (self.device, "HELD", 1))
        self.env["trace.hold"]._place(self.lot(self.device, "HELD"), "leaking")
        self.sell(self.device, 1, "SN1")
        self.sell(self.device, 1, "SN1")
        self.sell(self.device, 1, "HELD")
        self.close()
        left = self.session.picking_ids.filtered(lambda one: one.state != "done")
        self.assertEqual(left.move_line_ids.lot_id.name, "SN1")
        stranded = self.conflicts(("picking_id", "=", left.id), ("kind", "=", "pos_stranded"))
        self.assertIn("SN1: it was sold twice", stranded.name)
        done = self.session.picking_ids - left
        self.assertEqual(set(done.move_line_ids.lot_id.mapped("name")), {"SN1", "HELD"})

    def test_where_a_sold_unit_is(self):
        """Sold at which order, and on hand again after its return."""
        self.receive((self.device, "SN1", 1))
        self.open("real")
        order = self.sell(self.device, 1, "SN1")
        [answer] = self.lot(self.device, "SN1").where_is_it()
        [place] = answer["places"]
        self.assertEqual(
            (place["state"], place["partner"], place["document"], place["document_model"]),
            ("till", "Customer", order.name, "pos.order"),
        )
        self.sell(self.device, -1, "SN1")
        [answer] = self.lot(self.device, "SN1").where_is_it()
        self.assertEqual(
            ([place["state"] for place in answer["places"]], answer["difference"]), (["on_hand"], 0)
        )
