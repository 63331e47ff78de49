from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user
from odoo.tests.common import HOST, TEST_CURSOR_COOKIE_NAME

from .screen_case import Browser
from .test_till_offline import BOOK_OPEN, Till
from .till_case import TillCase
from .wire import Wire

#: Pays what is on the order, as the payment screen does.
PAY = """(async () => {
    const order = posmodel.getOrder();
    order.date_order = luxon.DateTime.now();
    order.state = "paid";
    posmodel.addPendingOrder([order.id]);
    await posmodel.syncAllOrders().catch(() => {});
    posmodel.addNewOrder();
})()"""
NUMBERS = """posmodel.getOrder()?.lines.flatMap(
    (line) => line.pack_lot_ids.map((pack) => pack.lot_name)).join()"""


class TillScreenCase(TillCase, HttpCase):
    """Tills in browsers of their own, with real keys, and cables that can be pulled out."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,point_of_sale.group_pos_user"
        cls.user = new_test_user(cls.env, "screen_cashier", groups)
        cls.phone = cls.env["product.product"].create(
            {
                "name": "Phone",
                "is_storable": True,
                "tracking": "serial",
                "available_in_pos": True,
                "list_price": 0,
                "taxes_id": False,
            }
        )

    def open_till(self, config):
        """Open a till; the browser's session has the name that ``open`` uses."""
        config.open_ui()
        config.current_session_id.set_opening_control(0, "")

    @contextmanager
    def tills(self, *configs, switches=()):
        """Tills with their numbers, each in a browser of its own."""
        wires = [Wire(self.http_port()) for _config in configs]
        with patch.object(Browser, "switches", tuple(switches)):
            browsers = [Browser(self) for _config in configs]
        # One session for all: another would end it.
        self.authenticate(self.user.login, self.user.login)
        self.cr.flush()
        self.cr.clear()
        with self.allow_requests(browser=browsers[0]):
            try:
                for browser in browsers:
                    browser.set_cookie(TEST_CURSOR_COOKIE_NAME, self.http_request_key, "/", HOST)
                    browser.set_cookie("session_id", self.session.sid, "/", HOST)
                tills = [Till(self, *both) for both in zip(browsers, wires, strict=True)]
                for till, config in zip(tills, configs, strict=True):
                    self.start(till, config)
                yield tills
            finally:
                for browser, wire in zip(browsers, wires, strict=True):
                    browser.stop()
                    wire.close()
                self._wait_remaining_requests()
        self.env.invalidate_all()

    def start(self, till, config):
        address = f"http://127.0.0.1:{till.wire.port}/pos/ui/{config.id}?from_backend=0"
        till.browser.navigate_to(address)
        till.until(BOOK_OPEN, "the till with its numbers", 120)
        till.until("navigator.serviceWorker.ready.then(() => true)")
        till.see(".product-screen", seconds=60)

    def scan(self, till, *codes):
        """Scan with nothing in the way."""
        till.value("document.activeElement?.blur()")
        till.scan(*codes)

    def take(self, till, number):
        """Scan a number that may be sold."""
        self.scan(till, number)
        till.until(f"{NUMBERS} === '{number}'", f"{number} on the order")
