"""Tasks that need an Odoo environment: ``python -m tools.inside TASK CONF DATABASE``.

Runs in Odoo's Python, unlike the rest of the tools.
"""

import sys

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

# What a first page, tours and unit tests of the browser side ask for.
PAGE_BUNDLES = ("web.assets_web", "web.assets_frontend")
TEST_BUNDLES = (
    "bus.websocket_worker_assets",
    "point_of_sale.assets_prod",
    "web.__assets_tests_call__",
    "web.assets_backend_lazy",
    "web.assets_emoji",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_tests",
    "web.assets_unit_tests",
    "web.assets_unit_tests_setup",
    "web.assets_web",
    "web.assets_web_print",
    "web.chartjs_lib",
)


def demo(env: Environment) -> None:
    """Play the demo story with all its turns, which prints its steps and the figures."""
    from odoo.addons.lot_serial_trace.demo import walk

    walk.main(env)


def page_assets(env: Environment) -> None:
    """Compile what a browser asks for first, so that the first login does not wait for it."""
    generate(env, PAGE_BUNDLES)


def test_assets(env: Environment) -> None:
    """Compile what browser tests ask for: a test's own transaction would roll it back each time."""
    generate(env, TEST_BUNDLES)


def test_ground(env: Environment) -> None:
    """The same, and the warehouse that tests of the add-on look for: making it in each class takes
    longer than most of their tests (``lot_serial_trace/tests/common.py``).
    """
    test_assets(env)
    env["stock.warehouse"].create({"name": "Trace Test", "code": "TRT"})


def generate(env: Environment, bundles: tuple[str, ...]) -> None:
    """Compile asset bundles into the database of ``env``; the caller commits."""
    for name in bundles:
        bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True, assets_params={})
        bundle.js()
        bundle.css()


TASKS = {task.__name__: task for task in (demo, page_assets, test_assets, test_ground)}


def main(task: str, conf: str, database: str) -> None:
    """Run one task in one transaction."""
    options = ["-c", conf, "-d", database, "--no-http", "--log-level=warn"]
    odoo.tools.config.parse_config(options, setup_logging=True)
    with Registry(database).cursor() as cr:
        TASKS[task](Environment(cr, SUPERUSER_ID, {}))


if __name__ == "__main__":
    main(*sys.argv[1:])
