from odoo.tests import tagged

from .screen_case import DEVICE, ScreenCase

GS = "\x1d"
ANSWERS = "document.querySelectorAll('.o_scans li:not(.o_waiting)').length"


@tagged("post_install", "-at_install")
class TestScanReceipt(ScreenCase):
    """A receipt is taken in by scanner alone: no mouse, no focus, no scan lost."""

    def test_receive(self):
        picking = self.transfer("in", 3)
        with self.screen("/odoo/trace-scan") as screen:
            screen.scan(picking.name)
            screen.see(".o_trace_scan_title", picking.name)
            screen.scan(f"]C101{DEVICE}17271231{GS}10B7{GS}21SN-1")
            screen.hear("good", "SN-1")
            screen.scan(f"]d201{DEVICE}21SN-1")
            screen.hear("warn", "already")
            screen.scan(f"(01){DEVICE[:-1]}5(21)SN-2")
            screen.hear("stop", "check digit")
            screen.see(".o_trace_scan_count", "1 / 3")
            screen.scan(f"(01){DEVICE}(21)SN-2", f"(01){DEVICE}(21)SN-3", end="Tab")
            screen.see(".o_trace_scan_count", "all there")
            screen.scan("OBTFINISH")
            screen.hear("good", "done")
        self.assertEqual(picking.state, "done")
        lots = picking.move_line_ids.lot_id
        self.assertEqual(sorted(lots.mapped("name")), ["SN-1", "SN-2", "SN-3"])
        self.assertEqual(lots.filtered(lambda lot: lot.name == "SN-1").trace_batch, "B7")
        scans = self.env["trace.scan"].search([("picking_id", "=", picking.id)])
        self.assertEqual(set(scans.mapped("method")), {"scanned"})

    def test_ten_scans_at_once_land_in_order(self):
        picking = self.transfer("in", 10)
        numbers = [f"SN-{i}" for i in range(10)]
        with self.screen(f"/odoo/trace-scan-transfer/{picking.id}") as screen:
            screen.scan(*(f"(01){DEVICE}(21){number}" for number in numbers))
            screen.see(".o_trace_scan_count", "all there")
            screen.until(f"{ANSWERS} === 10", "ten answers")
        scans = self.env["trace.scan"].search([("picking_id", "=", picking.id)], order="id")
        self.assertEqual(scans.mapped("number"), numbers)

    def test_a_key_finds_the_field_wherever_the_focus_is(self):
        picking = self.transfer("in", 1)
        with self.screen(f"/odoo/trace-scan-transfer/{picking.id}") as screen:
            screen.value("document.querySelector('.o_trace_scan_tool').focus()")
            screen.scan(f"(01){DEVICE}(21)SN-1")
            screen.hear("good", "SN-1")

    def test_offline_and_a_reload_lose_nothing(self):
        picking = self.transfer("in", 3)
        with self.screen(f"/odoo/trace-scan-transfer/{picking.id}") as screen:
            screen.cut("*/trace_scan")
            screen.scan(*(f"(01){DEVICE}(21)SN-{i}" for i in range(3)))
            screen.see(".o_trace_scan_strip.o_warn", "waiting: 3, offline")
            screen.reload()
            self.assertEqual(screen.browser.warnings, ["beforeunload"])
            screen.see(".o_trace_scan_strip.o_warn", "waiting: 3, offline")
            screen.cut()
            screen.see(".o_trace_scan_count", "all there")
            screen.until("!Object.keys(localStorage).some(k => k.includes('/queue/'))")
        self.assertEqual(sorted(picking.move_line_ids.mapped("lot_name")), ["SN-0", "SN-1", "SN-2"])

    def test_a_number_is_typed_with_a_reason(self):
        picking = self.transfer("in", 1)
        with self.screen(f"/odoo/trace-scan-transfer/{picking.id}") as screen:
            screen.key("F2")
            screen.see("#o_trace_typed")
            screen.write("SN-9")
            for _ in range(5):
                screen.key("Tab")
            screen.write("torn off")
            screen.key("Enter")
            screen.hear("good", "SN-9")
        scan = self.env["trace.scan"].search([("picking_id", "=", picking.id)])
        self.assertEqual((scan.method, scan.number, scan.reason), ("typed", "SN-9", "torn off"))


