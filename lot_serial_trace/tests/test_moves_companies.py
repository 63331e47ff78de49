from odoo import Command
from odoo.tests import tagged

from .moves_case import MovesCase


@tagged("post_install", "-at_install")
class TestMovesCompanies(MovesCase):
    """One company sells to another of the same database, as Odoo does it by hand.

    The seller ships to the place between companies, the buyer receives from there. Each
    company's ledger has its own half.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls.env.company
        cls.buyer = cls.env["res.company"].create({"name": "Buyer"})
        cls.between = cls.env.ref("stock.stock_location_inter_company")
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": (cls.home | cls.buyer).ids}
        )
        cls.there = cls.env["stock.warehouse"].search([("company_id", "=", cls.buyer.id)], limit=1)

    def sell(self):
        """Order of the buyer, delivered by the seller and received by the buyer."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.partner_id.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.device.id, "product_uom_qty": 1})
                ],
            }
        )
        order.action_confirm()
        self.go(order.picking_ids)
        env = self.env(
            context={**self.env.context, "allowed_company_ids": (self.buyer | self.home).ids}
        )
        purchase = env["purchase.order"].create(
            {
                "partner_id": self.home.partner_id.id,
                "company_id": self.buyer.id,
                "picking_type_id": self.there.in_type_id.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.device.id, "product_qty": 1, "price_unit": 1}
                    )
                ],
            }
        )
        purchase.button_confirm()
        receipt = purchase.picking_ids
        receipt.move_ids.move_line_ids.lot_id = self.lot(self.device, "S1")
        receipt.move_ids.picked = True
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        return order.picking_ids, receipt

    def test_each_company_has_its_half(self):
        self.receive((self.device, "S1", 1))
        delivery, receipt = self.sell()
        shipped = self.events(("document_id", "=", delivery.id), ("kind", "=", "movement"))
        received = self.events(("document_id", "=", receipt.id), ("kind", "=", "movement"))
        self.assertEqual(
            (shipped.biz_step, shipped.disposition, shipped.company_id, shipped.dest_id),
            ("shipping", "in_transit", self.home.id, self.between.id),
        )
        self.assertEqual(
            (received.biz_step, received.disposition, received.company_id, received.source_id),
            ("receiving", "in_progress", self.buyer.id, self.between.id),
        )
        self.assertEqual(shipped.partner_name, "Buyer")
        self.assertEqual(received.partner_name, self.home.partner_id.name)
        self.assertEqual(shipped.lot_id, received.lot_id, "the number is the same")
