"""Values, fields and their relations, by the table of the GS1 Syntax Dictionary."""

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from .dates import read_date, read_time
from .dictionary import AI_LENGTHS, AIS, CHARSET_LINTERS, PREDEFINED_LENGTHS
from .linters import LINTERS
from .messages import Gs1Error, Gs1Warning
from .result import Element
from .tables import RESERVED_LENGTHS, SERIALISED_KEYS, TIMELESS, VITAL

DATES = {"yymmd0": True, "yymmdd": False, "yyyymmd0": True, "yyyymmdd": False}
TIMES = ("hhmi", "hh", "mi", "ss")


class Context:
    """What holds for a whole scan while it is read.

    :param year: the year from which centuries are counted
    :param lenient: whether flaws that do not touch the numbers are warnings
    """

    def __init__(self, year, lenient):
        self.year = year
        self.lenient = lenient
        self.warnings = []

    def warn(self, code, *, ai=None, position=0, cause=None, **values):
        """Note something odd."""
        values = {"ai": ai, "character": position + 1} | values
        if cause:
            values["reason"] = str(cause)
        self.warnings.append(Gs1Warning(code, ai, position, values, cause))

    def tolerate(self, error):
        """Take an error as a warning where the reading is lenient.

        :raise Gs1Error: where it is not
        """
        if not self.lenient:
            raise error
        self.warnings.append(Gs1Warning(error.code, error.ai, error.position, error.values))


def field_error(code, entry, position, **values):
    """An error about a field."""
    return Gs1Error(code, ai=entry.ai, position=position, title=entry.title, **values)


def read_value(entry, value, position, context, *, exact=True, certain=True):
    """Check a value and say what it means.

    :param entry: the field's :class:`dictionary.Ai`
    :param position: index of the value in the scanned text
    :param exact: whether positions in the value are positions in the scanned text
    :param certain: whether the value's end is known otherwise than by its length
    :raise Gs1Error: if the value is not as the dictionary says
    """
    if entry.plain and entry.pattern.fullmatch(value):
        return Element(entry.ai, entry.title, value, position)
    # what is too long to be right is not worth remembering
    look = _content if len(value) <= entry.longest else _content.__wrapped__
    said, flaw = look(entry.ai, value, context.year)
    if flaw is None:
        return Element(entry.ai, entry.title, value, position, **said)
    code, index, values = flaw
    error = field_error(code, entry, position + (index if exact else 0), **values)
    misshapen = said is None
    odd_character = code == "not_cset82" and certain and len(value) <= entry.longest
    if entry.ai in VITAL or misshapen and not odd_character:
        raise error
    context.tolerate(error)
    return Element(entry.ai, entry.title, value, position)


# the labels of a delivery repeat their GTIN, dates and weights
@lru_cache(maxsize=8192)
def _content(ai, value, year):
    """What a value says, and what is wrong with it.

    :return: ``(said, flaw)``: fields of :class:`result.Element`, None if the value has not the
        shape of its AI; None or a flaw as :mod:`linters` has them, for the whole value
    """
    entry = AIS[ai]
    match = entry.pattern.fullmatch(value)
    if match is None:
        return None, _shape_flaw(entry, value)
    parts = match.groups()
    flaw = _content_flaw(entry, parts, year)
    return ({}, flaw) if flaw else (_said(entry, parts, year), None)


def _shape_flaw(entry, value):
    """Why the value does not fit the entry's pattern."""
    if not value:
        return "no_value", 0, {}
    at = 0
    for part in entry.components:
        text = value[at : at + part.high]
        flaw = LINTERS[CHARSET_LINTERS[part.kind]](text, 0)
        if flaw and flaw[0] != "bad_padding":
            return flaw[0], at + flaw[1], flaw[2]
        at += len(text)
    values = {"found": value, "length": len(value)}
    if len(value) <= entry.longest:
        return "too_short", 0, values | {"wanted": _wanted(entry, len(value))}
    return "too_long", 0, values | {"wanted": entry.longest}


def _wanted(entry, length):
    """The length that a value cut off at ``length`` should have had at least."""
    total = 0
    for part in entry.components:
        total += part.low
        if total > length:
            return total
        total += part.high - part.low
    return entry.longest


def _content_flaw(entry, parts, year):
    """What a linter says about a component."""
    at = 0
    for part, text in zip(entry.components, parts, strict=True):
        if text is None:
            return None
        for name in part.linters:
            flaw = LINTERS[name](text, year)
            if flaw and not (text == "9999" and entry.ai in TIMELESS):
                return flaw[0], at + flaw[1], {"found": text} | flaw[2]
        at += len(text)
    return None


