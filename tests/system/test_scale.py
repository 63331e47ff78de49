"""The profile ``scale`` of docker-compose.yml, as far as it goes without containers.

What compose makes of the file is looked at; its scripts run against real clusters: a replica that
follows, a log that is kept, a database put back to a moment; its nginx stands before real workers.
"""

import base64
import json
import os
import re
import shutil
import stat
import subprocess
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests
import websocket

from tools import database, postgres
from tools.base import ROOT, Stop
from tools.kit import prepare
from tools.odoo import Odoo
from tools.postgres import Cluster
from tools.serve import _answers, _free_port

from .conftest import ended, postmaster
from .test_standby import Client, until
from .test_standby import primary as primary
from .test_tools import _compose

DEPLOY = ROOT / "deploy"
SIMPLE = {"db", "key", "odoo"}
SCALE = {"web", "nginx", "primary", "replica", "wal", "base"}
#: Services that do something once and end.
ONCE = {"key", "primary", "restore"}
COUNT = "SELECT count(*) FROM kept"
LEADS = "SELECT NOT pg_is_in_recovery()"
SLOTS = "SELECT bool_and(active) FROM pg_replication_slots"
FLUSHED = (
    "SELECT flush_lsn >= '{}' FROM pg_stat_replication WHERE application_name = 'pg_receivewal'"
)
#: Who is let in by a database that the image has made.
IMAGE_HBA = "local all all trust\nlocal replication all trust\nhost all all all scram-sha-256\n"


# -- the file ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def compose(tmp_path_factory):
    """What compose makes of the file, by profile."""
    program = _compose(tmp_path_factory.mktemp("compose"))

    def config(*profiles, **settings):
        options = [f"--profile={name}" for name in profiles]
        command = [*program, "-f", ROOT / "docker-compose.yml", *options, "config"]
        env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **settings}
        done = subprocess.run(
            [*command, "--format=json"], capture_output=True, text=True, check=True, env=env
        )
        return json.loads(done.stdout)

    return config


def mounts(service):
    """Target -> (source, kind) of a service's volumes."""
    found = service.get("volumes", [])
    return {one["target"]: (one["source"], one["type"]) for one in found}


def test_the_simple_server_stays_simple(compose):
    assert set(compose()["services"]) == SIMPLE
    assert set(compose("scale")["services"]) == SIMPLE | SCALE
    assert set(compose("restore")["services"]) == SIMPLE | {"restore"}


def test_what_is_named_is_there(compose):
    config = compose("scale", "restore")
    services = config["services"]
    for name, service in services.items():
        assert ("healthcheck" in service) == (name not in ONCE), name
        assert (service.get("restart") == "unless-stopped") == (name not in ONCE), name
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how["condition"] == wanted, (name, other)
        for source, kind in mounts(service).values():
            assert source in config["volumes"] if kind == "volume" else Path(source).exists()
        for script in re.findall(r"/deploy/(\w+\.sh)", json.dumps(service["entrypoint"])):
            assert (DEPLOY / script).exists(), name
            assert "/deploy" in mounts(service), name


def test_who_shares_what(compose):
    services = compose("scale", "restore", WAL_DIR="/else/wal", ARCHIVE_DIR="/else/copies")
    services = services["services"]
    shared = {name: mounts(service) for name, service in services.items()}
    assert shared["web"] == shared["odoo"], "sessions, files, key and copies are the same"
    assert shared["odoo"]["/archive"] == ("/else/copies", "bind")
    assert services["odoo"]["environment"]["LOT_SERIAL_TRACE_ARCHIVE"] == "/archive"
    assert services["web"]["environment"] == services["odoo"]["environment"]
    for name in ("wal", "base", "primary", "replica", "restore"):
        assert shared[name]["/wal"] == ("/else/wal", "bind")
    data = "/var/lib/postgresql/data"
    assert shared["primary"][data] == shared["db"][data] == shared["restore"][data]
    assert shared["replica"][data] != shared["db"][data]
    assert shared["nginx"]["/var/lib/odoo"] == shared["web"]["/var/lib/odoo"]


def test_nothing_but_doors_is_published_and_only_here(compose):
    for name, service in compose("scale", "restore")["services"].items():
        ports = service.get("ports", [])
        assert bool(ports) == (name in {"odoo", "nginx"}), name
        assert all(port["host_ip"] == "127.0.0.1" for port in ports)


def test_scripts_are_shell():
    for script in DEPLOY.glob("*.sh"):
        subprocess.run(["sh", "-n", script], check=True)


# -- its PostgreSQL -----------------------------------------------------------------


