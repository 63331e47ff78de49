from odoo.tests import new_test_user, tagged

from .screen_case import ScreenCase


@tagged("post_install", "-at_install")
class TestScanLetPass(ScreenCase):
    """Quality scans what is on hold, says why it may go, and goes on scanning: on one screen."""

    def setUp(self):
        super().setUp()
        self.put_on_shelf("SN-1", "SN-2")
        held = self.env["stock.lot"].search(
            [("product_id", "=", self.device.id), ("name", "=", "SN-1")]
        )
        self.env["trace.hold"]._place(held, "battery leaks", goods="stay")
        self.picking = self.transfer("out", 1)

    def open(self):
        return self.screen(f"/odoo/trace-scan-transfer/{self.picking.id}")

    def test_let_pass(self):
        groups = "lot_serial_trace.group_trace_quality,stock.group_stock_user"
        self.user = new_test_user(self.env, "scan_quality", groups=groups, lang="en_US")
        with self.open() as screen:
            screen.scan("SN-1")
            screen.hear("stop", "battery leaks")
            screen.click(".o_trace_let_pass")
            screen.see(".modal", "passes the gate on every road")
            screen.see(".modal", "SN-1")
            screen.value("document.querySelector('.modal [name=reason] input').focus()")
            screen.write("opened and dry")
            screen.click(".modal footer button[name=action_given]")
            screen.hear("warn", "opened and dry")
            screen.see(".o_trace_scan_count", "all there")
            screen.scan("OBTFINISH")
            screen.hear("good", "done")
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(self.picking.move_line_ids.lot_id.name, "SN-1")
        event = self.env["trace.event"].search(
            [("kind", "=", "override")], order="id desc", limit=1
        )
        self.assertEqual((event.lot_name, event.document), ("SN-1", self.picking.name))
        self.assertIn("opened and dry", event.reason)

    def test_who_changes_his_mind_is_stopped_still(self):
        groups = "lot_serial_trace.group_trace_quality,stock.group_stock_user"
        self.user = new_test_user(self.env, "scan_quality", groups=groups, lang="en_US")
        with self.open() as screen:
            screen.scan("SN-1")
            screen.click(".o_trace_let_pass")
            screen.see(".modal", "passes the gate on every road")
            screen.click(".modal .btn-close")
            screen.until("!document.querySelector('.modal')", "the dialog is gone")
            screen.hear("stop", "battery leaks")
            screen.scan("SN-2")
            screen.hear("good", "SN-2")
        self.assertFalse(self.env["trace.pass"].search([("picking_id", "=", self.picking.id)]))

    def test_a_warning_is_read_before_the_end(self):
        """The gate's dialog opens on the scan screen, too, and finishes the transfer."""
        self.env["trace.policy"].create(
            {"code": "on_hold", "severity": "warn", "product_id": self.device.id}
        )
        with self.open() as screen:
            screen.scan("SN-1")
            screen.hear("warn", "battery leaks")
            screen.scan("OBTFINISH")
            screen.see(".modal", "battery leaks")
            screen.click(".modal footer button[name=action_continue]:not(.btn-danger)")
            screen.hear("good", "done")
        self.assertEqual(self.picking.state, "done")

    def test_others_are_offered_nothing(self):
        with self.open() as screen:
            screen.scan("SN-1")
            screen.hear("stop", "battery leaks")
            screen.until("!document.querySelector('.o_trace_let_pass')", "no way on")


@tagged("post_install", "-at_install")
class TestScanPackageAndLabels(ScreenCase):
    """A package is begun, filled and labelled with the buttons of the scan screen."""

    def test_new_package_and_labels(self):
        self.env.company.trace_gs1_prefix = "9529999"
        self.user.group_ids |= self.env.ref("stock.group_tracking_lot")
        self.put_on_shelf("SN-1", "SN-2")
        picking = self.transfer("out", 2)
        with self.screen(f"/odoo/trace-scan-transfer/{picking.id}") as screen:
            screen.scan("SN-1")
            screen.hear("good", "SN-1")
            screen.click(".o_new_package")
            screen.see(".o_trace_scan_chips", "0")
            sscc = screen.value(
                "document.querySelector('.o_trace_scan_chips').innerText.match(/\\d{18}/)?.[0]"
            )
            screen.scan("SN-2")
            screen.hear("good", "SN-2")
            screen.scan("OBTFINISH")
            screen.hear("good", "done")
            screen.click(".o_labels")
            screen.see(".modal", "Print Labels")
        lines = {line.lot_id.name: line.result_package_id.name for line in picking.move_line_ids}
        self.assertEqual(lines["SN-2"], sscc)
        self.assertFalse(lines["SN-1"])
        self.assertEqual(len(sscc), 18)
