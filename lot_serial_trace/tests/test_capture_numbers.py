from datetime import date

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TraceCase


class CaptureCase(TraceCase):
    """Transfers in preparation, and many numbers."""

    def transfer(self, kind, product, quantity, assign=True):
        """A transfer of one product that is ready, with no number captured."""
        picking_type = self.warehouse[f"{kind}_type_id"]
        source, dest = {
            "in": (self.suppliers, self.stock),
            "out": (self.stock, self.customers),
            "int": (self.stock, self.shelf),
        }[kind]
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": dest.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        if assign:
            picking.action_assign()
        else:
            picking.do_unreserve()
        return picking

    def rows(self, product, *numbers, **values):
        return [{"product_id": product.id, "number": number, **values} for number in numbers]

    def serials(self, count, prefix="SN"):
        return [f"{prefix}{index:05}" for index in range(count)]

    def picked(self, picking):
        """What is picked on a transfer: list of number and quantity."""
        return sorted(
            (line.lot_id.name or line.lot_name, line.quantity)
            for line in picking.move_line_ids.filtered("picked")
        )

    def scans(self, picking):
        return self.env["trace.scan"].search([("picking_id", "=", picking.id)], order="id")

    def reserved(self, *lots):
        """What is reserved of lots: dict number -> quantity."""
        lots = self.env["stock.lot"].union(*lots)
        return {
            quant.lot_id.name: quant.reserved_quantity
            for quant in lots.quant_ids
            if quant.location_id.usage == "internal"
        }


