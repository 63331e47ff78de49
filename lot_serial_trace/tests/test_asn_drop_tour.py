from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestAsnDropTour(HttpCase):
    """Somebody drops four files on the list of notices and reads what became of each."""

    def test_drop(self):
        new_test_user(self.env, "dropper", groups="lot_serial_trace.group_trace_user")
        self.start_tour(
            "/odoo/action-lot_serial_trace.action_trace_asn",
            "lot_serial_trace_notice_drop",
            login="dropper",
        )
        files = self.env["trace.asn.exchange"].search(
            [("name", "in", ["good.xml", "cut.xml", "empty.xml", "copy.xml"])], order="id"
        )
        self.assertEqual(files.mapped("state"), ["done", "parked", "parked", "again"])
        self.assertEqual(set(files.mapped("road")), {"upload"})
        self.assertEqual(files.create_uid.login, "dropper")
