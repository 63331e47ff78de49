from datetime import date, datetime

from odoo.tests import new_test_user, tagged

from .asn_case import AsnCase


@tagged("post_install", "-at_install")
class TestAsnReceiving(AsnCase):
    """What was advised is compared with what was captured, when the goods are in."""

    def test_as_advised_is_silent(self):
        asn = self.full_notice()
        self.done(*self.full_capture())
        self.assertEqual(self.kinds(self.receipt), [])
        self.assertEqual(asn.state, "reconciled")
        self.assertEqual(set(asn.unit_ids.mapped("outcome")), {"received"})
        asn.action_close()
        self.assertEqual(asn.state, "closed")

    def test_missing_unexpected_and_short_life(self):
        self.policy("short_life", "warn", min_life_days=3650)
        asn = self.full_notice()
        self.done(*self.full_capture([*self.all_devices(9), "S99"]))
        self.assertEqual(self.kinds(self.receipt), ["asn_missing", "asn_unexpected", "short_life"])
        by_kind = {one.kind: one for one in asn.exception_ids}
        missing = by_kind["asn_missing"]
        self.assertEqual(missing.name, "S9 of Device (1) was advised on LS-1 but not received")
        self.assertEqual((missing.lot_name, missing.product_id), ("S9", self.device))
        self.assertEqual(missing.partner_id, self.supplier)
        unexpected = by_kind["asn_unexpected"]
        self.assertEqual(unexpected.lot_id, self.lot(self.device, "S99"))
        self.assertEqual((unexpected.picking_id, unexpected.asn_id), (self.receipt, asn))
        self.assertIn("3650 wanted", by_kind["short_life"].name)
        outcomes = {unit.name: unit.outcome for unit in asn.unit_ids}
        self.assertEqual((outcomes["S9"], outcomes["S0"]), ("missing", "received"))

    def test_hint_about_letter_case(self):
        self.notice(self.devices(*self.all_devices()))
        self.done(*self.full_capture(["s0", *self.all_devices()[1:]]))
        unexpected = self.receipt.trace_asn_ids.exception_ids.filtered(
            lambda one: one.kind == "asn_unexpected" and one.product_id == self.device
        )
        self.assertEqual(unexpected.lot_name, "s0")
        self.assertIn("S0 is the other number: only letter case", unexpected.remedy)

    def test_quantities(self):
        self.full_notice()
        self.done(*self.full_capture(lots=[("L1", 28)]))
        self.assertEqual(self.kinds(self.receipt), ["asn_under"])

    def test_expiry_is_compared_as_a_local_day(self):
        self.env.company.partner_id.tz = "Europe/Berlin"
        self.full_notice()
        units = [unit for unit in self.full_capture() if unit[0] == self.device]
        # 22:30 UTC is half past midnight of the next day in Berlin
        self.done(*units, (self.milk, "L1", 30, datetime(2028, 5, 31, 22, 30)))
        self.assertEqual(self.kinds(self.receipt), ["asn_expiry_mismatch"])

    def test_policy_decides(self):
        for code in ("asn_missing", "asn_unexpected"):
            self.policy(code, "off", partner_id=self.supplier.id)
        self.full_notice()
        self.done(*self.full_capture([*self.all_devices(9), "S99"]))
        self.assertEqual(self.kinds(self.receipt), [])

    def test_short_life_needs_a_policy_that_says_how_short(self):
        self.notice(self.devices(*self.all_devices()), self.lots(("L1", "2026-12-01"), quantity=30))
        self.done(*self.full_capture())
        self.assertNotIn("short_life", self.kinds(self.receipt))

    def test_lost_pallet_is_one_exception(self):
        order = self.purchase((self.device, 100))
        self.order = order
        self.receipt = order.picking_ids
        asn = self.notice(self.devices(*self.all_devices(100)), order=order.name)
        self.done((self.device, "S0", 1))
        missing = asn.exception_ids.filtered(lambda one: one.kind == "asn_missing")
        self.assertEqual(len(missing), 1)
        self.assertEqual((missing.quantity, missing.lot_name), (99, "S1, S2, S3, … (99)"))
        self.assertEqual(asn.unit_ids.mapped("outcome").count("missing"), 99)

    def test_back_order_waits_for_the_rest(self):
        asn = self.full_notice()
        first = self.capture(*self.full_capture([*self.all_devices(4), "S99"], lots=[("L1", 20)]))
        self.with_rest(first).button_validate()
        second = self.order.picking_ids - first
        self.assertEqual((first.state, second.trace_asn_ids), ("done", asn))
        self.assertEqual(asn.state, "receiving")
        self.assertEqual(self.kinds(first), ["asn_unexpected"], "the rest may still come")
        self.assertEqual(set(asn.unit_ids.mapped("outcome")), {"received", False})
        rest = self.full_capture(self.all_devices()[4:9], lots=[("L1", 9)])
        self.capture(*rest, picking=second)
        self.last(second).button_validate()
        self.assertEqual(asn.state, "reconciled")
        self.assertEqual(self.kinds(first), ["asn_unexpected"], "said once")
        self.assertEqual(self.kinds(second), ["asn_missing", "asn_under"])
        outcomes = {unit.name: unit.outcome for unit in asn.unit_ids}
        self.assertEqual(
            (outcomes["S0"], outcomes["S8"], outcomes["S9"]), ("received", "received", "missing")
        )

    def test_surplus_in_the_back_order(self):
        asn = self.full_notice()
        first = self.capture(*self.full_capture(self.all_devices(4)))
        self.with_rest(first).button_validate()
        second = self.order.picking_ids - first
        self.capture(*self.full_capture(self.all_devices()[4:], lots=()), picking=second)
        self.env["stock.move.line"].create(
            {
                "picking_id": second.id,
                "product_id": self.milk.id,
                "lot_name": "L1",
                "quantity": 5,
                "picked": True,
                "location_id": second.location_id.id,
                "location_dest_id": second.location_dest_id.id,
            }
        )
        second.with_context(trace_confirmed=True).button_validate()
        self.assertEqual((second.state, asn.state), ("done", "reconciled"))
        self.assertEqual(self.kinds(first), [])
        self.assertIn("asn_over", self.kinds(second))

    def test_receipts_without_notice_cost_one_query(self):
        self.env["trace.asn"].flush_model()
        with self.assertQueryCount(1):
            self.receipt._trace_asn_reconcile()
        self.done(*self.full_capture())
        self.assertEqual(self.kinds(self.receipt), [])

    def test_packer_without_the_app_triggers_it_too(self):
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        self.full_notice()
        self.capture(*self.full_capture([*self.all_devices(9), "S99"]))
        self.receipt.with_user(packer).with_context(trace_confirmed=True).button_validate()
        self.assertEqual(self.receipt.state, "done")
        self.assertEqual(self.kinds(self.receipt), ["asn_missing", "asn_unexpected"])

    def test_rejected_and_parked_notices_expect_nothing(self):
        asn = self.full_notice()
        asn._reject("wrong")
        self.assertEqual(self.receipt._trace_asn_expected()[self.receipt], [])
        self.done(*self.full_capture(["OTHER"]))
        self.assertEqual(self.kinds(self.receipt), [])

    def test_what_is_expected(self):
        self.full_notice()
        items = self.receipt._trace_asn_expected()[self.receipt]
        self.assertEqual([item.number for item in items], [*self.all_devices(), "L1"])
        milk = items[-1]
        self.assertEqual((milk.product, milk.quantity), (self.milk.id, 30))
        self.assertEqual(
            (milk.expiry, milk.source, milk.serial), (date(2028, 5, 31), "LS-1", False)
        )
        self.assertEqual(self.env["trace.asn.unit"].browse(milk.ref).lot, "L1")

    def test_less_numbers_than_pieces_leave_the_rest_open(self):
        self.notice(self.devices("S0", "S1", quantity=10), self.lots(quantity=30))
        items = self.receipt._trace_asn_expected()[self.receipt]
        self.assertEqual(
            [(item.number, item.quantity) for item in items],
            [("S0", 1), ("S1", 1), ("", 8), ("", 30)],
        )
        self.done(*self.full_capture())
        self.assertEqual(self.kinds(self.receipt), [])

    def test_several_notices_of_one_receipt_add_up(self):
        self.notice(self.devices(*self.all_devices(5)), number="A")
        self.notice(
            self.devices(*self.all_devices()[5:]), self.lots(("L1", ""), quantity=30), number="B"
        )
        self.assertEqual(len(self.receipt.trace_asn_ids), 2)
        self.done(*self.full_capture())
        self.assertEqual(self.kinds(self.receipt), [])

    def test_scan_tells_at_once(self):
        asn = self.full_notice()
        answer = self.receipt.trace_scan(f"(01)0{self.device.barcode}(21)S3")
        self.assertEqual((answer["verdict"], asn.state), ("good", "receiving"))
        answer = self.receipt.trace_scan(f"(01)0{self.device.barcode}(21)S77")
        self.assertEqual(answer["verdict"], "warn")
        self.assertIn("not on the shipping notice", answer["message"])

    def test_scan_where_the_notice_leaves_numbers_open(self):
        self.notice(self.devices("S0", quantity=10))
        answer = self.receipt.trace_scan(f"(01)0{self.device.barcode}(21)S77")
        self.assertEqual(answer["verdict"], "good")

    def test_thousand_serials_take_the_queries_of_ten(self):
        def queries(count, number):
            order = self.purchase((self.device, count))
            receipt = order.picking_ids
            serials = [f"{number}{i}" for i in range(count)]
            self.notice(self.devices(*serials), order=order.name, number=number)
            self.capture(*((self.device, f"{serial}x", 1) for serial in serials), picking=receipt)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["trace.asn.receiving"].sudo()._settle(receipt.sudo())
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2, "W")
        small, large = queries(25, "A"), queries(1000, "B")
        self.assertLess(large, small + 10)
