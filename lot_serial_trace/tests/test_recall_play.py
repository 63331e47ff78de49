from base64 import b64decode

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import HOST, TEST_CURSOR_COOKIE_NAME

from .notice_server import NoticeServer
from .screen_case import Browser, Screen
from .till_case import TillCase

GROUP = "lot_serial_trace.group_trace_"
#: Seconds that an act may take on a busy machine.
ACT = 180
NOTICE = {
    "number": "2026-907",
    "title": "Play Bees recalls honey 500 g: glass in the jar",
    "authority": "Food Office",
    "class": "Class I",
    "firm": "Play Bees",
    "product": "Play Honey 500 g",
    "gtin": "4006381333931",
    "lot": "Lot HON-77",
    "hazard": "Pieces of glass may cut.",
    "reason": "A pipe broke.",
    "published": "2026-11-20",
}


@tagged("post_install", "-at_install")
class TestRecallPlay(TillCase, HttpCase):
    """From the authority's notice to the last jar: each on his own screen.

    Thirty jars came: ten were delivered, two sold at the till to nobody knows whom, eighteen
    are in the shop.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.write(
            {
                "trace_recall_two": False,
                "trace_recall_witnesses": 1,
                "trace_recall_proof": False,
                "email": "quality@example.com",
            }
        )
        cls.company.point_of_sale_update_stock_quantities = "real"
        cls.honey = cls._product(
            "Play Honey 500 g",
            "lot",
            barcode="4006381333931",
            available_in_pos=True,
            taxes_id=False,
        )
        cls.supplier.name = "Play Bees"
        cls.customer.write({"is_company": True, "email": "desk@example.com"})
        cls.env["stock.location"].create(
            {"name": "Furnace", "usage": "inventory", "company_id": cls.company.id}
        )
        stock = "stock.group_stock_user,stock.group_production_lot"
        cls.admin = new_test_user(cls.env, "play_admin", f"{GROUP}admin,{stock}")
        cls.manager = new_test_user(
            cls.env, "play_manager", f"{GROUP}recall,{stock}", email="play_manager@example.com"
        )
        cls.cashier = new_test_user(
            cls.env, "play_cashier", "base.group_user,point_of_sale.group_pos_user"
        )

    def setUp(self):
        super().setUp()
        self.receive((self.honey, "HON-77", 30), (self.honey, "HON-78", 8))
        self.validate(self.picking("out", [(self.honey, "HON-77", 10)]))
        self.config.with_user(self.cashier).open_ui()
        self.shift = self.config.current_session_id
        self.shift.set_opening_control(0, "")
        self.session = self.shift
        self.sell(self.honey, 2, "HON-77", partner_id=False)
        # The browser's session has the same name.
        self.session = None
        self.server = NoticeServer()
        self.addCleanup(self.server.close)
        self.server.answers["/notices"] = [NOTICE]
        self.feed = self.env["trace.notice.feed"].create(
            {
                "name": "Food Office",
                "road": "http",
                "source": "generic",
                "url": f"{self.server.url}/notices",
            }
        )

    def play(self, act, path, user):
        """One act: a person at a screen."""
        tour = f"lot_serial_trace_recall_{act}"
        self.start_tour(path, tour, login=user.login, timeout=ACT)
        self.env.invalidate_all()

    def case(self):
        return self.env["trace.recall"].search([("notice_ids.number", "=", "2026-907")])

    def jobs(self, case):
        """What the scheduled jobs do meanwhile."""
        while case.phase != "done":
            case.sudo()._work_now()

    def link_of(self, one):
        """A link as it is in the notice: nobody can read it there any more."""
        while one.recall_id.sudo()._tell_slice("mail"):
            pass
        self.assertEqual(one.state, "sending", one.failure)
        token = self.env["trace.recall.letter"].sudo()._make(one, "mail", 30)[one.id]
        return f"/recall/answer/{token}"

    def answer(self, link):
        """The customer fills the page in, without a login."""
        browser = Browser(self)
        with self.allow_requests(browser=browser):
            try:
                browser.set_cookie(TEST_CURSOR_COOKIE_NAME, self.http_request_key, "/", HOST)
                self.cr.flush()
                self.cr.clear()
                browser.navigate_to(f"{self.base_url()}{link}")
                page = Screen(self, browser)
                page.see("h1", "glass in the jar")
                page.see("body", "HON-77")
                page.value("document.querySelector('[name=unit-0-found]').value = '7'")
                page.value("document.querySelector('[name=unit-0-sold_on]').value = '3'")
                page.click("form button")
                page.see(".good", "Your answer is kept", 60)
            finally:
                browser.stop()
                self._wait_remaining_requests()
        self.env.invalidate_all()

    def test_from_the_notice_to_the_last_jar(self):
        # The notice arrives and is found to be about our honey.
        self.play(
            "arrives",
            f"/odoo/action-lot_serial_trace.action_trace_notice_feed/{self.feed.id}",
            self.admin,
        )
        self.env["trace.notice.matching"]._match_waiting()
        notice = self.feed.notice_ids
        self.assertEqual((notice.number, notice.state), ("2026-907", "review"))

        # A recall manager says that it is ours, opens the case, looks ahead and confirms.
        self.play("confirm", "/odoo/recall-notices", self.manager)
        case = self.case()
        self.jobs(case)
        self.assertEqual((case.state, case.scope_ids.lot_name), ("running", "HON-77"))
        self.assertEqual(self.lot(self.honey, "HON-77").trace_status, "recalled")
        self.assertEqual(case.initiated_at, notice.arrived_at)

        # The till refuses the jar.
        self.play("refused", f"/pos/ui/{self.config.id}", self.cashier)
        self.assertEqual(sum(self.shift.order_ids.lines.mapped("qty")), 2, "nothing more is sold")

        # The customer answers on the page, without a login.
        case.instructions = "<p>Take it off the shelf.</p>"
        self.play("tell", f"/odoo/recalls/{case.id}", self.manager)
        one = case.consignee_ids.filtered(lambda one: one.partner_id == self.customer)
        self.answer(self.link_of(one))
        self.assertEqual((one.state, one.found_qty, one.sold_on_qty), ("done", 7, 3))

        # The jars of the shop are destroyed before a witness: nothing is left, all is known.
        self.play("destroy", f"/odoo/recalls/{case.id}", self.manager)
        self.assertEqual(case.disposition_ids.mapped("state"), ["done"])
        self.assertEqual(case.disposition_ids.quantity, 18)
        left = self.lot(self.honey, "HON-77").quant_ids.filtered(
            lambda quant: quant.location_id.usage == "internal"
        )
        self.assertEqual(sum(left.mapped("quantity")), 0)
        self.assertEqual(case.balance_ids.mapped("state"), ["balanced"])
        self.assertTrue(case.accounted_at)

        # It is closed, and the report tells all of it.
        self.play("close", f"/odoo/recalls/{case.id}", self.manager)
        self.assertEqual(case.state, "closed")
        self.assertEqual(case.report_count, 1, case.report_error)
        self.assertTrue(b64decode(case.report_ids.content).startswith(b"%PDF"))
