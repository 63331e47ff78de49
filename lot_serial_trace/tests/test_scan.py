from datetime import timedelta
from uuid import uuid4

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TraceCase

GS = "\x1d"


@tagged("post_install", "-at_install")
class TestScan(TraceCase):
    """A scan puts the right number on the right line, says what happened, and is never lost."""

    def receipt(self, devices=0, milk=0):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.suppliers.id,
                "location_dest_id": self.stock.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.suppliers.id,
                            "location_dest_id": self.stock.id,
                        },
                    )
                    for product, quantity in ((self.device, devices), (self.milk, milk))
                    if quantity
                ],
            }
        )
        picking.action_confirm()
        return picking

    def scans(self, picking):
        return self.env["trace.scan"].search([("picking_id", "=", picking.id)], order="id")

    def test_serial_with_batch_and_expiry_in_one_scan(self):
        picking = self.receipt(devices=2)
        answer = picking.trace_scan("]d20109501101530003" + f"1727123110B7{GS}21SN-1")
        self.assertEqual((answer["verdict"], answer["number"]), ("good", "SN-1"))
        progress = answer["progress"]
        self.assertEqual((progress["wanted"], progress["captured"]), (2, 1))
        line = picking.move_line_ids.filtered("picked")
        self.assertEqual((line.lot_name, line.trace_batch, line.quantity), ("SN-1", "B7", 1))
        picking.trace_scan("]d20109501101530003" + f"10B7{GS}21SN-2")
        self.assertIs(picking.button_validate(), True)
        self.assertEqual(self.lot(self.device, "SN-1").trace_batch, "B7")
        self.assertEqual(self.events(("lot_name", "=", "SN-1")).batch, "B7")

    def test_the_day_of_production_is_kept_on_the_lot(self):
        """Also if another barcode of the label says it, before or after the number."""
        picking = self.receipt(devices=3)
        picking.trace_scan("]d20109501101530003" + f"1126110110B7{GS}21SN-1")
        picking.trace_scan("]C101095011015300031126110217271231")
        picking.trace_scan("SN-2")
        picking.trace_scan("]d20109501101530003" + "21SN-3")
        picking.trace_scan("]C111261103")
        undone = picking.trace_scan("]d20109501101530003" + f"11261105{GS}21SN-4")
        picking.trace_scan_undo(undone["uuid"])
        self.assertIs(picking.button_validate(), True)
        made = [str(self.lot(self.device, f"SN-{number}").trace_made) for number in (1, 2, 3)]
        self.assertEqual(made, ["2026-11-01", "2026-11-02", "2026-11-03"])

    def test_lot_with_count_splits_the_line(self):
        self.milk.barcode = "4012345678901"
        picking = self.receipt(milk=30)
        for lot, count in (("A", 10), ("B", 15)):
            answer = picking.trace_scan(f"(01)04012345678901(10){lot}(17)271231(30){count}")
            self.assertEqual(answer["verdict"], "good", answer["message"])
        self.assertEqual(
            sorted(
                (line.lot_name, line.quantity) for line in picking.move_line_ids.filtered("picked")
            ),
            [("A", 10), ("B", 15)],
        )
        self.assertEqual(picking.move_line_ids.filtered(lambda line: not line.picked).quantity, 5)
        more = picking.trace_scan("(01)04012345678901(10)B(17)271231(30)10")
        self.assertEqual((more["verdict"], more["progress"]["captured"]), ("warn", 35))

    def test_expiry_is_the_end_of_the_local_day(self):
        self.milk.barcode = "4012345678901"
        self.env.company.partner_id.tz = "Pacific/Auckland"
        picking = self.receipt(milk=1)
        picking.trace_scan("(01)04012345678901(10)A(17)271231(30)1")
        expires = picking.move_line_ids.filtered("picked").expiration_date
        self.assertEqual(fields.Datetime.to_string(expires), "2027-12-31 10:59:59")

    def test_label_with_two_barcodes(self):
        picking = self.receipt(devices=1, milk=1)
        answer = picking.trace_scan("9501101530003")
        self.assertEqual(answer["pending_product_id"], self.device.id)
        answer = picking.trace_scan("SN-5", product_id=answer["pending_product_id"])
        self.assertEqual((answer["verdict"], answer["number"]), ("good", "SN-5"))

    def test_plain_number_goes_to_the_only_product(self):
        picking = self.receipt(devices=1)
        self.assertEqual(picking.trace_scan("SN-9")["verdict"], "good")

    def test_wrong_check_digit_says_what_to_do_and_is_kept(self):
        picking = self.receipt(devices=1)
        answer = picking.trace_scan("(01)09501101530004(21)SN-1")
        self.assertEqual(answer["verdict"], "stop")
        self.assertIn("check digit", answer["message"])
        self.assertEqual(self.scans(picking).raw, "(01)09501101530004(21)SN-1")
        self.assertFalse(picking.move_line_ids.filtered("picked"))

    def test_refusals(self):
        self.milk.barcode = "4012345678901"
        picking = self.receipt(devices=1)
        for code, words in (
            ("(01)04012345678901(10)A", "Milk is not on"),
            ("(01)00614141123452(21)A", "belongs to no product"),
            ("", "Nothing was read"),
            ("01)09501101530003(21)SN-1", "part of a label"),
        ):
            with self.subTest(code):
                answer = picking.trace_scan(code)
                self.assertEqual(answer["verdict"], "stop")
                self.assertIn(words, answer["message"])

    def test_serial_twice_is_said(self):
        picking = self.receipt(devices=2)
        code = "(01)09501101530003(21)SN-1"
        picking.trace_scan(code)
        self.assertIn("already", picking.trace_scan(code)["message"])
        self.assertEqual(len(picking.move_line_ids.filtered("picked")), 1)

    def test_same_scan_sent_again_changes_nothing(self):
        self.milk.barcode = "4012345678901"
        picking = self.receipt(milk=30)
        uuid = str(uuid4())
        code = "(01)04012345678901(10)A(30)10"
        first = picking.trace_scan(code, uuid=uuid)
        again = picking.trace_scan(code, uuid=uuid)
        self.assertEqual(first["scan_id"], again["scan_id"])
        self.assertEqual(again["progress"]["captured"], 10)

    def test_other_expiry_of_a_known_lot_is_refused(self):
        self.milk.barcode = "4012345678901"
        picking = self.receipt(milk=2)
        picking.trace_scan("(01)04012345678901(10)A(17)271231(30)2")
        picking.button_validate()
        answer = self.receipt(milk=2).trace_scan("(01)04012345678901(10)A(17)280131(30)2")
        self.assertEqual(answer["verdict"], "stop")
        self.assertIn("known as 2027-12-31", answer["message"])

    def test_pick_of_another_unit_than_reserved(self):
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1))
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.device.id,
                            "product_uom_qty": 1,
                            "location_id": self.stock.id,
                            "location_dest_id": self.customers.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        other = {"SN1": "SN2", "SN2": "SN1"}[picking.move_line_ids.lot_id.name]
        self.assertEqual(picking.trace_scan(other)["verdict"], "good")
        self.assertEqual(picking.move_line_ids.lot_id.name, other)
        self.assertEqual(picking.trace_scan("SN-UNKNOWN")["verdict"], "stop")

    def test_unit_is_taken_from_where_it_lies(self):
        self.receive((self.milk, "L1", 5))
        self.validate(self.picking("int", [(self.milk, "L1", 5)]))
        picking = self.picking("out", [(self.milk, "L1", 3)])
        picking.move_line_ids.unlink()
        self.assertEqual(picking.trace_scan("L1")["verdict"], "good")
        self.assertEqual(picking.move_line_ids.location_id, self.shelf)

    def test_held_unit_is_stopped_at_the_scan(self):
        self.receive((self.device, "SN1", 1))
        self.env["trace.hold"]._place(self.lot(self.device, "SN1"), "battery leaks")
        picking = self.picking("out", [(self.device, "SN1", 1)])
        picking.move_line_ids.picked = False
        answer = picking.trace_scan("(01)09501101530003(21)SN1")
        self.assertEqual(answer["verdict"], "stop")
        self.assertIn("battery leaks", answer["message"])
        self.assertFalse(picking.move_line_ids.picked)

    def test_finished_transfer_takes_no_scan(self):
        picking = self.receive((self.device, "SN1", 1))
        self.assertIn("is finished", picking.trace_scan("SN2")["message"])

    def test_typed_with_reason_and_time_of_the_device(self):
        picking = self.receipt(devices=1)
        when = fields.Datetime.now() - timedelta(hours=2)
        picking.trace_scan(
            "SN-1",
            method="typed",
            reason="label torn",
            device="Handheld 3",
            scanned_at=fields.Datetime.to_string(when),
        )
        scan = self.scans(picking)
        self.assertEqual(
            (scan.method, scan.reason, scan.device), ("typed", "label torn", "Handheld 3")
        )
        self.assertEqual(scan.scanned_at, when)
        self.assertGreater(scan.recorded_at, when)

    def test_whatever_comes_is_answered_and_kept(self):
        """Damaged labels, wild characters and careless clients never cost a scan."""
        picking = self.receipt(devices=9)
        for code in (
            "A\x00B",
            "\ud800",
            "A\u202eB",
            "X" * 3000,
            "X" * 1_000_000,
            "(01)09501101530003(21)A\x00B",
            GS,
            "   ",
            "",
            None,
            True,
            ["A"],
        ):
            with self.subTest(ascii(code)[:30]):
                answer = picking.trace_scan(code, product_id=self.device.id, device="Z\x00")
                self.assertEqual(answer["verdict"], "stop")
                self.assertTrue(self.env["trace.scan"].browse(answer["scan_id"]).message)
        for code in ("%s %(lot)s %", "<b>bold</b>", "%_%", "'; DROP TABLE stock_lot; --", 12345):
            with self.subTest(code):
                answer = picking.trace_scan(code, product_id=self.device.id)
                self.assertEqual((answer["verdict"], answer["number"]), ("good", str(code)))
        self.assertEqual(len(picking.move_line_ids.filtered("picked")), 5)

    def test_a_product_that_is_not_here_is_not_guessed(self):
        picking = self.receipt(devices=1, milk=1)
        stranger = self._product("Stranger", "serial")
        for product_id in (stranger.id, -1, "x", 10**9):
            answer = picking.trace_scan("SN-1", product_id=product_id)
            self.assertIn("Which product is SN-1?", answer["message"])
        self.assertFalse(picking.move_line_ids.filtered("picked"))

    def test_a_uuid_of_another_scan_is_refused(self):
        uuid = str(uuid4())
        first, second = self.receipt(devices=2), self.receipt(devices=2)
        first.trace_scan("SN-1", uuid=uuid)
        for picking, code in ((second, "SN-1"), (first, "SN-2")):
            with self.assertRaisesRegex(UserError, "belongs to another scan"):
                picking.trace_scan(code, uuid=uuid)

    def test_details_are_checked_first(self):
        picking = self.receipt(devices=2)
        for details, words in (
            ({"method": "telepathy"}, "not one of: scanned"),
            ({"scanned_at": "yesterday"}, "not a time like"),
            ({"uuid": "x" * 65}, "more than 64"),
        ):
            with self.assertRaisesRegex(UserError, words):
                picking.trace_scan("SN-1", **details)
        answer = picking.trace_scan("SN-1", scanned_at="2026-03-04T05:06:07.8+02:00")
        scan = self.env["trace.scan"].browse(answer["scan_id"])
        self.assertEqual(fields.Datetime.to_string(scan.scanned_at), "2026-03-04 03:06:07")

    def test_names_that_no_index_can_hold_are_refused_in_words(self):
        with self.assertRaisesRegex(UserError, "500 characters at most"):
            self.env["stock.lot"].create({"product_id": self.device.id, "name": "X" * 3000})
