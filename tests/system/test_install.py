"""Install, upgrade, uninstall, install again: on a database whose stock already has a history."""

import pytest

from tools import database, kit
from tools.odoo import Odoo
from tools.suite import HOME, TEST_DATABASE

OWN_TABLES = (
    "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'v', 'm') AND relname LIKE 'trace\\_%'"
)
OWN_NAMES = "SELECT count(*) FROM ir_model_data WHERE module = 'lot_serial_trace'"
HISTORY = "SELECT count(*) FROM stock_move_line WHERE state = 'done'"


@pytest.fixture(scope="module", params=[[], database.OPTIONAL], ids=["plain", "with optional apps"])
def odoo(request) -> Odoo:
    """Odoo on a copy of a template with done moves and lots, but no add-on.

    Without the add-on's own demo data: Odoo cannot remove products that have been moved, and says
    so as an error.
    """
    with kit.test_server().use() as server:
        odoo = Odoo(kit.prepare(), server, HOME / "install", kit.test_data(server))
        odoo.database = f"{TEST_DATABASE}_install"
        odoo.configure(odoo.database, max_cron_threads=0)
        database.create(odoo, odoo.database, database.template(odoo, request.param))
        database.forget_demo(odoo, odoo.database)
        yield odoo
        database.drop(server, odoo.data, odoo.database)


def test_whole_life(odoo):
    def ask(query):
        return int(odoo.server.sql(query, odoo.database))

    moved = ask(HISTORY)
    assert moved, "the test needs a history"
    for _round in ("first", "again after uninstalling"):
        assert odoo.install(odoo.database, ["lot_serial_trace"]) == []
        assert ask(OWN_TABLES) and ask(OWN_NAMES)
        assert odoo.upgrade(odoo.database, "lot_serial_trace") == []
        assert odoo.uninstall(odoo.database, "lot_serial_trace") == []
        assert ask(OWN_TABLES) == 0
        assert ask(OWN_NAMES) == 0
        assert ask(HISTORY) == moved
