from datetime import date

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .asn_case import AsnCase

PALLET, BOX, OTHER = "340123450000000017", "340123450000000024", "340123450000000031"


@tagged("post_install", "-at_install")
class TestAsnAccept(AsnCase):
    """A trusted supplier's pallet is booked by one scan; a spot check keeps the trust honest."""

    def furnish(self):
        super().furnish()
        self.receipt.move_line_ids.unlink()

    def trust(self, **values):
        return self.policy("asn_accepted", "off", partner_id=self.supplier.id, **values)

    def pallets(self):
        """A pallet with S0 to S4 and, in a box on it, S5 to S9; L1 on another pallet."""
        self.asn = self.full_notice()
        packages = self.env["trace.asn.package"].sudo()
        self.pallet = packages.create({"asn_id": self.asn.id, "sscc": PALLET})
        self.box = packages.create(
            {"asn_id": self.asn.id, "sscc": BOX, "parent_id": self.pallet.id}
        )
        self.other = packages.create({"asn_id": self.asn.id, "sscc": OTHER})
        for unit in self.asn.sudo().unit_ids:
            number = unit.serial and int(unit.serial[1:])
            unit.package_id = (
                self.other if not unit.serial else self.pallet if number < 5 else self.box
            )

    def captured(self, product=None):
        lines = self.receipt.move_line_ids.filtered(
            lambda line: line.picked and line.product_id == (product or self.device)
        )
        return sorted(line.lot_name for line in lines)

    def scan(self, number):
        return self.receipt.trace_scan(f"(01)0{self.device.barcode}(21){number}")

    def test_nobody_is_trusted_by_default(self):
        self.full_notice()
        self.assertFalse(self.receipt.trace_can_accept)
        with self.assertRaisesRegex(UserError, "Scan each unit of .*Taken in as advised"):
            self.receipt._trace_accept_advised()
        self.assertEqual(self.captured(), [])

    def test_whole_notice(self):
        self.trust()
        asn = self.full_notice()
        asn.sudo().unit_ids.made = date(2026, 11, 1)
        self.assertTrue(self.receipt.trace_can_accept)
        result = self.receipt._trace_accept_advised()
        self.assertEqual((result["added"], result["refused"]), (11, []))
        self.assertEqual(self.captured(), self.all_devices())
        self.assertEqual(set(self.receipt.move_line_ids.mapped("trace_made")), {date(2026, 11, 1)})
        milk = self.receipt.move_line_ids.filtered(lambda line: line.product_id == self.milk)
        self.assertEqual((milk.lot_name, milk.quantity), ("L1", 30))
        self.assertEqual(
            self.env["trace.asn.receiving"]
            ._captured(self.receipt, self.receipt)[self.receipt][-1]
            .expiry,
            date(2028, 5, 31),
        )
        scans = self.env["trace.scan"].search([("picking_id", "=", self.receipt.id)])
        self.assertEqual(set(scans.mapped("method")), {"asn"})
        self.assertEqual(asn.state, "receiving")
        self.assertIs(self.receipt.button_validate(), True)
        self.assertEqual(self.kinds(self.receipt), [])

    def test_twice_is_once(self):
        self.trust()
        self.full_notice()
        self.scan("S3")
        self.receipt._trace_accept_advised()
        again = self.receipt._trace_accept_advised()
        self.assertEqual((again["added"], again["again"]), (0, 11))
        self.assertEqual(self.captured(), self.all_devices())

    def test_one_pallet_with_all_that_is_on_it(self):
        self.trust()
        self.pallets()
        result = self.receipt._trace_accept_advised([PALLET])
        self.assertEqual((result["added"], self.captured()), (10, self.all_devices()))
        self.assertEqual(self.captured(self.milk), [])
        by_package = self.receipt.move_line_ids.filtered("picked").grouped(
            lambda line: line.result_package_id.name
        )
        self.assertEqual({name: len(ls) for name, ls in by_package.items()}, {PALLET: 5, BOX: 5})
        self.receipt._trace_accept_advised(self.other)
        self.assertIs(self.receipt.button_validate(), True)
        box = self.lot(self.device, "S7").quant_ids.package_id
        self.assertEqual((box.name, box.parent_package_id.name), (BOX, PALLET))

    def test_scan_of_a_pallet(self):
        self.pallets()
        answer = self.receipt.trace_scan(f"(00){PALLET}")
        self.assertEqual(answer["verdict"], "stop")
        self.assertIn("Scan each unit", answer["message"])
        self.trust(spot_check=1)
        answer = self.receipt.trace_scan(f"(00){PALLET}")
        self.assertEqual((answer["verdict"], answer["quantity"]), ("good", 10))
        self.assertIn("Spot check: scan S", answer["message"])
        self.assertEqual(self.captured(), self.all_devices())

    def test_box_of_a_pallet(self):
        self.trust()
        self.pallets()
        self.receipt._trace_accept_advised(self.box)
        self.assertEqual(self.captured(), [f"S{i}" for i in range(5, 10)])

    def test_strange_pallet(self):
        self.trust()
        self.full_notice()
        with self.assertRaisesRegex(UserError, "not on a shipping notice"):
            self.receipt._trace_accept_advised([PALLET])

    def test_products_without_numbers(self):
        plain = self.env["product.product"].create({"name": "Straw", "is_storable": True})
        plain.default_code = "STRAW"
        order = self.purchase((plain, 8), (self.device, 1))
        self.receipt = order.picking_ids
        self.trust()
        self.notice(
            self.line(plain, 6, buyer_code="STRAW", number="9"),
            self.devices("Z1"),
            order=order.name,
        )
        self.receipt._trace_accept_advised()
        move = self.receipt.move_ids.filtered(lambda move: move.product_id == plain)
        self.assertEqual((move.quantity, move.picked), (6, True))

    def test_the_rest_in_the_back_order(self):
        self.trust()
        self.full_notice()
        for serial in ("S0", "S1"):
            self.scan(serial)
        self.receipt.with_context(skip_backorder=True).button_validate()
        self.receipt = self.receipt.backorder_ids
        self.receipt._trace_accept_advised()
        self.assertEqual(self.captured(), self.all_devices()[2:])

    def test_policy_may_want_to_hear_of_it(self):
        self.policy("asn_accepted", "note", partner_id=self.supplier.id)
        self.full_notice()
        self.receipt._trace_accept_advised()
        self.assertEqual(self.kinds(self.receipt), ["asn_accepted", "asn_accepted"])

    def test_packer_may(self):
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        self.trust(spot_check=1)
        self.full_notice()
        result = self.receipt.with_user(packer)._trace_accept_advised()
        self.assertEqual((result["added"], len(result["to_check"])), (11, 1))

    def test_quantities_do_not_cost_queries(self):
        def queries(count, number):
            order = self.purchase((self.device, count))
            receipt = self.env["stock.picking"].browse(order.picking_ids.id)
            serials = [f"{number}{i}" for i in range(count)]
            self.notice(self.devices(*serials), order=order.name, number=number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt._trace_accept_advised(spot_check=2)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.trust()
        queries(2, "W")
        small, large = queries(20, "A"), queries(400, "B")
        self.assertLess(large, small + 20)

    # -- spot check -----------------------------------------------------------

    def spot_check(self):
        self.trust(spot_check=3)
        self.pallets()
        result = self.receipt._trace_accept_advised(self.pallet)
        self.assertEqual(len(set(result["to_check"])), 3)
        self.assertLess(set(result["to_check"]), set(self.all_devices()))
        return result["check"]

    def test_units_are_ticked_by_scans(self):
        check = self.spot_check()
        first, *others = check.unit_ids.mapped("number")
        answer = self.scan(first)
        self.assertEqual(answer["verdict"], "good")
        self.assertIn("1 of 3 seen", answer["message"])
        for number in others:
            answer = self.scan(number)
        self.assertEqual((check.state, answer["message"]), ("passed", "Spot check passed."))
        self.assertEqual(self.captured(), self.all_devices())

    def test_wrong_unit_takes_the_pallet_out_again(self):
        check = self.spot_check()
        answer = self.scan("S77")
        self.assertEqual(answer["verdict"], "stop")
        self.assertIn("taken out again", answer["message"])
        self.assertEqual((check.state, self.captured()), ("failed", []))
        self.assertEqual(self.kinds(self.receipt), ["spot_check_wrong"])
        self.assertEqual(sum(self.receipt.move_ids.mapped("product_uom_qty")), 40)
        self.assertEqual(self.scan("S1")["verdict"], "good", "each unit can be scanned now")

    def test_unit_that_is_not_there(self):
        check = self.spot_check()
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        check.with_user(packer).action_not_found()
        self.assertEqual((check.state, self.captured()), ("failed", []))
        self.assertIn(check.unit_ids[0].number, check.reason)
        with self.assertRaises(UserError):
            check.action_not_found()

    def test_open_check_is_heard_at_validation(self):
        check = self.spot_check()
        self.receipt._trace_accept_advised(self.other, spot_check=0)
        action = self.receipt.button_validate()
        dialog = self.env["trace.gate.wizard"].browse(action["res_id"])
        self.assertIn(check.unit_ids[0].number, dialog.line_ids.message)
        self.policy("spot_check_open", "block")
        with self.assertRaisesRegex(UserError, "must still be seen"):
            self.receipt.with_context(trace_confirmed=True).button_validate()
        for number in check.unit_ids.mapped("number"):
            self.scan(number)
        self.assertIs(self.receipt.button_validate(), True)

    def test_more_units_than_there_are(self):
        self.trust(spot_check=99)
        self.pallets()
        check = self.receipt._trace_accept_advised(self.box)["check"]
        self.assertEqual(len(check.unit_ids), 5)

    def test_checks_are_not_for_writing(self):
        check = self.spot_check()
        for user in ("stock.group_stock_user", "lot_serial_trace.group_trace_admin"):
            person = new_test_user(self.env, user.split(".")[1], groups=user)
            with self.assertRaises(UserError):
                check.with_user(person).write({"state": "passed"})