class Machine:
    """A primary as the image makes it, and the scripts with what compose tells them."""

    def __init__(self, home: Path):
        self.port = str(_free_port())
        options = postgres.DURABLE | {"listen_addresses": "'127.0.0.1'", "port": self.port}
        self.cluster = Cluster(home, postgres.binaries(), options)
        self.cluster.settings["PGPORT"] = self.port
        self.started = []

    def make(self):
        """Make the files of the cluster and let in whom the image lets in."""
        self.cluster._make_home()
        self.cluster._initdb()
        (self.cluster.data / "pg_hba.conf").write_text(IMAGE_HBA)
        shutil.copytree(DEPLOY, self.home / "deploy")
        self.run("mkdir -p wal")

    @property
    def home(self):
        """Where the cluster and the rest lie; its owner can write there."""
        return self.cluster.home

    def run(self, command, **extra):
        """Run a command of shell as the owner of the cluster, knowing what compose says."""
        path = f"{self.cluster.programs.folder}:{os.environ['PATH']}"
        given = {
            "PATH": path,
            "PGHOST": "127.0.0.1",
            "PGPORT": self.port,
            "PGUSER": "standby",
            "PGPASSWORD": "secret",
            "STANDBY_PASSWORD": "secret",
            "WAL": str(self.home / "wal"),
            **extra,
        }
        pairs = [f"{key}={value}" for key, value in given.items()]
        self.cluster._as_owner(["env", "-i", *pairs, "sh", "-ec", command])

    def start(self, command, **extra):
        """The same in the background."""
        self.run(f"{command} > {len(self.started)}.log 2>&1 & echo $! > started.pid", **extra)
        self.started.append(int((self.home / "started.pid").read_text()))

    def prepare(self):
        """Run what prepares the primary."""
        own = {"PGHOST": self.cluster.settings["PGHOST"], "PGUSER": "odoo"}
        self.run("sh deploy/primary.sh", PGDATA=str(self.cluster.data), **own)

    def place(self, name):
        """A folder for the socket of another server, and the options that make it listen there."""
        self.run(f"mkdir -m 700 {name}")
        socket = self.home / name
        return socket, f"-c unix_socket_directories={socket} -c listen_addresses="

    def ask(self, socket, statement):
        """Run SQL on a server by its socket."""
        own = {"PGHOST": str(socket), "PGUSER": "odoo"}
        self.run(f'psql -XAtqd postgres -c "{statement}" > answer', **own)
        return (self.home / "answer").read_text().strip()

    def follows(self, socket):
        """Whether a server by its socket answers."""
        try:
            return self.ask(socket, "SELECT 1")
        except Stop:
            return False

    def end(self):
        """Stop what was started and remove everything."""
        for pid in self.started:
            if psutil.pid_exists(pid):
                psutil.Process(pid).terminate()
        for data in self.home.glob("*/postmaster.pid"):
            ended_one = postmaster(data.parent)
            ended_one.kill()
            ended(ended_one)
        self.cluster.destroy()


@pytest.fixture
def machine(tmp_path):
    """A primary that runs, prepared for the others."""
    found = Machine(tmp_path / "primary")
    found.make()
    with found.cluster.use():
        found.prepare()
        yield found
        found.end()


@pytest.mark.skipif(bool(os.environ.get("PGHOST")), reason="needs servers of its own")
def test_a_replica_follows_and_a_database_comes_back(machine):
    cluster, home = machine.cluster, machine.home
    machine.prepare()
    hba = (cluster.data / "pg_hba.conf").read_text()
    assert hba.count("standby") == 1, "prepared twice is prepared once"
    machine.start("exec sh deploy/wal.sh")
    socket, options = machine.place("other")
    machine.start(f"exec sh deploy/replica.sh {options}", PGDATA=str(home / "replica"))
    cluster.sql("CREATE TABLE kept AS SELECT 1 AS said")
    until("the replica", lambda: machine.follows(socket))
    until("the row", lambda: machine.ask(socket, COUNT) == "1")
    assert machine.ask(socket, "SELECT pg_is_in_recovery()") == "t"
    until("both", lambda: cluster.sql(SLOTS) == "t")

    machine.run("sh deploy/base.sh")
    machine.run("sh deploy/base.sh")
    [copy] = home.glob("wal/*-1/base/2*")
    log = {one.name.removesuffix(".partial") for one in home.glob("wal/*-1/0*")}
    assert (copy / "first-log").read_text().strip() in log

    cluster.sql("INSERT INTO kept VALUES (2)")
    moment = cluster.sql("SELECT clock_timestamp()")
    cluster.sql("DELETE FROM kept")
    written = FLUSHED.format(cluster.sql("SELECT pg_current_wal_flush_lsn()"))
    until("the log", lambda: cluster.sql(written) == "t")
    for wanted, rows in ((moment, "2"), ("", "0")):
        back = str(home / f"back{rows}")
        machine.run("sh deploy/restore.sh", PGDATA=back, RESTORE_TO=wanted)
        with pytest.raises(Stop, match="nothing was done"):
            machine.run("sh deploy/restore.sh", PGDATA=back, RESTORE_TO=wanted)
        socket, options = machine.place(f"socket{rows}")
        machine.start(f"exec postgres -D {back} {options}")
        until(
            "all is read", lambda at=socket: machine.follows(at) and machine.ask(at, LEADS) == "t"
        )
        assert machine.ask(socket, COUNT) == rows
    machine.run(". deploy/folder.sh", PGHOST=str(socket), PGUSER="odoo")
    assert list(home.glob("wal/*-2/base")), "the log from now on has a folder of its own"


