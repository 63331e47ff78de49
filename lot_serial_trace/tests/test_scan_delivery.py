from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestScanDelivery(ScanCase):
    """A pick takes what is in stock, the right one first, and reservations follow the scans."""

    def reserved(self, number, product=None):
        lot = self.lot(product or self.device, number)
        self.env.invalidate_all()
        quants = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id.usage", "=", "internal")]
        )
        return sum(quants.mapped("reserved_quantity"))

    def test_the_reserved_one(self):
        self.put(self.device, "S1")
        picking = self.transfer("out", (self.device, 1))
        self.scan(picking, "S1")
        self.assertEqual(self.lines(picking), [("S1", 1)])
        self.assertEqual(self.reserved("S1"), 1)

    def test_another_one_swaps_the_reservation(self):
        for number in ("S1", "S2"):
            self.put(self.device, number)
        picking = self.transfer("out", (self.device, 1))
        mine = picking.move_line_ids.lot_id.name
        other = {"S1": "S2", "S2": "S1"}[mine]
        self.scan(picking, other)
        self.assertEqual((self.reserved(mine), self.reserved(other)), (0, 1))
        self.assertIs(picking.button_validate(), True)

    def test_another_one_where_policy_forbids(self):
        self.policy("other_number", "block")
        for number in ("S1", "S2"):
            self.put(self.device, number)
        picking = self.transfer("out", (self.device, 1))
        before = self.state_of(picking)
        other = {"S1": "S2", "S2": "S1"}[picking.move_line_ids.lot_id.name]
        answer = self.scan(picking, other, "stop")
        self.assertIn("instead of", answer["message"])
        self.assertEqual(self.state_of(picking), before)

    def test_one_that_expires_later_is_said(self):
        soon, late = self.put(self.milk, "SOON", 5), self.put(self.milk, "LATE", 5)
        soon.expiration_date = fields.Datetime.now() + timedelta(days=10)
        late.expiration_date = fields.Datetime.now() + timedelta(days=90)
        picking = self.transfer("out", (self.milk, 3))
        self.assertEqual(picking.move_line_ids.lot_id, soon)
        answer = self.scan(picking, "(01)04012345678901(10)LATE(30)2", "warn")
        self.assertIn("SOON expires earlier", answer["message"])
        self.assertEqual(self.lines(picking), [("LATE", 2)])
        self.assertEqual(self.lines(picking, picked=False), [("SOON", 1)])

    def test_what_another_transfer_has_reserved(self):
        for number in ("S1", "S2"):
            self.put(self.device, number)
        first = self.transfer("out", (self.device, 1))
        second = self.transfer("out", (self.device, 1))
        mine, other = first.move_line_ids.lot_id.name, second.move_line_ids.lot_id.name
        answer = self.scan(first, other, "warn")
        self.assertIn(second.name, answer["message"])
        self.assertEqual(self.lines(first), [(other, 1)])
        self.assertEqual(self.lines(second, picked=False), [(mine, 1)])
        self.assertEqual((self.reserved("S1"), self.reserved("S2")), (1, 1))
        first.trace_scan_undo(answer["uuid"])
        self.assertEqual((self.reserved("S1"), self.reserved("S2")), (1, 1))
        self.assertEqual(first.state, "assigned")
        for picking in (first, second):
            picking.move_line_ids.picked = True
            self.assertIs(picking.button_validate(), True)

    def test_what_another_transfer_has_picked(self):
        self.put(self.device, "S1")
        first = self.transfer("out", (self.device, 1))
        self.scan(first, "S1")
        second = self.transfer("out", (self.device, 1))
        answer = self.scan(second, "S1", "stop")
        self.assertIn(first.name, answer["message"])

    def test_not_in_the_source(self):
        attic = self.env["stock.location"].create({"name": "Attic", "usage": "internal"})
        self.put(self.device, "S1", place=attic)
        self.put(self.device, "S2")
        picking = self.transfer("out", (self.device, 1))
        self.assertIn("in Attic", self.scan(picking, "S1", "stop")["message"])
        self.assertIn("not known here", self.scan(picking, "S-NEW", "stop")["message"])

    def test_no_more_of_a_lot_than_there_is(self):
        self.put(self.milk, "A", 5)
        picking = self.transfer("out", (self.milk, 8))
        answer = self.scan(picking, "(01)04012345678901(10)A(30)6", "stop")
        self.assertIn("Only 5", answer["message"])
        self.scan(picking, "(01)04012345678901(10)A(30)4")
        self.scan(picking, "(01)04012345678901(10)A(30)2", "stop")
        self.assertEqual(self.lines(picking), [("A", 4)])

    def test_expired_is_stopped_by_policy(self):
        self.policy("expired", "block")
        lot = self.put(self.milk, "OLD", 5)
        lot.expiration_date = fields.Datetime.now() - timedelta(days=1)
        picking = self.transfer("out", (self.milk, 5))
        before = self.state_of(picking)
        answer = self.scan(picking, "(01)04012345678901(10)OLD", "stop")
        self.assertIn("expired", answer["message"])
        self.assertEqual(self.state_of(picking), before)

    def test_half_a_kilogram(self):
        ham = self._product("Ham", "lot", uom_id=self.env.ref("uom.product_uom_kgm").id)
        self.put(ham, "H", 2)
        picking = self.transfer("out", (ham, 1.5))
        for _time in range(3):
            self.scan(picking, "H", quantity=0.5)
        self.assertEqual(self.lines(picking), [("H", 1.5)])
        self.assertEqual(self.reserved("H", ham), 1.5)

    def test_goods_without_numbers_come_from_where_they_are_reserved(self):
        bag = self._product("Bag", "none", barcode="4012345678925")
        self.put(bag, quantity=2, place=self.shelf)
        self.put(bag, quantity=5)
        picking = self.transfer("out", (bag, 4))
        for _time in range(4):
            self.scan(picking, "4012345678925")
        self.assertEqual(sum(quantity for _n, quantity in self.lines(picking)), 4)
        self.assertEqual(self.lines(picking, picked=False), [])
        quants = self.env["stock.quant"].search([("product_id", "=", bag.id)])
        self.assertFalse([q for q in quants if q.reserved_quantity > q.quantity])
