from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestGs1Hoot(HttpCase):
    """The browser's own tests pass in a real browser, the GS1 reader's vectors among them."""

    def test_hoot(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={_suite_id('@lot_serial_trace')}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )

    def test_the_till_has_the_reader_too(self):
        paths = self.env["ir.asset"]._get_asset_paths("point_of_sale._assets_pos", {})
        self.assertIn("/lot_serial_trace/static/src/gs1/index.js", {path[0] for path in paths})


def _suite_id(name):
    """The id that hoot gives to the suite of an add-on: a 32-bit hash of its name."""
    number = 0
    for char in name:
        number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
    return f"{number:08x}"
