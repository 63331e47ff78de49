from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestFefoTour(HttpCase):
    """A picker reads why a lot is not taken and is stopped with another; the office reads FEFO."""

    def setUp(self):
        super().setUp()
        self.env["trace.policy"].search([]).active = False
        self.env["trace.expiry.rule"].search([]).active = False
        for login, group in (
            ("fefo picker", "stock.group_stock_user"),
            ("fefo office", "lot_serial_trace.group_trace_user"),
        ):
            user = new_test_user(self.env, login, groups=group)
            user.group_ids |= self.env.ref("stock.group_production_lot")
        user.group_ids |= self.env.ref("stock.group_stock_user")
        self.warehouse = self.env["stock.warehouse"].search([], limit=1)
        self.customer = self.env["res.partner"].create({"name": "Customer"})
        food = self.env["product.category"].create(
            {
                "name": "Food",
                "removal_strategy_id": self.env.ref("product_expiry.removal_fefo").id,
            }
        )
        self.milk = self.env["product.product"].create(
            {
                "name": "Milk",
                "is_storable": True,
                "tracking": "lot",
                "use_expiration_date": True,
                "expiration_time": 100,
                "categ_id": food.id,
            }
        )

    def put(self, name, days, quantity):
        moment = fields.Datetime.now() + timedelta(days=days)
        lot = self.env["stock.lot"].create(
            {
                "name": name,
                "product_id": self.milk.id,
                "expiration_date": moment,
                "removal_date": moment,
            }
        )
        self.env["stock.quant"]._update_available_quantity(
            self.milk, self.warehouse.lot_stock_id, quantity, lot_id=lot
        )
        return lot

    def delivery(self, quantity):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.customer.id,
                "move_ids": [(0, 0, {"product_id": self.milk.id, "product_uom_qty": quantity})],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def open(self, picking, tour):
        url = f"/odoo/action-stock.action_picking_tree_all/{picking.id}"
        self.start_tour(url, tour, login="fefo picker")

    def test_why_not_and_too_old(self):
        self.env["trace.expiry.rule"].create(
            [
                {"name": "Sale", "stop_unit": "days", "stop_at": 5},
                {
                    "name": "Customer",
                    "partner_id": self.customer.id,
                    "min_life_unit": "days",
                    "min_life_at": 30,
                },
            ]
        )
        held, unsold = self.put("HELD", 50, 1), self.put("UNSOLD", 3, 4)
        self.put("SHORT", 20, 4)
        self.put("GOOD", 60, 6)
        self.env["trace.hold"]._place(held, "leaking")
        self.open(self.delivery(20), "lot_serial_trace_why_not")
        self.env["stock.quant"]._update_available_quantity(
            self.milk,
            self.warehouse.lot_stock_id,
            5,
            lot_id=self.env["stock.lot"].search([("name", "=", "GOOD")]),
        )
        self.env["trace.policy"].create({"code": "past_stop_sale", "severity": "block"})
        picking = self.delivery(2)
        picking.move_line_ids.lot_id = unsold
        picking.move_ids.picked = True
        self.open(picking, "lot_serial_trace_too_old")
        self.assertEqual(picking.state, "assigned")

    def test_report(self):
        self.put("SOON", 10, 50)
        late = self.put("LATE", 90, 50)
        for lot in (None, late):
            picking = self.delivery(2)
            if lot:
                picking.move_line_ids.lot_id = lot
            picking.move_ids.picked = True
            picking.with_context(trace_confirmed=True).button_validate()
        self.start_tour("/odoo/fefo", "lot_serial_trace_fefo", login="fefo office")
