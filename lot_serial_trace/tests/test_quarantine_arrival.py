from odoo.tests import tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestQuarantineArrival(TraceCase):
    """What must not join the stock goes to quarantine when it comes in, and stays there.

    No rule pushes it on, no step that was chained to the receipt takes it, and none waits
    for it for ever.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.action_trace_make_quarantine()
        cls.quarantine = cls.warehouse.trace_quarantine_id

    def hold(self, product, name, reason="leaks"):
        """A lot on hold that is not here yet."""
        lot = self.lot(product, name) or self.env["stock.lot"].create(
            {"product_id": product.id, "name": name}
        )
        self.env["trace.hold"]._place(lot, reason)
        return lot

    def in_stock(self, product, place):
        """dict number -> quantity of what is at or below a place."""
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "child_of", place.id)]
        )
        return {quant.lot_id.name: quant.quantity for quant in quants if quant.quantity}

    def serials(self, *numbers):
        return [(self.device, number, 1) for number in numbers]

    # -- one step -------------------------------------------------------------

    def test_held_number_goes_to_quarantine_and_the_others_to_stock(self):
        self.hold(self.device, "S2")
        picking = self.receive(*self.serials("S1", "S2", "S3"))
        self.assertEqual(self.in_stock(self.device, self.quarantine), {"S2": 1})
        self.assertEqual(self.in_stock(self.device, self.stock), {"S1": 1, "S3": 1})
        apart = picking.move_ids.filtered(lambda move: move.location_dest_id == self.quarantine)
        self.assertEqual((apart.state, apart.quantity, apart.product_uom_qty), ("done", 1, 1))
        self.assertEqual((picking.move_ids - apart).product_uom_qty, 2)
        self.assertEqual(apart.move_line_ids.trace_why_here, "On hold: leaks")
        self.assertFalse(picking.backorder_ids)

    def test_the_transfer_says_what_went_to_quarantine(self):
        self.hold(self.device, "S2")
        picking = self.receive(*self.serials("S1", "S2"))
        self.assertIn("S2. On hold: leaks", picking.message_ids.mapped("body")[0])

    def test_everything_held_leaves_no_empty_movement(self):
        self.hold(self.milk, "L1")
        picking = self.receive((self.milk, "L1", 5))
        self.assertEqual(self.in_stock(self.milk, self.quarantine), {"L1": 5})
        self.assertEqual(len(picking.move_ids), 1)

    def test_the_rest_that_is_still_to_come_is_not_sent_to_quarantine(self):
        self.hold(self.milk, "L1")
        picking = self.picking("in", [(self.milk, "L1", 5)])
        picking.move_ids.product_uom_qty = 12
        picking.move_ids.move_line_ids.filtered(lambda line: not line.lot_id).unlink()
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.in_stock(self.milk, self.quarantine), {"L1": 5})
        rest = picking.backorder_ids.move_ids
        self.assertEqual((rest.product_uom_qty, rest.location_dest_id), (7, self.stock))

    def test_more_than_ordered(self):
        self.hold(self.device, "S2")
        picking = self.picking("in", self.serials("S1", "S2", "S3"))
        picking.move_ids.with_context(do_not_unreserve=True).product_uom_qty = 1
        picking.with_context(trace_confirmed=True, skip_backorder=True).button_validate()
        self.assertEqual(self.in_stock(self.device, self.quarantine), {"S2": 1})
        self.assertEqual(self.in_stock(self.device, self.stock), {"S1": 1, "S3": 1})

    def test_without_quarantine_goods_go_where_they_go_and_the_hold_does_the_rest(self):
        self.quarantine.trace_quarantine = False
        self.warehouse.trace_quarantine_id = False
        self.hold(self.device, "S2")
        self.receive(*self.serials("S1", "S2"))
        self.assertEqual(self.in_stock(self.device, self.stock), {"S1": 1, "S2": 1})

    def test_what_policy_quarantines_goes_there_and_is_held(self):
        self.policy("known_number", "quarantine", product_id=self.milk.id)
        self.receive((self.milk, "L1", 5))
        again = self.picking("in", [(self.milk, "L1", 3)])
        again.with_context(trace_confirmed=True).button_validate()
        self.assertEqual(self.in_stock(self.milk, self.quarantine), {"L1": 3})
        self.assertEqual(self.in_stock(self.milk, self.stock), {"L1": 5})
        self.assertEqual(self.lot(self.milk, "L1").trace_status, "held")

    def test_what_policy_warns_of_stays(self):
        self.policy("known_number", "warn", product_id=self.milk.id)
        self.receive((self.milk, "L1", 5))
        picking = self.picking("in", [(self.milk, "L1", 3)])
        picking.with_context(trace_confirmed=True).button_validate()
        self.assertEqual(self.in_stock(self.milk, self.stock), {"L1": 8})

    def test_customer_return_of_a_held_lot(self):
        self.receive((self.milk, "L1", 5))
        self.validate(self.picking("out", [(self.milk, "L1", 2)]))
        self.hold(self.milk, "L1")
        self.receive((self.milk, "L1", 2), source=self.customers, partner=self.customer)
        self.assertEqual(self.in_stock(self.milk, self.quarantine), {"L1": 2})

    def test_held_number_may_leave_transit_for_quarantine(self):
        transit = self.warehouse.company_id.internal_transit_location_id
        lot = self.hold(self.milk, "L1")
        self.env["stock.quant"]._update_available_quantity(self.milk, transit, 4, lot_id=lot)
        picking = self.picking("in", [(self.milk, "L1", 4)], source=transit)
        self.assertIs(self.validate(picking), True)
        self.assertEqual(self.in_stock(self.milk, self.quarantine), {"L1": 4})

    def test_interfaces_that_skip_the_transfer(self):
        self.hold(self.device, "S2")
        picking = self.picking("in", self.serials("S1", "S2"))
        picking.move_ids._action_done()
        self.assertEqual(self.in_stock(self.device, self.quarantine), {"S2": 1})

    def test_another_unit_of_measure(self):
        self.hold(self.milk, "L1")
        picking = self.picking("in", [(self.milk, "L1", 12), (self.milk, "L2", 12)])
        dozen = self.env.ref("uom.product_uom_dozen")
        held = picking.move_line_ids.filtered(lambda line: line.lot_id)
        held.write({"product_uom_id": dozen.id, "quantity": 1})
        self.validate(picking)
        self.assertEqual(self.in_stock(self.milk, self.quarantine), {"L1": 12})
        self.assertEqual(self.in_stock(self.milk, self.stock), {"L2": 12})

    def test_order_counts_what_came_also_if_it_is_quarantined(self):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    (0, 0, {"product_id": self.milk.id, "product_qty": 5, "price_unit": 2})
                ],
            }
        )
        order.button_confirm()
        self.hold(self.milk, "L1")
        picking = order.picking_ids
        picking.move_line_ids.unlink()
        base = picking.move_ids._prepare_move_line_vals(quantity=0)
        self.env["stock.move.line"].create(
            [
                {**base, "quantity": quantity, "lot_name": name, "picked": True}
                for name, quantity in (("L1", 2), ("L2", 3))
            ]
        )
        self.validate(picking)
        self.assertEqual(self.in_stock(self.milk, self.quarantine), {"L1": 2})
        self.assertEqual(order.order_line.qty_received, 5)

    def test_the_ledger_says_where_the_goods_are(self):
        self.hold(self.device, "S2")
        self.receive(*self.serials("S1", "S2"))
        event = self.events(("lot_name", "=", "S2"), ("dest_name", "!=", False))
        self.assertEqual(event.dest_name, self.quarantine.complete_name)

    def test_units_are_taken_off_a_pallet_that_is_otherwise_good(self):
        self.hold(self.device, "S2")
        self.hold(self.device, "S3")
        picking = self.picking("in", self.serials("S1", "S2", "S3"))
        mixed, held = self.env["stock.package"].create([{"name": "MIXED"}, {"name": "HELD"}])
        lines = {line.lot_id.name or line.lot_name: line for line in picking.move_line_ids}
        (lines["S1"] | lines["S2"]).result_package_id = mixed
        lines["S3"].result_package_id = held
        self.validate(picking)
        self.assertEqual(mixed.location_id, self.stock)
        self.assertEqual(mixed.quant_ids.lot_id.mapped("name"), ["S1"])
        self.assertEqual(held.location_id, self.quarantine)

    # -- release --------------------------------------------------------------

    def back(self, lot):
        """Release what holds a lot; returns the lines that bring it back."""
        lot.trace_hold_ids.filtered(lambda hold: hold.state == "active")._release("fine")
        return self.env["stock.move.line"].search(
            [("lot_id", "=", lot.id), ("location_id", "=", self.quarantine.id)]
        )

    def test_release_brings_goods_to_where_they_would_have_gone(self):
        lot = self.hold(self.device, "S2")
        self.receive(*self.serials("S1", "S2"))
        line = self.back(lot)
        self.assertEqual((line.state, line.location_dest_id), ("assigned", self.stock))
        line.picking_id.button_validate()
        self.assertEqual(self.in_stock(self.device, self.stock), {"S1": 1, "S2": 1})

    def test_release_of_what_policy_quarantined(self):
        self.policy("known_number", "quarantine", product_id=self.milk.id)
        self.receive((self.milk, "L1", 5))
        again = self.picking("in", [(self.milk, "L1", 3)])
        again.with_context(trace_confirmed=True).button_validate()
        lot = self.lot(self.milk, "L1")
        self.assertEqual(self.back(lot).mapped("quantity"), [3])

    def test_release_in_two_steps_brings_goods_to_stock_and_not_to_the_dock(self):
        dock = self.steps(2)
        lot = self.hold(self.device, "S2")
        picking = self.picking("in", self.serials("S1", "S2"), dest=dock)
        picking.move_ids.location_final_id = self.stock
        self.validate(picking)
        self.assertEqual(self.back(lot).location_dest_id, self.stock)

    def test_the_hold_makes_no_second_transfer_for_goods_in_quarantine(self):
        self.policy("known_number", "quarantine", product_id=self.milk.id)
        self.receive((self.milk, "L1", 5))
        self.validate(self.picking("out", [(self.milk, "L1", 5)]))
        again = self.picking("in", [(self.milk, "L1", 3)])
        again.with_context(trace_confirmed=True).button_validate()
        lot = self.lot(self.milk, "L1")
        self.assertEqual(lot.trace_status, "held")
        waiting = self.env["stock.move.line"].search(
            [("lot_id", "=", lot.id), ("state", "not in", ("done", "cancel"))]
        )
        self.assertFalse(waiting)

    # -- steps ----------------------------------------------------------------

    def steps(self, count):
        self.warehouse.reception_steps = {2: "two_steps", 3: "three_steps"}[count]
        return self.warehouse.wh_input_stock_loc_id

    def test_two_steps_the_store_movement_does_not_take_it(self):
        dock = self.steps(2)
        self.hold(self.device, "S2")
        picking = self.receive(*self.serials("S1", "S2", "S3"), dest=dock)
        store = picking.move_ids.move_dest_ids
        self.assertEqual((store.state, store.product_uom_qty, store.quantity), ("assigned", 2, 2))
        self.assertEqual(set(store.lot_ids.mapped("name")), {"S1", "S3"})
        self.assertEqual(self.in_stock(self.device, self.quarantine), {"S2": 1})
        store.picked = True
        store._action_done()
        self.assertEqual(self.in_stock(self.device, self.quarantine), {"S2": 1})

    def test_two_steps_a_line_sent_to_quarantine_by_hand(self):
        dock = self.steps(2)
        picking = self.picking("in", self.serials("S1", "S2"), dest=dock)
        sent = picking.move_line_ids.filtered(lambda line: line.lot_name == "S2")
        sent.location_dest_id = self.quarantine
        self.validate(picking)
        store = picking.move_ids.move_dest_ids
        self.assertEqual((store.state, store.product_uom_qty), ("assigned", 1))
        self.assertEqual(store.lot_ids.mapped("name"), ["S1"])

    def test_quarantine_in_stock_does_not_leak_either(self):
        dock = self.steps(2)
        cage = self.shelf.create({"name": "Cage", "location_id": self.stock.id})
        self.warehouse.trace_quarantine_id = cage
        self.hold(self.device, "S2")
        picking = self.receive(*self.serials("S1", "S2"), dest=dock)
        self.assertEqual(self.in_stock(self.device, cage), {"S2": 1})
        self.assertEqual(picking.move_ids.move_dest_ids.lot_ids.mapped("name"), ["S1"])

    def chained(self, picking, dest, quantity, **values):
        """A movement that waits for what a receipt brings."""
        kind = (
            self.warehouse.int_type_id if dest.usage == "internal" else self.warehouse.out_type_id
        )
        move = self.env["stock.move"].create(
            {
                "product_id": picking.move_ids.product_id.id,
                "product_uom_qty": quantity,
                "location_id": picking.location_dest_id.id,
                "location_dest_id": dest.id,
                "picking_type_id": kind.id,
                "procure_method": "make_to_order",
                "move_orig_ids": [(6, 0, picking.move_ids.ids)],
                **values,
            }
        )
        move._action_confirm(merge=False, create_proc=False)
        return move

    def test_steps_that_wait_are_made_shorter_to_the_end_of_the_chain(self):
        dock = self.steps(2)
        self.hold(self.milk, "L2")
        picking = self.picking("in", [(self.milk, "L1", 7), (self.milk, "L2", 3)], dest=dock)
        store = self.chained(picking, self.stock, 10)
        shelf = self.chained(picking, self.shelf, 10, move_orig_ids=[(6, 0, store.ids)])
        self.validate(picking)
        self.assertEqual((store.state, store.product_uom_qty, store.quantity), ("assigned", 7, 7))
        self.assertEqual((shelf.state, shelf.product_uom_qty), ("waiting", 7))

    def test_steps_with_nothing_left_to_wait_for_are_cancelled(self):
        dock = self.steps(2)
        self.hold(self.milk, "L2")
        picking = self.picking("in", [(self.milk, "L2", 3)], dest=dock)
        store = self.chained(picking, self.stock, 3)
        shelf = self.chained(picking, self.shelf, 3, move_orig_ids=[(6, 0, store.ids)])
        self.validate(picking)
        self.assertEqual((store.state, shelf.state), ("cancel", "cancel"))

    def test_a_customer_who_waits_is_served_from_stock(self):
        self.receive((self.milk, "GOOD", 3))
        self.hold(self.milk, "L2")
        picking = self.picking("in", [(self.milk, "L1", 7), (self.milk, "L2", 3)])
        delivery = self.chained(picking, self.customers, 10)
        self.validate(picking)
        rest = self.env["stock.move"].search(
            [("picking_id", "=", delivery.picking_id.id), ("id", "!=", delivery.id)]
        )
        self.assertEqual((delivery.product_uom_qty, delivery.state), (7, "assigned"))
        self.assertEqual(delivery.lot_ids.mapped("name"), ["L1"])
        self.assertEqual((rest.product_uom_qty, rest.procure_method), (3, "make_to_stock"))
        rest._action_assign()
        self.assertEqual(rest.lot_ids.mapped("name"), ["GOOD"])

    # -- size -----------------------------------------------------------------

    def test_thousand_lines_take_the_queries_of_ten(self):
        def queries(count, letter):
            numbers = [f"{letter}{n}" for n in range(count)]
            lots = self.env["stock.lot"].create(
                [{"product_id": self.device.id, "name": number} for number in numbers[::2]]
            )
            self.env["trace.hold"]._place(lots, "leaks")
            picking = self.picking("in", self.serials(*numbers))
            moves = picking.move_ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            todo = self.env["trace.quarantine"]._set_apart(moves)
            self.env.flush_all()
            self.assertEqual(sum(todo.mapped("quantity")), count)
            return self.env.cr.sql_log_count - before

        queries(4, "W")
        small, large = queries(10, "A"), queries(1000, "B")
        self.assertLessEqual(large, small + 20, "reading in chunks")

    def test_where_nothing_is_held_it_costs_two_queries(self):
        picking = self.picking("in", self.serials(*(f"S{n}" for n in range(50))))
        moves = picking.move_ids
        self.env["trace.quarantine"]._set_apart(moves)
        self.env.flush_all()
        with self.assertQueryCount(2):
            self.assertEqual(self.env["trace.quarantine"]._set_apart(moves), moves)
