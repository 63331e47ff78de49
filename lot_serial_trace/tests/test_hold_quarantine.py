from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_hold_effects import HoldCase


class QuarantineCase(HoldCase):
    """A warehouse with a quarantine place, outside of its stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.warehouse.action_trace_make_quarantine()
        cls.quarantine = cls.warehouse.trace_quarantine_id

    def on_hand(self, name, product=None):
        """Where a lot lies: dict place -> quantity."""
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "=", self.lot(product or self.milk, name).id),
                ("location_id.usage", "in", ("internal", "transit")),
                ("quantity", "!=", 0),
            ]
        )
        return {quant.location_id: quant.quantity for quant in quants}

    def finish(self, picking):
        """All of it has been carried."""
        picking.move_line_ids.picked = True
        self.assertIs(picking.button_validate(), True)
        self.assertEqual(picking.state, "done")


@tagged("post_install", "-at_install")
class TestHoldQuarantine(QuarantineCase):
    """Goods on hand of a lot on hold get a transfer to quarantine, reserved, of their own."""

    def test_one_transfer_with_all_that_lies_there(self):
        self.receive((self.milk, "L1", 5), (self.milk, "L2", 3))
        self.receive((self.milk, "L1", 2), dest=self.shelf)
        self.receive((self.device, "S1", 1))
        lots = self.lot(self.milk, "L1") | self.lot(self.milk, "L2") | self.lot(self.device, "S1")
        holds = self.env["trace.hold"]._place(lots, "leaking")
        picking = holds._transfers()
        self.assertEqual(len(picking), 1)
        self.assertEqual((picking.state, picking.location_dest_id), ("assigned", self.quarantine))
        self.assertEqual(picking.picking_type_id, self.warehouse.int_type_id)
        self.assertIn("leaking", picking.origin)
        self.assertEqual(
            sorted((m.product_id.name, m.product_uom_qty) for m in picking.move_ids),
            [("Device", 1), ("Milk", 10)],
        )
        self.assertEqual(
            sorted(
                (li.lot_id.name, li.location_id.name, li.quantity) for li in picking.move_line_ids
            ),
            [("L1", "Shelf", 2), ("L1", "Stock", 5), ("L2", "Stock", 3), ("S1", "Stock", 1)],
        )
        self.assertEqual(holds[0].action_open_transfers()["res_id"], picking.id)
        self.finish(picking)
        self.assertEqual(self.on_hand("L1"), {self.quarantine: 7})
        self.assertFalse(picking.move_ids.move_dest_ids)

    def test_policy_lets_goods_stay(self):
        self.policy("on_hold", "block", product_id=self.milk.id, goods="stay")
        self.receive((self.milk, "L1", 5), (self.device, "S1", 1))
        lots = self.lot(self.milk, "L1") | self.lot(self.device, "S1")
        holds = self.env["trace.hold"]._place(lots, "leaking")
        self.assertEqual(
            {hold.lot_id.name: hold.goods for hold in holds},
            {"L1": "stay", "S1": "move"},
        )
        self.assertEqual(holds._transfers().move_line_ids.lot_id.name, "S1")
        self.assertTrue(self.hold("L1", goods="move")._transfers(), "whoever asks knows better")

    def test_where_no_quarantine_is_goods_stay(self):
        self.warehouse.trace_quarantine_id = False
        self.quarantine.trace_quarantine = False
        self.receive((self.milk, "L1", 5))
        self.assertFalse(self.hold("L1")._transfers())

    def test_second_hold_makes_no_second_transfer(self):
        self.receive((self.milk, "L1", 5))
        self.assertTrue(self.hold("L1")._transfers())
        self.assertFalse(self.hold("L1")._transfers())

    def test_in_a_place_only_what_lies_there(self):
        self.receive((self.milk, "L1", 5))
        self.receive((self.milk, "L1", 2), dest=self.shelf)
        lines = self.hold("L1", location=self.shelf)._transfers().move_line_ids
        self.assertEqual((lines.location_id, lines.quantity), (self.shelf, 2))

    def test_what_is_in_quarantine_or_with_customers_stays(self):
        self.receive((self.milk, "L1", 5))
        self.picking("int", [(self.milk, "L1", 2)], dest=self.quarantine)._action_done()
        self.picking("out", [(self.milk, "L1", 2)])._action_done()
        self.assertEqual(self.hold("L1")._transfers().move_line_ids.quantity, 1)

    def test_what_is_picked_stays_and_what_was_reserved_goes(self):
        self.receive((self.milk, "L1", 5))
        picked = self.wanted(self.milk, 2)
        picked.move_line_ids.picked = True
        self.wanted(self.milk, 2)
        self.assertEqual(self.hold("L1")._transfers().move_line_ids.quantity, 3)

    def test_packages_and_owners(self):
        whole, mixed = self.env["stock.package"].create([{"name": "WHOLE"}, {"name": "MIXED"}])
        owner = self.env["res.partner"].create({"name": "Owner"})
        put = self.env["stock.quant"]._update_available_quantity
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.milk.id} for name in ("BAD", "GOOD")]
        )
        put(self.milk, self.stock, 4, lot_id=lots[0], package_id=whole, owner_id=owner)
        put(self.milk, self.stock, 2, lot_id=lots[0], package_id=mixed)
        put(self.milk, self.stock, 2, lot_id=lots[1], package_id=mixed)
        picking = self.hold("BAD")._transfers()
        lines = {line.package_id: line for line in picking.move_line_ids}
        self.assertEqual(lines[whole].result_package_id, whole)
        self.assertEqual(lines[whole].owner_id, owner)
        self.assertFalse(lines[mixed].result_package_id, "the pallet stays")
        self.finish(picking)
        self.assertEqual(whole.location_id, self.quarantine)
        self.assertEqual(mixed.location_id, self.stock)

    def test_no_rule_pulls_the_goods_on(self):
        self.env["stock.rule"].create(
            {
                "name": "Out of quarantine",
                "action": "push",
                "location_src_id": self.quarantine.id,
                "location_dest_id": self.stock.id,
                "picking_type_id": self.warehouse.int_type_id.id,
                "route_id": self.warehouse.reception_route_id.id,
                "auto": "manual",
            }
        )
        self.receive((self.milk, "L1", 5))
        picking = self.hold("L1")._transfers()
        self.finish(picking)
        self.assertFalse(picking.move_ids.move_dest_ids)

    def test_it_takes_no_other_goods(self):
        """Good stock must not be carried to quarantine because somebody checks availability."""
        self.receive((self.milk, "BAD", 5), (self.milk, "GOOD", 5))
        picking = self.hold("BAD")._transfers()
        picking.do_unreserve()
        self.assertFalse(picking.move_line_ids)
        picking.action_assign()
        self.assertEqual(picking.move_line_ids.lot_id.name, "BAD")
        self.assertEqual((picking.state, picking.move_line_ids.quantity), ("assigned", 5))

    def test_a_part_goes_first(self):
        self.receive((self.milk, "BAD", 5), (self.milk, "WORSE", 5), (self.milk, "GOOD", 9))
        picking = self.hold("BAD", "WORSE")._transfers()
        picking.move_line_ids.filtered(lambda line: line.lot_id.name == "BAD").picked = True
        picking.with_context(skip_backorder=True).button_validate()
        rest = picking.backorder_ids
        self.assertTrue(rest.move_ids.trace_for_hold)
        rest.action_assign()
        self.assertEqual(rest.move_line_ids.lot_id.name, "WORSE")
        self.assertEqual(rest.move_line_ids.quantity, 5)
        self.finish(rest)
        self.assertEqual(self.on_hand("GOOD"), {self.stock: 9})

    def test_scrapped_meanwhile(self):
        """Held goods may be scrapped, although the transfer has them reserved."""
        self.receive((self.milk, "BAD", 5))
        picking = self.hold("BAD")._transfers()
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.milk.id,
                "lot_id": self.lot(self.milk, "BAD").id,
                "scrap_qty": 5,
                "location_id": self.stock.id,
            }
        )
        scrap.do_scrap()
        self.assertEqual(scrap.state, "done")
        self.assertFalse(self.on_hand("BAD"))
        self.assertFalse(picking.move_line_ids)

    def test_every_warehouse_has_its_own(self):
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "TR2"})
        second.action_trace_make_quarantine()
        self.receive((self.milk, "L1", 5))
        self.receive((self.milk, "L1", 3), dest=second.lot_stock_id)
        pickings = self.hold("L1")._transfers()
        self.assertEqual(
            {picking.location_dest_id: picking.move_ids.product_uom_qty for picking in pickings},
            {self.quarantine: 5, second.trace_quarantine_id: 3},
        )

    def test_held_goods_go_nowhere_else(self):
        self.receive((self.milk, "L1", 5))
        self.hold("L1", goods="stay")
        transit = self.env["stock.location"].create(
            {"name": "Truck", "usage": "transit", "company_id": self.env.company.id}
        )
        for dest in (transit, self.shelf, self.customers):
            with self.subTest(dest.name), self.assertRaisesRegex(UserError, "leaking"):
                self.picking("int", [(self.milk, "L1", 1)], dest=dest)._action_done()

    def test_goods_in_transit_arrive_in_quarantine_only(self):
        transit = self.env["stock.location"].create(
            {"name": "Truck", "usage": "transit", "company_id": self.env.company.id}
        )
        self.receive((self.milk, "L1", 5))
        self.picking("int", [(self.milk, "L1", 5)], dest=transit)._action_done()
        self.assertFalse(self.hold("L1")._transfers(), "no warehouse has them")
        arriving = self.picking("int", [(self.milk, "L1", 5)], source=transit, dest=self.stock)
        arriving.button_validate()
        self.assertEqual(self.on_hand("L1"), {self.quarantine: 5})

    def test_a_package_is_not_moved_with_held_goods_in_it(self):
        package = self.env["stock.package"].create({"name": "PALLET"})
        lot = self.env["stock.lot"].create({"name": "BAD", "product_id": self.milk.id})
        self.env["stock.quant"]._update_available_quantity(
            self.milk, self.stock, 4, lot_id=lot, package_id=package
        )
        self.hold("BAD", goods="stay")
        with self.assertRaisesRegex(UserError, "leaking"):
            package.quant_ids.move_quants(location_dest_id=self.shelf)
        package.quant_ids.move_quants(location_dest_id=self.quarantine)
        self.assertEqual(package.location_id, self.quarantine)
