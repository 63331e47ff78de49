from odoo import Command
from odoo.tests import tagged

from .moves_case import MovesCase

RECEIVED = ("OBSERVE", "receiving", "in_progress")
STORED = ("OBSERVE", "storing", "sellable_not_accessible")
SHIPPED = ("OBSERVE", "shipping", "in_transit")


@tagged("post_install", "-at_install")
class TestMovesPlaces(MovesCase):
    """Receipts, deliveries and transfers say which step of business they are, by their places."""

    def after(self, picking):
        """Transfers that take goods on, one after the other."""
        chain = picking.browse()
        while picking := picking.move_ids.move_dest_ids.picking_id:
            chain |= picking
        return chain

    def test_receipt_in_one_step(self):
        picking = self.receive((self.device, "S1", 1))
        self.assertEqual(self.told_of("S1"), [RECEIVED])
        event = self.last("S1")
        self.assertEqual(
            (event.source_id, event.dest_id, event.document_model, event.document_id),
            (self.suppliers.id, self.stock.id, "stock.picking", picking.id),
        )
        self.assertEqual((event.partner_name, event.supplier_name), ("Supplier", "Supplier"))

    def test_receipt_in_two_steps(self):
        self.steps(reception_steps="two_steps")
        picking = self.receive((self.device, "S1", 1), dest=self.warehouse.wh_input_stock_loc_id)
        self.go(self.after(picking))
        self.assertEqual(self.told_of("S1"), [RECEIVED, STORED])

    def test_receipt_in_three_steps(self):
        self.steps(reception_steps="three_steps")
        picking = self.receive((self.device, "S1", 1), dest=self.warehouse.wh_input_stock_loc_id)
        self.go(self.after(picking))
        self.go(self.after(picking)[-1])
        self.assertEqual(
            self.told_of("S1"), [RECEIVED, ("OBSERVE", "inspecting", "in_progress"), STORED]
        )

    def test_delivery_in_three_steps(self):
        self.steps(delivery_steps="pick_pack_ship")
        self.receive((self.device, "S1", 1))
        pick = self.request(self.device, 1, self.customers)
        self.go(pick)
        for _step in range(2):
            self.go(self.after(pick)[-1])
        self.assertEqual(
            self.told_of("S1"),
            [
                RECEIVED,
                ("OBSERVE", "picking", "in_progress"),
                ("OBSERVE", "staging_outbound", "in_progress"),
                SHIPPED,
            ],
        )

    def test_delivery_in_two_steps_is_picked_to_the_output(self):
        self.steps(delivery_steps="pick_ship")
        self.receive((self.device, "S1", 1))
        pick = self.request(self.device, 1, self.customers)
        self.go(pick)
        self.go(self.after(pick))
        self.assertEqual(
            self.told_of("S1"), [RECEIVED, ("OBSERVE", "picking", "in_progress"), SHIPPED]
        )

    def test_internal_transfer(self):
        self.receive((self.device, "S1", 1))
        self.validate(self.picking("int", [(self.device, "S1", 1)]))
        self.assertEqual(self.told_of("S1"), [RECEIVED, STORED])

    def test_resupply_of_another_warehouse_through_transit(self):
        shop = self.env["stock.warehouse"].create(
            {"name": "Shop", "code": "SHP", "resupply_wh_ids": [Command.set(self.warehouse.ids)]}
        )
        self.receive((self.device, "S1", 1))
        self.device.route_ids = shop.resupply_route_ids
        leaving = self.request(self.device, 1, shop.lot_stock_id, warehouse=shop)
        self.go(*leaving.sorted(lambda picking: picking.location_id != self.stock))
        self.assertEqual(self.told_of("S1"), [RECEIVED, SHIPPED, RECEIVED])
        away, arrived = self.events(("lot_name", "=", "S1"))[1:]
        self.assertEqual((away.dest_usage, arrived.source_usage), ("transit", "transit"))
        self.assertEqual(arrived.dest_id, shop.lot_stock_id.id)

    def test_straight_to_another_warehouse(self):
        shop = self.env["stock.warehouse"].create({"name": "Shop", "code": "SHP"})
        self.receive((self.device, "S1", 1))
        self.validate(self.picking("int", [(self.device, "S1", 1)], dest=shop.lot_stock_id))
        self.assertEqual(self.told_of("S1")[-1], ("OBSERVE", "arriving", "in_progress"))

    def test_between_transit_places(self):
        ports = self.env["stock.location"].create(
            [{"name": name, "usage": "transit"} for name in ("Port", "Ship")]
        )
        self.receive((self.device, "S1", 1))
        for source, dest in ((self.stock, ports[0]), tuple(ports), (ports[1], self.stock)):
            self.validate(self.picking("int", [(self.device, "S1", 1)], source=source, dest=dest))
        self.assertEqual(
            self.told_of("S1"),
            [RECEIVED, SHIPPED, ("OBSERVE", "transporting", "in_transit"), RECEIVED],
        )

    def test_quarantine(self):
        """Received into it, put into it, brought into it by a customer, and taken out of it."""
        quarantine = self.env["stock.location"].create(
            {"name": "Quarantine", "location_id": self.stock.id, "trace_quarantine": True}
        )
        bin_there = self.env["stock.location"].create({"name": "Bin", "location_id": quarantine.id})
        self.receive((self.device, "S1", 1), dest=bin_there)
        self.assertEqual(self.told_of("S1"), [("OBSERVE", "receiving", "non_sellable_other")])
        for source, dest in ((bin_there, self.stock), (self.stock, bin_there)):
            self.validate(self.picking("int", [(self.device, "S1", 1)], source=source, dest=dest))
        self.assertEqual(
            self.told_of("S1")[1:], [STORED, ("OBSERVE", "holding", "non_sellable_other")]
        )
        self.validate(self.picking("out", [(self.device, "S1", 1)], source=bin_there))
        self.validate(
            self.picking("in", [(self.device, "S1", 1)], source=self.customers, dest=bin_there)
        )
        self.assertEqual(self.told_of("S1")[-1], ("OBSERVE", "receiving", "returned"))

    def test_returns(self):
        self.receive((self.device, "S1", 1))
        self.validate(self.picking("out", [(self.device, "S1", 1)]))
        self.validate(
            self.picking("in", [(self.device, "S1", 1)], source=self.customers, dest=self.stock)
        )
        self.assertEqual(self.told_of("S1")[-1], ("OBSERVE", "receiving", "returned"))
        self.validate(
            self.picking(
                "out", [(self.device, "S1", 1)], dest=self.suppliers, partner=self.supplier
            )
        )
        self.assertEqual(self.told_of("S1")[-1], ("OBSERVE", "returning", "returned"))
        self.assertEqual(self.last("S1").partner_name, "Supplier")
