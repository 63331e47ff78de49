from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestHoldTour(HttpCase):
    """Quality stops a number, the warehouse is stopped with a sentence, quality frees it."""

    def setUp(self):
        super().setUp()
        lots = self.env.ref("stock.group_production_lot")
        for login, group in (
            ("hold quality", "lot_serial_trace.group_trace_quality"),
            ("hold worker", "stock.group_stock_user"),
            ("hold auditor", "lot_serial_trace.group_trace_auditor"),
        ):
            new_test_user(self.env, login, groups=group).group_ids |= lots
        self.warehouse = self.env["stock.warehouse"].search([], limit=1)
        self.device = self.env["product.product"].create(
            {"name": "Device", "is_storable": True, "tracking": "serial"}
        )
        self.lots = self.env["stock.lot"].create(
            [{"product_id": self.device.id, "name": f"SN-{n}"} for n in range(1, 5)]
        )

    def put_on_hand(self, lots):
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                self.device, self.warehouse.lot_stock_id, 1, lot_id=lot
            )

    def delivery(self):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "move_ids": [(0, 0, {"product_id": self.device.id, "product_uom_qty": 1})],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def test_place_be_stopped_and_release(self):
        held = self.lots[0]
        self.put_on_hand(held)
        waiting = self.delivery()
        self.start_tour(
            f"/odoo/action-lot_serial_trace.action_trace_lot/{held.id}",
            "lot_serial_trace_hold_place",
            login="hold quality",
        )
        self.assertEqual(held.trace_status, "held")
        self.assertFalse(waiting.move_line_ids)
        taken = self.delivery()
        taken.move_ids.write({"lot_ids": [(6, 0, held.ids)], "picked": True})
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{taken.id}",
            "lot_serial_trace_hold_stopped",
            login="hold worker",
        )
        self.assertNotEqual(taken.state, "done")
        taken.action_cancel()
        self.start_tour(
            "/odoo/trace-holds", "lot_serial_trace_hold_read_only", login="hold auditor"
        )
        self.start_tour("/odoo/trace-holds", "lot_serial_trace_hold_release", login="hold quality")
        self.assertEqual(held.trace_status, "free")
        self.assertEqual(held.trace_hold_ids.release_reason, "checked and dry")
        self.assertEqual(waiting.move_line_ids.lot_id, held, "reserved again by the release")

    def test_a_pasted_list(self):
        self.put_on_hand(self.lots)
        self.start_tour(
            "/odoo/trace-holds", "lot_serial_trace_hold_list_of_numbers", login="hold quality"
        )
        self.assertEqual(set(self.lots.mapped("trace_status")), {"held"})
        self.assertEqual(set(self.lots.trace_hold_ids.mapped("reason")), {"wrong label"})
