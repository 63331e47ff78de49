"""make lint, make format: what a reviewer need not look for."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from .base import ADDON, CACHE, ROOT, Stop, built, digest, environment, run, say
from .kit import python_home
from .pythonenv import node_environment, venv

WEB_FILES = ("js", "xml", "css", "scss", "mjs")
# Paths of one machine and hosts of package registries have no business in what is committed.
FOREIGN = re.compile(
    r"(?<![\w.~}/])/(?:work|root|home/\w+)/"
    r"|\b(?:registry\.npmjs|registry\.yarnpkg|pypi\.org|pythonhosted\.org|deb\.debian\.org)"
)


def check() -> int:
    """Run every check, also after one has failed."""
    python = [ruff_check, ruff_format, pylint_odoo, oca_checks]
    checks = [*python, eslint, prettier, gs1_table, foreign_names]
    failed = [step.__name__ for step in checks if not _report(step)]
    print(f"lint: {len(checks) - len(failed)} passed, {len(failed)} failed {' '.join(failed)}")
    return 1 if failed else 0


def format() -> int:
    """Repair what a program can repair."""
    ok = _python("ruff", "check", "--fix", "--quiet", ".") == 0
    ok &= _python("ruff", "format", "--quiet", ".") == 0
    if files := _web_files():
        ok &= _node("prettier", "--write", "--log-level=warn", *files) == 0
    return 0 if ok else 1


def ruff_check() -> int:
    """Python: errors, complexity, imports, docstrings."""
    return _python("ruff", "check", "--quiet", ".")


def ruff_format() -> int:
    """Python: layout."""
    return _python("ruff", "format", "--check", "--quiet", ".")


def pylint_odoo() -> int:
    """Odoo's conventions. The README's text is in readme/, from which OCA's robot makes one."""
    return _python("pylint", "--rcfile=pyproject.toml", "--disable=missing-readme", ADDON.name)


def oca_checks() -> int:
    """XML ids, ACL files and data files."""
    return _python("oca-checks-odoo-module", "--config", ".oca_hooks.cfg", ADDON.name)


def eslint() -> int:
    """JavaScript: errors."""
    scripts = [path for path in _web_files() if path.endswith(("js", "mjs"))]
    return _node("eslint", "--max-warnings=0", *scripts) if scripts else 0


def prettier() -> int:
    """JavaScript, XML and style sheets: layout."""
    files = _web_files()
    return _node("prettier", "--check", "--log-level=warn", *files) if files else 0


def gs1_table() -> int:
    """The browser's GS1 table is the one that its sources give."""
    command = [python_home() / "bin/python", "tools/gs1_table.py", "--check"]
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


def foreign_names() -> int:
    """No path of this machine and no registry's host in what git keeps."""
    hits = 0
    for name in _tracked():
        if name == "tools/lint.py":
            continue
        for number, line in enumerate(_lines(ROOT / name), 1):
            if FOREIGN.search(line):
                print(f"{name}:{number}: names a machine or a registry: {line.strip()[:100]}")
                hits += 1
    return hits


def _report(step: Callable[[], int]) -> bool:
    ok = step() == 0
    say(f"{'ok    ' if ok else 'FAILED'} {step.__name__}")
    return ok


def _tracked() -> list[str]:
    """Files that git keeps or would keep."""
    names = run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT).splitlines()
    return [name for name in names if (ROOT / name).is_file()]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def _web_files() -> list[str]:
    """Screens' source files; not what is kept byte by byte, such as sample documents."""
    names = (name for name in _tracked() if name.endswith(WEB_FILES))
    kept = ("/lib/", "/samples/", "/fixtures/", "/vectors/", "/static/description/", "/tests/core/")
    return [name for name in names if not any(part in f"/{name}" for part in kept)]


def _python(program: str, *arguments: str) -> int:
    """Run a linter of requirements/lint.txt."""
    command = [venv("lint") / "bin" / program, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


def _node(program: str, *arguments: str) -> int:
    """Run a linter of package-lock.json."""
    modules = _node_modules()
    command = [modules / ".bin" / program, *arguments]
    return subprocess.run(command, cwd=ROOT, env=node_environment(), check=False).returncode


def _node_modules() -> Path:
    """The pinned node packages, kept in the cache and linked into the checkout.

    The configuration files beside the link import from it, and so do editors.
    """
    files = [ROOT / "package.json", ROOT / "package-lock.json"]

    def build(target: Path) -> None:
        say("fetching JavaScript linters")
        for file in files:
            shutil.copy(file, target)
        run(["npm", "ci", "--ignore-scripts", "--silent"], env=node_environment(), cwd=target)

    modules = built(CACHE / f"lint-{digest(*files)}", build) / "node_modules"
    link = ROOT / "node_modules"
    if link.exists() and not link.is_symlink():
        raise Stop(f"{link} is not ours; remove it")
    if not link.is_symlink() or link.readlink() != modules:
        link.unlink(missing_ok=True)
        link.symlink_to(modules)
    return modules
