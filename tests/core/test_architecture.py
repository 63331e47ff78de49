"""The page for developers names files that are there, and the six ideas each with their home."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
IDEAS = (
    *("One gate", "One exception desk", "One ledger"),
    *("One walk", "Pure core", "Holds win"),
)
NAMED = re.compile(r"`([\w./*-]*(?:/|\.(?:py|js|json|md|yml)))`")


def known():
    """All files of the checkout with a slash before, and their folders."""
    listed = ["git", "ls-files", "-co", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [Path(line) for line in files.splitlines()]
    folders = {folder for path in paths for folder in path.parents}
    return [f"/{path.as_posix()}" for path in paths] + [f"/{one.as_posix()}/" for one in folders]


def missing(text):
    """What a text names and is not there; a star stands for some letters."""
    there = "\n".join(known())
    return [
        name
        for name in NAMED.findall(text)
        if not re.search("/" + re.escape(name).replace(r"\*", r"\w+") + "$", there, re.MULTILINE)
    ]


def rows():
    """Name of an idea -> the places where it lives."""
    section = PAGE.split("## Six ideas")[1].split("\n## ")[0]
    found = re.findall(r"^\| \*\*([^*]+)\*\* \|.*\| ([^|]+) \|$", section, re.MULTILINE)
    return dict(found)


def test_the_ideas_live_somewhere():
    assert tuple(rows()) == IDEAS
    for idea, places in rows().items():
        assert NAMED.findall(places), f"{idea} has no file"


def test_what_the_page_names_is_there():
    assert len(NAMED.findall(PAGE)) > 80
    assert missing(PAGE) == []


def test_a_file_that_is_gone_would_be_found():
    gone = "`core/there_is_none.py`, `models/trace_event.py`, `nowhere/`, `trace_gate_*.py`"
    assert missing(gone) == ["core/there_is_none.py", "nowhere/"]


def test_core_imports_nothing_of_odoo():
    importing = re.compile(r"^\s*(?:import|from) odoo\b", re.MULTILINE)
    files = (ROOT / "lot_serial_trace/core").rglob("*.py")
    assert [file.name for file in files if importing.search(file.read_text("utf-8"))] == []
