from uuid import uuid4

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon

UNITS = ("RET-1", "RET-2", "RET-3", "RET-9")


@tagged("post_install", "-at_install")
class TestReturnTours(TestPointOfSaleHttpCommon):
    """Somebody brings a unit back: a cashier without any other right scans it and decides."""

    def setUp(self):
        super().setUp()
        self.env.company.point_of_sale_update_stock_quantities = "real"
        self.cashier = new_test_user(
            self.env, "return_cashier", "base.group_user,point_of_sale.group_pos_user"
        )
        self.warehouse = self.main_pos_config.warehouse_id
        self.warehouse.action_trace_make_quarantine()
        self.device = self.env["product.product"].create(
            {
                "name": "Return Device",
                "is_storable": True,
                "tracking": "serial",
                "available_in_pos": True,
                "list_price": 100,
                "taxes_id": False,
                "trace_warranty_months": 24,
            }
        )
        self.lots = self.env["stock.lot"].create(
            [{"product_id": self.device.id, "name": name} for name in UNITS]
        )
        for lot in self.lots:
            self.env["stock.quant"]._update_available_quantity(
                self.device, self.warehouse.lot_stock_id, 1, lot_id=lot
            )
        self.customer = self.env["res.partner"].create({"name": "Returning Customer"})
        self.main_pos_config.with_user(self.cashier).open_ui()
        self.shift = self.main_pos_config.current_session_id
        self.shift.set_opening_control(0, "")

    def sell(self, *numbers):
        amount = 100.0 * len(numbers)
        cash = self.main_pos_config.payment_method_ids.filtered("is_cash_count")[:1]
        line = {
            "uuid": str(uuid4()),
            "product_id": self.device.id,
            "qty": len(numbers),
            "price_unit": 100.0,
            "price_subtotal": amount,
            "price_subtotal_incl": amount,
            "tax_ids": [Command.set([])],
            "pack_lot_ids": [Command.create({"lot_name": name}) for name in numbers],
        }
        order = {
            "uuid": str(uuid4()),
            "access_token": str(uuid4()),
            "state": "paid",
            "session_id": self.shift.id,
            "company_id": self.env.company.id,
            "user_id": self.env.uid,
            "partner_id": self.customer.id,
            "pricelist_id": self.main_pos_config.pricelist_id.id,
            "date_order": "2026-03-04 05:06:07",
            "pos_reference": "2026-001-000001",
            "lines": [Command.create(line)],
            "payment_ids": [Command.create({"amount": amount, "payment_method_id": cash.id})],
            "amount_paid": amount,
            "amount_total": amount,
            "amount_tax": 0,
            "amount_return": 0,
        }
        self.env["pos.order"].sync_from_ui([order])
        self.env.flush_all()
        return self.env["pos.order"].search([("uuid", "=", order["uuid"])])

    def tour(self, name):
        self.start_pos_tour(f"lot_serial_trace_return_{name}", login="return_cashier")

    def refunds(self):
        return self.env["pos.order.line"].search(
            [("product_id", "=", self.device.id), ("qty", "<", 0)], order="id"
        )

    def place_of(self, number):
        lot = self.lots.filtered(lambda one: one.name == number)
        return lot.quant_ids.filtered(lambda quant: quant.quantity > 0).location_id

    def test_refund(self):
        sale = self.sell("RET-1", "RET-2")
        self.tour("refund")
        lines = self.refunds()
        self.assertEqual(lines.refunded_orderline_id, sale.lines)
        self.assertEqual(lines.pack_lot_ids.mapped("lot_name"), ["RET-1", "RET-2"])
        self.assertEqual(lines.mapped("trace_condition"), ["faulty", "good"])
        self.assertEqual(lines[0].trace_condition_note, "cracked screen")
        self.assertEqual(lines.order_id.partner_id, self.customer)
        self.assertTrue(lines.order_id.is_refund)
        self.assertEqual(self.place_of("RET-1"), self.warehouse.trace_quarantine_id)
        self.assertEqual(self.place_of("RET-2"), self.warehouse.lot_stock_id)

    def test_odd_ones(self):
        self.sell("RET-3")
        lot = self.lots.filtered(lambda one: one.name == "RET-3")
        self.env["trace.hold"]._place(lot, "battery burns", "recall", goods="stay")
        self.tour("odd")
        self.assertEqual(self.refunds().pack_lot_ids.lot_name, "RET-3")
        self.assertEqual(self.place_of("RET-3"), self.warehouse.trace_quarantine_id)

    def test_exchange(self):
        self.sell("RET-1")
        self.tour("exchange")
        warranties = self.env["trace.warranty"].sudo()._of(self.lots)
        old, new = (warranties[lot.id] for lot in self.lots if lot.name in ("RET-1", "RET-9"))
        self.assertEqual((old.closed_as, new.replaces_id, new.end), ("moved", old, old.end))

    def test_offline(self):
        self.sell("RET-1", "RET-2")
        self.sell("RET-3")
        self.tour("offline")
