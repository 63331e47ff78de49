from contextlib import contextmanager

from odoo.tests import tagged

from .screen_case import Browser, Screen
from .test_ownership import ANN, OwnershipCase

#: Nothing hangs over the edge of the screen.
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
#: Texts that are hard to read: contrast below 4.5 to 1, as WCAG AA wants it.
FAINT = """(() => {
    const rgba = (text) => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (el) => {
        for (; el; el = el.parentElement) {
            const color = rgba(getComputedStyle(el).backgroundColor);
            if (color.length < 4 || color[3] > 0) return color;
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll("body *")].filter((el) =>
        [...el.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) &&
        el.offsetHeight
    ).filter((el) => {
        const [a, b] = [rgba(getComputedStyle(el).color), behind(el)].map(light);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
    }).map((el) => `${el.tagName} ${el.textContent.trim().slice(0, 30)}`).join("; ");
})()"""
#: What is touched and too small for a finger.
SMALL = """[...document.querySelectorAll("button, input, .button")]
    .filter((el) => el.offsetHeight < 44).length"""


@tagged("post_install", "-at_install")
class TestProductPagePhone(OwnershipCase):
    """The page on a phone: whole, readable by day and by night, and done with a finger."""

    browser_size = "390x844"

    @contextmanager
    def phone(self):
        browser = Browser(self)
        with self.allow_requests(browser=browser):
            try:
                self.cr.flush()
                self.cr.clear()
                yield Screen(self, browser)
            finally:
                browser.stop()
                self._wait_remaining_requests()
        self.env.invalidate_all()

    def looks_good(self, screen, what):
        for scheme in ("light", "dark"):
            media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
            screen.browser._websocket_request("Emulation.setEmulatedMedia", params=media)
            self.assertTrue(screen.value(FITS), f"{what} hangs over")
            self.assertFalse(screen.value(FAINT), f"{what}, {scheme}: too faint")
            self.assertFalse(screen.value(SMALL), f"{what}: too small for a finger")

    def test_every_state(self):
        self.device.name = "A device whose name is so long: " + "Donaudampfschifffahrt" * 3
        number = "WWWWWWWWWWWWWWWWWWWW"
        self.receive((self.device, number, 1), (self.device, "RECALLED", 1))
        self.validate(self.picking("out", [(self.device, number, 1), (self.device, "RECALLED", 1)]))
        self.recall(self.lot(self.device, "RECALLED"))
        root = f"{self.base_url()}/01/{self.device.barcode}"
        with self.phone() as screen:
            for path, words in (
                ("", "some units are recalled"),
                ("/21/RECALLED", "recalled"),
                ("/21/STOCK", "we cannot confirm"),
                (f"/21/{number}", "genuine"),
            ):
                screen.browser.navigate_to(root + path)
                screen.see("h1", words, seconds=60)
                self.looks_good(screen, path or "product")
            screen.fill("#email", ANN)
            screen.click("button[type=submit]")
            screen.see(".thanks", ANN)
            self.looks_good(screen, "registered")
            self.env.invalidate_all()
            screen.browser.navigate_to(self.base_url() + self.link())
            screen.click("button[type=submit]")
            screen.see("h1", "You are registered")
            self.looks_good(screen, "confirmed")
        self.assertEqual(self.owners(email=ANN).state, "confirmed")
