"""German, French and Spanish say everything, and nothing that breaks a sentence or a screen."""

import re
from pathlib import Path

import polib
import pytest

I18N = Path(__file__).parents[2] / "lot_serial_trace" / "i18n"
LANGUAGES = ("de", "fr", "es")
#: What is filled in or marked up: it must be in the translation as it is in the text.
FIXED = re.compile(r"%\(\w+\)[sdf]|%[sdf%]|\{\{.*?\}\}|\$\{[^}]*\}|\{\w*\}|<[^>]+>")


@pytest.fixture(scope="module")
def template():
    return {entry.msgid for entry in polib.pofile(str(I18N / "lot_serial_trace.pot"))}


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return polib.pofile(str(I18N / f"{request.param}.po"))


def test_nothing_waits_for_a_translator(template, language):
    translated = {entry.msgid for entry in language if entry.msgstr}
    assert sorted(template - translated) == []


def test_nothing_is_left_over(template, language):
    assert sorted({entry.msgid for entry in language} - template) == []


def test_what_is_filled_in_is_there(language):
    broken = [
        (entry.msgid, entry.msgstr)
        for entry in language
        if sorted(FIXED.findall(entry.msgid)) != sorted(FIXED.findall(entry.msgstr))
    ]
    assert broken == []


def test_values_without_names_keep_their_order(language):
    """Several ``%s`` are filled in one after the other, whatever the language."""
    unnamed = re.compile(r"%[sdf]")
    broken = [
        entry.msgid
        for entry in language
        if unnamed.findall(entry.msgid) != unnamed.findall(entry.msgstr)
    ]
    assert broken == []


def test_spaces_at_the_ends_stay(language):
    broken = [
        entry.msgid
        for entry in language
        for end in (0, -1)
        if entry.msgid[end].isspace() != entry.msgstr[end].isspace()
    ]
    assert broken == []
