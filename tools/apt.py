"""Debian packages for one folder: apt's own signature checks, no root, no change to the system.

apt gets private lists, cache and status below our cache folder. The archive's keyring of the
system vouches for the lists, the lists for the packages, and a pinned SHA-256 for both.
"""

import os
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from .base import CACHE, Stop, digest, lock, run, say, sha256

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
DEBS = CACHE / "debs"


def fetch(pins: list[dict]) -> list[Path]:
    """Bring Debian packages into the cache and return their files, in the order of the pins.

    :param pins: dicts with ``package``, ``version``, ``sha256`` and ``suite``
    :raise Stop: without apt or a mirror, or when a pinned file has another checksum
    """
    DEBS.mkdir(parents=True, exist_ok=True)
    with lock(CACHE / "debs.lock"):
        missing = sorted((pin for pin in pins if not _cached(pin).exists()), key=_suite)
        if missing:
            mirror = _mirror()
            with ThreadPoolExecutor() as pool:
                suites = [list(group) for _suite_name, group in groupby(missing, _suite)]
                list(pool.map(lambda group: _fetch_suite(mirror, group), suites))
    return [_cached(pin) for pin in pins]


def _suite(pin: dict) -> str:
    return pin["suite"]


def _cached(pin: dict) -> Path:
    return DEBS / f"{pin['package']}-{digest(pin['version'], pin['sha256'])}.deb"


def _mirror() -> str:
    """The Debian mirror of this system, or the one in ODOO_DEB_MIRROR."""
    if named := os.environ.get("ODOO_DEB_MIRROR"):
        return named.rstrip("/")
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb") and KEYRING.exists()):
        raise Stop("This is no Debian system (no apt-get, dpkg-deb or Debian archive keyring).")
    release = Path("/etc/os-release").read_text()
    codename = re.search(r"^VERSION_CODENAME=\"?(\w+)", release, re.MULTILINE)
    uris = run(["apt-get", "update", "--print-uris"])
    found = codename and re.search(rf"'(\S+)/dists/{codename[1]}/InRelease'", uris)
    if not found:
        raise Stop("apt has no Debian mirror configured; name one in ODOO_DEB_MIRROR.")
    return found[1]


def _fetch_suite(mirror: str, pins: list[dict]) -> None:
    """Update a private apt for one suite, download from it, and throw it away (200 MB of lists)."""
    with tempfile.TemporaryDirectory(prefix="apt-", dir=CACHE) as folder:
        home = Path(folder)
        apt_get = _private_apt(home, mirror, _suite(pins[0]))
        run([*apt_get, "update"])
        for pin in pins:
            _fetch_one(apt_get, home / "new", pin)


def _private_apt(home: Path, mirror: str, suite: str) -> list[str]:
    """The apt-get command line of a private apt in ``home``."""
    for name in ("lists/partial", "cache/archives/partial", "new"):
        (home / name).mkdir(parents=True)
    (home / "status").touch()
    (home / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {suite} main\n")
    options = {
        "Dir::Etc::sourcelist": home / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State": home,
        "Dir::State::Lists": home / "lists",
        "Dir::State::status": home / "status",
        "Dir::Cache": home / "cache",
        "Acquire::Languages": "none",
        "Acquire::GzipIndexes": "true",
        "Acquire::Retries": "3",
        # A frozen mirror's lists are out of date by definition; signature and pin still hold.
        "Acquire::Check-Valid-Until": "false",
        "APT::Update::Post-Invoke-Success::": "",
        "APT::Sandbox::User": "root",
    }
    if os.getuid():
        options["Debug::NoLocking"] = "1"
    return ["apt-get", "-qq"] + [f"-o{key}={value}" for key, value in options.items()]


def _fetch_one(apt_get: list[str], folder: Path, pin: dict) -> None:
    """Download one package; the current version when the pinned one is gone from the suite."""
    package, version = pin["package"], pin["version"]
    pinned = True
    try:
        run([*apt_get, "download", f"{package}={version}"], cwd=folder)
    except Stop:
        pinned = False
        say(f"WARNING: {package} {version} is gone from {_suite(pin)}; taking the current one")
        run([*apt_get, "download", package], cwd=folder)
    [deb] = folder.glob(f"{package}_*.deb")
    if pinned and sha256(deb) != pin["sha256"]:
        raise Stop(f"{deb.name} does not have the pinned SHA-256 {pin['sha256']}")
    deb.replace(_cached(pin))
