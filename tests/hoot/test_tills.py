from odoo.tests import HttpCase, tagged

#: Modules with unit tests of what a till does in its browser.
MODULES = (
    "point_of_sale",
    "pos_hr",
    "pos_loyalty",
    "pos_restaurant",
    "pos_sale",
    "pos_self_order",
)
#: Milliseconds for one unit test, seconds for those of a module.
TIMEOUT, PATIENCE = 15000, 900


@tagged("post_install", "-at_install")
class TestHootOfTills(HttpCase):
    """Odoo's own unit tests of the till's browser side, with all that this database has installed.

    Which of them fail is on the screen: each is an error that the browser writes.
    """

    def _run_hoot(self, module):
        if self.env["ir.module.module"]._get(module).state != "installed":
            self.skipTest(f"{module} is not installed")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout={TIMEOUT}"
            f"&id={_suite_id(f'@{module}')}",
            "",
            "",
            login="admin",
            timeout=PATIENCE,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )


def _suite_id(name):
    """The id that hoot gives to a suite: a 32-bit hash of its name."""
    number = 0
    for char in name:
        number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
    return f"{number:08x}"


def _test_of(module):
    def test(self):
        self._run_hoot(module)

    return test


for name in MODULES:
    setattr(TestHootOfTills, f"test_{name}", _test_of(name))
