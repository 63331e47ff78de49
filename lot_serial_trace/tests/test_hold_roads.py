from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestHoldRoads(TraceCase):
    """A hold holds on every road on which Odoo moves goods, also where no transfer is seen."""

    def furnish(self):
        super().furnish()
        self.receive((self.device, "HELD", 1), (self.device, "GOOD", 1))
        self.held, self.good = self.lot(self.device, "HELD"), self.lot(self.device, "GOOD")
        self.env["trace.hold"]._place(self.held, "leaking")

    def quant(self):
        return self.env["stock.quant"]._gather(self.device, self.stock, self.held, strict=True)

    def refused(self):
        return self.assertRaisesRegex(UserError, "HELD of Device is on hold: leaking")

    def quarantine(self):
        return self.env["stock.location"].create(
            {
                "name": "Quarantine",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "trace_quarantine": True,
            }
        )

    def test_relocation(self):
        for dest in (self.shelf, self.customers):
            with self.subTest(dest.name), self.refused(), self.cr.savepoint():
                self.quant().move_quants(location_dest_id=dest, message="tidied up")
        self.quant().move_quants(location_dest_id=self.quarantine())
        self.assertTrue(self.held.location_id.trace_quarantine)

    def test_place_written_on_the_number(self):
        with self.refused():
            self.held.location_id = self.shelf

    def test_place_inside_quarantine(self):
        inside = self.env["stock.location"].create(
            {"name": "Box 3", "usage": "internal", "location_id": self.quarantine().id}
        )
        self.picking("int", [(self.device, "HELD", 1)], dest=inside)._action_done()
        self.assertEqual(self.held.location_id, inside)

    def test_counting_still_works(self):
        self.quant().with_context(inventory_mode=True).inventory_quantity = 0
        self.quant().action_apply_inventory()
        self.assertEqual(self.held.product_qty, 0)

    def test_chosen_by_hand(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.device.id,
                "product_uom_qty": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
            }
        )
        move._action_confirm()
        move.lot_ids = self.held
        move.picked = True
        with self.refused():
            move._action_done()

    def test_from_supplier_to_customer_by_name(self):
        picking = self.picking("in", [(self.device, "NEW", 1)], dest=self.customers)
        picking.move_line_ids.lot_name = "HELD"
        with self.refused():
            picking._action_done()

    def test_line_added_to_a_done_delivery(self):
        picking = self.picking("out", [(self.device, "GOOD", 1)])
        self.validate(picking)
        with self.refused():
            self.env["stock.move.line"].create(
                {
                    "move_id": picking.move_ids.id,
                    "picking_id": picking.id,
                    "product_id": self.device.id,
                    "lot_id": self.held.id,
                    "quantity": 1,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                }
            )

    def test_repair_where_it_lies(self):
        if "repair.order" not in self.env:
            self.skipTest("repairs are not installed")
        repair = self.env["repair.order"].create(
            {
                "product_id": self.device.id,
                "lot_id": self.held.id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "location_id": self.stock.id,
                "product_location_src_id": self.stock.id,
                "product_location_dest_id": self.stock.id,
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")

    def test_quarantine_policy_ships_nothing(self):
        """“Quarantine” is stricter than “warn”: goods that are to be held do not leave first."""
        self.receive((self.milk, "OLD", 5))
        self.lot(self.milk, "OLD").expiration_date = "2020-01-01"
        self.policy("expired", "quarantine")
        with self.assertRaisesRegex(UserError, "expired on"):
            self.picking("out", [(self.milk, "OLD", 1)])._action_done()

    def test_a_policy_goes_with_its_product(self):
        """Were the product only emptied, the policy would block every product."""
        product = self._product("Short-lived", "lot")
        policy = self.policy("no_number", "block", product_id=product.id)
        product.unlink()
        self.assertFalse(policy.exists())
