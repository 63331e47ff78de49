"""make test, make test-core, make bench."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import database
from .base import ROOT, STATE, Stop, digest, environment, lock, no_orphans, say
from .kit import prepare, python_home, test_data, test_server
from .narrow import any_match
from .odoo import Odoo
from .postgres import shared_servers

HOME = STATE / "test"
BUSY = HOME / "system.lock"  # held while the system tests run
CORE, ADDON_TESTS, SYSTEM = FOLDERS = ("tests/core", "lot_serial_trace/tests", "tests/system")
NO_TESTS = 5  # pytest's exit code
TEST_DATABASE = f"lst_test_{digest(str(ROOT))}"
# Two workers, each with a copy of the database; a class stays with one of them.
PARALLEL = ("-n", "2", "--dist", "loadscope")


@dataclass
class Result:
    """Outcomes by test; an outcome is passed, failed or skipped."""

    outcomes: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)  # what failed without being a test

    def add(self, other: "Result") -> None:
        """Take over another part's outcomes."""
        self.outcomes |= other.outcomes
        self.broken += other.broken

    def count(self, outcome: str) -> int:
        """Number of tests that ended so."""
        return sum(value == outcome for value in self.outcomes.values())

    def summary(self) -> str:
        """The plain closing line."""
        failed = self.count("failed") + len(self.broken)
        line = f"{self.count('passed')} passed, {failed} failed"
        skipped = self.count("skipped")
        return f"{line}, {skipped} skipped" if skipped else line

    def close(self) -> int:
        """Print what broke and the closing line, alone on the last line; returns the exit code."""
        for text in self.broken:
            print(f"FAILED {text}")
        if not self.outcomes and not self.broken:
            self.broken.append("no test")
            print(f"no test matches k={narrowing()}")
        sys.stdout.flush()
        print(self.summary(), flush=True)
        return 1 if self.broken or self.count("failed") else 0


def narrowing() -> str:
    """The expression of ``make test k=EXPR``."""
    return os.environ.get("k", "")


def test() -> int:
    """Core, Odoo and system tests; with ``k=EXPR`` only the kinds that have such a test.

    The system tests mostly wait for servers of their own: they run beside the others.
    """
    result = Result()
    kit = prepare(tests=True)
    folders = [folder for folder in FOLDERS if _wanted(folder)] or FOLDERS
    with _beside(SYSTEM in folders, result):
        if CORE in folders:
            result.add(_plain(kit.python, CORE, "core"))
        if ADDON_TESTS in folders:
            with one_at_a_time(HOME), test_server().use() as server:
                result.add(_odoo(Odoo(kit, server, HOME, test_data(server))))
    return result.close()


@contextmanager
def _beside(wanted: bool, result: Result) -> Iterator[None]:
    """Run the system tests in a process beside what is done within; add what they say at the end.

    Until they end they hold a lock for which browser tests wait (``pytest_ground``): those look
    at the clock.
    """
    if not wanted:
        yield
        return
    HOME.mkdir(parents=True, exist_ok=True)
    printed = HOME / "system.log"
    with BUSY.open("w") as busy, printed.open("w") as output:
        fcntl.flock(busy, fcntl.LOCK_EX)
        process = subprocess.Popen(
            [sys.executable, "-m", "tools", "test-system"],
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[busy.fileno()],
        )
    try:
        yield
        code = process.wait()
    finally:
        process.terminate()
        print(printed.read_text(), end="", flush=True)
    outcomes = _outcomes("system")
    if code or not outcomes:
        result.broken.append(f"system: ended with {code}")
    result.add(Result(outcomes))


def test_system() -> int:
    """Only the tests of whole servers; exits with 0 if they could run, whatever they found."""
    python = prepare(tests=True).python
    return len(_plain(python, SYSTEM, "system").broken)


def one_at_a_time(home: Path):
    """Lock for commands that use the same database."""
    return lock(home / "run.lock")


def _wanted(folder: str) -> bool:
    return not narrowing() or any_match(narrowing(), ROOT / folder)


def test_core() -> int:
    """Only the tests that need no Odoo."""
    return _plain(python_home() / "bin/python", CORE, "core").close()


def bench() -> int:
    """Run bench/NAME.py, all of them without k=NAME, each with Odoo importable and two databases.

    A benchmark finds in its environment ODOO_RC, libpq's variables, BENCH_WITH (a database with
    the add-on) and BENCH_WITHOUT (the same without it).
    """
    name = os.environ.get("k", "")
    scripts = sorted((ROOT / "bench").glob(f"{name or '[!_]*'}.py"))
    if not scripts:
        print(f"There is no bench/{name}.py." if name else "There are no benchmarks yet.")
        return 1 if name else 0
    kit = prepare()
    home = STATE / "bench"
    with one_at_a_time(home), test_server().use() as server:
        odoo = Odoo(kit, server, home, test_data(server))
        names = {"BENCH_WITH": f"{TEST_DATABASE}_bw", "BENCH_WITHOUT": f"{TEST_DATABASE}_bo"}
        odoo.configure(names["BENCH_WITH"], max_cron_threads=0)
        base = database.template(odoo)
        database.installed(odoo, names["BENCH_WITH"], base, afresh=True)
        database.create(odoo, names["BENCH_WITHOUT"], base)
        try:
            env = odoo.environment(**names)
            return max(_bench_one(kit.python, script, env) for script in scripts)
        finally:
            for used in names.values():
                database.drop(server, odoo.data, used)


