"""One Odoo: its configuration, its command lines, and what it writes to its log."""

import re
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from .base import ROOT, Stop, run, say, write
from .kit import Kit
from .postgres import Server

LOG_LINE = re.compile(r"^\S+ \S+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)")
LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
# Warnings at an install that say nothing about the add-on.
HARMLESS = re.compile(r"Running as user 'root'")
PROGRESS_SECONDS = 5
# What `openssl genpkey -algorithm ed25519` does; the library is there in any case.
MAKE_KEY = """
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives import serialization as s
key = Ed25519PrivateKey.generate()
print(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode(), end="")
"""


@dataclass(frozen=True)
class Problem:
    """A line of Odoo's log at WARNING or above, with what follows it."""

    level: str
    logger: str
    text: str

    def __str__(self) -> str:
        return f"{self.level} {self.logger}: {self.text}"


class Odoo:
    """Odoo on a server, with its files in one folder."""

    def __init__(self, kit: Kit, server: Server, home: Path, data: Path | None = None):
        """
        :param home: for configuration and logs
        :param data: for the filestore; below ``home`` if not given
        """
        self.kit = kit
        self.server = server
        self.home = home
        self.data = data or home / "data"
        self.conf = home / "odoo.conf"
        self.seal_key = home / "seal.pem"
        self.log = home / "odoo.log"

    def environment(self, **extra: str) -> dict[str, str]:
        """Environment in which Python imports `odoo` and libpq finds the server."""
        env = self.server.environment()
        env["PATH"] = ":".join([*map(str, self.kit.path), env["PATH"]])
        env["PYTHONPATH"] = f"{self.kit.source.home}:{ROOT}"
        env["ODOO_RC"] = str(self.conf)
        if self.seal_key.exists():
            env["LOT_SERIAL_TRACE_SEAL_KEY"] = str(self.seal_key)
        return env | extra

    def make_seal_key(self) -> None:
        """Make the key that signs the seals of the ledger, if there is none yet."""
        if not self.seal_key.exists():
            pem = run([self.kit.python, "-c", MAKE_KEY])
            write(self.seal_key, pem, mode=0o600)

    def configure(self, database: str, **options) -> None:
        """Write odoo.conf, so that no configuration of the user's or the system's is read."""
        settings = self.server.settings
        values = {
            "addons_path": ",".join(map(str, [*self.kit.source.addons, ROOT])),
            "data_dir": self.data,
            "db_name": database,
            "dbfilter": f"^{re.escape(database)}$",
            "db_host": settings.get("PGHOST", False),
            "db_port": settings.get("PGPORT", False),
            "db_user": settings.get("PGUSER", False),
            "list_db": False,
            "admin_passwd": secrets.token_urlsafe(24),
            "http_interface": "127.0.0.1",
            "without_demo": False,
        } | options
        lines = [f"{key} = {value}\n" for key, value in values.items()]
        write(self.conf, "[options]\n" + "".join(lines), mode=0o600)
        self.data.mkdir(parents=True, exist_ok=True)

    def command(self, *arguments: str, end: str = "KILL") -> list[str]:
        """The command line of ``odoo server`` and the like.

        :param end: signal that it gets when we are killed, so that it never works on without us
        """
        prefix = ["setpriv", "--pdeathsig", end] if shutil.which("setpriv") else []
        return [*prefix, str(self.kit.python), "-m", "odoo", *arguments]

    def inside(self, task: str, database: str) -> None:
        """Run a task of ``tools.inside`` with the environment of a database.

        :raise Stop: when the task fails; it has printed why
        """
        command = [self.kit.python, "-m", "tools.inside", task, self.conf, database]
        done = subprocess.run(command, env=self.environment(), cwd=ROOT, check=False)
        if done.returncode:
            raise Stop(f"{task} failed ({done.returncode})")

    def install(self, database: str, modules: list[str], *options: str) -> list[Problem]:
        """Install modules and tell the progress.

        :return: what the log says at WARNING or above, without what is known to be harmless
        :raise Stop: when Odoo fails
        """
        names = ",".join(modules)
        options = ("-i", names, "--no-http", "--stop-after-init", *options)
        return self._change(f"install {names}", "server", *self._on(database), *options)

    def upgrade(self, database: str, module: str) -> list[Problem]:
        """Upgrade a module; returns and raises as ``install`` does."""
        options = ("-u", module, "--no-http", "--stop-after-init")
        return self._change(f"upgrade {module}", "server", *self._on(database), *options)

    def uninstall(self, database: str, module: str) -> list[Problem]:
        """Uninstall a module and what depends on it; returns and raises as ``install`` does."""
        where = self._on(database)
        return self._change(f"uninstall {module}", "module", "uninstall", *where, module)

    def _on(self, database: str) -> tuple[str, ...]:
        return ("-c", str(self.conf), "-d", database)

    def _change(self, what: str, *arguments: str) -> list[Problem]:
        """Run one of Odoo's commands that change which modules there are, following its log."""
        started = time.monotonic()
        problems, code = self._follow(self.command(*arguments))
        if code:
            reasons = "\n".join(map(str, problems[-5:]))
            raise Stop(f"Odoo could not {what} (log: {self.log}):\n{reasons}")
        say(f"{what}: {time.monotonic() - started:.1f} s")
        return [problem for problem in problems if not HARMLESS.search(problem.text)]

    def _follow(self, command: list[str]) -> tuple[list[Problem], int]:
        """Run Odoo, copy its log to our file and pick out progress and problems."""
        lines: list[list[str]] = []
        told = time.monotonic()
        with (
            self.log.open("a") as log,
            subprocess.Popen(
                command,
                # Its work counts once the database's note is written, by a commit that waits for
                # the disk and so for all before it; these here need not wait one by one.
                env=self.environment(PGOPTIONS="-c synchronous_commit=off"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            ) as odoo,
        ):
            for line in odoo.stdout:
                log.write(line)
                log.flush()
                if LOG_LINE.match(line) or not lines:
                    lines.append([line.rstrip()])
                else:
                    lines[-1].append(line.rstrip())
                told = _tell_progress(line, told)
        return _problems(lines), odoo.returncode


def _tell_progress(line: str, told: float) -> float:
    """Say from time to time which module is being loaded; returns when it was last said."""
    found = LOADING.search(line)
    now = time.monotonic()
    if not found or now - told < (0.2 if sys.stdout.isatty() else PROGRESS_SECONDS):
        return told
    say(f"installing {found[2]} of {found[3]}: {found[1]}")
    return now


def _problems(records: list[list[str]]) -> list[Problem]:
    found = []
    for first, *rest in records:
        match = LOG_LINE.match(first)
        if match and match["level"] in ("WARNING", "ERROR", "CRITICAL"):
            text = "\n".join([match["text"], *rest[-12:]])
            found.append(Problem(match["level"], match["logger"], text))
    return found
