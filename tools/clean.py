"""make clean, make distclean, make versions."""

import shutil
import sys
from pathlib import Path

from . import database, postgres
from .base import CACHE, ROOT, STATE, say
from .kit import prepare, run_server, test_data, test_server
from .suite import TEST_DATABASE


def clean() -> int:
    """Remove what this checkout made: its demo database, test databases, logs, links."""
    _destroy_cluster(STATE / "run/postgres", postgres.DURABLE)
    _drop_test_databases()
    shutil.rmtree(STATE, ignore_errors=True)
    (ROOT / "node_modules").unlink(missing_ok=True)
    for folder in ROOT.rglob("__pycache__"):
        shutil.rmtree(folder, ignore_errors=True)
    say("clean")
    return 0


def distclean() -> int:
    """Remove downloads, libraries and test clusters too, which other checkouts share."""
    clean()
    for home in CACHE.glob("cluster-*"):
        _destroy_cluster(home, postgres.FAST)
    shutil.rmtree(CACHE, ignore_errors=True)
    say(f"removed {CACHE}")
    return 0


def _destroy_cluster(home: Path, options: dict) -> None:
    if home.is_dir():
        postgres.Cluster(home, postgres.binaries(), options).destroy()


def _drop_test_databases() -> None:
    """Databases of this checkout on the test clusters that it has used."""
    if not any((STATE / used).exists() for used in ("test", "test-odoo", "bench")):
        return
    with test_server().use() as server:
        names = server.sql(f"SELECT datname FROM pg_database WHERE datname LIKE '{TEST_DATABASE}%'")
        for name in names.split():
            database.drop(server, test_data(server), name)


def versions() -> int:
    """Print what `make run` and `make test` would use."""
    kit = prepare()
    say(f"PostgreSQL: {run_server().programs.origin}")
    say(f"Python: {kit.python} (started by {sys.version.split()[0]})")
    say(f"state: {STATE}, cache: {CACHE}")
    return 0
