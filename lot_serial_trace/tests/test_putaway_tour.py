from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestPutawayTour(HttpCase, TraceCase):
    """An administrator sets a rule of putaway; the next receipt says where goods go, and why."""

    def test_rule_and_receipt(self):
        self.shelf.name = "Clearance"
        multi = "stock.group_stock_multi_locations,stock.group_production_lot"
        new_test_user(
            self.env,
            "chief",
            groups=f"stock.group_stock_manager,lot_serial_trace.group_trace_admin,{multi}",
        )
        self.start_tour(
            "/odoo/action-lot_serial_trace.action_trace_putaway_rule",
            "lot_serial_trace_putaway_rule",
            login="chief",
        )
        rule = self.env["trace.putaway.rule"].search([("location_id", "=", self.shelf.id)])
        self.assertEqual((rule.matter, rule.life, rule.life_unit), ("life", 10, "days"))
        picking = self.picking("in", [(self.milk, "L1", 5)])
        picking.move_line_ids.expiration_date = fields.Datetime.now() + timedelta(days=5)
        picking.move_line_ids._trace_put_away()
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{picking.id}",
            "lot_serial_trace_putaway_seen",
            login="chief",
        )
