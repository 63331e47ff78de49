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

    def test_auditor_asks(self):
        """A label, a list with a mistake in it, and the same question once more."""
        new_test_user(
            self.env, "ask_tour", groups="lot_serial_trace.group_trace_auditor", lang="en_US"
        )
        before = self.env["trace.run"].search([])
        self.start_tour(
            "/odoo/action-lot_serial_trace.action_trace_ask",
            "lot_serial_trace_ask",
            login="ask_tour",
        )
        runs = self.env["trace.run"].search([]) - before
        self.assertEqual(len(runs), 2)
        wanted = self.lot(self.raw, "TOUR-RAW") | self.lot(self.device, "TOUR-SN8")
        self.assertEqual(runs.lot_ids, wanted)

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
