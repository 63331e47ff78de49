"""make test-odoo: Odoo's own tests with the add-on installed, beside the same without it.

Odoo's tests were written for one module at a time; in a database with demo data and forty modules
some fail by themselves. What counts is what the add-on changes, so each test is compared with
itself. The run without the add-on is kept until Odoo, the libraries or the list change.
"""

import json
from collections import Counter

from . import database
from .base import CACHE, ROOT, STATE, Stop, digest, say, tree_digest, write
from .kit import prepare, test_data, test_server
from .odoo import Odoo
from .suite import (
    PARALLEL,
    TEST_DATABASE,
    Result,
    compile_assets,
    narrowing,
    odoo_pytest,
    one_at_a_time,
)

HOME = STATE / "test-odoo"
APPS = ("stock", "product_expiry", "purchase_stock", "sale_stock")
# The till's tests about lots and serial numbers, most of them tours in a browser.
TILL = ("test_frontend.py", "test_point_of_sale_flow.py")
TILL_ONLY = "lot or serial"
# What tests of the till's server side need no browser for.
SHOPS = ("point_of_sale", "pos_sale", "pos_hr", "pos_restaurant")
# Odoo's unit tests of the till's browser side, a test of ours for each module that has some.
HOOT = "tests/hoot"
# pytest stops with an error at a module it cannot import; the others still count.
OPTIONS = ("--odoo-http", "--continue-on-collection-errors", "--tb=line")


def test_odoo() -> int:
    """Compare test by test; fails when one passes without the add-on and does not with it."""
    kit = prepare(tests=True)
    with one_at_a_time(HOME), test_server().use() as server:
        odoo = Odoo(kit, server, HOME, test_data(server))
        name = f"{TEST_DATABASE}_with"
        odoo.configure(name, max_cron_threads=0)
        base = database.template(odoo)
        without = _baseline(odoo, base)
        odoo.configure(name, max_cron_threads=0)
        database.create(odoo, name, base)
        database.forget_demo(odoo, name)  # its rules would change what Odoo's tests expect
        odoo.install(name, ["lot_serial_trace"])
        database.remember_demo(odoo, name)
        found = _run(odoo, name, "with")
        database.drop(server, odoo.data, name)
    return _compare(without, found)


def _baseline(odoo: Odoo, base: str) -> dict[str, str]:
    """Outcomes without the add-on, from the cache when nothing that matters has changed."""
    what = (APPS, TILL, SHOPS, _only(""), OPTIONS, PARALLEL)
    key = digest(base, repr(what), tree_digest(ROOT / HOOT))
    kept = CACHE / f"without-{key}.json"
    if kept.exists():
        say(f"without the add-on: known from an earlier run ({kept.name})")
        return json.loads(kept.read_text())
    name = f"{TEST_DATABASE}_without"
    odoo.configure(name, max_cron_threads=0)
    database.create(odoo, name, base)
    outcomes = _run(odoo, name, "without")
    database.drop(odoo.server, odoo.data, name)
    write(kept, json.dumps(outcomes))
    return outcomes


def _run(odoo: Odoo, name: str, label: str) -> dict[str, str]:
    """Outcomes by test, named from the module's folder on."""
    compile_assets(odoo, name)
    # Modules have files of the same name; named from a root above all of them they stay apart.
    options = (*OPTIONS, f"--rootdir={odoo.kit.source.home}")
    parallel = () if narrowing() else PARALLEL
    apps = [odoo.kit.source.addon(app) / "tests" for app in APPS]
    result = odoo_pytest(odoo, name, apps, f"{label}-apps", *options, *parallel, _only(""))
    shops = [odoo.kit.source.addon(app) / "tests" for app in SHOPS]
    plain = (*options, "--browser=without", *parallel, _only(""))
    result.add(odoo_pytest(odoo, name, shops, f"{label}-shops", *plain))
    till = [odoo.kit.source.addon("point_of_sale") / "tests" / file for file in TILL]
    result.add(odoo_pytest(odoo, name, till, f"{label}-till", *options, _only(TILL_ONLY)))
    result.add(odoo_pytest(odoo, name, [HOOT], f"{label}-hoot", *OPTIONS, _only("")))
    if result.broken or not result.count("passed"):
        raise Stop(f"The run {label} the add-on broke off: {', '.join(result.broken)}")
    return {key.split("/addons/")[-1]: value for key, value in result.outcomes.items()}


def _only(expression: str) -> str:
    """The option that narrows a run, by ``make test-odoo k=EXPR`` too."""
    return "--only=" + " and ".join(f"({part})" for part in (expression, narrowing()) if part)


def _compare(without: dict[str, str], found: dict[str, str]) -> int:
    """Print what differs and the closing line."""
    rows = sorted(
        (test, before, found.get(test, "missing"))
        for test, before in without.items()
        if found.get(test, "missing") != before
    )
    width = max((len(test) for test, _before, _after in rows), default=0)
    if rows:
        print(f"\n{'test':{width}}  without  with")
    for test, before, after in rows:
        print(f"{test:{width}}  {before:7}  {after}")
    both = Counter(before for test, before in without.items() if found.get(test) == before)
    print(f"\n{len(without)} tests of Odoo compared; {both['failed']} fail with and without alike.")
    worse = [f"{test} (passed without)" for test, before, _after in rows if before == "passed"]
    good = {test: "passed" for test, value in found.items() if value == "passed"}
    return Result(good, worse).close()
