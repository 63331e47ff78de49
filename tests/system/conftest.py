"""Harness of the black-box tests: a checkout of its own, servers started with `make`.

Tests here use the tools as a person does. They share the cache of downloads with the checkout
they belong to, but have their own `.odoo`, so a database of `make run` is never touched.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import requests

from tools.base import ROOT, run

FIRST_PORT = 18069
# What `make` leaves in the environment for a `make` below it, and what a person may have set.
NOT_INHERITED = ("k", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DB", "PORT", "PYTHONPATH")


class Server:
    """One `make run` in the background."""

    def __init__(self, home: Path, log: Path):
        self.home = home
        self.log = log
        self.started = time.monotonic()
        with log.open("w") as output:
            self.make = psutil.Popen(
                ["make", "run"],
                cwd=home,
                env=clean_environment(PORT=str(FIRST_PORT)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Where the tests run in the background, Ctrl-C is ignored and that is inherited.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def output(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(errors="replace")

    def wait_for(self, text: str, timeout: float = 600) -> float:
        """Wait until it prints a text; returns the seconds since it was started."""
        while text not in self.output():
            waited = time.monotonic() - self.started
            assert self.make.poll() is None, f"make run ended:\n{self.output()}"
            assert waited < timeout, f"no {text!r} after {timeout} s:\n{self.output()}"
            time.sleep(0.1)
        return time.monotonic() - self.started

    @property
    def url(self) -> str:
        """Where it serves, as printed for its user."""
        return self.output().split("is running:")[1].split()[0]

    @property
    def supervisor(self) -> psutil.Process:
        """The Python process between make and Odoo."""
        [child] = self.make.children()
        return child

    @property
    def odoo(self) -> psutil.Process:
        """The server process of Odoo."""
        return next(child for child in self.supervisor.children() if "server" in child.cmdline())

    @property
    def postgres(self) -> psutil.Process:
        """The postmaster of its cluster."""
        return postmaster(self.home / ".odoo/run/postgres/data")

    def interrupt(self) -> int:
        """Press Ctrl-C and wait for the end."""
        os.killpg(self.make.pid, signal.SIGINT)
        return self.make.wait(60)

    def login(self, name: str = "admin", password: str = "admin") -> requests.Session:
        """A session of a user, logged in through Odoo's own call."""
        session = requests.Session()
        session.headers["Content-Type"] = "application/json"
        params = {"db": "lot_serial_trace", "login": name, "password": password}
        answer = self.call(session, "/web/session/authenticate", params)
        assert answer["uid"]
        return session

    def call(self, session: requests.Session, path: str, params: dict):
        """One JSON-RPC call; fails with the server's error."""
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = session.post(self.url + path, json=body, timeout=60).json()
        assert "error" not in answer, answer["error"]
        return answer["result"]


def postmaster(data: Path) -> psutil.Process:
    """The server process that keeps a data directory open."""
    return psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))


def clean_environment(**extra: str) -> dict[str, str]:
    """The environment of somebody who just opened a terminal."""
    kept = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
    return kept | extra


def ended(process: psutil.Process, timeout: float = 30) -> bool:
    """Whether a process ends within some seconds; a zombie has ended."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="session")
def checkout(tmp_path_factory) -> Path:
    """A copy of what git keeps, as a fresh clone would have it."""
    home = tmp_path_factory.mktemp("checkout")
    for name in run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT).splitlines():
        if (ROOT / name).is_file():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, home / name)
    yield home
    subprocess.run(
        ["make", "clean"], cwd=home, env=clean_environment(), check=True, capture_output=True
    )


@pytest.fixture
def start(checkout, tmp_path):
    """Start `make run` in the checkout; whatever is left is stopped afterwards."""
    servers = []

    def start_one() -> Server:
        servers.append(Server(checkout, tmp_path / f"run-{len(servers)}.log"))
        return servers[-1]

    yield start_one
    for server in servers:
        if server.make.poll() is None:
            server.interrupt()
