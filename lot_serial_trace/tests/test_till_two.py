from odoo.tests import tagged

from .till_screen_case import NUMBERS, PAY, TillScreenCase

SENT = """!posmodel.models["pos.order"].some((one) => one.finalized && !one.isSynced)"""


@tagged("post_install", "-at_install")
class TestTillTwo(TillScreenCase):
    """Two tills of a shop, each in a browser of its own, and one unit."""

    def setUp(self):
        super().setUp()
        self.receive(*((self.phone, f"PH-{index}", 1) for index in range(1, 5)))
        self.policy("in_other_order", "block")
        self.policy("sold_already", "block")
        self.other = self.config.copy({"name": "Corner Till"})
        for config in (self.config, self.other):
            self.open_till(config)

    def test_with_network_only_one_gets_it(self):
        with self.tills(self.config, self.other) as (one, two):
            self.take(one, "PH-1")
            one.until("posmodel.traceAsked.size === 1", "the server's word")
            # the other till hears who has it, and takes it off
            self.scan(two, "PH-1")
            two.see(".o_trace_gate .o_trace_text", "PH-1 of Phone is on another open order")
            two.see(".o_trace_gate .o_trace_text", "(Trace Shop)")
            two.click(".o_trace_gate .o_trace_all_off")
            two.until(f"!{NUMBERS}", "an empty order")
            # the first one gives it up: the second may have it at once
            one.value("posmodel.deleteOrders([posmodel.getOrder()])")
            one.until("!posmodel.traceKept.uuids.length", "what the till gave up")
            self.take(two, "PH-1")
            two.until("posmodel.traceKept.uuids.length === 1", "the server's word")
            two.value(PAY)
            # the book of the first one knows of it
            one.value("posmodel.traceBook.refresh()")
            self.scan(one, "PH-1")
            one.see(".o_trace_refusal .o_trace_text", "PH-1 of Phone was sold before")
        self.assertFalse(self.conflicts())

    def test_without_network_both_sales_stand_and_the_desk_knows(self):
        with self.tills(self.config, self.other) as (one, two):
            for till in (one, two):
                till.wire.cut()
                self.take(till, "PH-2")
                till.value(PAY)
                # here it is known at once
                self.scan(till, "PH-2")
                till.see(".o_trace_refusal .o_trace_text", "PH-2 of Phone was sold before")
                till.click(".o_trace_refusal .o-default-button")
            for till in (one, two):
                till.wire.mend()
                # by itself, as soon as the server answers
                till.until(SENT, "the order at the server", 90)
        orders = self.env["pos.order"].search(
            [("config_id", "in", (self.config | self.other).ids)], order="id"
        )
        self.assertEqual(orders.mapped("state"), ["paid", "paid"])
        self.assertEqual(sorted(orders.picking_ids.mapped("state")), ["assigned", "done"])
        told = self.conflicts(("kind", "=", "pos_double_sale"))
        self.assertEqual((told.pos_order_id, told.lot_name), (orders[-1], "PH-2"))
