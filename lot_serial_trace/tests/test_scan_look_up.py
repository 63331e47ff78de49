from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestScanLookUp(ScanCase):
    """ "What is this?" is answered for any code; a code leads to its transfer."""

    def look_up(self, code, kind, verdict="good"):
        answer = self.env["trace.scan"].trace_look_up(code)
        self.assertEqual((answer["kind"], answer["verdict"]), (kind, verdict), answer["message"])
        return answer

    def facts(self, answer):
        return {fact["label"]: fact["value"] for fact in answer["facts"]}

    def test_serial_number_in_stock(self):
        self.receive((self.device, "S1", 1))
        answer = self.look_up("(01)04012345678932(21)S1", "lot")
        self.assertEqual((answer["title"], answer["subtitle"]), ("S1", self.device.display_name))
        [place] = answer["places"]
        self.assertEqual((place["place"], place["quantity"]), (self.stock.display_name, 1))
        self.assertIn("Received", str(answer["facts"]))
        self.assertEqual(answer["links"][0]["model"], "stock.lot")

    def test_number_that_is_held_and_number_that_is_sold(self):
        self.receive((self.device, "S1", 1), (self.device, "S2", 1))
        self.env["trace.hold"]._place(self.lot(self.device, "S1"), "battery leaks")
        self.assertIn("battery leaks", self.look_up("S1", "lot", "stop")["message"])
        self.validate(self.picking("out", [(self.device, "S2", 1)]))
        answer = self.look_up("S2", "lot")
        self.assertEqual(self.facts(answer)["With"], "Customer")
        self.assertEqual(answer["places"], [])

    def test_expired_lot(self):
        lot = self.put(self.milk, "A", 3)
        lot.expiration_date = fields.Datetime.now() - timedelta(days=2)
        self.assertIn("Expired", self.look_up("A", "lot", "stop")["message"])

    def test_product_and_unknown_number_of_it(self):
        self.put(self.milk, "A", 3)
        answer = self.look_up("4012345678901", "product")
        self.assertEqual(answer["places"][0]["quantity"], 3)
        answer = self.look_up("(01)04012345678901(10)NEW", "product", "warn")
        self.assertIn("NEW is not known", answer["message"])

    def test_package_and_place(self):
        self.shelf.barcode = "SHELF-1"
        package = self.env["stock.package"].create({"name": "BOX-1"})
        self.put(self.milk, "A", 3, place=self.shelf, package=package)
        for code, kind in (("BOX-1", "package"), ("SHELF-1", "location")):
            answer = self.look_up(code, kind)
            self.assertEqual(
                self.facts(answer)[self.milk.display_name], f"3 {self.milk.uom_id.name}"
            )

    def test_nothing_known_and_nothing_readable(self):
        for code in ("???", "", None, "A\x00B", "X" * 10_000, "(01)123", "\ud800"):
            with self.subTest(ascii(code)[:20]):
                self.look_up(code, "unknown", "stop")

    def test_what_is_not_theirs_is_left_out(self):
        """A stock user without the app is told where it lies, not its history."""
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        self.receive((self.device, "S1", 1))
        self.env["trace.hold"]._place(self.lot(self.device, "S1"), "battery leaks")
        answer = self.env["trace.scan"].with_user(packer).trace_look_up("S1")
        self.assertEqual(answer["verdict"], "stop")
        self.assertNotIn("battery", str(answer))
        self.assertNotIn("Received", str(answer["facts"]))

    def test_goods_of_another_company_are_not_told(self):
        other = self.env["res.company"].create({"name": "Other"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="stock.group_stock_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.put(self.device, "S1")
        answer = self.env["trace.scan"].with_user(stranger).trace_look_up("S1")
        self.assertEqual(answer["places"], [])
        self.assertTrue(warehouse)

    def test_look_ups_are_kept(self):
        self.look_up("???", "unknown", "stop")
        scan = self.env["trace.scan"].search([("raw", "=", "???")])
        self.assertEqual((scan.step, scan.verdict), ("look_up", "stop"))

    # -- finding transfers ----------------------------------------------------

    def test_transfer_by_its_name_order_product_number_and_package(self):
        find = self.env["trace.scan"].trace_find
        package = self.env["stock.package"].create({"name": "BOX-1"})
        self.put(self.device, "S1", package=package)
        picking = self.transfer("out", (self.device, 1))
        picking.origin = "SALE-77"
        for code in (picking.name, "SALE-77", "S1", "BOX-1", "4012345678932"):
            with self.subTest(code):
                self.assertEqual(find(code), {"picking_id": picking.id})
        self.assertIn("look_up", find("S1", picking_type_id=self.warehouse.in_type_id.id))
        self.assertEqual(find("???")["verdict"], "stop")
        picking.action_cancel()
        self.assertIn("look_up", find("S1"))

    def test_home_and_list(self):
        picking = self.transfer("in", (self.device, 1))
        picking.origin = "ORDER-9"
        home = self.env["trace.scan"].trace_home()
        [row] = [r for r in home if r["picking_type_id"] == self.warehouse.in_type_id.id]
        self.assertEqual((row["step"], row["ready"]), ("incoming", 1))
        listed = self.env["trace.scan"].trace_transfers(row["picking_type_id"], search="order-9")
        self.assertEqual((listed["count"], listed["rows"][0]["id"]), (1, picking.id))
        listed = self.env["trace.scan"].trace_transfers(row["picking_type_id"], search="none")
        self.assertEqual(listed, {"count": 0, "rows": []})
