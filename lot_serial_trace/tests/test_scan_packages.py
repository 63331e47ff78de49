from odoo.fields import Command
from odoo.tests import tagged

from .scan_case import ScanCase

SSCC = "340123450000000017"


@tagged("post_install", "-at_install")
class TestScanPackages(ScanCase):
    """A full package is taken as it is; an empty or new one takes the next goods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pallet = cls.env["stock.package"].create({"name": SSCC})

    def fill(self, *numbers):
        for number in numbers:
            self.put(self.device, number, package=self.pallet)

    def test_whole_package(self):
        self.fill("S1", "S2")
        for number in ("A1", "A2"):
            self.put(self.device, number)
        picking = self.transfer("out", (self.device, 3))
        before = self.state_of(picking)
        answer = self.scan(picking, f"(00){SSCC}")
        self.assertEqual(answer["kind"], "package")
        self.assertEqual(self.lines(picking), [("S1", 1), ("S2", 1)])
        self.assertEqual(len(self.lines(picking, picked=False)), 1)
        picked = picking.move_line_ids.filtered("picked")
        self.assertEqual(picked.result_package_id, self.pallet)
        self.assertTrue(all(picked.mapped("is_entire_pack")))
        self.assertIn("already", self.scan(picking, SSCC, "warn")["message"])
        picking.trace_scan_undo(answer["uuid"])
        self.assertEqual(self.state_of(picking), before)
        self.scan(picking, SSCC)
        picking.move_line_ids.picked = True
        self.assertIs(picking.button_validate(), True)
        self.assertEqual(self.pallet.location_id, self.customers)

    def test_package_with_more_than_is_wanted(self):
        self.fill("S1", "S2")
        picking = self.transfer("out", (self.device, 1))
        answer = self.scan(picking, SSCC, "stop")
        self.assertIn("holds 2 Device, but 1", answer["message"])
        self.assertEqual(self.lines(picking), [])

    def test_package_with_something_else(self):
        self.fill("S1")
        self.put(self.milk, "A", package=self.pallet)
        picking = self.transfer("out", (self.device, 5))
        self.assertIn("Milk is not on", self.scan(picking, SSCC, "stop")["message"])

    def test_package_with_something_on_hold(self):
        self.fill("S1", "S2")
        self.env["trace.hold"]._place(self.lot(self.device, "S2"), "battery leaks")
        picking = self.transfer("out", (self.device, 2))
        before = self.state_of(picking)
        self.assertIn("battery leaks", self.scan(picking, SSCC, "stop")["message"])
        self.assertEqual(self.state_of(picking), before)

    def test_packing_into_a_package(self):
        for number in ("S1", "S2"):
            self.put(self.device, number)
        picking = self.transfer("out", (self.device, 2))
        answer = self.scan(picking, SSCC)
        self.assertEqual(answer["package"]["id"], self.pallet.id)
        self.scan(picking, "S1", package_id=self.pallet.id)
        answer = self.scan(picking, SSCC, package_id=self.pallet.id)
        self.assertIsNone(answer["package"])
        self.scan(picking, "S2")
        packed = {line.lot_id.name: line.result_package_id for line in picking.move_line_ids}
        self.assertEqual(packed, {"S1": self.pallet, "S2": self.pallet.browse()})

    def test_new_label_is_a_new_package_for_who_works_with_packages(self):
        picking = self.transfer("in", (self.device, 1))
        new = "340123450000000024"
        self.env.user.group_ids = [Command.unlink(self.env.ref("stock.group_tracking_lot").id)]
        if not self.env.user.has_group("stock.group_tracking_lot"):
            self.assertIn("nothing known", self.scan(picking, f"(00){new}", "stop")["message"])
        self.env.user.group_ids = [Command.link(self.env.ref("stock.group_tracking_lot").id)]
        answer = self.scan(picking, f"(00){new}")
        self.assertEqual(answer["package"]["name"], new)
        self.scan(picking, "S1", package_id=answer["package"]["id"])
        picking.button_validate()
        self.assertEqual(picking.move_line_ids.result_package_id.name, new)
        self.assertEqual(picking.move_line_ids.lot_id.name, "S1")