@tagged("post_install", "-at_install")
class TestCaptureNumbers(CaptureCase):
    """Many numbers go on a transfer at once as if each had been scanned, in a few statements."""

    def test_receipt_fills_empty_lines_then_adds_lines(self):
        picking = self.transfer("in", self.device, 3)
        self.assertEqual(len(picking.move_line_ids), 3)
        empty = picking.move_line_ids
        found = picking._trace_capture_numbers(self.rows(self.device, *"ABCD"), "pasted")
        self.assertEqual((found["added"], found["again"], found["refused"]), (4, 0, []))
        self.assertEqual(self.picked(picking), [(n, 1) for n in "ABCD"])
        self.assertLess(empty, picking.move_line_ids)
        self.assertTrue(picking.move_ids.picked)
        self.assertEqual(picking.move_ids.quantity, 4)
        scans = self.scans(picking)
        self.assertEqual(scans.mapped("number"), list("ABCD"))
        self.assertEqual(set(scans.mapped("method")), {"pasted"})
        self.assertEqual(set(scans.mapped("verdict")), {"good"})
        self.assertEqual(set(scans.mapped("move_line_id")), set(picking.move_line_ids.ids))
        self.assertEqual(scans.user_id, self.env.user)
        self.assertIs(picking.button_validate(), True)
        self.assertEqual(self.lot(self.device, "D").product_qty, 1)

    def test_again_changes_nothing(self):
        picking = self.transfer("in", self.device, 2)
        rows = self.rows(self.device, "A", "B", "A")
        picking._trace_capture_numbers(rows, "pasted")
        found = picking._trace_capture_numbers(rows, "pasted")
        self.assertEqual((found["added"], found["again"], found["line_ids"]), (0, 3, []))
        self.assertEqual(self.picked(picking), [("A", 1), ("B", 1)])
        self.assertEqual(len(self.scans(picking)), 2)

    def test_scanned_number_is_not_added_again(self):
        picking = self.transfer("in", self.device, 2)
        picking.trace_scan("A")
        found = picking._trace_capture_numbers(self.rows(self.device, "A", "B"), "imported")
        self.assertEqual((found["added"], found["again"]), (1, 1))
        self.assertEqual(self.picked(picking), [("A", 1), ("B", 1)])

    def test_lots_share_a_line_and_bring_their_day_and_batch(self):
        self.warehouse.company_id.partner_id.tz = "Europe/Berlin"
        picking = self.transfer("in", self.milk, 30)
        rows = [
            {"product_id": self.milk.id, "number": "A", "quantity": 10},
            {"product_id": self.milk.id, "number": "B", "expires": date(2027, 1, 31)},
        ]
        picking._trace_capture_numbers(rows, "asn")
        self.assertEqual(self.picked(picking), [("A", 10), ("B", 20)])
        line = picking.move_line_ids.filtered(lambda line: line.lot_name == "B")
        self.assertEqual(str(line.expiration_date), "2027-01-31 22:59:59")
        self.assertEqual(line.removal_date, line.expiration_date)
        self.assertIs(picking.button_validate(), True)
        self.assertEqual(str(self.lot(self.milk, "B").expiration_date), "2027-01-31 22:59:59")

    def test_batch_beside_a_serial_number(self):
        picking = self.transfer("in", self.device, 1)
        picking._trace_capture_numbers(self.rows(self.device, "A", batch="B7"), "asn")
        self.assertIs(picking.button_validate(), True)
        self.assertEqual(self.lot(self.device, "A").trace_batch, "B7")

    def test_the_day_of_production(self):
        picking = self.transfer("in", self.device, 2)
        made = date(2026, 11, 1)
        picking._trace_capture_numbers(self.rows(self.device, "A", made=made), "asn")
        picking._trace_capture_numbers(self.rows(self.device, "B"), "asn")
        self.assertIs(picking.button_validate(), True)
        lots = [self.lot(self.device, name) for name in ("A", "B")]
        self.assertEqual([lot.trace_made for lot in lots], [made, False])

    def test_packages_arrive_with_the_goods(self):
        picking = self.transfer("in", self.milk, 30)
        sscc = "340123450000000017"
        rows = self.rows(self.milk, "A", quantity=10, package=sscc)
        rows += self.rows(self.milk, "A", quantity=20, package="340123450000000024")
        picking._trace_capture_numbers(rows, "asn")
        found = picking._trace_capture_numbers(rows, "asn")
        self.assertEqual((found["added"], found["again"]), (0, 2))
        packages = {line.result_package_id.name: line.quantity for line in picking.move_line_ids}
        self.assertEqual(packages, {sscc: 10, "340123450000000024": 20})
        self.assertIs(picking.button_validate(), True)
        quant = self.env["stock.quant"].search([("package_id.name", "=", sscc)])
        self.assertEqual((quant.lot_id.name, quant.quantity), ("A", 10))

    def test_a_lot_that_is_known_is_linked(self):
        self.receive((self.milk, "A", 5))
        picking = self.transfer("in", self.milk, 10)
        picking._trace_capture_numbers(self.rows(self.milk, "A"), "imported")
        line = picking.move_line_ids
        self.assertEqual((line.lot_id, line.lot_name), (self.lot(self.milk, "A"), False))
        self.assertEqual(line.expiration_date, line.lot_id.expiration_date)

    def test_what_cannot_be_taken_is_refused_and_kept(self):
        self.receive((self.milk, "OLD", 5))
        lot = self.lot(self.milk, "OLD")
        lot.expiration_date = fields.Datetime.to_datetime("2027-01-31 12:00:00")
        picking = self.transfer("in", self.milk, 10)
        rows = [
            {"product_id": self.device.id, "number": "X"},
            {"product_id": self.milk.id, "number": ""},
            {"product_id": self.milk.id, "number": "Y", "quantity": 0},
            {"product_id": self.milk.id, "number": "OLD", "expires": date(2028, 1, 1)},
            {"product_id": self.milk.id, "number": "GOOD"},
            {"product_id": self.milk.id, "number": "NONE LEFT"},
        ]
        found = picking._trace_capture_numbers(rows, "imported")
        self.assertEqual(found["added"], 1)
        self.assertEqual([one["index"] for one in found["refused"]], [0, 1, 2, 3, 5])
        for message in [one["message"] for one in found["refused"]]:
            self.assertTrue(message)
        self.assertIn("2028-01-01", found["refused"][3]["message"])
        self.assertEqual(self.picked(picking), [("GOOD", 10)])
        scans = self.scans(picking)
        self.assertEqual(scans.mapped("verdict").count("stop"), 5)
        self.assertEqual(scans.filtered("move_line_id").number, "GOOD")

    def test_a_serial_number_is_one(self):
        picking = self.transfer("in", self.device, 2)
        found = picking._trace_capture_numbers(self.rows(self.device, "A", quantity=2), "pasted")
        self.assertEqual((found["added"], len(found["refused"])), (0, 1))
        self.assertEqual(self.picked(picking), [])

    def test_unknown_numbers_only_where_numbers_may_be_made(self):
        self.receive((self.device, "A", 1))
        picking = self.transfer("out", self.device, 1)
        found = picking._trace_capture_numbers(self.rows(self.device, "A", "B"), "pasted")
        self.assertEqual([one["number"] for one in found["refused"]], ["B"])
        self.assertEqual(self.picked(picking), [("A", 1)])

    def test_held_number_is_taken_back(self):
        self.receive((self.device, "A", 1), (self.device, "B", 1))
        picking = self.transfer("out", self.device, 2, assign=False)
        lot = self.lot(self.device, "A")
        self.env["trace.hold"]._place(lot, "Broken", "quality")
        found = picking._trace_capture_numbers(self.rows(self.device, "A", "B"), "pasted")
        self.assertEqual([one["number"] for one in found["refused"]], ["A"])
        self.assertIn("Broken", found["refused"][0]["message"])
        self.assertEqual(self.picked(picking), [("B", 1)])
        self.assertEqual(self.reserved(lot, self.lot(self.device, "B")), {"A": 0, "B": 1})

    def test_delivery_takes_the_numbers_given_instead_of_those_reserved(self):
        self.receive(*[(self.device, number, 1) for number in "ABCD"])
        lots = self.env["stock.lot"].search([("product_id", "=", self.device.id)])
        self.relocate("D")
        picking = self.transfer("out", self.device, 2)
        self.assertEqual(set(picking.move_line_ids.lot_id.mapped("name")), {"A", "B"})
        picking._trace_capture_numbers(self.rows(self.device, "D", "B"), "pasted")
        self.assertEqual(self.picked(picking), [("B", 1), ("D", 1)])
        self.assertEqual(self.reserved(lots), {"A": 0, "B": 1, "C": 0, "D": 1})
        line = picking.move_line_ids.filtered(lambda line: line.lot_id.name == "D")
        self.assertEqual(line.location_id, self.shelf)
        self.assertEqual(picking.state, "assigned")
        self.assertIs(picking.button_validate(), True)
        self.assertFalse(any(self.reserved(lots).values()))

    def relocate(self, number):
        picking = self.picking("int", [(self.device, number, 1)])
        self.assertIs(self.validate(picking), True)

    def test_transfer_without_reservation_reserves(self):
        self.receive(*[(self.device, number, 1) for number in "AB"])
        picking = self.transfer("int", self.device, 2, assign=False)
        self.assertFalse(picking.move_line_ids)
        picking._trace_capture_numbers(self.rows(self.device, "A", "B"), "imported")
        self.assertEqual(self.reserved(*picking.move_line_ids.lot_id), {"A": 1, "B": 1})
        self.assertEqual(picking.state, "assigned")
        picking.move_line_ids.unlink()
        lots = self.env["stock.lot"].search([("product_id", "=", self.device.id)])
        self.assertEqual(self.reserved(lots), {"A": 0, "B": 0})

    def test_part_of_a_reserved_lot(self):
        self.receive((self.milk, "A", 30))
        picking = self.transfer("out", self.milk, 20)
        picking._trace_capture_numbers(self.rows(self.milk, "A", quantity=15), "pasted")
        self.assertEqual(self.picked(picking), [("A", 15)])
        self.assertEqual(self.reserved(self.lot(self.milk, "A")), {"A": 15})
        self.assertEqual(picking.move_ids.quantity, 15)

    def test_number_from_another_unit_of_measure(self):
        picking = self.transfer("in", self.device, 2)
        picking.move_line_ids[0].product_uom_id = self.env.ref("uom.product_uom_dozen")
        picking._trace_capture_numbers(self.rows(self.device, *"AB"), "pasted")
        lines = picking.move_line_ids.filtered("picked")
        self.assertEqual(lines.mapped("quantity_product_uom"), [1, 1])

    def test_finished_transfer(self):
        picking = self.receive((self.device, "A", 1))
        with self.assertRaisesRegex(UserError, "finished"):
            picking._trace_capture_numbers(self.rows(self.device, "B"), "pasted")

    def test_rights(self):
        picking = self.transfer("in", self.device, 1)
        reader = self.env["res.users"].create(
            {
                "name": "Auditor",
                "login": "capture auditor",
                "group_ids": [(4, self.env.ref("lot_serial_trace.group_trace_auditor").id)],
            }
        )
        with self.assertRaises(Exception) as caught:
            picking.with_user(reader)._trace_capture_numbers(self.rows(self.device, "A"), "pasted")
        self.assertEqual(type(caught.exception).__name__, "AccessError")
        worker = self.env["res.users"].create(
            {
                "name": "Worker",
                "login": "capture worker",
                "group_ids": [(4, self.env.ref("lot_serial_trace.group_trace_user").id)],
            }
        )
        picking.with_user(worker)._trace_capture_numbers(self.rows(self.device, "A"), "pasted")
        self.assertEqual(self.picked(picking), [("A", 1)])
        self.assertEqual(self.scans(picking).user_id, worker)


