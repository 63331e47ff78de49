from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestSetupTour(HttpCase):
    """In a browser: the app offers its set-up, shows what it would set, sets it and undoes it."""

    def test_setup(self):
        company = self.env["res.company"].create({"name": "Set-up Tour Ltd"})
        self.env["trace.policy"].search([("company_id", "=", False)]).unlink()
        user = new_test_user(
            self.env,
            "tour_setup",
            groups="lot_serial_trace.group_trace_admin",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        menu = self.env.ref("lot_serial_trace.menu_root").id
        self.start_tour(f"/odoo?menu_id={menu}", "lot_serial_trace_setup", login=user.login)
        setup = self.env["trace.setup"].search([("company_id", "=", company.id)])
        self.assertEqual(setup.state, "undone")
        drill = setup.change_ids.filtered(lambda line: line.area == "drill")
        self.assertEqual((drill.state, drill.wanted), ("plan", False))
        self.assertEqual(set((setup.change_ids - drill).mapped("state")), {"undone"})
        self.assertFalse(self.env["trace.policy"].search([("company_id", "=", company.id)]))
