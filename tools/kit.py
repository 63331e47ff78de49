"""Everything that has to be there before Odoo can start, fetched side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import browser, postgres, source
from .base import CACHE, STATE, say
from .pythonenv import venv
from .source import Source


@dataclass(frozen=True)
class Kit:
    """Odoo's code, a Python with its libraries, and folders for PATH."""

    source: Source
    python: Path
    path: tuple[Path, ...]


def prepare(*, tests: bool = False) -> Kit:
    """Get what is missing of Odoo, libraries and programs; a second or so when nothing is.

    :param tests: a browser too
    :raise Stop: with what to do, when a part is not to be had
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    STATE.mkdir(exist_ok=True)
    steps: list[Callable] = [source.find, python_home, browser.wkhtmltopdf]
    if tests:
        steps.append(browser.chromium)
    with ThreadPoolExecutor() as pool:
        code, home, *folders = (done.result() for done in [pool.submit(step) for step in steps])
    say(f"Odoo: {code.origin}")
    path = (home / "bin", *(folder for group in folders for folder in group))
    return Kit(code, home / "bin/python", path)


def python_home() -> Path:
    """The virtual environment that Odoo and all tests run in."""
    return venv("odoo", "test")


def run_server() -> postgres.Server:
    """Where `make run` keeps its database: durable, and below .odoo."""
    if server := postgres.user_server():
        return server
    home = STATE / "run" / "postgres"
    kept = home / "major"
    programs = postgres.binaries(int(kept.read_text()) if kept.exists() else None)
    home.mkdir(parents=True, exist_ok=True)
    kept.write_text(str(programs.major))
    say(f"PostgreSQL: {programs.origin}")
    return postgres.Cluster(home, programs, postgres.DURABLE)


def test_server() -> postgres.Server:
    """Where tests keep their databases: fast, in the cache, so that checkouts share templates."""
    if server := postgres.user_server():
        return server
    programs = postgres.binaries()
    say(f"PostgreSQL: {programs.origin}")
    home = CACHE / f"cluster-{programs.major}"
    return postgres.Cluster(home, programs, postgres.FAST)


def test_data(server: postgres.Server) -> Path:
    """Filestore of test databases: beside their cluster, because checkouts share templates."""
    return server.lock_home / "data" if isinstance(server, postgres.Cluster) else CACHE / "data"