@tagged("post_install", "-at_install")
class TestCaptureNumbersQueries(CaptureCase):
    """What it costs does not grow with the list, but for Odoo's batches of a hundred rows."""

    FEW, MANY = 10, 200
    #: Batches of rows more than for the few; a model is inserted or updated in each.
    BATCHES = 8

    def count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def compare(self, kind, assign, stock=False):
        queries = {}
        for count in (self.FEW, self.MANY):
            product = self._product(f"Many {kind} {count}", "serial")
            numbers = self.serials(count)
            if stock:
                self.receive(*[(product, number, 1) for number in numbers])
            picking = self.transfer(kind, product, count, assign=assign)
            rows = self.rows(product, *numbers)
            queries[count] = self.count(lambda: picking._trace_capture_numbers(rows, "pasted"))  # noqa: B023
            self.assertEqual(len(self.picked(picking)), count)
            again = self.count(lambda: picking._trace_capture_numbers(rows, "pasted"))  # noqa: B023
            self.assertLess(again, 30)
        self.assertLessEqual(queries[self.MANY], queries[self.FEW] + self.BATCHES)
        return queries

    def test_receipt_with_empty_lines(self):
        self.compare("in", True)

    def test_receipt_without_lines(self):
        self.compare("in", False)

    def test_delivery_of_what_is_reserved(self):
        self.compare("out", True, stock=True)

    def test_delivery_of_what_is_not_reserved(self):
        self.compare("out", False, stock=True)

    def test_delivery_of_others_than_reserved(self):
        queries = {}
        for count in (self.FEW, self.MANY):
            product = self._product(f"Others {count}", "serial")
            numbers = self.serials(count) + self.serials(count, "XX")
            self.receive(*[(product, number, 1) for number in numbers])
            picking = self.transfer("out", product, count)
            rows = self.rows(product, *self.serials(count, "XX"))
            queries[count] = self.count(lambda: picking._trace_capture_numbers(rows, "pasted"))  # noqa: B023
            self.assertEqual(self.picked(picking), [(n, 1) for n in self.serials(count, "XX")])
        self.assertLessEqual(queries[self.MANY], queries[self.FEW] + self.BATCHES)