def _said(entry, parts, year):
    """The fields of an element that its components fill."""
    said = {}
    clock = ""
    for part, text in zip(entry.components, parts, strict=True):
        for name in part.linters if text else ():
            if name in DATES:
                day = read_date(text, year, DATES[name])
                said["end_date" if "date" in said else "date"] = day
            elif name in TIMES and text != "9999":
                clock += text
            elif name == "iso4217":
                said["currency"] = text
    if clock:
        said["datetime"] = datetime.combine(said["date"], read_time(clock))
    if entry.decimals is not None:
        said["number"] = _number(entry, parts)
        said["unit"] = entry.unit
    return said


def _number(entry, parts):
    digits = [text for text in parts if text and text != "-"][-1]
    number = Decimal(int(digits)).scaleb(-entry.decimals)
    return -number if parts[-1] == "-" else number


def read_field(text, position, context):
    """The elements between two separators.

    :param text: AI and value, and more of them as long as their lengths are predefined
    :param position: index of ``text`` in the scanned text
    :return: list of :class:`result.Element`
    :raise Gs1Error: if it is no sequence of fields
    """
    elements = []
    at = 0
    while at < len(text):
        prefix = text[at : at + 2]
        entry = AIS.get(text[at : at + AI_LENGTHS.get(prefix, 2)])
        if entry is None:
            end = at + (RESERVED_LENGTHS.get(prefix) or PREDEFINED_LENGTHS.get(prefix, len(text)))
            elements.append(_unknown(text[at:end], position + at, context))
            at = end
            continue
        start = at + len(entry.ai)
        at = at + PREDEFINED_LENGTHS[prefix] if entry.predefined else len(text)
        certain = not entry.predefined
        value = text[start:at]
        elements.append(read_value(entry, value, position + start, context, certain=certain))
        if certain:
            _look_for_lost_separator(entry, elements[-1], context)
    return elements


def _unknown(text, position, context):
    context.tolerate(Gs1Error("unknown_ai", position=position, found=text[:20]))
    return Element("", "", text, position)


LOST = re.compile(r"(?=(1[13567])([0-9]{6})|(01)([0-9]{14}))")


def _look_for_lost_separator(entry, element, context):
    """Warn if the value of a free text ends with what looks like a date or GTIN field.

    Scanners that drop FNC1 make one long lot out of ``10ABC`` and ``17261231``.
    """
    value = element.value
    if len(value) < 9 or not entry.plain:
        return
    for match in LOST.finditer(value, 1):
        ai, text = match[1] or match[3], match[2] or match[4]
        rest = value[match.start() + len(ai) + len(text) :]
        if _content(ai, text, context.year)[1]:
            continue
        if not rest or rest[: AI_LENGTHS.get(rest[:2], 2)] in AIS:
            at = element.position + match.start()
            found = value[match.start() :]
            context.warn("no_separator", ai=entry.ai, position=at, title=entry.title, found=found)
            return


def settle_repeats(elements, context):
    """Drop repeated fields; the same field with two values is an error.

    :raise Gs1Error: if a field that matters has two values
    """
    seen = {}
    kept = []
    for element in elements:
        first = seen.setdefault(element.ai, element) if element.ai else element
        if first is element:
            kept.append(element)
        elif first.value != element.value:
            error = Gs1Error(
                "repeated",
                ai=element.ai,
                position=element.position,
                title=element.title,
                found=element.value,
                other=first.value,
            )
            if element.ai in VITAL or element.ai in ("10", "21"):
                raise error
            context.tolerate(error)
            kept.append(element)
    return kept


def check_relations(elements, context):
    """Warn where fields miss a companion or must not stand together.

    GS1 wants this judged over all barcodes of an item, so it is never an error.
    """
    for index, code, values in _relations(tuple(element.ai for element in elements)):
        at = elements[index].position
        context.warn(code, position=at, ai=elements[index].ai, **values)
    if any(element.ai == "8030" for element in elements):
        for element in elements:
            if len(element.value) == SERIALISED_KEYS.get(element.ai):
                about = {"ai": element.ai, "position": element.position}
                context.warn("unserialised", title=element.title, **about)


# labels of one kind carry the same fields, so few answers serve many scans
@lru_cache(maxsize=1024)
def _relations(ais):
    """What is wrong with fields standing together.

    :return: list of ``(index into ais, code, values of the sentence)``
    """
    found = []
    for index, entry in ((index, AIS[ai]) for index, ai in enumerate(ais) if ai):
        for alternatives in entry.requires:
            if not any(_present(group, ais) for group in alternatives):
                others = ", ".join(f"({') + ('.join(group)})" for group in alternatives)
                found.append((index, "requires", {"title": entry.title, "others": others}))
        for pattern in entry.excludes:
            other = next((ai for ai in ais if ai != entry.ai and _fits(pattern, ai)), None)
            if other:
                found.append((index, "excludes", {"title": entry.title, "other": other}))
    return found


def _present(group, ais):
    return all(any(_fits(pattern, ai) for ai in ais) for pattern in group)


def _fits(pattern, ai):
    """Whether an AI fits a pattern such as ``31nn``."""
    return len(ai) == len(pattern) and all(
        want in ("n", got) for want, got in zip(pattern, ai, strict=True)
    )
