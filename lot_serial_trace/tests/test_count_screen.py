from odoo.tests import tagged

from .screen_case import ScreenCase


@tagged("post_install", "-at_install")
class TestCountScreen(ScreenCase):
    """A place of a campaign on a phone: begun with a tap, blind, ended when all is sent."""

    def test_blind_count_for_a_campaign(self):
        self.put_on_shelf("SN-1", "SN-2", "SN-3")
        manager = self.env.ref("base.user_admin")
        campaign = (
            self.env["trace.count.campaign"]
            .with_user(manager)
            .create(
                {
                    "name": "Class A",
                    "location_ids": self.shelf.ids,
                    "counter_ids": self.user.ids,
                    "date_due": "2026-01-31",
                    "recount": False,
                }
            )
        )
        campaign.action_start()
        with self.screen("/odoo/trace-count") as screen:
            screen.see(".o_task .o_late", "2026-01-31")
            screen.click(".o_task")
            screen.see(".o_trace_scan_title", "Shelf")
            screen.see(".o_trace_count_task", "Class A")
            screen.scan("SN-1")
            screen.hear("good", "SN-1")
            screen.cut("*trace_count_scan*")
            screen.scan("SN-2")
            screen.see(".o_trace_scan_rows", "SN-2")
            screen.key("F10")
            screen.see(".o_trace_count_ending", "when 1 scans")
            screen.cut()
            screen.see(".modal", "Have you counted everything")
            self.assertFalse(screen.value("document.querySelector('.o_missing')"))
            screen.click(".o_finish_count")
            screen.hear("good", "Thank you")
            self.assertNotIn("SN-3", screen.value("document.body.innerText"))
            screen.click(".o_next")
            screen.see(".o_trace_scan_band", "Scan the place")
            self.assertFalse(screen.value("document.querySelectorAll('.o_task').length"))
        task = campaign.task_ids
        self.assertEqual(task.state, "approve")
        self.assertEqual(
            {line.number: (line.theory, line.counted) for line in task.line_ids},
            {"SN-1": (1, 1), "SN-2": (1, 1), "SN-3": (1, 0)},
        )
