import base64
from collections import Counter
from datetime import date, datetime, time
from io import BytesIO

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .asn_case import AsnCase
from .test_capture_numbers import CaptureCase


def workbook(*rows):
    """A workbook of these rows, Base64."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    stream = BytesIO()
    book.save(stream)
    return base64.b64encode(stream.getvalue()).decode()


@tagged("post_install", "-at_install")
class TestNumberImport(CaptureCase):
    """A list of numbers is shown for what it is, and put on the transfer in one go, once."""

    def verdicts(self, picking, text, **options):
        """dict number -> verdict."""
        found = picking.trace_preview_numbers(text, **options)
        self.assertFalse(found["error"])
        self.assertEqual(found["counts"], Counter(row[3] for row in found["rows"]))
        return {row[1]: row[3] for row in found["rows"]}

    def test_preview_tells_what_each_number_is(self):
        self.receive((self.device, "HERE", 1), (self.device, "GONE", 1), (self.device, "HELD", 1))
        self.assertIs(self.validate(self.picking("out", [(self.device, "GONE", 1)])), True)
        self.env["trace.hold"]._place(self.lot(self.device, "HELD"), "Broken", "quality")
        picking = self.transfer("in", self.device, 9)
        picking.trace_scan("DONE")
        text = "NEW\nHERE\nGONE\nHELD\nDONE\nNEW\nS\u200b1\n4006381333931\n"
        found = picking.trace_preview_numbers(text)
        self.assertEqual(
            [(row[0], row[3]) for row in found["rows"]],
            [
                (1, "new"),
                (2, "in_stock"),
                (3, "sold"),
                (4, "held"),
                (5, "on_transfer"),
                (6, "twice"),
                (7, "wrong"),
                (8, "wrong"),
            ],
        )
        self.assertIn(self.stock.display_name, found["rows"][1][4])
        self.assertEqual(found["rows"][3][4], "Broken")
        self.assertTrue(found["rows"][6][4])
        self.assertEqual(
            found["products"],
            [
                {
                    "id": self.device.id,
                    "name": self.device.display_name,
                    "tracking": "serial",
                    "wanted": 9,
                    "captured": 1,
                }
            ],
        )

    def test_preview_changes_nothing(self):
        picking = self.transfer("in", self.device, 3)
        picking.trace_preview_numbers("A\nB\nC")
        self.assertEqual(self.picked(picking), [])
        self.assertFalse(self.scans(picking))

    def test_import_takes_what_can_be_taken_and_once(self):
        picking = self.transfer("in", self.device, 5)
        text = "SN1-SN4\nSN1\nSN(10)9\n"
        done = picking.trace_import_numbers(text)
        self.assertEqual((done["added"], done["again"], done["left_out"]), (4, 1, 1))
        self.assertEqual(self.picked(picking), [(f"SN{n}", 1) for n in (1, 2, 3, 4)])
        self.assertEqual(set(self.scans(picking).mapped("method")), {"pasted"})
        again = picking.trace_import_numbers(text)
        self.assertEqual((again["added"], again["again"]), (0, 5))
        self.assertEqual(len(self.picked(picking)), 4)
        self.assertEqual(len(self.scans(picking)), 4)

    def test_numbers_with_a_warning_can_be_left_out(self):
        self.policy("duplicate_serial", "warn", product_id=self.device.id)
        self.receive((self.device, "HERE", 1))
        picking = self.transfer("in", self.device, 2)
        done = picking.trace_import_numbers("HERE\nNEW", warned=False)
        self.assertEqual((done["added"], done["left_out"]), (1, 1))
        self.assertEqual(self.picked(picking), [("NEW", 1)])
        done = picking.trace_import_numbers("HERE\nNEW")
        self.assertEqual((done["added"], done["refused"]), (1, []))

    def test_what_the_gate_blocks_is_not_tried(self):
        self.policy("duplicate_serial", "block", product_id=self.device.id)
        self.receive((self.device, "HERE", 1))
        picking = self.transfer("in", self.device, 2)
        found = picking.trace_preview_numbers("HERE\nNEW")
        self.assertEqual(found["outcomes"]["in_stock"], "stop")
        self.assertEqual(picking.trace_import_numbers("HERE\nNEW")["left_out"], 1)
        self.assertEqual(self.picked(picking), [("NEW", 1)])

    def test_ranges_are_for_the_user_to_say(self):
        picking = self.transfer("in", self.device, 2)
        self.assertEqual(self.verdicts(picking, "A1-A2", ranges=False), {"A1-A2": "new"})
        self.assertEqual(self.verdicts(picking, "A1-A2"), {"A1": "new", "A2": "new"})

    def test_columns_for_product_expiry_and_quantity(self):
        self.warehouse.company_id.partner_id.tz = "UTC"
        self.milk.default_code = "MILK-1"
        picking = self.transfer("in", self.milk, 10)
        picking.move_ids.copy(
            {"product_id": self.device.id, "product_uom_qty": 1, "picking_id": picking.id}
        )
        picking.action_confirm()
        rows = [
            ("Product", "Lot/Serial", "Expiry", "Qty"),
            ("MILK-1", "L1", "2027-01-31", 4),
            ("MILK-1", "L2", "2027-02-28", 6),
            (self.device.barcode, "SN1", None, 1),
            ("CHEESE", "X", None, 1),
        ]
        file = workbook(*rows)
        self.assertEqual(
            self.verdicts(picking, "", file=file),
            {"L1": "new", "L2": "new", "SN1": "new", "X": "no_product"},
        )
        picking.trace_import_numbers(file=file)
        self.assertEqual(self.picked(picking), [("L1", 4), ("L2", 6), ("SN1", 1)])
        line = picking.move_line_ids.filtered(lambda line: line.lot_name == "L1")
        self.assertEqual(str(line.expiration_date), "2027-01-31 23:59:59")
        self.assertEqual(set(self.scans(picking).mapped("method")), {"imported"})

    def test_numbers_without_product_are_of_the_one_that_is_chosen_or_waits(self):
        other = self._product("Other", "serial")
        picking = self.transfer("in", self.device, 1)
        picking.move_ids.copy(
            {"product_id": other.id, "product_uom_qty": 1, "picking_id": picking.id}
        )
        picking.action_confirm()
        self.assertEqual(self.verdicts(picking, "A"), {"A": "no_product"})
        rows = picking.trace_preview_numbers("A", product_id=other.id)["rows"]
        self.assertEqual((rows[0][2], rows[0][3]), (other.id, "new"))
        picking.trace_import_numbers("A", product_id=other.id)
        rows = picking.trace_preview_numbers("B")["rows"]
        self.assertEqual((rows[0][2], rows[0][3]), (self.device.id, "new"))

    def test_same_number_of_two_products(self):
        other = self._product("Other", "serial", barcode="09501101530010")
        picking = self.transfer("in", self.device, 1)
        picking.move_ids.copy(
            {"product_id": other.id, "product_uom_qty": 1, "picking_id": picking.id}
        )
        picking.action_confirm()
        text = f"EAN;Serial\n{self.device.barcode};1\n{other.barcode};1\n"
        self.assertEqual(picking.trace_import_numbers(text)["added"], 2)

    def test_labels_from_a_scanner(self):
        picking = self.transfer("in", self.device, 2)
        gtin = self.device.barcode
        picking.trace_import_numbers(f"]d201{gtin}10B7\x1d21SN-1\n(01){gtin}(21)SN-2\n")
        self.assertEqual(self.picked(picking), [("SN-1", 1), ("SN-2", 1)])
        self.assertEqual(set(picking.move_line_ids.mapped("trace_batch")), {"B7", False})

    def test_delivery_knows_what_is_here(self):
        self.receive((self.device, "A", 1))
        picking = self.transfer("out", self.device, 2)
        gone = self.env["stock.lot"].create({"name": "B", "product_id": self.device.id})
        self.assertEqual(
            self.verdicts(picking, "A\nB\nC"), {"A": "known", "B": "not_here", "C": "unknown"}
        )
        self.assertEqual(picking.trace_import_numbers("A\nC")["added"], 1)
        self.assertFalse(gone.quant_ids)

    def test_expiry_that_is_known_otherwise(self):
        self.receive((self.milk, "L1", 1))
        known = date(2029, 12, 22)
        # Noon: the same day in every zone in which the date may be read.
        self.lot(self.milk, "L1").expiration_date = datetime.combine(known, time(12))
        picking = self.transfer("in", self.milk, 5)
        found = picking.trace_preview_numbers("Lot;Expiry\nL1;2030-01-01\n")
        self.assertEqual(found["rows"][0][3:5], ["other_expiry", known.isoformat()])

    def test_what_cannot_be_read_says_why(self):
        picking = self.transfer("in", self.device, 1)
        bad = base64.b64encode(b"PK\x03\x04xl/ broken").decode()
        self.assertIn("workbook", picking.trace_preview_numbers(file=bad)["error"])
        with self.assertRaisesRegex(UserError, "workbook"):
            picking.trace_import_numbers(file=bad)
        with self.assertRaisesRegex(UserError, "Base64"):
            picking.trace_preview_numbers(file="§")
        self.assertEqual(picking.trace_preview_numbers("")["rows"], [])

    def test_the_same_queries_for_few_and_many(self):
        counts = {}
        for count in (10, 500):
            product = self._product(f"Preview {count}", "serial")
            picking = self.transfer("in", product, count)
            text = f"S0000..S{count - 1:04}"
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(picking.trace_preview_numbers(text)["rows"]), count)
            counts[count] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts[500], counts[10] + 2)

    def test_rights(self):
        picking = self.transfer("in", self.device, 1)
        auditor = new_test_user(
            self.env, "import auditor", groups="lot_serial_trace.group_trace_auditor"
        )
        with self.assertRaises(AccessError):
            picking.with_user(auditor).trace_import_numbers("A")
        worker = new_test_user(
            self.env, "import worker", groups="lot_serial_trace.group_trace_user"
        )
        self.assertEqual(picking.with_user(worker).trace_preview_numbers("A")["counts"], {"new": 1})
        self.assertEqual(picking.with_user(worker).trace_import_numbers("A")["added"], 1)


@tagged("post_install", "-at_install")
class TestNumberImportAdvised(AsnCase):
    """Where a notice advises numbers, others are told."""

    def test_not_on_the_notice(self):
        self.notice(self.devices("A", "B", quantity=2))
        found = self.receipt.trace_preview_numbers("A\nX", product_id=self.device.id)
        self.assertEqual([row[3] for row in found["rows"]], ["new", "unadvised"])
        self.receipt.trace_import_numbers("A\nX", product_id=self.device.id)
        scans = self.env["trace.scan"].search([("picking_id", "=", self.receipt.id)])
        self.assertEqual({scan.number: scan.verdict for scan in scans}, {"A": "good", "X": "warn"})


@tagged("post_install", "-at_install")
class TestNumberImportTour(HttpCase):
    """A warehouse user pastes three hundred numbers, looks at them and adds them."""

    def test_paste_three_hundred_numbers(self):
        new_test_user(self.env, "paster", groups="lot_serial_trace.group_trace_user")
        device = self.env["product.product"].create(
            {"name": "Device", "is_storable": True, "tracking": "serial"}
        )
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "move_ids": [(0, 0, {"product_id": device.id, "product_uom_qty": 300})],
            }
        )
        picking.action_confirm()
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{picking.id}",
            "lot_serial_trace_number_import",
            login="paster",
        )
        names = picking.move_line_ids.filtered("picked").mapped("lot_name")
        self.assertEqual(sorted(names), [f"SN{n:03}" for n in range(1, 301)])
