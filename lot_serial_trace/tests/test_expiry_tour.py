from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestExpiryTour(HttpCase):
    """Somebody sets a rule, has stock looked at, and pulls what must leave the shelf."""

    def setUp(self):
        super().setUp()
        self.env["trace.expiry.rule"].search([]).active = False
        user = new_test_user(self.env, "expiry manager", groups="stock.group_stock_manager")
        for group in ("group_trace_admin", "group_trace_quality"):
            user.group_ids |= self.env.ref(f"lot_serial_trace.{group}")
        user.group_ids |= self.env.ref("stock.group_production_lot")
        user.group_ids |= self.env.ref("stock.group_stock_multi_locations")
        self.warehouse = self.env["stock.warehouse"].search([], limit=1)
        self.warehouse.action_trace_make_quarantine()
        self.milk = self.env["product.product"].create(
            {
                "name": "Tour Milk",
                "is_storable": True,
                "tracking": "lot",
                "use_expiration_date": True,
            }
        )
        self.soon, self.later = self.stock_up("TOUR-3", 3), self.stock_up("TOUR-9", 9)

    def stock_up(self, name, left):
        lot = self.env["stock.lot"].create({"name": name, "product_id": self.milk.id})
        lot.expiration_date = fields.Datetime.now() + timedelta(days=left)
        self.env["stock.quant"]._update_available_quantity(
            self.milk, self.warehouse.lot_stock_id, 5, lot_id=lot
        )
        return lot

    def test_from_rule_to_quarantine(self):
        login = {"login": "expiry manager"}
        self.start_tour("/odoo/expiry-rules", "lot_serial_trace_expiry_rule", **login)
        rule = self.env["trace.expiry.rule"].search([("product_id", "=", self.milk.id)])
        self.assertEqual((rule.warn_at, rule.pull_at), (10, 5))
        self.env["trace.expiry.run"]._evaluate()
        self.start_tour("/odoo/expiring-goods", "lot_serial_trace_expiry_evaluate", **login)
        self.start_tour("/odoo/expiring-goods", "lot_serial_trace_expiry_pull", **login)
        quarantine = self.warehouse.trace_quarantine_id
        self.assertEqual(self.soon.quant_ids.filtered("quantity").location_id, quarantine)
        action = self.env["trace.expiry.action"].search([("lot_ids", "in", self.soon.ids)])
        self.assertEqual((action.kind, action.picking_id.state), ("pull", "done"))
