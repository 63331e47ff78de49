from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestScanTour(HttpCase):
    """A warehouse user receives two devices with the scan field, in a browser."""

    def test_receive_by_scanning(self):
        new_test_user(self.env, "scanner", groups="lot_serial_trace.group_trace_user")
        device = self.env["product.product"].create(
            {
                "name": "Device",
                "is_storable": True,
                "tracking": "serial",
                "barcode": "09501101530003",
            }
        )
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "move_ids": [(0, 0, {"product_id": device.id, "product_uom_qty": 2})],
            }
        )
        picking.action_confirm()
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{picking.id}",
            "lot_serial_trace_receipt_scan",
            login="scanner",
        )
        self.assertEqual(picking.state, "done")
        lots = picking.move_line_ids.lot_id
        self.assertEqual(sorted(lots.mapped("name")), ["SN-1", "SN-2"])
        self.assertEqual(lots.filtered(lambda lot: lot.name == "SN-1").trace_batch, "B7")
        scans = self.env["trace.scan"].search([("picking_id", "=", picking.id)])
        self.assertEqual(sorted(scans.mapped("verdict")), ["good", "good", "stop", "warn"])
