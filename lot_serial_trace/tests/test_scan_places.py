from odoo.tests import tagged

from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestScanPlaces(ScanCase):
    """A scanned place says where the next goods come from or go; a wrong one stops."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf.barcode = "SHELF-1"
        cls.other = cls.shelf.copy({"name": "Other", "barcode": "SHELF-2"})

    def test_goods_received_go_to_the_scanned_place(self):
        picking = self.transfer("in", (self.device, 2))
        answer = self.scan(picking, "SHELF-1")
        self.assertEqual((answer["kind"], answer["location"]["id"]), ("location", self.shelf.id))
        answer = self.scan(picking, "S1", location_id=self.shelf.id)
        self.assertEqual(answer["location"]["id"], self.shelf.id)
        self.scan(picking, "S2")
        places = {line.lot_name: line.location_dest_id for line in picking.move_line_ids}
        self.assertEqual(places, {"S1": self.shelf, "S2": self.stock})

    def test_place_by_its_gln(self):
        self.shelf.trace_gln = "4012345000009"
        picking = self.transfer("in", (self.device, 2))
        answer = self.scan(picking, "(414)4012345000009")
        self.assertEqual(answer["location"]["id"], self.shelf.id)

    def test_wrong_place(self):
        far = self.env["stock.location"].create(
            {"name": "Far", "usage": "internal", "barcode": "FAR"}
        )
        picking = self.transfer("in", (self.device, 2))
        answer = self.scan(picking, "FAR", "stop")
        self.assertIn("not a place of", answer["message"])
        self.scan(picking, "S1", location_id=far.id)
        self.assertEqual(picking.move_line_ids.filtered("picked").location_dest_id, self.stock)

    def test_pick_from_the_scanned_place(self):
        bag = self._product("Bag", "none", barcode="4012345678925")
        for place in (self.shelf, self.other):
            self.put(bag, quantity=3, place=place)
        picking = self.transfer("out", (bag, 2))
        [place] = {self.shelf, self.other} - {*picking.move_line_ids.location_id}
        answer = self.scan(picking, place.barcode)
        self.scan(picking, "4012345678925", location_id=answer["location"]["id"], quantity=2)
        self.assertEqual(picking.move_line_ids.filtered("picked").location_id, place)
        self.assertEqual(self.lines(picking, picked=False), [])

    def test_number_that_is_not_in_the_scanned_place(self):
        self.put(self.device, "S1", place=self.other)
        picking = self.transfer("out", (self.device, 1))
        answer = self.scan(picking, "S1", "stop", location_id=self.shelf.id)
        self.assertIn("Other", answer["message"])

    def test_from_shelf_to_shelf(self):
        """Where any place may be either: first where from, and with goods in hand, where to."""
        for number in ("S1", "S2"):
            self.put(self.device, number, place=self.shelf)
        picking = self.transfer("int", (self.device, 2))
        answer = self.scan(picking, "SHELF-1")
        place = answer["location"]["id"]
        for number in ("S1", "S2"):
            self.scan(picking, number, location_id=place)
        before = self.state_of(picking)
        answer = self.scan(picking, "SHELF-2", location_id=place)
        self.assertIsNone(answer["location"])
        self.assertEqual(picking.move_line_ids.location_dest_id, self.other)
        picking.trace_scan_undo(answer["uuid"])
        self.assertEqual(self.state_of(picking), before)
        self.scan(picking, "SHELF-2", location_id=place)
        self.assertIs(picking.button_validate(), True)
        self.assertEqual(self.lot(self.device, "S1").location_id, self.other)

    def test_putting_away_to_a_part_of_the_destination(self):
        self.put(self.milk, "A", 10, place=self.other)
        picking = self.transfer("int", (self.milk, 10), source=self.other, dest=self.shelf)
        bin_1 = self.shelf.copy({"name": "Bin", "barcode": "BIN", "location_id": self.shelf.id})
        answer = self.scan(picking, "BIN")
        self.assertIn("go to", answer["message"])
        place = answer["location"]["id"]
        self.scan(picking, "(01)04012345678901(10)A(30)4", location_id=place)
        self.assertEqual(self.lines(picking, picked=False), [("A", 6)])
        self.assertEqual(picking.move_line_ids.filtered("picked").location_dest_id, bin_1)
