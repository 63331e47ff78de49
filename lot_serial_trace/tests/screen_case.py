import json
import time
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user
from odoo.tests.common import ChromeBrowser

#: GTIN of the device that the scan tests receive.
DEVICE = "09501101537774"
#: Keys of a keyboard that are no characters: name -> (code, Windows' number, text).
KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Tab": ("Tab", 9, ""),
    "F2": ("F2", 113, ""),
    "F4": ("F4", 115, ""),
    "F10": ("F10", 121, ""),
}


class Browser(ChromeBrowser):
    """Chromium with more switches, to which keys are sent as the operating system would."""

    switches = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.warnings = []
        self._handlers["Page.javascriptDialogOpening"] = self._leave

    def _leave(self, **params):
        """The page warns before it is left; the person leaves all the same."""
        self.warnings.append(params["type"])
        self._websocket_send("Page.handleJavaScriptDialog", params={"accept": True})

    def _spawn_chrome(self, cmd):
        return super()._spawn_chrome([*cmd[:-1], *self.switches, cmd[-1]])


class Screen:
    """What a person with a scanner does and sees."""

    def __init__(self, test, browser):
        self.test = test
        self.browser = browser

    def value(self, expression):
        """The value of a JavaScript expression in the page."""
        params = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self.browser._websocket_request("Runtime.evaluate", params=params, timeout=30)
        return answer["result"].get("value")

    def see(self, selector, words="", seconds=20):
        """Wait until an element with these words is shown."""
        shown = (
            f"[...document.querySelectorAll({json.dumps(selector)})].some(el =>"
            f" el.innerText.toLowerCase().includes({json.dumps(words.lower())}))"
        )
        self.until(shown, f"{selector} with {words!r}", seconds)

    def until(self, expression, what=None, seconds=20):
        """Wait until a JavaScript expression is true, or promises something that is."""
        end = time.time() + seconds
        while not self.value(f"Promise.resolve({expression}).then(Boolean)"):
            if time.time() > end:
                self.browser.take_screenshot()
                text = self.value("document.body.innerText")
                self.test.fail(f"Not there: {what or expression}\n{text}")
            time.sleep(0.05)

    def hear(self, verdict, words=""):
        """Wait for an answer."""
        self.see(f".o_trace_scan_band[data-verdict={verdict}]", words)

    def key(self, name, **more):
        """Press and release a key."""
        code, number, text = KEYS.get(name, ("", 0, name))
        key = {"key": name, "code": code, "windowsVirtualKeyCode": number, **more}
        down = {"text": text} if text and "modifiers" not in more else {}
        kind = "keyDown" if down else "rawKeyDown"
        self._key({"type": kind, **key, **down})
        self._key({"type": "keyUp", **key})

    def _key(self, params):
        # Not waited for: a scanner does not wait either.
        self.browser._websocket_send("Input.dispatchKeyEvent", params=params)

    def write(self, text):  # no model's  pylint: disable=method-required-super
        """Type as a scanner does: FNC1 comes as Ctrl+]."""
        for character in text:
            if character == "\x1d":
                self.key("]", modifiers=2, code="BracketRight", windowsVirtualKeyCode=221)
            else:
                self.key(character)

    def fill(self, selector, text):
        """Type into a field, as a person does: the next one is entered when this one is done."""
        field = f"document.querySelector({json.dumps(selector)})"
        self.value(f"{field}.focus()")
        self.write(text)
        self.until(f"{field}.value === {json.dumps(text)}", f"{text!r} in {selector}")

    def scan(self, *codes, end="Enter"):
        """Scan codes, one right after the other."""
        for code in codes:
            self.write(code)
            self.key(end)

    def click(self, selector):
        """Click, as with a finger."""
        self.see(selector)
        self.value(f"document.querySelector({json.dumps(selector)}).click()")

    def cut(self, *urls):
        """Let requests to these addresses fail as without a network; none: mend it."""
        self.browser._websocket_request("Network.enable")
        self.browser._websocket_request("Network.setBlockedURLs", params={"urls": urls})

    def reload(self):
        """Load the page anew, whatever it says about unsent scans."""
        self.value("window.left = true")
        self.browser._websocket_send("Page.reload")
        self.until("!window.left && document.querySelector('.o_trace_scan')", "the page again")


class ScreenCase(HttpCase):
    """Opens scan screens for a warehouse user, in a real browser and with real keys."""

    browser_size = "360x740"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "scanner", groups="lot_serial_trace.group_trace_user", lang="en_US"
        )
        cls.warehouse = cls.env["stock.warehouse"].create({"name": "Scan Test", "code": "SCT"})
        cls.stock = cls.warehouse.lot_stock_id
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "barcode": "SCT-SHELF", "location_id": cls.stock.id}
        )
        cls.device = cls.env["product.product"].create(
            {"name": "Device", "is_storable": True, "tracking": "serial", "barcode": DEVICE}
        )

    def transfer(self, kind, quantity, **values):
        """A transfer of devices that waits to be worked on."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse[f"{kind}_type_id"].id,
                "move_ids": [
                    (0, 0, {"product_id": self.device.id, "product_uom_qty": quantity}),
                ],
                **values,
            }
        )
        picking.action_confirm()
        return picking

    def put_on_shelf(self, *numbers):
        """Devices on the shelf."""
        lots = self.env["stock.lot"].create(
            [{"product_id": self.device.id, "name": number} for number in numbers]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                self.device, self.shelf, 1, lot_id=lot
            )
        return lots

    @contextmanager
    def screen(self, path, switches=()):
        """A scan screen in a browser; the page must not have complained when it is closed."""
        with patch.object(Browser, "switches", tuple(switches)):
            browser = Browser(self)
        with self.allow_requests(browser=browser):
            try:
                self.authenticate(self.user.login, self.user.login, browser=browser)
                self.cr.flush()
                self.cr.clear()
                browser.navigate_to(f"{self.base_url()}{path}")
                screen = Screen(self, browser)
                screen.see(".o_trace_scan_band", seconds=60)
                yield screen
                if browser._result.done():
                    browser._result.result()
            finally:
                browser.stop()
                self._wait_remaining_requests()
        self.env.invalidate_all()