@tagged("post_install", "-at_install")
class TestScanOtherScreens(ScreenCase):
    """Goods are moved, picked, counted and looked up without touching anything but the scanner."""

    def test_move(self):
        self.put_on_shelf("SN-1", "SN-2")
        other = self.env["stock.location"].create(
            {"name": "Other", "barcode": "SCT-OTHER", "location_id": self.stock.id}
        )
        picking = self.transfer("int", 1, location_id=self.stock.id, location_dest_id=self.stock.id)
        with self.screen(f"/odoo/trace-scan-transfer/{picking.id}") as screen:
            screen.scan("SCT-SHELF")
            screen.see(".o_trace_scan_chips", "Shelf")
            screen.scan("SN-2")
            screen.hear("good", "SN-2")
            screen.scan("SCT-OTHER")
            screen.hear("good", "Other")
            screen.scan("OBTFINISH")
            screen.hear("good", "done")
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.move_line_ids.lot_id.name, "SN-2")
        self.assertEqual(picking.move_line_ids.location_dest_id, other)

    def test_pick_and_take_back(self):
        self.put_on_shelf("SN-1", "SN-2")
        picking = self.transfer("out", 1)
        picking.action_assign()
        with self.screen(f"/odoo/trace-scan-transfer/{picking.id}") as screen:
            # where to take it from
            screen.see(".o_trace_scan_product", "Shelf")
            screen.scan("SN-1")
            screen.hear("good", "SN-1")
            screen.see(".o_trace_scan_count", "all there")
            screen.key("F4")
            screen.hear("good", "SN-1")
            screen.see(".o_trace_scan_count", "1 left")
            screen.scan("SN-2", "NOT-HERE")
            screen.hear("stop")
            screen.see(".o_trace_scan_count", "all there")
            screen.key("F10")
            screen.hear("good", "done")
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.move_line_ids.lot_id.name, "SN-2")
        scans = self.env["trace.scan"].search([("picking_id", "=", picking.id)])
        self.assertEqual(scans.filtered("undone_at").number, "SN-1")

    def test_count(self):
        self.put_on_shelf("SN-1", "SN-2")
        with self.screen("/odoo/trace-count") as screen:
            screen.scan("SCT-SHELF")
            screen.see(".o_trace_scan_title", "Shelf")
            screen.scan("SN-1")
            screen.hear("good", "SN-1")
            # the count is on the server: the page may be loaded anew
            screen.reload()
            screen.see(".o_trace_count_row", "SN-1")
            screen.scan("OBTFINISH")
            screen.click(".o_missing")
            screen.click(".o_finish_count")
            screen.see(".o_trace_scan_end", "SN-2")
            screen.hear("good", "manager")
        quants = self.env["stock.quant"].search([("location_id", "=", self.shelf.id)])
        counted = {quant.lot_id.name: quant.inventory_quantity for quant in quants}
        self.assertEqual(counted, {"SN-1": 1, "SN-2": 0})

    def test_look_up(self):
        held = self.put_on_shelf("SN-1", "SN-2")[1]
        self.env["trace.hold"]._place(held, "Leaks")
        with self.screen("/odoo/trace-look-up") as screen:
            screen.scan(f"(01){DEVICE}(21)SN-1")
            screen.see(".o_trace_scan_found h2", "SN-1")
            screen.see(".o_trace_scan_found", "Shelf")
            screen.scan("SN-2")
            screen.see(".o_trace_scan_found h2", "SN-2")
            screen.see(".o_trace_scan_found", "Leaks")
            screen.scan("WHATEVER-THIS-IS")
            screen.hear("stop")
