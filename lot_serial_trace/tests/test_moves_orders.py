from odoo import Command
from odoo.tests import tagged

from .moves_case import MovesCase
from .test_trace import GenealogyCase


@tagged("post_install", "-at_install")
class TestMovesMade(MovesCase, GenealogyCase):
    """Making, taking apart, repairing, kits and subcontracting."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10), (self.device, "D1", 1))

    def test_made_by_serial_number(self):
        order = self.make(self.pizza, "P1", (self.milk, "M1", 2))
        self.assertEqual(self.told_of("M1")[-1], ("", "commissioning", "inactive"))
        self.assertEqual(self.told_of("P1"), [("", "commissioning", "active")])
        event = self.last("M1")
        self.assertEqual(
            (event.event_type, event.document, event.document_model, event.document_id),
            ("TransformationEvent", order.name, "mrp.production", order.id),
        )
        self.assertEqual(self.last("P1").document_id, order.id)

    def test_lots_may_be_made_again(self):
        self.make(self.cheese, "C1", (self.milk, "M1", 2))
        self.assertEqual(self.told_of("C1"), [("", "creating_class_instance", "active")])

    def test_taken_apart(self):
        unbuild = self.unbuild(self.make(self.pizza, "P1", (self.milk, "M1", 2)))
        self.assertEqual(self.told_of("P1")[-1], ("", "disassembling", "inactive"))
        self.assertEqual(self.told_of("M1")[-1], ("", "disassembling", "active"))
        event = self.last("P1")
        self.assertEqual((event.document, event.document_model), (unbuild.name, "mrp.unbuild"))

    def test_repaired(self):
        if "repair.order" not in self.env:
            self.skipTest("repairs are not installed")
        repair = self.env["repair.order"].create(
            {
                "product_id": self.device.id,
                "lot_id": self.lot(self.device, "D1").id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "location_id": self.stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "repair_line_type": kind,
                            "product_id": product.id,
                            "product_uom_qty": 1,
                        }
                    )
                    for kind, product in (("add", self.milk), ("remove", self.cheese))
                ],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        worn = self.env["stock.lot"].create({"name": "WORN", "product_id": self.cheese.id})
        for move, lot in zip(repair.move_ids, (self.lot(self.milk, "M1"), worn), strict=True):
            move.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                {
                    "move_id": move.id,
                    "product_id": move.product_id.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "picked": True,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            )
        repair.move_ids.picked = True
        repair.action_repair_end()
        self.assertEqual(self.told_of("M1")[-1], ("ADD", "installing", ""))
        self.assertEqual(self.told_of("WORN"), [("DELETE", "removing", "")])
        self.assertEqual(self.told_of("D1")[-1], ("OBSERVE", "repairing", "available"))
        self.assertEqual(self.last("M1").event_type, "AssociationEvent")
        self.assertEqual(self.last("D1").document_id, repair.id)

    def test_kit_is_delivered_as_its_parts(self):
        kit = self._product("Breakfast", "none")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": self.milk.id, "product_qty": 2}),
                    Command.create({"product_id": self.device.id, "product_qty": 1}),
                ],
            }
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [Command.create({"product_id": kit.id, "product_uom_qty": 1})],
            }
        )
        order.action_confirm()
        self.go(order.picking_ids)
        for name, quantity in (("M1", 2), ("D1", 1)):
            self.assertEqual(self.told_of(name)[-1], ("OBSERVE", "shipping", "in_transit"))
            event = self.last(name)
            self.assertEqual(
                (event.quantity, event.document_id, event.partner_name),
                (quantity, order.picking_ids.id, "Customer"),
            )
        self.assertFalse(self.events(("product_id", "=", kit.id)), "the kit is no thing")

    def test_subcontracted(self):
        if "subcontracting_location_id" not in self.env["res.company"]._fields:
            self.skipTest("subcontracting is not installed")
        dairy = self.env["res.partner"].create({"name": "Dairy"})
        there = dairy.property_stock_subcontractor
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.cheese.product_tmpl_id.id,
                "type": "subcontract",
                "subcontractor_ids": [Command.link(dairy.id)],
                "bom_line_ids": [Command.create({"product_id": self.milk.id, "product_qty": 2})],
            }
        )
        self.validate(self.picking("int", [(self.milk, "M1", 2)], dest=there, partner=dairy))
        self.assertEqual(self.told_of("M1")[-1], ("OBSERVE", "shipping", "in_transit"))
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "partner_id": dairy.id,
                "location_id": self.suppliers.id,
                "location_dest_id": self.stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.cheese.id,
                            "product_uom_qty": 1,
                            "location_id": self.suppliers.id,
                            "location_dest_id": self.stock.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        lot = self.env["stock.lot"].create({"name": "C1", "product_id": self.cheese.id})
        receipt.move_ids.move_line_ids.write({"lot_id": lot.id, "quantity": 1, "picked": True})
        self.validate(receipt)
        self.assertEqual(receipt.state, "done")
        # Odoo books the receipt first and closes the order behind it then.
        self.assertEqual(
            sorted(self.told_of("C1")),
            [("", "creating_class_instance", "active"), ("OBSERVE", "receiving", "in_progress")],
        )
        self.assertEqual(self.told_of("M1")[-1], ("", "commissioning", "inactive"))
        self.validate(self.picking("int", [(self.cheese, "C1", 1)], dest=there, partner=dairy))
        self.assertEqual(self.told_of("C1")[-1], ("OBSERVE", "shipping", "in_transit"))


@tagged("post_install", "-at_install")
class TestMovesDropship(MovesCase):
    """Goods that go from the supplier straight to the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        route = cls.env.ref("stock_dropshipping.route_drop_shipping", raise_if_not_found=False)
        if not route:
            cls.skipTest(cls, "dropshipping is not installed")
        for product in (cls.device, cls.milk):
            product.write(
                {
                    "route_ids": [Command.link(route.id)],
                    "seller_ids": [Command.create({"partner_id": cls.supplier.id})],
                }
            )

    def order(self, product, number=None):
        """Sell one unit that the supplier sends; returns the done transfer."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1})],
            }
        )
        order.action_confirm()
        purchase = order._get_purchase_orders()
        purchase.button_confirm()
        picking = purchase.picking_ids
        if number:
            picking.move_ids.move_line_ids.lot_name = number
        else:
            picking.picking_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def test_number_known(self):
        picking = self.order(self.device, "D1")
        self.assertEqual(self.told_of("D1"), [("OBSERVE", "shipping", "in_transit")])
        event = self.last("D1")
        self.assertEqual(
            (event.source_usage, event.dest_usage, event.document_id),
            ("supplier", "customer", picking.id),
        )
        self.assertEqual((event.supplier_name, event.partner_name), ("Supplier", "Customer"))

    def test_number_not_known(self):
        picking = self.order(self.milk)
        event = self.events(("document_id", "=", picking.id), ("kind", "=", "movement"))
        self.assertEqual((event.biz_step, event.lot_name, event.quantity), ("shipping", False, 1))

    def test_trace_names_both_ends(self):
        self.order(self.device, "D1")
        run = self.env["trace.run"]._ask(self.lot(self.device, "D1"))
        self.assertEqual(run.supplier_ids.mapped("partner_name"), ["Supplier"])
        self.assertEqual(run.customer_ids.mapped("partner_name"), ["Customer"])

    def test_sent_back_to_the_supplier(self):
        picking = self.order(self.device, "D1")
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_line_ids.picked = True
        self.validate(back)
        self.assertEqual(back.state, "done")
        self.assertEqual(self.told_of("D1")[-1], ("OBSERVE", "returning", "returned"))
