"""The tools behind `make`, piece by piece: what is interrupted is done again."""

import ast
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tools import apt, base, database, lint, narrow, postgres, source
from tools.base import ROOT, Stop
from tools.postgres import DURABLE, Cluster

from .conftest import ended, postmaster


def test_every_target_is_explained():
    targets = (ROOT / "Makefile").read_text().split("TARGETS := ")[1].splitlines()[0].split()
    explained = (ROOT / "tools/help.txt").read_text()
    assert [target for target in targets if f"make {target}" not in explained] == []


def test_a_half_made_folder_is_made_again(tmp_path):
    target = tmp_path / "thing"

    def interrupted(folder):
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        base.built(target, interrupted)
    base.built(target, lambda folder: (folder / "whole").touch())
    base.built(target, interrupted)  # done: not called
    assert sorted(path.name for path in target.iterdir()) == [".complete", "whole"]


def test_a_killed_process_gives_its_lock_back(tmp_path):
    script = (
        "import pathlib, sys, time\nfrom tools.base import lock\n"
        "with lock(pathlib.Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "lock"], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    holder.kill()
    holder.wait()
    with base.lock(tmp_path / "lock"):
        pass


@pytest.mark.parametrize(
    "version, taken", [("(19, 0, 0)", True), ("(18, 0, 0)", False), ("", False)]
)
def test_odoo_home_has_to_be_odoo_19(tmp_path, monkeypatch, version, taken):
    (tmp_path / "odoo/addons").mkdir(parents=True)
    (tmp_path / "addons").mkdir()
    if version:
        (tmp_path / "odoo/release.py").write_text(f"version_info = {version}\n")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    if taken:
        assert source.find().addons == (tmp_path / "odoo/addons", tmp_path / "addons")
        return
    with pytest.raises(Stop, match="no Odoo 19"):
        source.find()


def test_without_odoo_it_says_what_to_do(monkeypatch):
    def no_debian():
        raise Stop("This is no Debian system")

    monkeypatch.setattr(source, "_debian", no_debian)
    monkeypatch.setattr(source, "_importable", lambda: None)
    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.delenv("ODOO_DEB", raising=False)
    with pytest.raises(Stop, match="ODOO_HOME"):
        source.find()


def test_a_package_with_another_checksum_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(apt, "run", lambda command, cwd: (cwd / "odoo-19_1_all.deb").touch())
    pin = {"package": "odoo-19", "version": "1", "sha256": "0" * 64, "suite": "sid"}
    with pytest.raises(Stop, match="SHA-256"):
        apt._fetch_one(["apt-get"], tmp_path, pin)


@pytest.fixture(scope="module", params=["system", "wheel", "wheel as nobody", "long path"])
def cluster(request, tmp_path_factory) -> Cluster:
    """A private cluster in each of the ways that machines allow, after an interrupted initdb."""
    home = tmp_path_factory.mktemp("cluster")
    with pytest.MonkeyPatch.context() as patch:
        if "wheel" in request.param:
            patch.setenv("POSTGRES_BIN", "wheel")
        if "nobody" in request.param:
            if os.getuid():
                pytest.skip("only root can be somebody else")
            patch.setattr(postgres, "_mode", lambda: "nobody")
        if "long" in request.param:
            home = home / ("x" * 80)
        made = Cluster(home, postgres.binaries(), DURABLE)
    (made.home / "data.part").mkdir(parents=True)
    (made.home / "data.part/PG_VERSION").write_text("15")
    yield made
    made.destroy()
    assert not made.home.exists()


def test_what_is_committed_survives_a_killed_server(cluster):
    with cluster.use():
        cluster.sql("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
        process = postmaster(cluster.data)
        process.send_signal(signal.SIGKILL)
        assert ended(process)
        assert not cluster.alive()
    with cluster.use():
        assert cluster.sql("SELECT id FROM kept") == "7"
        assert cluster.sql("SHOW fsync") == "on"
        assert cluster.sql("SHOW listen_addresses") == ""


def test_a_pid_taken_by_another_program_is_no_server(cluster):
    with cluster.use():
        pass
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    with cluster.use():
        assert cluster.sql("SELECT 1") == "1"


def test_the_last_user_stops_the_cluster(cluster):
    with cluster.use():
        with Cluster.use(cluster):
            assert cluster.alive()
        assert cluster.alive(), "somebody else still uses it"
    assert not cluster.alive()


def test_lint_finds_the_names_of_machines():
    assert lint.FOREIGN.search("see " + "/" + "root/.cache")
    assert lint.FOREIGN.search("https://" + "pypi" + ".org/simple")
    assert not lint.FOREIGN.search("POST /epcis/v2/capture; a/tmp/x; ~/.cache")


def test_containers_get_the_tested_libraries():
    compose = (ROOT / "docker-compose.yml").read_text()
    pins = "".join((ROOT / f"requirements/{name}.txt").read_text() for name in ("odoo", "test"))
    installed = re.findall(r"(\w+==[\d.]+)", compose)
    assert [pin for pin in installed if f"\n{pin} " not in pins] == []
    manifest = ast.literal_eval((ROOT / "lot_serial_trace/__manifest__.py").read_text())
    # Odoo itself needs zeep.
    needed = {*manifest["external_dependencies"]["python"], "pyarrow"} - {"zeep"}
    assert {pin.partition("==")[0] for pin in installed} == needed


def test_compose_file_is_valid(tmp_path):
    config = [*_compose(tmp_path), "-f", ROOT / "docker-compose.yml", "config", "--quiet"]
    done = subprocess.run(config, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def _compose(folder: Path) -> list:
    """Docker compose of this machine, or the Debian package's program, which needs no daemon."""
    if base.works(["docker", "compose", "version"]):
        return ["docker", "compose"]
    try:
        [deb] = apt.fetch([base.PINS["compose"]])
    except Stop as stop:
        pytest.skip(f"no docker compose here: {stop}")
    base.run(["dpkg-deb", "-x", deb, folder])
    return [folder / "usr/libexec/docker/cli-plugins/docker-compose"]


@pytest.mark.parametrize(
    "expression, meant",
    [
        ("ledger", True),
        ("test_ledger and quantity", True),
        ("ledger and not (quantity or unit)", False),
        ("lot", False),
        ("andy", False),
    ],
)
def test_k_looks_at_file_class_and_function(expression, meant):
    name = "test_ledger::TestLedger::test_quantity_is_in_the_products_unit"
    assert narrow.matches(expression, name) is meant


@pytest.mark.parametrize("expression", ["a and", "(a", "a b"])
def test_k_that_is_no_expression_is_refused(expression):
    with pytest.raises(Stop, match="no expression"):
        narrow.matches(expression, "test_a")


def test_only_what_an_install_leaves_behind_asks_for_a_new_install(tmp_path, monkeypatch):
    model = tmp_path / "models/thing.py"
    model.parent.mkdir()
    monkeypatch.setattr(database, "ADDON", tmp_path)

    def digest_of(body, kind="Char"):
        model.write_text(
            f"class Thing(Model):\n    name = {kind}()\n    def act(self):\n        {body}\n"
        )
        return database.structure_digest()

    assert digest_of("return 1") == digest_of("return 2")
    assert digest_of("return 1") != digest_of("return 1", kind="Text")


def test_a_database_without_our_note_is_never_dropped(monkeypatch):
    server = postgres.Server(postgres.binaries(), {})
    monkeypatch.setattr(server, "sql", lambda statement, database="postgres": "{}")
    with pytest.raises(Stop, match="not ours"):
        database.drop(server, Path("."), "customers")


def test_orphans_do_not_outlive_their_test():
    script = "sleep 300 >/dev/null 2>&1 & echo $!"
    with base.no_orphans():
        pid = int(base.run(["sh", "-c", f"({script})"]).split()[0])
    assert not Path(f"/proc/{pid}").exists()


def test_a_server_that_checkouts_share_outlives_the_tests_that_started_it(tmp_path, monkeypatch):
    """Another checkout may have come to use it in the meantime."""
    monkeypatch.setattr(postgres, "CACHE", tmp_path)
    shared = Cluster(tmp_path / "cluster-0", postgres.binaries(), postgres.FAST)
    own = Cluster(tmp_path / "own", postgres.binaries(), postgres.FAST)
    try:
        with base.no_orphans(postgres.shared_servers):
            shared._start()
            own._start()
        assert shared.alive()
        assert not own.alive()
    finally:
        shared.destroy()
        own.destroy()
