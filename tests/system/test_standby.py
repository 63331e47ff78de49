"""A PostgreSQL replica serves what only reads, and the server goes on without it when it dies.

The replica is a real one: a copy of the cluster of `make run` that streams from it.
"""

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools import database, postgres
from tools.kit import prepare
from tools.odoo import Odoo
from tools.postgres import Cluster
from tools.serve import _answers, _free_port

from .conftest import Server, ended, postmaster

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("PGHOST")), reason="the server of PGHOST is not ours to copy"
)
WAIT = 120  # seconds


def until(what, condition, timeout=WAIT):
    """Wait until something is so; returns what the condition returned."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    return pytest.fail(f"{what}: not within {timeout} s")


class Client:
    """Calls methods at an address as the browser does."""

    call = Server.call
    login = Server.login

    def __init__(self, url: str):
        self.url = url
        self.session = self.login()

    def ask(self, model: str, method: str, *args, **kwargs):
        """Call a model's method."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.call(self.session, f"/web/dataset/call_kw/{model}/{method}", params)

    def names(self, lot: int) -> list[str]:
        """What three of the roads that only read call a lot."""
        answer = self.ask("trace.question", "answer", {"lots": [lot]}, sections=["lots"])
        [where] = self.ask("stock.lot", "where_is_it", [lot])
        about = self.ask("trace.explorer", "about", lot)
        asked = [row["lot_name"] for row in answer["lots"]["rows"] if row["role"] == "asked"]
        return [*asked, where["name"], about["name"]]


@pytest.fixture
def primary(start):
    """The running server of `make run`, with its cluster."""
    server = start()
    server.wait_for("ready")
    server.cluster = Cluster(
        server.home / ".odoo/run/postgres", postgres.binaries(), postgres.DURABLE
    )
    return server


@pytest.fixture
def standby(primary, tmp_path):
    """A replica that streams from the primary's cluster."""
    copy = Cluster(tmp_path / "standby", primary.cluster.programs, postgres.DURABLE)
    copy._make_home()
    source = primary.cluster.settings
    copy._as_owner(
        [
            copy.programs.folder / "pg_basebackup",
            *("-h", source["PGHOST"], "-p", source["PGPORT"], "-U", source["PGUSER"]),
            *("-D", copy.data, "-R", "-X", "stream", "-c", "fast"),
        ]
    )
    conf = copy.data / "postgresql.conf"
    conf.write_text(
        conf.read_text().replace(
            str(primary.cluster.home / "cluster.conf"), str(copy.home / "cluster.conf")
        )
    )
    with copy.use():
        streaming = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        until("streaming", lambda: primary.cluster.sql(streaming) == "1")
        assert copy.sql("SELECT pg_is_in_recovery()") == "t"
        yield copy
    copy.destroy()


@contextmanager
def odoo_with_replica(primary, standby, home: Path):
    """Another Odoo on the primary's database, which knows of the replica."""
    home.mkdir()
    odoo = Odoo(prepare(), primary.cluster, home, primary.home / ".odoo/run/data")
    port = _free_port()
    odoo.configure(
        database.NAME,
        db_replica_host=standby.settings["PGHOST"],
        db_replica_port=standby.settings["PGPORT"],
        max_cron_threads=0,
    )
    with odoo.log.open("w") as log:
        process = subprocess.Popen(
            odoo.command("server", "-c", str(odoo.conf), f"--http-port={port}", end="TERM"),
            env=odoo.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until("a page", lambda: process.poll() is not None or _answers(f"{url}/web/login"))
        assert process.poll() is None, odoo.log.read_text()
        yield Client(url), odoo.log
    finally:
        process.terminate()
        process.wait(WAIT)


def test_a_replica_answers_what_only_reads(primary, standby, tmp_path):
    client = Client(primary.url)
    lot = client.ask("trace.event", "search_read", [["lot_id", "!=", 0]], ["lot_id"], limit=1)
    [lot] = [row["lot_id"] for row in lot]
    [old] = set(client.names(lot))
    with odoo_with_replica(primary, standby, tmp_path / "odoo") as (replicated, log):
        assert replicated.names(lot) == [old] * 3
        there = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database.NAME}'"
        assert int(standby.sql(there)) > 0, "nobody is connected to the replica"

        # What the primary learns reaches the replica no more: who still says the old name asked
        # the replica.
        standby.sql("SELECT pg_wal_replay_pause()")
        paused = "SELECT pg_get_wal_replay_pause_state()"
        if standby.programs.major >= 14:
            until("paused", lambda: standby.sql(paused) == "paused")
        replicated.ask("stock.lot", "write", [lot], {"name": f"{old}-NEW"})
        assert client.names(lot) == [f"{old}-NEW"] * 3
        assert replicated.names(lot) == [old] * 3
        standby.sql("SELECT pg_wal_replay_resume()")
        until("the new name", lambda: replicated.names(lot) == [f"{old}-NEW"] * 3)
        assert "retrying with a read/write cursor" not in log.read_text()

        process = postmaster(standby.data)
        process.send_signal(signal.SIGKILL)
        assert ended(process)
        replicated.ask("stock.lot", "write", [lot], {"name": old})
        assert replicated.names(lot) == [old] * 3, "the primary answers when the replica is gone"
        assert "falling back to read-write cursor" in log.read_text()
