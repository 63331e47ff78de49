"""Where Odoo 19 comes from."""

import ast
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import apt
from .base import CACHE, PINS, STATE, Stop, built, digest, run, say, sha256

PACKAGES = Path("usr/lib/python3/dist-packages")
# Translations are 70 % of the package, dist-packages/addons is a second copy of the Python files.
LEFT_OUT = (
    "./etc",
    f"./{PACKAGES}/addons",
    "./usr/share/doc",
    "./usr/share/lintian",
    "*/i18n/*.po",
    "*/i18n_extra/*.po",
)
LAYOUT = "1"  # raise when what unpack() leaves behind changes


@dataclass(frozen=True)
class Source:
    """One Odoo 19 code base."""

    home: Path  # holds the package `odoo`; goes on PYTHONPATH
    addons: tuple[Path, ...]
    origin: str  # for people
    key: str  # changes with the code

    def addon(self, name: str) -> Path:
        """Folder of one of Odoo's modules."""
        return next(path / name for path in self.addons if (path / name).is_dir())


def find() -> Source:
    """Odoo 19 of, in this order, ODOO_HOME, ODOO_DEB, Debian's package, this Python.

    :raise Stop: when there is none, or when one that was asked for is not Odoo 19
    """
    if home := os.environ.get("ODOO_HOME"):
        return _checkout(Path(home).expanduser().resolve())
    if deb := os.environ.get("ODOO_DEB"):
        return _deb(Path(deb).expanduser().resolve())
    try:
        return _debian()
    except Stop as stop:
        if importable := _importable():
            return importable
        raise Stop(
            f"{stop}\nOdoo 19 is not to be had from Debian here. Set ODOO_HOME to a checkout of "
            "Odoo 19.0, ODOO_DEB to a downloaded package, or use `docker compose up`."
        ) from stop


def version(package: Path) -> tuple[int, ...]:
    """``version_info`` of an `odoo` package folder, ``()`` when there is none."""
    release = package / "release.py"
    if not release.exists():
        return ()
    for node in ast.parse(release.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "version_info":
            numbers = [getattr(item, "value", None) for item in node.value.elts[:2]]
            return tuple(numbers)
    return ()


def _source(home: Path, origin: str, key: str) -> Source:
    found = version(home / "odoo")
    if found != (19, 0):
        raise Stop(f"{home} holds no Odoo 19.0 (found {'.'.join(map(str, found)) or 'none'}).")
    addons = tuple(path for path in (home / "odoo/addons", home / "addons") if path.is_dir())
    return Source(home, addons, origin, key)


def _checkout(home: Path) -> Source:
    """A checkout of Odoo, an unpacked package, or the folder of the package `odoo` itself."""
    places = (home, home / PACKAGES, home.parent)
    top = next((place for place in places if (place / "odoo/release.py").exists()), home)
    try:
        revision = run(["git", "-C", top, "rev-parse", "HEAD"]).strip()
    except Stop:
        release = top / "odoo/release.py"
        revision = str(release.stat().st_mtime_ns if release.exists() else 0)
    return _source(top, f"ODOO_HOME {home}", digest(str(top), revision))


def _deb(deb: Path) -> Source:
    if not deb.is_file():
        raise Stop(f"ODOO_DEB: there is no file {deb}")
    key = digest(sha256(deb), LAYOUT)
    tree = built(CACHE / f"odoo-{key}", partial(_unpack, find_deb=lambda: deb))
    return _source(tree / PACKAGES, f"ODOO_DEB {deb}", key)


def _debian() -> Source:
    pin = PINS["odoo"]
    key = digest(repr(pin), LAYOUT)
    tree = built(CACHE / f"odoo-{key}", partial(_unpack, find_deb=lambda: apt.fetch([pin])[0]))
    taken = (tree / "origin").read_text()
    return _source(tree / PACKAGES, f"Debian package {taken}", digest(key, taken))


def _unpack(tree: Path, find_deb) -> None:
    """Unpack Odoo's package and the fonts and scripts that it links to: 320 MB of 1,200."""
    say("fetching Odoo 19 (110 MB)")
    debs = [find_deb(), *apt.fetch(PINS["odoo"]["parts"])]
    say("unpacking Odoo")
    excludes = [f"--exclude={pattern}" for pattern in LEFT_OUT]
    for deb in debs:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as tar:
            untar = ["tar", "-x", "-C", tree, "--no-same-owner", *excludes]
            subprocess.run(untar, stdin=tar.stdout, check=True)
        if tar.returncode:
            raise Stop(f"{deb} is damaged; remove it and try again")
    _replace_left_out_script(tree)
    fields = run(["dpkg-deb", "--show", "--showformat=${Package} ${Version}", debs[0]])
    (tree / "origin").write_text(f"{fields} ({sha256(debs[0])[:12]})")


def _replace_left_out_script(tree: Path) -> None:
    """Debian left a non-free script out that mail's manifest still names."""
    folder = tree / PACKAGES / "odoo/addons/mail/static/lib/selfie_segmentation"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "selfie_segmentation.js").write_text("/* left out of the Debian package */\n")


def _importable() -> Source | None:
    """An `odoo` 19 that the running Python can import, linked away from its site-packages.

    The link keeps the libraries beside it out of our Python path, where they would hide the
    pinned ones.
    """
    for entry in map(Path, sys.path):
        package = entry / "odoo"
        if version(package) == (19, 0):
            link = STATE / "site" / "odoo"
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(package.resolve())
            return _source(link.parent, f"Python package {package}", digest(str(package)))
    return None
