from odoo.tests import HttpCase, new_test_user, tagged

from .kpi_case import KpiCase


@tagged("post_install", "-at_install")
class TestHomeTour(KpiCase, HttpCase):
    """A person looks at the figures, asks what one means, and ends at the records behind it."""

    def test_home(self):
        new_test_user(
            self.env,
            "home_tour",
            groups="lot_serial_trace.group_trace_quality",
            lang="en_US",
            company_id=self.ours.id,
            company_ids=[(6, 0, self.ours.ids)],
        )
        for ago in (3, 4):
            self.question(7200, ago, name=f"Tour question {ago}")
        self.question(7200, 50)
        self.count()
        self.start_tour("/odoo/traceability", "lot_serial_trace_home", login="home_tour")
