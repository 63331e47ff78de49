"""The table of symptoms quotes what the app says, word by word, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / "lot_serial_trace"
FOLDERS = ("core", "models", "wizards")
QUOTED = re.compile(r"^\| \*([^*]{15,})\* \|", re.MULTILINE)
LINK = re.compile(r"\]\(([\w./-]+\.md)(#[\w-]+)?\)")
JOINED = re.compile(r'"\s*\n\s*"')


def said():
    """All code, with sentences that are written over several lines put together."""
    files = (file for folder in FOLDERS for file in (ADDON / folder).rglob("*.py"))
    return "\n".join(JOINED.sub("", file.read_text(encoding="utf-8")) for file in files)


def test_each_quoted_sentence_is_said():
    quoted = QUOTED.findall((ROOT / "docs/symptoms.md").read_text(encoding="utf-8"))
    assert len(quoted) > 15
    code = said()
    assert [sentence for sentence in quoted if sentence not in code] == []


@pytest.mark.parametrize("page", ["symptoms.md", "operating.md", "architecture.md", "api.md"])
def test_links_lead_somewhere(page):
    for name, anchor in LINK.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
        target = (ROOT / "docs" / name).resolve()
        assert target.exists(), name
        heads = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
        assert not anchor or anchor[1:] in slugs, (name, anchor)
