from uuid import uuid4

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestScanRights(ScanCase):
    """Who works with stock may scan, a reader may not; policy says what wants a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = new_test_user(cls.env, "packer", groups="stock.group_stock_user")
        cls.reader = new_test_user(cls.env, "reader", groups="lot_serial_trace.group_trace_auditor")

    def test_plain_stock_user_does_all_of_it(self):
        self.shelf.barcode = "SHELF-1"
        for number in ("S1", "S2", "S3"):
            self.put(self.device, number, place=self.shelf)
        self.put(self.milk, "A", 9)
        out = self.transfer("out", (self.device, 2), (self.milk, 5)).with_user(self.packer)
        opened = out.trace_scan_open()
        self.assertEqual((opened["product_count"], opened["can_finish"]), (2, True))
        self.scan(out, "SHELF-1")
        undone = self.scan(out, "S1", location_id=self.shelf.id)
        out.trace_scan_undo(undone["uuid"])
        for code in ("S2", "S3", "(01)04012345678901(10)A(30)5"):
            self.scan(out, code)
        self.assertEqual(out.trace_scan_numbers(self.device.id)["count"], 2)
        self.assertEqual(out.trace_scan_finish()["done"], True)
        receipt = self.transfer("in", (self.device, 2)).with_user(self.packer)
        self.scan(receipt, "(01)04012345678932(21)N1")
        self.assertEqual(receipt.trace_scan_finish()["done"], False)

    def test_reader_changes_nothing(self):
        picking = self.transfer("in", (self.device, 1)).with_user(self.reader)
        self.assertFalse(picking.trace_scan_open()["can_finish"])
        for call in (
            lambda: picking.trace_scan("S1"),
            lambda: picking.trace_scan_undo("x"),
            lambda: picking.trace_scan_accept(),
            lambda: picking.trace_scan_finish(),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_transfers_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="stock.group_stock_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        picking = self.transfer("in", (self.device, 1)).with_user(stranger)
        with self.assertRaises(AccessError):
            picking.trace_scan_open()
        with self.assertRaises(AccessError):
            picking.trace_scan("S1")

    def test_one_transfer_at_a_time(self):
        both = self.transfer("in", (self.device, 1)) | self.transfer("in", (self.device, 1))
        with self.assertRaisesRegex(UserError, "one transfer"):
            both.trace_scan("S1")

    def test_typed_needs_a_reason_where_policy_says_so(self):
        picking = self.transfer("in", (self.device, 2))
        self.scan(picking, "S1", method="typed")
        self.policy("typed_no_reason", "block")
        self.assertTrue(picking.trace_scan_open()["typed_needs_reason"])
        self.scan(picking, "S2", "stop", method="typed")
        self.scan(picking, "S2", method="typed", reason="label torn")

    def test_second_person_hears_that_a_number_was_scanned(self):
        picking = self.transfer("in", (self.device, 2))
        self.scan(picking, "S1")
        answer = self.scan(picking.with_user(self.packer), "S1", "warn")
        self.assertIn(f"by {self.env.user.name}", answer["message"])
        self.assertEqual(self.lines(picking), [("S1", 1)])

    def test_a_client_cannot_name_what_is_not_there(self):
        picking = self.transfer("in", (self.device, 1), (self.milk, 1))
        for value in (-1, 10**12, "x", True, [1], {"a": 1}):
            answer = picking.trace_scan(
                "SN-1", uuid=str(uuid4()), location_id=value, package_id=value, product_id=value
            )
            self.assertEqual(answer["verdict"], "warn")
        for quantity in (-1, 0, "x", float("nan"), float("inf"), 1e12):
            with self.assertRaisesRegex(UserError, "above zero"):
                picking.trace_scan("SN-1", quantity=quantity)

    def test_validated_meanwhile(self):
        picking = self.transfer("in", (self.device, 2))
        self.scan(picking, "S1")
        picking.with_context(skip_backorder=True).button_validate()
        self.scan(picking, "S2", "stop")

    def test_finish_tells_of_the_backorder(self):
        picking = self.transfer("in", (self.device, 2))
        self.scan(picking, "S1")
        self.env["stock.picking.type"].browse(
            picking.picking_type_id.id
        ).create_backorder = "always"
        done = picking.trace_scan_finish()
        self.assertTrue(done["done"])
        self.assertEqual(done["backorder"]["id"], picking.backorder_ids.id)
        self.assertFalse(picking.trace_scan_finish()["done"])

    def test_numbers_of_a_product(self):
        picking = self.transfer("in", (self.device, 3))
        for number in ("S1", "S2"):
            self.scan(picking, number, method="typed")
        rows = picking.trace_scan_numbers(self.device.id, limit=1)
        self.assertEqual((rows["count"], len(rows["rows"])), (2, 1))
        [row] = rows["rows"]
        self.assertEqual((row["captured"], row["method"], row["quantity"]), (True, "typed", 1))

    def test_products_in_pages(self):
        picking = self.transfer("in", (self.device, 1), (self.milk, 5))
        self.scan(picking, "S1", product_id=self.device.id)
        page = picking.trace_scan_products(limit=1)
        self.assertEqual((page["count"], page["rows"][0]["id"]), (2, self.milk.id))
        page = picking.trace_scan_products(search=self.device.barcode)
        self.assertEqual([row["id"] for row in page["rows"]], self.device.ids)
        self.assertEqual(picking.trace_scan_products(search="none")["count"], 0)

    def test_where_to_take_it_next(self):
        self.put(self.device, "S1", place=self.shelf)
        picking = self.transfer("out", (self.device, 1))
        [row] = picking.trace_scan_open()["products"]
        self.assertEqual(row["place"], "Stock/Shelf · S1")
        answer = self.scan(picking, "S1")
        self.assertEqual(answer["changed"][0]["place"], "")
