"""make run: one server in front of its user. make demo: the story without a browser."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from . import database
from .base import ROOT, STATE, Stop, lock, say, write
from .kit import prepare, run_server
from .odoo import Odoo
from .postgres import Server

HOME = STATE / "run"
FIRST_PORT = 8069
PR_SET_PDEATHSIG = 1
PAGE_TIMEOUT = 120  # seconds
STOP_TIMEOUT = 15  # seconds that Odoo gets to finish requests
LOG_LIMIT = 20_000_000  # bytes; a longer log is put aside at the next start


def run() -> int:
    """Serve the demo database in the foreground until Ctrl-C."""
    _end_with_make()
    if url := _running_url():
        say(f"already running: {url}")
        return 0
    with lock(HOME / "server.lock"):
        kit = prepare()
        with run_server().use() as server:
            odoo = _odoo(kit, server)
            port = _free_port()
            _prepare_database(odoo, f"http://127.0.0.1:{port}")
            return _serve(odoo, port)


def demo() -> int:
    """Play the demo story on the database of `make run`, beside a running server or not."""
    kit = prepare()
    with run_server().use() as server:
        odoo = _odoo(kit, server)
        database.demo_database(odoo, odoo_name())
        odoo.inside("demo", odoo_name())
    return 0


def odoo_name() -> str:
    """Name of the database of `make run`."""
    return os.environ.get("DB") or database.NAME


def _odoo(kit, server: Server) -> Odoo:
    odoo = Odoo(kit, server, HOME)
    odoo.configure(odoo_name())
    odoo.make_seal_key()
    return odoo


def _end_with_make() -> None:
    """Get SIGTERM when `make` is killed, so that nothing is left serving behind its back."""
    if "MAKELEVEL" in os.environ:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(*_signal) -> None:
    raise KeyboardInterrupt


def _running_url() -> str | None:
    """Address of a server of this checkout that is up and answers."""
    try:
        url = json.loads((HOME / "server.json").read_text())["url"]
    except (OSError, ValueError):
        return None
    return url if _answers(f"{url}/web/health") else None


def _free_port() -> int:
    """The first free port from 8069 on, or from PORT."""
    first = int(os.environ.get("PORT") or FIRST_PORT)
    for port in range(first, first + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Stop(f"The ports {first} to {first + 99} are all taken; set PORT to another one.")


def _prepare_database(odoo: Odoo, url: str) -> None:
    """Have it complete, and tell it where it is served: printing fetches styles from there."""
    database.demo_database(odoo, odoo_name())
    rows = ", ".join(f"('{key}', '{url}')" for key in ("web.base.url", "report.url"))
    odoo.server.sql(
        f"INSERT INTO ir_config_parameter (key, value) VALUES {rows}"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        odoo_name(),
    )


def _serve(odoo: Odoo, port: int) -> int:
    """Start Odoo, welcome its user, and stay until one of both goes."""
    url = f"http://127.0.0.1:{port}"
    if odoo.log.exists() and odoo.log.stat().st_size > LOG_LIMIT:
        odoo.log.replace(odoo.log.with_suffix(".log.1"))
    say("starting the server")
    with _server(odoo, port) as process:
        _wait_for_page(process, url, odoo.log)
        write(HOME / "server.json", json.dumps({"url": url, "pid": process.pid}))
        welcome = (ROOT / "tools/welcome.txt").read_text()
        print(f"\n{welcome.format(url=url, log=odoo.log)}", flush=True)
        say("ready")
        return _watch(process, odoo)


@contextmanager
def _server(odoo: Odoo, port: int):
    """A running Odoo in a session of its own, so that Ctrl-C reaches it through us, once."""
    command = odoo.command("server", "-c", str(odoo.conf), f"--http-port={port}", end="TERM")
    with odoo.log.open("a") as log:
        process = subprocess.Popen(
            command,
            env=odoo.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        (HOME / "server.json").unlink(missing_ok=True)
        _end(process)


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            return response.status == 200
    except OSError:
        return False


def _wait_for_page(process: subprocess.Popen, url: str, log: Path) -> None:
    deadline = time.monotonic() + PAGE_TIMEOUT
    while not _answers(f"{url}/web/login"):
        if process.poll() is not None or time.monotonic() > deadline:
            end = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise Stop(f"The server did not come up. The end of {log}:\n{end}")
        time.sleep(0.2)


def _watch(process: subprocess.Popen, odoo: Odoo) -> int:
    """Wait for Ctrl-C, or for Odoo or PostgreSQL to die."""
    try:
        while process.poll() is None:
            if not odoo.server.alive():
                raise Stop("PostgreSQL has stopped. `make run` starts it again.")
            time.sleep(1)
    except KeyboardInterrupt:
        say("stopping")
        return 0
    raise Stop(f"Odoo has ended ({process.returncode}), see {odoo.log}; `make run` starts it again")
