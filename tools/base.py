"""Places, messages, locks and hashes that every other tool uses."""

import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / "lot_serial_trace"
STATE = ROOT / ".odoo"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lot_serial_trace"
PINS = tomllib.loads((ROOT / "tools" / "pins.toml").read_text())
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
STARTED = time.monotonic()
PR_SET_CHILD_SUBREAPER = 36
WAIT_SILENTLY = 20  # seconds for a lock that a thread of our own may hold


class Stop(Exception):
    """The command cannot go on. The text tells the person at the keyboard what to do."""


def say(text: str) -> None:
    """Print a line with the seconds since the command began."""
    print(f"[{time.monotonic() - STARTED:6.1f}s] {text}", flush=True)


def environment(**extra: str) -> dict[str, str]:
    """The environment of every child process.

    Without PYTHONDONTWRITEBYTECODE, which would cost each start of Odoo four seconds, and with
    the system's certificates, which uv does not read by itself.
    """
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    if SYSTEM_CERTIFICATES.exists():
        env.setdefault("SSL_CERT_FILE", str(SYSTEM_CERTIFICATES))
    return env | extra


def run(command: list, *, env: dict | None = None, cwd: Path | None = None, stdin: str = "") -> str:
    """Run a command quietly and return what it printed.

    :raise Stop: when it fails, with the end of its output
    """
    arguments = [str(part) for part in command]
    try:
        done = subprocess.run(
            arguments,
            env=env or environment(),
            cwd=cwd,
            input=stdin,
            text=True,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise Stop(f"{arguments[0]} is not installed") from error
    if done.returncode:
        output = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        raise Stop(f"{' '.join(arguments)[:200]} failed ({done.returncode}):\n{output}")
    return done.stdout


def works(command: list) -> bool:
    """Whether a command can be run here at all."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def no_orphans(spared: Callable[[], set[int]] = set) -> Iterator[None]:
    """Kill what is started within and left behind by its own parent, such as a test's browser.

    :param spared: gives the pids that others may use by now
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    before = _children()
    try:
        yield
    finally:
        # The children of those that we kill become ours.
        while left := _children() - before - spared():
            for pid in left:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _children() -> set[int]:
    """Pids of our children, those that have ended included."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return {int(pid) for pid in listed.split()}


def digest(*parts: str | bytes | Path) -> str:
    """Eight hex digits over texts and the content of files."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part
        total.update(data.encode() if isinstance(data, str) else data)
        total.update(b"\0")
    return total.hexdigest()[:8]


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def tree_digest(folder: Path, skip: Iterable[str] = ()) -> str:
    """Eight hex digits over all files below a folder.

    :param skip: first path components to leave out, e.g. ``{"tests", "static"}``
    """
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in skip and "__pycache__" not in name.parts:
            total.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()[:8]


def write(path: Path, text: str, mode: int = 0o644) -> Path:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text)
    part.chmod(mode)
    return part.replace(path)


@contextmanager
def lock(path: Path, *, shared: bool = False) -> Iterator[int]:
    """Hold a file lock; the kernel drops it however this process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    wanted = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        _wait_for(handle, wanted, path.name)
        yield handle
    finally:
        os.close(handle)


def _wait_for(handle: int, wanted: int, name: str) -> None:
    """Take a lock; say so when somebody else keeps it for longer than a moment."""
    for _attempt in range(WAIT_SILENTLY * 10):
        try:
            return fcntl.flock(handle, wanted | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.1)
    say(f"waiting for another run to finish ({name})")
    fcntl.flock(handle, wanted)


def built(target: Path, build: Callable[[Path], None]) -> Path:
    """Make a folder once. One that was interrupted half-way is thrown away and made again."""
    done = target / ".complete"
    if done.exists():
        return target
    with lock(target.with_name(f"{target.name}.lock")):
        if not done.exists():
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            build(target)
            done.touch()
    return target
