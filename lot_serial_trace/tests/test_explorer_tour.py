from odoo.tests import HttpCase, new_test_user, tagged

from .test_trace import GenealogyCase


@tagged("post_install", "-at_install")
class TestExplorerTour(GenealogyCase, HttpCase):
    """People follow a raw lot in a browser: to the units made of it, to who has one, and out."""

    def furnish(self):
        super().furnish()
        self.raw = self._product("Tour milk", "lot")
        self.device = self._product("Tour device", "serial", barcode="09501101990012")
        self.supplier.name = "Tour farm"
        self.customer.name = "Tour shop"
        self.receive((self.raw, "TOUR-RAW", 100))
        for number in range(1, 9):
            self.make(self.device, f"TOUR-SN{number}", (self.raw, "TOUR-RAW", 1))
        self.validate(self.picking("out", [(self.device, "TOUR-SN8", 1)]))
        self.env["trace.hold"]._place(self.lot(self.device, "TOUR-SN8"), "tastes odd")

    def test_quality_follows_a_lot(self):
        new_test_user(
            self.env, "ex_tour_quality", groups="lot_serial_trace.group_trace_quality", lang="en_US"
        )
        self.start_tour(
            "/odoo/trace-explorer", "lot_serial_trace_explorer", login="ex_tour_quality"
        )
        [share] = self.env["trace.share"].search([("recipient", "=", "Food Authority")])
        self.assertEqual(share.run_id.lot_ids, self.lot(self.raw, "TOUR-RAW"))

    def test_auditor_reads_and_keeps(self):
        new_test_user(
            self.env, "ex_tour_auditor", groups="lot_serial_trace.group_trace_auditor", lang="en_US"
        )
        lot = self.lot(self.raw, "TOUR-RAW")
        ask = f'%7B"lots":[{lot.id}]%7D'
        self.start_tour(
            f"/odoo/trace-explorer?ask={ask}",
            "lot_serial_trace_explorer_auditor",
            login="ex_tour_auditor",
        )
