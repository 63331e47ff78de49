from contextlib import contextmanager

from odoo.tests import HttpCase, new_test_user, tagged

from .screen_case import Browser, Screen
from .till_case import TillCase
from .wire import Wire

#: Begins an order, or goes on with the one that is there, and puts numbers on it.
CAPTURE = """(() => {
    const product = posmodel.models["product.product"]
        .find((one) => one.display_name === "Phone");
    const order = posmodel.getOrder() || posmodel.addNewOrder();
    const line = order.lines[0] || posmodel.models["pos.order.line"].create({
        order_id: order, product_id: product, qty: 1, price_unit: 0, tax_ids: [] });
    for (const number of %s) {
        posmodel.models["pos.pack.operation.lot"].create({
            pos_order_line_id: line, lot_name: number, trace_method: "scanned" });
    }
    line.setQuantity(line.pack_lot_ids.length);
})()"""

PAY = """(async () => {
    const order = posmodel.getOrder();
    order.date_order = luxon.DateTime.now();
    order.state = "paid";
    posmodel.addPendingOrder([order.id]);
    await posmodel.syncAllOrders().catch(() => {});
})()"""

NUMBERS = """posmodel.getOpenOrders().flatMap((order) => order.lines).flatMap(
    (line) => line.pack_lot_ids.map((pack) => pack.lot_name)).sort().join()"""


@tagged("post_install", "-at_install")
class TestPosOffline(TillCase, HttpCase):
    """The network is cut and the browser dies: no captured number is lost."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "cut_cashier", "base.group_user,point_of_sale.group_pos_user"
        )
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
        self.receive(*((self.phone, f"PH-{index}", 1) for index in range(1, 4)))
        self.open()
        # the browser's session has that name, too
        self.shift, self.session = self.session, None

    @contextmanager
    def till(self):
        wire = Wire(self.http_port())
        browser = Browser(self)
        with self.allow_requests(browser=browser):
            try:
                self.authenticate(self.user.login, self.user.login, browser=browser)
                self.cr.flush()
                self.cr.clear()
                till = Screen(self, browser)
                till.wire = wire
                self.start(till)
                yield till
            finally:
                browser.stop()
                wire.close()
                self._wait_remaining_requests()
        self.env.invalidate_all()

    def start(self, till):
        address = f"http://127.0.0.1:{till.wire.port}/pos/ui/{self.config.id}?from_backend=0"
        till.browser.navigate_to(address)
        till.until("window.posmodel?.session", "the till", 120)
        # asked for when all is loaded: the cable is not pulled out in the middle of that
        till.until("navigator.serviceWorker.ready.then(() => true)")

    def crash(self, till):
        """The page is gone from one moment to the next, and the till is opened again."""
        till.browser._websocket_request("Page.navigate", params={"url": "about:blank"})
        till.wire.cut()
        # what is under way on the server when the cable breaks comes to its end
        self.assertTrue(till.wire.rest(), "the server is still at work")
        self._wait_remaining_requests()
        till.wire.mend()
        self.start(till)

    def capture(self, till, *numbers):
        till.value(CAPTURE % list(numbers))
        # as long as a cashier needs for the next unit
        till.value("new Promise((done) => setTimeout(done, 400))")

    def test_sold_offline_survives_a_crash(self):
        with self.till() as till:
            till.wire.cut()
            self.capture(till, "PH-1", "PH-2")
            till.value(PAY)
            till.value("new Promise((done) => setTimeout(done, 600))")
            self.crash(till)
            till.value("posmodel.syncAllOrders()")
            waiting = "posmodel.models['pos.order'].some((one) => one.finalized && !one.isSynced)"
            till.until(f"!{waiting}", "the order sent", 60)
        order = self.env["pos.order"].search([("config_id", "=", self.config.id)])
        self.assertEqual(order.state, "paid")
        packs = order.lines.pack_lot_ids
        self.assertEqual(sorted(packs.mapped("lot_name")), ["PH-1", "PH-2"])
        self.assertEqual(set(packs.mapped("trace_method")), {"scanned"})
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])

    def test_a_crash_in_the_middle_of_an_order(self):
        with self.till() as till:
            till.wire.cut()
            self.capture(till, "PH-1", "PH-2", "PH-3")
            self.crash(till)
            till.until(f"{NUMBERS} === 'PH-1,PH-2,PH-3'", "the numbers on the order", 30)
            # what the cashier takes off does not come back
            till.value(
                "posmodel.models['pos.pack.operation.lot']"
                ".find((one) => one.lot_name === 'PH-2').delete()"
            )
            till.value("new Promise((done) => setTimeout(done, 600))")
            self.crash(till)
            till.until(f"{NUMBERS} === 'PH-1,PH-3'", "what is left", 30)
            kept = till.value("posmodel.models['pos.pack.operation.lot'].length")
            self.assertEqual(kept, 2)
