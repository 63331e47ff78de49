from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .asn_case import OUR_MILK, AsnCase


@tagged("post_install", "-at_install")
class TestAsnBinding(AsnCase):
    """Before goods go in a person reads what differs; no road leads around a block."""

    def ask(self, picking=None, **context):
        """Press Validate; returns the dialog, or None when the goods went in."""
        picking = picking or self.receipt
        answer = picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids, **context
        ).button_validate()
        if answer is True:
            return None
        self.assertEqual(answer["res_model"], "trace.gate.wizard")
        return (
            self.env["trace.gate.wizard"].with_context(**answer["context"]).browse(answer["res_id"])
        )

    def messages(self, dialog):
        return [line.message.replace(f"[{OUR_MILK}] ", "") for line in dialog.line_ids]

    def test_as_advised_asks_nothing(self):
        self.full_notice()
        self.capture(*self.full_capture())
        self.assertIsNone(self.ask())
        self.assertEqual(self.receipt.state, "done")

    def test_warnings_are_confirmed(self):
        self.full_notice()
        self.capture(*self.full_capture([*self.all_devices(9), "S99"]))
        dialog = self.ask()
        self.assertEqual(
            self.messages(dialog),
            [
                "S9 of Device (1) was advised on LS-1 but not received.",
                "S99 of Device (1) was received but is not on LS-1.",
            ],
        )
        self.assertFalse(dialog.blocked)
        self.assertEqual(self.kinds(self.receipt), [], "nothing is on the desk yet")
        dialog.action_continue()
        self.assertEqual(self.receipt.state, "done")
        self.assertEqual(self.kinds(self.receipt), ["asn_missing", "asn_unexpected"])

    def test_what_may_still_come_is_not_missing(self):
        self.full_notice()
        self.capture(*self.full_capture(self.all_devices(4)))
        answer = self.receipt.with_context(skip_backorder=True).button_validate()
        self.assertIs(answer, True)
        self.assertTrue(self.receipt.backorder_ids)

    def test_operation_type_that_never_makes_back_orders(self):
        self.warehouse.in_type_id.create_backorder = "never"
        self.full_notice()
        self.capture(*self.full_capture(self.all_devices(9)))
        answer = self.receipt.button_validate()
        dialog = self.env["trace.gate.wizard"].browse(answer["res_id"])
        self.assertEqual(
            self.messages(dialog), ["S9 of Device (1) was advised on LS-1 but not received."]
        )

    def test_notes_and_what_is_off_ask_nothing(self):
        self.policy("asn_missing", "off")
        self.policy("asn_unexpected", "note")
        self.full_notice()
        self.capture(*self.full_capture([*self.all_devices(9), "S99"]))
        self.assertIsNone(self.ask())
        self.assertEqual(self.kinds(self.receipt), ["asn_unexpected"])

    def test_block_by_every_road(self):
        self.policy("asn_unexpected", "block", partner_id=self.supplier.id)
        self.full_notice()
        self.capture(*self.full_capture([*self.all_devices(9), "S99"]))
        said = "S99 of Device .1. was received but is not on LS-1"
        for road in (
            self.receipt.with_context(trace_confirmed=True, skip_backorder=True).button_validate,
            self.receipt.with_context(trace_confirmed=True, trace_override="me")._action_done,
            self.receipt.move_ids._action_done,
            lambda: self.receipt.move_ids._action_done(cancel_backorder=True),
        ):
            with self.assertRaisesRegex(UserError, said), self.env.cr.savepoint():
                road()
        self.assertEqual(self.receipt.state, "assigned")

    def test_block_is_on_the_desk_and_quality_can_let_it_pass(self):
        self.policy("asn_unexpected", "block")
        packer = new_test_user(self.env, "packer", groups="lot_serial_trace.group_trace_user")
        self.full_notice()
        self.capture(*self.full_capture([*self.all_devices(9), "S99"]))
        dialog = self.ask(self.receipt.with_user(packer))
        self.assertTrue(dialog.blocked)
        self.assertEqual(dialog.line_ids[0].severity, "block", "the gravest comes first")
        self.assertEqual(self.kinds(self.receipt), ["asn_unexpected"])
        with self.assertRaises(UserError):
            dialog.with_user(packer).action_continue()
        dialog.reason = "Supplier called: S99 is right"
        dialog.with_user(self.env.user).action_continue()
        self.assertEqual(self.receipt.state, "done")
        event = self.events(("lot_id", "=", self.lot(self.device, "S99").id))
        self.assertIn("override", event.mapped("kind"))

    def test_quarantine_holds_what_differs(self):
        self.policy("asn_unexpected", "quarantine")
        self.full_notice()
        self.capture(*self.full_capture([*self.all_devices(9), "S98"]))
        dialog = self.ask()
        self.assertIn("quarantine", dialog.line_ids.mapped("severity"))
        dialog.action_continue()
        held = self.lot(self.device, "S98")
        self.assertEqual(held.trace_status, "held")
        self.assertEqual(held.trace_hold_ids.source, "asn")
        self.assertIn("S98 of Device (1) was received but is not on", held.trace_hold_ids.reason)
        self.assertEqual(self.lot(self.device, "S0").trace_status, "free")

    def test_quarantine_of_a_whole_product(self):
        self.policy("over_order", "quarantine")
        self.notice(self.devices(*self.all_devices()), self.lots(quantity=40))
        self.done(*self.full_capture(lots=[("L1", 20), ("L2", 20)]))
        held = self.lot(self.milk, "L1") | self.lot(self.milk, "L2")
        self.assertEqual(set(held.mapped("trace_status")), {"held"})
        self.assertEqual(self.lot(self.device, "S0").trace_status, "free")

    def test_many_numbers_are_held_though_the_desk_has_one_exception(self):
        self.policy("asn_unexpected", "quarantine")
        self.order = self.purchase((self.device, 30))
        self.receipt = self.order.picking_ids
        self.notice(self.devices("A0"), order=self.order.name)
        self.done(*((self.device, f"B{i}", 1) for i in range(30)))
        self.assertEqual(self.kinds(self.receipt), ["asn_missing", "asn_unexpected"])
        lots = self.receipt.move_line_ids.lot_id
        self.assertEqual((len(lots), set(lots.mapped("trace_status"))), (30, {"held"}))

    def test_which_policy_won_and_why(self):
        rule = self.policy(
            "asn_missing", "note", partner_id=self.supplier.id, note="They send the rest by post"
        )
        self.policy("asn_missing", "block")
        self.full_notice()
        self.done(*self.full_capture([*self.all_devices(9), "S99"]))
        found = {one.kind: one for one in self.receipt.trace_asn_ids.exception_ids}
        missing = found["asn_missing"]
        self.assertEqual((missing.severity, missing.policy_id), ("note", rule))
        self.assertIn("Supplier or Customer Supplier", missing.policy_text)
        self.assertIn("They send the rest by post", missing.policy_text)
        rule.unlink()
        self.assertIn("by post", missing.policy_text, "what was decided stays readable")
        self.assertFalse(found["asn_unexpected"].policy_id)
        self.assertIn("by default", found["asn_unexpected"].policy_text)

    def test_dialog_says_why(self):
        self.device.categ_id = self.env["product.category"].create({"name": "Fragile"})
        self.policy("asn_missing", "warn", categ_id=self.device.categ_id.id)
        self.full_notice()
        self.capture(*self.full_capture(self.all_devices(9)))
        self.assertIn("Product Category Fragile", self.ask().line_ids.why)

    # -- what policy lets pass ------------------------------------------------

    def test_tolerances(self):
        self.policy("asn_under", "warn", tolerance_percent=10)
        self.policy("over_order", "warn", tolerance_quantity=5)
        self.policy("asn_over", "warn", tolerance_quantity=2, tolerance_percent=1)
        self.full_notice()
        self.capture(*self.full_capture(lots=[("L1", 27)]))
        self.assertIsNone(self.ask())
        order = self.purchase((self.milk, 30))
        self.receipt = order.picking_ids
        self.notice(self.lots(("L1", ""), quantity=30), order=order.name, number="2")
        self.capture((self.milk, "L1", 33))
        self.assertEqual(len(self.ask().line_ids), 1)
        self.capture((self.milk, "L1", 32))
        self.assertIsNone(self.ask())

    def test_remaining_life_as_a_share(self):
        self.milk.expiration_time = 100
        self.policy("short_life", "block", min_life_percent=50)
        self.notice(self.devices(*self.all_devices()), self.lots(("L1", "2026-12-01"), quantity=30))
        units = [unit for unit in self.full_capture() if unit[0] == self.device]
        self.capture(*units, (self.milk, "L1", 30))
        self.assertIn("50 wanted", self.messages(self.ask())[0])

    def test_packs_for_pieces(self):
        pack = self.env["uom.uom"].create(
            {"name": "Tray of 6", "relative_factor": 6, "relative_uom_id": self.milk.uom_id.id}
        )
        self.milk.uom_ids = pack
        self.notice(self.devices(*self.all_devices()), self.lots(("L1", ""), quantity=5))
        self.capture(*self.full_capture())
        self.assertEqual(
            self.messages(self.ask()),
            ["L1 of Milk: received 30, advised 5 on LS-1; a pack holds 6."],
        )

    # -- what was known before ------------------------------------------------

    def test_already_in_stock(self):
        self.receive((self.device, "S0", 1))
        self.full_notice()
        self.capture(*self.full_capture())
        said = f"Serial number S0 of Device is already in {self.stock.complete_name}"
        self.policy("duplicate_serial", "off", product_id=self.device.id)
        self.assertEqual(self.messages(self.ask()), [f"{said}."])
        self.policy("duplicate_serial", "warn", product_id=self.device.id)
        self.assertEqual(self.messages(self.ask()), [said], "the gate says it: once is enough")

    def test_sold_before(self):
        self.receive((self.device, "S0", 1))
        self.validate(self.picking("out", [(self.device, "S0", 1)]))
        self.full_notice()
        self.capture(*self.full_capture())
        self.assertIn("sold before", self.messages(self.ask())[0])

    def test_sold_and_come_back_is_in_stock(self):
        self.receive((self.device, "S0", 1))
        self.validate(self.picking("out", [(self.device, "S0", 1)]))
        self.receive((self.device, "S0", 1), source=self.customers, partner=self.customer)
        self.full_notice()
        self.capture(*self.full_capture())
        self.assertIn("already in", self.messages(self.ask())[0])

    def test_more_of_a_lot_on_hold_and_of_a_recalled_one(self):
        self.receive((self.milk, "L1", 1), (self.milk, "L2", 1))
        hold = self.env["trace.hold"]
        hold._place(self.lot(self.milk, "L1"), "smells")
        hold._place(self.lot(self.milk, "L2"), "Recall 7", "recall")
        self.notice(self.devices(*self.all_devices()), self.lots(quantity=30))
        self.capture(*self.full_capture(lots=[("L1", 10), ("L2", 20)]))
        self.assertEqual(
            sorted(self.messages(self.ask())),
            ["L1 of Milk comes in on hold: smells.", "L2 of Milk is recalled: Recall 7."],
        )

    # -- which receipts belong together ---------------------------------------

    def test_two_receipts_of_one_notice_wait_for_each_other(self):
        other = self.purchase((self.device, 5))
        head = "".join(
            f"<cac:OrderReference><cbc:ID>{order.name}</cbc:ID></cac:OrderReference>"
            for order in (self.order, other)
        )
        asn = self.notice(self.devices(*self.all_devices(15)), order="", head=head)
        self.assertEqual(asn.picking_ids, self.receipt | other.picking_ids)
        self.done(*self.full_capture(self.all_devices(10), lots=[]))
        self.assertNotIn("asn_missing", self.kinds(asn))
        self.assertEqual(asn.state, "receiving")
        second = other.picking_ids
        self.capture(*((self.device, f"S{i}", 1) for i in range(10, 14)), picking=second)
        self.assertEqual(
            self.messages(self.ask(second)),
            ["S14 of Device (1) was advised on LS-1 but not received."],
        )

    def test_lines_for_different_orders_do_not_wait(self):
        other = self.purchase((self.milk, 5))
        asn = self.notice(
            self.devices(*self.all_devices(), order=self.order.name),
            self.lots(quantity=30, order=self.order.name),
            self.lots(("L9", ""), quantity=5, order=other.name, number="3"),
        )
        self.assertEqual(asn.picking_ids, self.receipt | other.picking_ids)
        self.done(*self.full_capture(self.all_devices(9)))
        self.assertEqual(self.kinds(self.receipt), ["asn_missing"])
        self.assertEqual(asn.state, "receiving")

    def test_return_to_the_supplier_is_not_counted(self):
        self.full_notice()
        self.done(*self.full_capture())
        wizard = self.env["stock.return.picking"].with_context(
            active_id=self.receipt.id, active_ids=self.receipt.ids, active_model="stock.picking"
        )
        wizard = wizard.create({"picking_id": self.receipt.id})
        for line in wizard.product_return_moves:
            line.quantity = 1
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self.assertFalse(back.trace_asn_ids)
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(back.state, "done")
        self.assertEqual(self.kinds(self.receipt | back), [])

    # -- documents ------------------------------------------------------------

    def test_bad_gtin_is_a_finding_of_its_own(self):
        asn = self.notice(self.devices("S0", gtin="1234567890123", supplier_code="X"))
        self.assertIn("asn_bad_gtin", self.kinds(asn))
        self.assertNotIn("asn_flaw", self.kinds(asn))

    # -- cost -----------------------------------------------------------------

    def test_ten_times_the_numbers_take_the_same_queries(self):
        def queries(count, number):
            order = self.purchase((self.device, count))
            receipt = order.picking_ids
            serials = [f"{number}{i}" for i in range(count)]
            self.notice(self.devices(*serials), order=order.name, number=number)
            self.capture(*((self.device, f"{serial}x", 1) for serial in serials), picking=receipt)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env["trace.asn.receiving"].sudo()._before(receipt.sudo().move_ids, True)
            self.assertEqual(len(found.differences), 2 * count)
            return self.env.cr.sql_log_count - before

        queries(2, "W")
        small, large = queries(25, "A"), queries(500, "B")
        self.assertLessEqual(large, small + 1)

    def test_receipt_without_notice_costs_nothing_more(self):
        self.capture(*self.full_capture())
        self.env.flush_all()
        self.receipt.mapped("trace_asn_ids.state")
        with self.assertQueryCount(0):
            self.assertIsNone(
                self.env["trace.asn.receiving"].sudo()._before(self.receipt.move_ids.sudo(), True)
            )
