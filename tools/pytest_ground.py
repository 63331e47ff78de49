"""pytest plugin for tests inside Odoo; works beside pytest-odoo.

* Browser tests that are skipped count as failed: a missing browser must not look like success.
* What Odoo logs as ERROR during a test fails that test, as Odoo's own runner does.
* Browser tests come last and wait until the tests of whole servers have ended; ``--browser`` runs
  only them, or only the others.
* Each of several workers has a filestore of its own beside its database: Odoo tidies up after each
  class and would delete what another worker has just written.
* What Odoo has cached when a test begins is cached again when the next one begins, because the
  database is rolled back to the same state; Odoo empties its caches, so that each test would look
  up rights, defaults and names anew.
* Asset bundles are compiled and committed before the first browser test, once for each state of
  the add-on's files: what a test compiles is rolled back with it (8 s a run).
"""

import fcntl
import gc
import logging
import os
import shutil
from pathlib import Path

import pytest

import odoo
from odoo.tests.common import HttpCase, TransactionCase

from .base import ADDON
from .inside import TEST_BUNDLES, generate


def pytest_addoption(parser) -> None:
    """``--browser``: which tests run of those with and those without a browser."""
    parser.addoption("--browser", choices=["with", "without", "both"], default="both")


def pytest_collection_modifyitems(config, items) -> None:
    """Mark browser tests, in a way that reaches the report, and put them last."""
    if (which := config.getoption("--browser")) != "both":
        others = [item for item in items if _is_browser_test(item) != (which == "with")]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in set(others)]
    items.sort(key=_is_browser_test)
    for item in items:
        if _is_browser_test(item):
            item.user_properties.append(("browser", True))


def pytest_runtest_setup(item) -> None:
    """Browser tests look at the clock: let those of whole servers end first."""
    busy = Path(os.environ.get("GROUND_BUSY", ""))
    if busy.is_file() and _is_browser_test(item):
        with busy.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH)


def pytest_collection_finish(session) -> None:
    """Compile assets if a browser test is among what was collected."""
    stamp = os.environ.get("GROUND_ASSETS_STAMP")
    wanted = any(_is_browser_test(item) for item in session.items)
    if not stamp or not wanted or Path(stamp).exists() or hasattr(session.config, "workerinput"):
        return
    registry = odoo.modules.registry.Registry(odoo.tools.config["db_name"][0])
    with registry.cursor() as cr:
        generate(odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {}), TEST_BUNDLES)
    Path(stamp).touch()


@pytest.fixture(scope="session", autouse=True)
def own_files(load_registry, tmp_path_factory):
    """Give a worker a copy of the files, by hard links: they are named by content."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    files = tmp_path_factory.mktemp("filestore") / "files"
    shared = Path(odoo.tools.config.filestore(odoo.tools.config["db_name"][0]))
    shutil.copytree(shared, files, copy_function=_link)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(odoo.tools.config, "filestore", lambda _name: str(files))
        yield
    shutil.rmtree(files, ignore_errors=True)


def _link(source: str, target: str) -> None:
    """A hard link, or a copy where the temporary files are on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.fixture(scope="session", autouse=True)
def few_rounds_of_garbage(load_registry):
    """What a registry is made of stays: nobody needs to look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def warm_caches():
    """Have Odoo's caches as they were before each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionCase, "setUp", _keeping_caches(TransactionCase.setUp))
        yield


def _keeping_caches(set_up):
    """``setUp`` of tests that return to a savepoint, and to the caches of that moment."""

    def keeping(test):
        # The last of all cleanups: after the roll-back, and after Odoo has emptied the caches.
        test.addCleanup(_put_back, _caches(test), [cache.snapshot for cache in _caches(test)])
        set_up(test)

    return keeping


def _caches(test) -> list:
    return list(test.registry._Registry__caches.values())


def _put_back(caches: list, contents: list[dict]) -> None:
    for cache, content in zip(caches, contents, strict=True):
        cache.clear()
        for key, value in content.items():
            cache[key] = value


def _is_browser_test(item) -> bool:
    cls = getattr(item, "cls", None)
    return bool(cls) and issubclass(cls, HttpCase)


class _Errors(logging.Handler):
    """Keeps records of ERROR and above."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.records = []

    def emit(self, record) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_errors_in_log(request):
    """Fail a test of ours that leaves an ERROR in Odoo's log.

    Records that a test mutes or expects do not get here.
    """
    if not request.path.is_relative_to(ADDON):
        yield
        return
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    yield
    logging.getLogger().removeHandler(errors)
    if errors.records:
        texts = "\n".join(f"{record.name}: {record.getMessage()}" for record in errors.records)
        pytest.fail(f"Odoo's log says ERROR:\n{texts}", pytrace=False)
