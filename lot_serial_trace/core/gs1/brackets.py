"""The form printed under barcodes: ``(01)09521234543213(10)ABC``."""

import re

from .dictionary import AIS
from .messages import Gs1Error
from .reading import read_value
from .result import Element
from .tables import SEPARATOR

OPENING = re.compile(r"\(([0-9]{2,4})\)")
SPACES = " \t"
SEPARATORS_BEHIND = re.compile(rf"(?:{SEPARATOR})+\Z")


def looks_bracketed(text):
    """Whether the text begins with a known application identifier in brackets."""
    first = OPENING.match(text)
    return first is not None and first[1] in AIS


def read_bracketed(text, position, context):
    """The elements of a text with its application identifiers in brackets.

    A bracket inside a value is escaped, ``\\(``. One that is not is taken for a part of
    the value, with a warning, unless it encloses an application identifier: labels
    print lots such as ``A(2)`` as they are. Spaces and separators around values are dropped,
    spaces also inside values of digits.

    :param position: index of ``text`` in the scanned text
    :raise Gs1Error: if a field is not as the dictionary says
    """
    elements = []
    for ai, start, value in _groups(text, position):
        entry = AIS.get(ai)
        where = position + start
        if entry is None:
            at = where - len(ai) - 1
            context.tolerate(Gs1Error("no_ai", position=at, found=ai))
            elements.append(Element("", "", f"({ai}){value}", at - 1))
            continue
        tidy = _tidy(entry, value)
        exact = tidy == value
        elements.append(read_value(entry, tidy, where, context, exact=exact))
        if "(" in re.sub(r"(?s)\\.", "", value):
            about = {"ai": ai, "position": where, "title": entry.title, "found": tidy}
            context.warn("loose_bracket", **about)
    return elements


def _groups(text, position):
    """Cut the text into ``(ai, index of the value, value as written)``."""
    groups = []
    at = 0
    while at < len(text):
        opening = OPENING.match(text, at)
        if opening is None:
            raise Gs1Error("bad_brackets", position=position + at, found=text[at : at + 20])
        end = _end_of_value(text, opening.end(), position)
        groups.append((opening[1], opening.end(), text[opening.end() : end]))
        at = end
    return groups


def _end_of_value(text, start, position):
    """Where the next field begins: at the next bracketed number that is not escaped."""
    at = start
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == "(":
            if OPENING.match(text, at):
                return at
            if ")" not in text[at:]:
                raise Gs1Error("bad_brackets", position=position + at, found=text[at : at + 20])
        at += 1
    return len(text)


def _tidy(entry, value):
    value = SEPARATORS_BEHIND.sub("", value.strip(SPACES))
    value = re.sub(r"\\([()])", r"\1", value)
    if all(part.kind == "N" for part in entry.components):
        value = value.replace(" ", "")
    return value


def write_bracketed(pairs):
    """The printed form of pairs ``(ai, value)``."""
    return "".join(f"({ai})" + value.replace("(", "\\(") for ai, value in pairs)
