from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestPolicyTours(HttpCase):
    """In a browser: which policy wins, and how Quality gets on where a button is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.device = cls.env["product.product"].create(
            {"name": "Tour Device", "is_storable": True, "tracking": "lot"}
        )
        new_test_user(cls.env, "tour_admin", groups="lot_serial_trace.group_trace_admin")
        groups = "lot_serial_trace.group_trace_quality,stock.group_stock_manager"
        new_test_user(cls.env, "tour_quality", groups=groups)

    def policy(self, code, severity, **values):
        return self.env["trace.policy"].create({"code": code, "severity": severity, **values})

    def test_try_a_case(self):
        self.policy("expired", "warn")
        self.policy("expired", "block", product_id=self.device.id)
        self.start_tour("/odoo/trace-policies", "lot_serial_trace_try_a_case", login="tour_admin")

    def test_let_pass_where_a_button_is_refused(self):
        """The scrap has no dialog of ours: the refusal itself offers the way on."""
        self.policy("unknown_number", "block")
        lot = self.env["stock.lot"].create({"name": "TOUR-1", "product_id": self.device.id})
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.device.id,
                "lot_id": lot.id,
                "scrap_qty": 1,
                "location_id": warehouse.lot_stock_id.id,
            }
        )
        self.start_tour(
            f"/odoo/action-stock.action_stock_scrap/{scrap.id}",
            "lot_serial_trace_let_pass",
            login="tour_quality",
        )
        self.assertEqual(scrap.state, "done")
        permit = self.env["trace.pass"].search([("lot_ids", "in", lot.ids)])
        self.assertEqual((permit.status, permit.reason), ("used", "Counted twice, it is there"))
        event = self.env["trace.event"].search([("kind", "=", "override")], limit=1)
        self.assertIn("Counted twice", event.reason)
