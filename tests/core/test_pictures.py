"""Every picture of the documentation is in the list of `make pictures`, and the other way round."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.picture_list import PICTURES  # noqa: E402

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = re.compile(r"!\[[^\]]*\]\((?:docs/)?images/([^)\s]+)\)")


def shown():
    """Names of pictures in the documentation."""
    return {name for page in PAGES for name in SHOWN.findall(page.read_text(encoding="utf-8"))}


def test_the_list_is_what_the_documentation_shows():
    assert shown() == {one.name for one in PICTURES}


def test_each_is_there_and_named_once():
    names = [one.name for one in PICTURES]
    assert len(names) == len(set(names))
    assert set(names) == {file.name for file in (ROOT / "docs/images").iterdir()}


@pytest.mark.parametrize("one", PICTURES, ids=lambda one: one.name)
def test_each_says_how_it_is_made(one):
    assert bool(one.path) != bool(one.by_hand), "by the script, or by hand"
    assert ("{id}" in one.path) == bool(one.find)
    for step in one.steps:
        assert step.partition("=")[0] in ("click", "see", "type")
