from odoo.exceptions import UserError
from odoo.tests import tagged

from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestScanUndo(ScanCase):
    """Taking a scan back restores lines, reservations and moves, and deletes no evidence."""

    def back_and_forth(self, picking, *scans):
        """Every scan is taken back in turn; each time all is as it was before it."""
        states, answers = [], []
        for code, details in scans:
            states.append(self.state_of(picking))
            answer = picking.trace_scan(code, **details)
            self.assertTrue(answer["undo"], answer["message"])
            answers.append(answer)
        for state, answer in zip(reversed(states), reversed(answers), strict=True):
            back = picking.trace_scan_undo(answer["uuid"])
            self.assertEqual(back["verdict"], "good", back["message"])
            self.assertEqual(self.state_of(picking), state)
        scans = self.env["trace.scan"].search([("picking_id", "=", picking.id)])
        self.assertEqual(len(scans), len(answers))
        self.assertTrue(all(scan.undone_at and scan.undone_by_id for scan in scans))

    def test_receipt_of_serial_numbers(self):
        picking = self.transfer("in", (self.device, 2))
        self.back_and_forth(
            picking,
            ("(01)04012345678932(10)B7(21)S1", {}),
            ("S2", {"product_id": self.device.id}),
            ("S3", {"product_id": self.device.id}),
        )

    def test_receipt_of_lots(self):
        picking = self.transfer("in", (self.milk, 30))
        self.back_and_forth(
            picking,
            ("(01)04012345678901(10)A(17)271231(30)10", {}),
            ("(01)04012345678901(10)B(30)5", {}),
            ("(01)04012345678901(10)A(30)10", {}),
            ("(01)04012345678901(10)C(30)25", {}),
        )

    def test_delivery_with_another_number_than_reserved(self):
        for number in ("S1", "S2", "S3"):
            self.put(self.device, number)
        picking = self.transfer("out", (self.device, 2))
        reserved = set(picking.move_line_ids.lot_id.mapped("name"))
        [other] = {"S1", "S2", "S3"} - reserved
        self.back_and_forth(picking, (other, {}), (min(reserved), {}))

    def test_unexpected_product_goes_with_its_move(self):
        self.policy("unexpected_product", "warn")
        picking = self.transfer("in", (self.device, 1))
        moves = picking.move_ids
        answer = self.scan(picking, "(01)04012345678901(10)A", "warn")
        self.assertEqual(len(picking.move_ids), 2)
        picking.trace_scan_undo(answer["uuid"])
        self.assertEqual(picking.move_ids, moves)

    def test_later_scan_of_the_line_first(self):
        picking = self.transfer("in", (self.milk, 30))
        first = self.scan(picking, "(01)04012345678901(10)A(30)10")
        second = self.scan(picking, "(01)04012345678901(10)A(30)5")
        answer = picking.trace_scan_undo(first["uuid"])
        self.assertEqual(answer["verdict"], "stop")
        self.assertIn("later scan first", answer["message"])
        picking.trace_scan_undo(second["uuid"])
        self.assertEqual(picking.trace_scan_undo(first["uuid"])["verdict"], "good")

    def test_twice_is_once(self):
        picking = self.transfer("in", (self.device, 2))
        uuid = self.scan(picking, "S1")["uuid"]
        for _time in range(2):
            self.assertEqual(picking.trace_scan_undo(uuid)["verdict"], "good")
        self.assertEqual(self.lines(picking), [])
        self.assertEqual(self.scan(picking, "S1")["verdict"], "good")

    def test_not_after_validation(self):
        picking = self.transfer("in", (self.device, 1))
        uuid = self.scan(picking, "S1")["uuid"]
        picking.button_validate()
        answer = picking.trace_scan_undo(uuid)
        self.assertEqual(answer["verdict"], "stop")
        self.assertIn("finished", answer["message"])

    def test_line_changed_by_hand_since(self):
        picking = self.transfer("in", (self.milk, 30))
        uuid = self.scan(picking, "(01)04012345678901(10)A(30)10")["uuid"]
        again = self.scan(picking, "(01)04012345678901(10)A(30)2")["uuid"]
        picking.move_line_ids.filtered("picked").quantity = 20
        answer = picking.trace_scan_undo(again)
        self.assertIn("by hand", answer["message"])
        self.assertEqual(self.lines(picking), [("A", 20)])
        self.assertEqual(picking.trace_scan_undo(uuid)["verdict"], "stop")

    def test_what_changed_nothing(self):
        picking = self.transfer("in", (self.device, 1))
        answer = self.scan(picking, "4012345678932")
        self.assertFalse(answer["undo"])
        self.assertEqual(picking.trace_scan_undo(answer["uuid"])["verdict"], "stop")
        with self.assertRaisesRegex(UserError, "no such scan"):
            picking.trace_scan_undo("none")

    def test_line_deleted_by_hand_frees_the_number(self):
        picking = self.transfer("in", (self.device, 2))
        self.scan(picking, "S1")
        picking.move_line_ids.filtered("picked").unlink()
        self.scan(picking, "S1")
        self.assertEqual(self.lines(picking), [("S1", 1)])

    def test_screen_lists_it_as_undone(self):
        picking = self.transfer("in", (self.device, 2))
        picking.trace_scan_undo(self.scan(picking, "S1")["uuid"])
        [row] = picking.trace_scan_open()["scans"]
        self.assertTrue(row["undone"])