def _bench_one(python: Path, script: Path, env: dict) -> int:
    say(f"bench {script.stem}")
    return subprocess.run([python, script], env=env, cwd=ROOT, check=False).returncode


def _plain(python: Path, folder: str, label: str) -> Result:
    """Tests that do not run inside Odoo, where `odoo` cannot even be imported."""
    return run_pytest(python, environment(), [folder], label, "-p", "no:odoo", *_only())


def _only() -> list[str]:
    """The option of ``pytest_report`` for ``k=EXPR``."""
    return [f"--only={narrowing()}"] if narrowing() else []


def _odoo(odoo: Odoo) -> Result:
    """Install the add-on on a copy of the template, read the log, run the add-on's tests."""
    result = Result()
    # One process runs all tests with all their libraries; the limit is one for servers.
    odoo.configure(TEST_DATABASE, max_cron_threads=0, limit_memory_hard=0)
    base = database.template(odoo)
    try:
        problems = database.installed(odoo, TEST_DATABASE, base, afresh=not narrowing())
    except Stop as stop:
        return Result(broken=[f"install: {stop}"])
    result.broken += [f"install log: {problem}" for problem in problems]
    if not narrowing():
        say("preparing what all tests need")
        odoo.inside("test_ground", TEST_DATABASE)
        _assets_stamp(odoo, TEST_DATABASE).touch()
    for label, *options in _odoo_runs():
        result.add(odoo_pytest(odoo, TEST_DATABASE, [ADDON_TESTS], label, "--odoo-http", *options))
    return result


def _odoo_runs() -> list[tuple[str, ...]]:
    """Label and options of each run of pytest: what looks at the clock runs when little else does.

    A narrowed run is one: copies of the database would take longer than its tests.
    """
    if narrowing():
        return [("odoo", *_only())]
    return [
        ("odoo", "--browser=without", *PARALLEL),
        ("browser", "--browser=with", *PARALLEL),
    ]


def compile_assets(odoo: Odoo, name: str) -> None:
    """Compile what browser tests need before workers copy the database, unless it was done."""
    stamp = _assets_stamp(odoo, name)
    if not stamp.exists():
        say("compiling assets for browser tests")
        odoo.inside("test_assets", name)
        stamp.touch()


def _assets_stamp(odoo: Odoo, name: str) -> Path:
    """A file that says that this database (by oid) has the assets of the add-on as it is."""
    oid = odoo.server.sql(f"SELECT oid FROM pg_database WHERE datname = '{name}'")
    return odoo.home / f"assets-{oid}-{database.assets_digest()}"


def odoo_pytest(odoo: Odoo, name: str, paths: list, label: str, *options: str) -> Result:
    """Run Odoo tests with pytest in a database where their modules are installed."""
    env = odoo.environment(
        GROUND_ASSETS_STAMP=str(_assets_stamp(odoo, name)), GROUND_BUSY=str(BUSY)
    )
    plugin = ("-p", "tools.pytest_ground", "--odoo-log-level=warn")
    where = (f"--odoo-config={odoo.conf}", f"--odoo-database={name}")
    return run_pytest(odoo.kit.python, env, paths, label, *plugin, *where, *options)


def run_pytest(python: Path, env: dict, paths: list, label: str, *options: str) -> Result:
    """Run pytest and collect the outcome of each test.

    pytest running into trouble of its own counts as broken, finding no test does not.
    """
    if not any(_has_tests(ROOT / path) for path in paths):
        return Result()
    say(f"{label} tests")
    HOME.mkdir(parents=True, exist_ok=True)
    report = _report(label)
    report.unlink(missing_ok=True)
    env = env | {"GROUND_REPORT": str(report), "PYTHONPATH": env.get("PYTHONPATH", str(ROOT))}
    # Named, because pytest would look beside tests that lie elsewhere.
    settings = ["-c", ROOT / "pyproject.toml", "-q", "--no-header", "-p", "tools.pytest_report"]
    command = [python, "-m", "pytest", *settings, *options, *paths]
    with no_orphans(shared_servers):
        code = subprocess.run(list(map(str, command)), env=env, cwd=ROOT, check=False).returncode
    result = Result(_outcomes(label))
    if code not in (0, 1, NO_TESTS) or (code == 1 and not result.count("failed")):
        result.broken.append(f"{label}: pytest ended with {code}")
    return result


def _report(label: str) -> Path:
    return HOME / f"{label}.json"


def _outcomes(label: str) -> dict[str, str]:
    """What the last run of a part found."""
    report = _report(label)
    outcomes = json.loads(report.read_text()) if report.exists() else {}
    return {f"{label}:{key}": value for key, value in outcomes.items()}


def _has_tests(path: Path) -> bool:
    return path.is_file() or any(path.rglob("test_*.py"))
