import json
from contextlib import contextmanager

from odoo.tests import HttpCase, new_test_user, tagged

from .screen_case import Browser, Screen
from .till_case import TillCase
from .wire import Wire

#: The first load is over before the service worker starts: it is kept afterwards.
KEPT = """
    Promise.all(
        ["/web/webclient/translations", location.pathname.match(/^.pos.ui.[0-9]+/)[0]]
            .map((url) => caches.match(url, { ignoreSearch: true }))
    ).then((kept) => kept.every(Boolean))
"""
BOOK_OPEN = "window.posmodel?.traceBook?.ready"


class Till(Screen):
    """A till in a browser, and the cable that it hangs on."""

    def __init__(self, test, browser, wire):
        super().__init__(test, browser)
        self.wire = wire

    def reload(self):
        """Load the page anew, as after a crash: nobody is asked."""
        self.value("window.left = true")
        self.browser._websocket_send("Page.reload")
        self.until(f"!window.left && {BOOK_OPEN}", "the till with its numbers", 90)

    def judge(self, number, product="Phone"):
        """Codes and severity that the till gives a number."""
        return self.value(
            f"""(() => {{
                const product = posmodel.models["product.product"]
                    .find((one) => one.display_name === {json.dumps(product)});
                const said = posmodel.traceJudge({{ product, number: {json.dumps(number)} }});
                return [said.severity, ...said.findings.map((one) => one.code)].join(" ");
            }})()"""
        )

    def ask(self, number):
        """The same from the server, if it can be reached: whether it was, and the codes."""
        return self.value(
            f"""(async () => {{
                const order = posmodel.getOrder() || posmodel.addNewOrder();
                const product = posmodel.models["product.product"]
                    .find((one) => one.display_name === "Phone");
                const numbers = [
                    {{ product_id: product.id, number: {json.dumps(number)}, quantity: 1 }}];
                const [said] = await posmodel.traceAsk(order, numbers);
                return [said.asked, ...said.findings.map((one) => one.code)].join(" ");
            }})()"""
        )

    def ask_in_peace(self, number):
        """The same, again while the server is too slow for an answer at the till."""
        answers = (self.ask(number) for _time in range(20))
        return next((said for said in answers if said.startswith("true")), "never asked")

    def sell(self, number):
        """Sell a number: it is paid, and sent when the server can be reached."""
        self.value(
            f"""(async () => {{
                const order = posmodel.addNewOrder();
                const product = posmodel.models["product.product"]
                    .find((one) => one.display_name === "Phone");
                const line = posmodel.models["pos.order.line"].create({{
                    order_id: order, product_id: product, qty: 1, price_unit: 0, tax_ids: [] }});
                posmodel.models["pos.pack.operation.lot"].create({{
                    pos_order_line_id: line, lot_name: {json.dumps(number)} }});
                posmodel.addPendingOrder([order.id]);
                order.state = "paid";
                await posmodel.syncAllOrders();
                await new Promise((done) => setTimeout(done, 1000));
            }})()"""
        )


@tagged("post_install", "-at_install")
class TestTillOffline(TillCase, HttpCase):
    """The network is cut, the page is loaded anew: the till judges by what it knows, and catches
    up when the network is back."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,point_of_sale.group_pos_user"
        cls.user = new_test_user(cls.env, "offline_cashier", groups)
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

    def setUp(self):
        super().setUp()
        self.receive(*((self.phone, f"PH-{index}", 1) for index in range(1, 5)))
        self.env["trace.hold"]._place(self.lot(self.phone, "PH-3"), "battery burns")
        self.open()
        # the browser's session has that name, too
        self.shift, self.session = self.session, None

    @contextmanager
    def till(self):
        """The shop's till, with its numbers."""
        wire = Wire(self.http_port())
        browser = Browser(self)
        with self.allow_requests(browser=browser):
            try:
                self.authenticate(self.user.login, self.user.login, browser=browser)
                self.cr.flush()
                self.cr.clear()
                browser.navigate_to(
                    f"http://127.0.0.1:{wire.port}/pos/ui/{self.config.id}?from_backend=0"
                )
                till = Till(self, browser, wire)
                till.until(BOOK_OPEN, "the till with its numbers", 120)
                till.until("navigator.serviceWorker.ready.then(() => true)")
                till.until(KEPT, "what was loaded, on the device", 60)
                yield till
            finally:
                browser.stop()
                wire.close()
                self._wait_remaining_requests()
        self.env.invalidate_all()

    def test_cut_reload_mend(self):
        with self.till() as till:
            self.assertEqual(till.judge("PH-1"), "off")
            self.assertEqual(till.judge("PH-3"), "block on_hold")
            self.assertEqual(till.ask_in_peace("PH-3"), "true on_hold")
            till.see(".o_trace_book_status[data-status=fresh]")
            till.wire.cut()
            till.sell("PH-2")
            self.assertEqual(till.judge("PH-2"), "warn sold_already")
            self.assertEqual(till.ask("PH-2"), "false sold_already")
            till.reload()
            till.see(".o_trace_book_status[data-status=old]")
            error = "document.querySelector('.o_error_dialog')?.innerText"
            self.assertFalse(till.value(error))
            self.assertEqual(till.judge("PH-1"), "off")
            self.assertEqual(till.judge("PH-2"), "warn sold_already")
            self.assertEqual(till.judge("PH-3"), "block on_hold")
            # meanwhile, elsewhere
            self.env["trace.hold"]._place(self.lot(self.phone, "PH-4"), "recalled")
            self.cr.flush()
            self.cr.clear()
            till.wire.mend()
            till.until("posmodel.traceBook.state.lost === false", "the server", 60)
            self.assertEqual(till.judge("PH-4"), "block on_hold")
            till.see(".o_trace_book_status[data-status=fresh]")
            # the sale arrives by itself, and from then on it is the book that knows of it
            till.until("posmodel.traceBook.sales.list.length === 0", "the sale in the book", 60)
            self.assertEqual(till.judge("PH-2"), "warn sold_already")
        order = self.env["pos.order"].search([("session_id", "=", self.shift.id)])
        self.assertEqual(order.lines.pack_lot_ids.lot_name, "PH-2")
        self.assertEqual(order.state, "paid")
