from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestScanLabels(ScanCase):
    """Labels as they are: several barcodes in either order, cases, weights, no number at all."""

    def expiry(self, picking, number):
        [line] = picking.move_line_ids.filtered(lambda m: number in (m.lot_name, m.lot_id.name))
        return str(line.expiration_date)[:10]

    def test_expiry_after_the_lot(self):
        picking = self.transfer("in", (self.milk, 10))
        self.scan(picking, "(01)04012345678901(10)A(30)4")
        answer = self.scan(picking, "(17)271231")
        self.assertEqual((answer["number"], answer["expires"]), ("A", "2027-12-31"))
        self.assertEqual(self.lines(picking), [("A", 4)])
        self.assertEqual(self.expiry(picking, "A"), "2027-12-31")

    def test_expiry_before_the_lot(self):
        picking = self.transfer("in", (self.milk, 10))
        self.assertIn("number", self.scan(picking, "(17)271231")["message"])
        answer = self.scan(picking, "(01)04012345678901(10)A")
        self.assertEqual(answer["expires"], "2027-12-31")
        self.scan(picking, "(01)04012345678901(10)B")
        self.assertNotEqual(self.expiry(picking, "B"), "2027-12-31")

    def test_product_expiry_lot_and_count_in_four_barcodes(self):
        picking = self.transfer("in", (self.milk, 30), (self.device, 1))
        answer = self.scan(picking, "4012345678901")
        for code in ("(17)271231", "(10)A"):
            answer = self.scan(picking, code, product_id=answer["pending_product_id"])
        self.assertEqual((answer["number"], answer["quantity"]), ("A", 1))
        answer = self.scan(picking, "(37)12")
        self.assertEqual((answer["number"], answer["quantity"]), ("A", 12))
        self.assertEqual(self.lines(picking), [("A", 12)])
        self.assertEqual(self.expiry(picking, "A"), "2027-12-31")

    def test_number_before_the_product(self):
        picking = self.transfer("in", (self.milk, 3), (self.device, 3))
        self.assertIn("Which product", self.scan(picking, "SN-1", "warn")["message"])
        answer = self.scan(picking, "4012345678932")
        self.assertEqual((answer["number"], answer["pending_product_id"]), ("SN-1", None))
        self.assertEqual(self.lines(picking), [("SN-1", 1)])

    def test_a_label_begun_long_ago_is_forgotten(self):
        picking = self.transfer("in", (self.milk, 3), (self.device, 3))
        ago = fields.Datetime.to_string(fields.Datetime.now() - timedelta(minutes=5))
        self.scan(picking, "SN-1", "warn", scanned_at=ago)
        self.assertEqual(self.scan(picking, "4012345678932")["pending_product_id"], self.device.id)

    def test_labels_of_two_people_are_not_mixed(self):
        picking = self.transfer("in", (self.milk, 3), (self.device, 3))
        self.scan(picking, "SN-1", "warn", device="one")
        answer = self.scan(picking, "4012345678932", device="two")
        self.assertEqual(answer["pending_product_id"], self.device.id)

    def test_other_expiry_on_the_second_barcode_takes_the_lot_back(self):
        self.put(self.milk, "A").expiration_date = "2027-12-31 12:00:00"
        picking = self.transfer("in", (self.milk, 10))
        before = self.state_of(picking)
        self.scan(picking, "(01)04012345678901(10)A")
        answer = self.scan(picking, "(17)280131", "stop")
        self.assertIn("known as 2027-12-31", answer["message"])
        self.assertIn("taken back", answer["message"])
        self.assertEqual(self.state_of(picking), before)

    def test_other_expiry_than_the_box_before(self):
        """The lot is new, but its first box said when it expires."""
        picking = self.transfer("in", (self.milk, 10))
        self.scan(picking, "(01)04012345678901(10)A(17)271231")
        answer = self.scan(picking, "(01)04012345678901(10)A(17)280131", "stop")
        self.assertIn("known as 2027-12-31", answer["message"])

    def test_case_of_twelve(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.milk.uom_ids = dozen
        self.env["product.uom"].create(
            {"product_id": self.milk.id, "uom_id": dozen.id, "barcode": "14012345678908"}
        )
        picking = self.transfer("in", (self.milk, 40))
        self.scan(picking, "(01)14012345678908(10)A")
        self.scan(picking, "(01)14012345678908(10)A(30)2")
        self.assertEqual(self.lines(picking), [("A", 36)])

    def test_case_of_serial_numbers_is_refused(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.env["product.uom"].create(
            {"product_id": self.device.id, "uom_id": dozen.id, "barcode": "14012345678939"}
        )
        picking = self.transfer("in", (self.device, 12))
        answer = self.scan(picking, "(01)14012345678939(21)S1", "stop")
        self.assertIn("Scan each piece", answer["message"])

    def test_ordered_in_dozens(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.milk.uom_ids = dozen
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
                            "product_id": self.milk.id,
                            "product_uom": dozen.id,
                            "product_uom_qty": 3,
                            "location_id": self.suppliers.id,
                            "location_dest_id": self.stock.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        before = self.state_of(picking)
        answer = self.scan(picking, "(01)04012345678901(10)A(30)5")
        self.assertEqual(answer["progress"]["wanted"], 36)
        self.assertEqual(self.lines(picking), [("A", 5)])
        self.assertEqual(self.lines(picking, picked=False), [("", 31)])
        picking.trace_scan_undo(answer["uuid"])
        self.assertEqual(self.state_of(picking), before)

    def test_weight_of_a_product_in_kilograms(self):
        ham = self._product(
            "Ham", "lot", uom_id=self.env.ref("uom.product_uom_kgm").id, barcode="4012345678918"
        )
        picking = self.transfer("in", (ham, 2))
        answer = self.scan(picking, "(01)04012345678918(3103)000500(10)A")
        self.assertEqual(answer["quantity"], 0.5)
        self.scan(picking, "(01)04012345678918(3201)000011(10)A")
        [[_number, quantity]] = self.lines(picking)
        self.assertAlmostEqual(quantity, 1.0)

    def test_products_without_numbers_are_counted(self):
        bag = self._product("Bag", "none", barcode="4012345678925")
        picking = self.transfer("in", (bag, 5), (self.device, 1))
        for _time in range(2):
            answer = self.scan(picking, "4012345678925")
        self.assertEqual((answer["kind"], answer["pending_product_id"]), ("product", None))
        self.scan(picking, "4012345678925", quantity=3)
        self.assertEqual(self.lines(picking), [("", 5)])
        self.assertIn("more than ordered", self.scan(picking, "4012345678925", "warn")["message"])

    def test_internal_code_names_the_product(self):
        self.device.default_code = "DEV-7"
        picking = self.transfer("in", (self.milk, 3), (self.device, 3))
        answer = self.scan(picking, "DEV-7")
        self.assertEqual(answer["pending_product_id"], self.device.id)
        self.scan(picking, "SN-1", product_id=self.device.id)
        self.assertEqual(self.lines(picking), [("SN-1", 1)])

    def test_digits_that_could_be_a_gtin_are_a_number(self):
        """Eight digits with a right check digit after a product: a serial number."""
        picking = self.transfer("in", (self.milk, 3), (self.device, 3))
        answer = self.scan(picking, "4012345678932")
        self.scan(picking, "12345670", product_id=answer["pending_product_id"])
        self.assertEqual(self.lines(picking), [("12345670", 1)])

    def test_quantity_that_the_unit_cannot_hold(self):
        picking = self.transfer("in", (self.milk, 3))
        self.milk.uom_id.rounding = 1.0
        answer = self.scan(picking, "(01)04012345678901(10)A", "stop", quantity=0.001)
        self.assertIn("cannot be counted", answer["message"])
        answer = self.scan(self.transfer("in", (self.device, 2)), "S1", "stop", quantity=2)
        self.assertIn("one by one", answer["message"])
