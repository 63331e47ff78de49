"""The seals from outside: whoever owns the database goes past Odoo and is found out."""

import json
import subprocess
import sys
import time

import pytest
import requests

from tools.postgres import DURABLE, Cluster, binaries, user_server

DATABASE = "lot_serial_trace"
# What JSON-2 wants of a browser's session; programs bring an API key instead.
BROWSER = {
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-User": "?1",
}
TABLES = ("trace_event", "trace_block")


class Owner:
    """Somebody with the database's password: no trigger stops him."""

    def __init__(self, home):
        self.server = user_server() or Cluster(home / ".odoo/run/postgres", binaries(), DURABLE)

    def sql(self, *statements):
        """Run statements with the triggers disabled."""
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER;" for table in TABLES]
        on = [f"ALTER TABLE {table} ENABLE TRIGGER USER;" for table in TABLES]
        text = " ".join(["BEGIN;", *off, *(f"{one};" for one in statements), *on, "COMMIT;"])
        return self.server.sql(text, DATABASE)

    def keep(self):
        """Keep the tables as they are now."""
        self.sql(*(f"CREATE TABLE spare_{table} AS TABLE {table}" for table in TABLES))

    def put_back(self):
        """Have the tables as they were kept."""
        for table in TABLES:
            self.sql(f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM spare_{table}")

    def forget(self):
        """Drop what was kept."""
        self.sql(*(f"DROP TABLE spare_{table}" for table in TABLES))


@pytest.fixture
def server(start):
    """A running server with the demo data, all of it sealed and signed."""
    server = start()
    server.wait_for("is running:")
    deadline = time.monotonic() + 240
    while not requests.get(f"{server.url}/trace/keys", timeout=60).json()["keys"]:
        assert time.monotonic() < deadline, "nothing was sealed"
        time.sleep(1)
    return server


@pytest.fixture
def owner(server):
    """The owner of its database; what he does is undone."""
    owner = Owner(server.home)
    owner.keep()
    yield owner
    owner.put_back()
    owner.forget()


def ask(server, session, path, **question):
    """Call a public method by JSON-2."""
    answer = session.post(
        f"{server.url}/json/2/{path}", json=question, headers=BROWSER, timeout=120
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def tampering(one, two):
    """What the owner does -> ``(statements, kind of fault)``."""
    return {
        "changes a number": (
            [f"UPDATE trace_event SET lot_name = 'X' WHERE id = {one}"],
            {"changed"},
        ),
        "deletes an entry": ([f"DELETE FROM trace_event WHERE id = {one}"], {"deleted"}),
        "puts one in before all": (
            [
                "INSERT INTO trace_event (id, kind, recorded, event_time, record_time) "
                "VALUES (-1, 'hold', 'live', now(), now())"
            ],
            {"inserted"},
        ),
        "lets two change places": (
            [
                f"UPDATE trace_event SET id = -7 WHERE id = {one}",
                f"UPDATE trace_event SET id = {one} WHERE id = {two}",
                f"UPDATE trace_event SET id = {two} WHERE id = -7",
            ],
            {"reordered"},
        ),
        "changes the hashes, too": (
            [
                f"UPDATE trace_event SET lot_name = 'X' WHERE id = {one}",
                "UPDATE trace_block SET leaves = overlay(leaves PLACING '\\x00' FROM 1)",
            ],
            {"chain", "changed"},
        ),
        "takes the signature off": (["UPDATE trace_block SET signature = NULL"], {"signature"}),
        "cuts the end off": (
            [
                "DELETE FROM trace_event WHERE id >= "
                "(SELECT first_id FROM trace_block ORDER BY number DESC LIMIT 1)",
                "DELETE FROM trace_block WHERE number = (SELECT max(number) FROM trace_block)",
            ],
            {"truncated"},
        ),
    }


def test_each_way_of_tampering_is_found(server, owner):
    auditor = server.login("auditor", "auditor")
    good = ask(server, auditor, "trace.seal.check/verify")
    assert (good["ok"], good["state"]) == (True, "done"), good
    assert good["events"] and not good["notes"]
    newest = owner.sql("SELECT max(number) FROM trace_block")
    anchor = auditor.get(f"{server.url}/lot_serial_trace/anchor/{newest}.json").json()
    first, second = owner.sql("SELECT id FROM trace_event ORDER BY id LIMIT 2").splitlines()
    for name, (statements, kinds) in tampering(first, second).items():
        owner.sql(*statements)
        found = ask(server, auditor, "trace.seal.check/verify", anchor=anchor)
        assert not found["ok"], name
        assert {fault["kind"] for fault in found["faults"]} >= kinds, (name, found["faults"])
        owner.put_back()
    assert ask(server, auditor, "trace.seal.check/verify", anchor=anchor)["ok"]
    told = server.call(
        auditor,
        "/web/dataset/call_kw/trace.exception/search_count",
        {
            "model": "trace.exception",
            "method": "search_count",
            "args": [[["kind", "=", "seal_broken"]]],
            "kwargs": {},
        },
    )
    assert told, "the desk knows"


def test_proof_is_checked_without_odoo(server, tmp_path):
    auditor = server.login("auditor", "auditor")
    lots = server.call(
        auditor,
        "/web/dataset/call_kw/trace.event/search_read",
        {
            "model": "trace.event",
            "method": "search_read",
            "args": [[["lot_name", "=", "T2-0001-001"]], ["lot_id"]],
            "kwargs": {},
        },
    )
    bundle = ask(server, auditor, "trace.block/proof", lots=[lots[0]["lot_id"]])
    key = requests.get(f"{server.url}/trace/keys", timeout=60).json()["keys"][0]
    (tmp_path / "seal.pub.pem").write_text(key["pem"])
    assert check(server, tmp_path, bundle) == 0
    text = json.dumps(bundle).replace("T2-0001-001", "T2-0001-002")
    assert check(server, tmp_path, json.loads(text)) == 1


def check(server, folder, bundle):
    """Exit code of the checker for a bundle."""
    (folder / "proof.json").write_text(json.dumps(bundle))
    done = subprocess.run(
        [
            sys.executable,
            "tools/verify_proof.py",
            folder / "proof.json",
            "--key",
            folder / "seal.pub.pem",
        ],
        cwd=server.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not done.stderr
    return done.returncode
