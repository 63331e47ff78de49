"""The GS1 Syntax Dictionary, read once from the copy beside this file.

``gs1-syntax-dictionary.txt`` is gs1/gs1-syntax-dictionary at commit ff2eb4bf, unchanged
(Apache-2.0, see its header and ``LICENSE.Apache-2.0``). To take a newer one, replace the
file and run ``tools/gs1_table.py``.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from .tables import TEMPERATURE_UNITS, TITLES, UNITS

HERE = Path(__file__).parent

#: Characters of the component types: numeric, CSET 82, CSET 39, base64url.
CHARACTERS = {"N": "[0-9]", "X": '[!"%-?A-Z_a-z]', "Y": "[0-9A-Z#/-]", "Z": "[0-9A-Za-z_=-]"}

#: Component types and the linter that names a character out of place.
CHARSET_LINTERS = {"N": "csetnumeric", "X": "cset82", "Y": "cset39", "Z": "cset64"}


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a value.

    :param kind: N, X, Y or Z (see :data:`CHARACTERS`)
    :param low: shortest length
    :param high: longest length
    :param optional: whether the value may end before it
    :param linters: names of content checks
    """

    kind: str
    low: int
    high: int
    optional: bool
    linters: tuple


@dataclass(frozen=True, slots=True)
class Ai:
    """An application identifier.

    :param ai: its digits
    :param title: GS1's data title
    :param predefined: whether the field ends by its length, without separator
    :param attribute: whether it may stand in the query of a GS1 Digital Link
    :param components: the parts of its value
    :param pattern: compiled expression of the whole value, one group per component
    :param requires: for each condition its alternatives, each a tuple of AI patterns
    :param excludes: AI patterns that must not stand beside it
    :param key: None, or for a Digital Link key its alternative sequences of qualifiers
    :param decimals: implied decimals of the last component, if it is a number
    :param unit: UNECE Rec 20 code of that number
    :param plain: whether the value is only text, with nothing to check in it
    :param longest: greatest length of a value
    """

    ai: str
    title: str
    predefined: bool
    attribute: bool
    components: tuple
    pattern: re.Pattern
    requires: tuple
    excludes: tuple
    key: tuple | None
    decimals: int | None
    unit: str | None
    plain: bool
    longest: int


def _component(text):
    spec, *linters = text.replace("[", "").replace("]", "").split(",")
    if spec[1:3] == "..":
        low, high = 1, int(spec[3:])
    else:
        low = high = int(spec[1:])
    if spec[0] == "Z":
        linters.insert(0, "cset64")
    return Component(spec[0], low, high, text.startswith("["), tuple(linters))


def _pattern(components):
    head, tail = "", ""
    for part in components:
        if part.optional:
            head, tail = head + "(?:", ")?" + tail
        head += f"({CHARACTERS[part.kind]}{{{part.low},{part.high}}})"
    return re.compile(head + tail)


def _decimals(ai):
    """Implied decimals: in the AI's last digit, for counts none, for temperatures two."""
    if ai in ("30", "37"):
        return 0
    if ai in TEMPERATURE_UNITS:
        return 2
    return int(ai[3]) if len(ai) == 4 and ai[0] == "3" else None


def _attributes(words):
    requires, excludes, key = [], [], None
    for word in words:
        name, _, value = word.partition("=")
        if name == "req":
            requires.append(tuple(tuple(group.split("+")) for group in value.split(",")))
        elif name == "ex":
            excludes.extend(value.split(","))
        elif name == "dlpkey":
            groups = value.split("|") if value else [""]
            key = tuple(tuple(filter(None, group.split(","))) for group in groups)
    return tuple(requires), tuple(excludes), key


def read_rows(text):
    """The entries of a syntax dictionary as written.

    :return: list of ``(first AI, last AI, flags, specification, attributes, title)``
    """
    rows = []
    for line in text.splitlines():
        body, _, title = line.partition("#")
        words = body.split()
        if not words:
            continue
        first, _, last = words.pop(0).partition("-")
        flags = words.pop(0) if not words[0][0].isalpha() and words[0][0] != "[" else ""
        spec = [word for word in words if re.match(r"\[?[NXYZ][0-9.]", word)]
        rest = words[len(spec) :]
        rows.append((first, last or first, flags, " ".join(spec), " ".join(rest), title.strip()))
    return rows


def _entries(row):
    first, last, flags, spec, attributes, title = row
    components = tuple(map(_component, spec.split()))
    pattern = _pattern(components)
    requires, excludes, key = _attributes(attributes.split())
    for number in range(int(first), int(last) + 1):
        ai = str(number).zfill(len(first))
        decimals = _decimals(ai)
        yield Ai(
            ai=ai,
            title=title or TITLES[ai],
            predefined="*" in flags,
            attribute="?" in flags,
            components=components,
            pattern=pattern,
            requires=requires,
            excludes=excludes,
            key=key,
            decimals=decimals,
            unit=TEMPERATURE_UNITS.get(ai) or UNITS.get(ai[:3]),
            plain=decimals is None and not any(part.linters for part in components),
            longest=sum(part.high for part in components),
        )


def read_lists(text):
    """The code lists of ``code-lists.txt``: name to frozen set of codes."""
    lines = (line.partition(":") for line in text.splitlines() if not line.startswith("#"))
    return {name: frozenset(codes.split()) for name, _, codes in lines if codes}


DICTIONARY_TEXT = (HERE / "gs1-syntax-dictionary.txt").read_text(encoding="utf-8")
CODE_LISTS = read_lists((HERE / "code-lists.txt").read_text(encoding="utf-8"))

#: Every application identifier, by its digits.
AIS = {entry.ai: entry for row in read_rows(DICTIONARY_TEXT) for entry in _entries(row)}

#: How long an AI is, by its first two digits.
AI_LENGTHS = {ai[:2]: len(ai) for ai in AIS}

#: Length of AI and value together, by the first two digits, of fields that need no separator.
PREDEFINED_LENGTHS = {ai[:2]: len(ai) + e.longest for ai, e in AIS.items() if e.predefined}