# -- its nginx ----------------------------------------------------------------------


@contextmanager
def web(primary, compose, home: Path, port: int, socket_port: int):
    """The workers as compose starts them, on the database of `make run`."""
    home.mkdir()
    odoo = Odoo(prepare(), primary.cluster, home, primary.home / ".odoo/run/data")
    odoo.configure(database.NAME)
    program, *options = compose("scale", DB_NAME=database.NAME, WORKERS="2")["services"]["web"][
        "command"
    ]
    assert program == "odoo"
    settings = primary.cluster.settings
    told = {"--db_replica_host": settings["PGHOST"], "--db_replica_port": settings["PGPORT"]}
    options = [
        f"{name}={told.get(name, value)}" if value else name
        for name, _equals, value in (option.partition("=") for option in options)
    ]
    options += [f"--http-port={port}", f"--gevent-port={socket_port}"]
    # The process for web sockets is started by the name of the program: `-m odoo` has none.
    program = home / "odoo"
    program.write_text("import odoo.cli\n\nodoo.cli.main()\n")
    with odoo.log.open("w") as log:
        process = subprocess.Popen(
            [odoo.kit.python, program, "server", "-c", odoo.conf, *options],
            env=odoo.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        for address in (
            f"127.0.0.1:{port}/web/health",
            f"127.0.0.1:{socket_port}/websocket/health",
        ):
            url = f"http://{address}"
            until(url, lambda url=url: process.poll() is not None or _answers(url))
        assert process.poll() is None, odoo.log.read_text()
        yield odoo
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def nginx(home: Path, data: Path, port: int, socket_port: int, own_port: int):
    """nginx with the committed file, at a port of ours, before servers of ours."""
    home.mkdir()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"    {kind}_temp_path {home}/{kind};\n" for kind in kinds)
    text = (DEPLOY / "nginx.conf").read_text()
    for old, new in {
        "user nginx;": "user root;" if os.getuid() == 0 else "",
        "http {": f"http {{\n{places}",
        "listen 80;": f"listen 127.0.0.1:{own_port};",
        "/dev/stdout": str(home / "access.log"),
        "/var/lib/odoo/": f"{data}/",
        "web:8069": f"127.0.0.1:{port}",
        "web:8072": f"127.0.0.1:{socket_port}",
    }.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    conf = home / "nginx.conf"
    conf.write_text(text)
    own = f"daemon off; pid {home}/pid; error_log {home}/error.log;"
    process = subprocess.Popen(["nginx", "-c", conf, "-g", own, "-p", home])
    url = f"http://127.0.0.1:{own_port}"
    try:
        until("nginx", lambda: process.poll() is not None or _answers(f"{url}/web/health"))
        assert process.poll() is None, (home / "error.log").read_text()
        yield url
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_workers_behind_nginx(primary, compose, tmp_path):
    ports = [_free_port() + more for more in (0, 30, 60)]
    data = primary.home / ".odoo/run/data"
    with (
        web(primary, compose, tmp_path / "web", *ports[:2]) as odoo,
        nginx(tmp_path / "nginx", data, *ports) as url,
    ):
        visitor = Client(url)
        content = os.urandom(3_000_000)  # more than nginx takes unless told so
        values = {"name": "big", "datas": base64.b64encode(content).decode()}
        [made] = visitor.ask("ir.attachment", "create", [values])
        sent = visitor.session.get(f"{url}/web/content/{made}", timeout=30)
        assert sent.content == content
        assert sent.headers["Content-Security-Policy"] == "default-src 'none'"
        assert sent.headers["X-Content-Type-Options"] == "nosniff"
        direct = visitor.session.get(f"http://127.0.0.1:{ports[0]}/web/content/{made}", timeout=30)
        named = direct.headers["X-Accel-Redirect"]
        assert not direct.content, "Odoo leaves the file to nginx"
        assert requests.get(url + named, timeout=30).status_code == 404, "others cannot ask for it"
        file = data / named.removeprefix("/web/")
        assert file.stat().st_mode & stat.S_IROTH, "nginx is somebody else"
        for folder in (*file.parents[:2], data / "filestore"):
            assert folder.stat().st_mode & stat.S_IXOTH

        cookie = f"session_id={visitor.session.cookies['session_id']}"
        address = f"{url.replace('http', 'ws', 1)}/websocket"
        socket = websocket.create_connection(address, cookie=cookie, origin=url, timeout=30)
        assert socket.connected
        socket.close()

        lie = {"X-Forwarded-For": "9.9.9.9"}
        visitor.session.get(f"{url}/web/login?seen=1", headers=lie, timeout=30)
        [seen] = [line for line in odoo.log.read_text().splitlines() if "seen=1" in line]
        assert "127.0.0.1" in seen
        assert "9.9.9.9" not in seen
