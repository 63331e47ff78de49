"""Product trace ids: what a device identifier (UDI) says about a unit.

The issuing agencies that medical devices come with have their own syntax. GS1's (element
string, bracketed, Digital Link) and HIBCC's [ANSI/HIBC 2.6] are read; what is neither,
such as ICCBBA's or a supplier's own number, stays a text.
"""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from .. import gs1

_SERIAL_LAST = (  # bracketed, and the digits of the code itself
    re.compile(r"(\(01\)\d{14}(?:\([^<]*)?)\(21\)([!-'*-~]{1,20})"),
    re.compile(r"(01\d{14}(?:1[1-7]\d{6})*)21([!-'*-~]{1,20})"),
)
_HIBC = re.compile(r"\+[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9](?:/(.+))?", re.DOTALL)
_HIBC_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_HIBC_DATES = {  # flag -> digits of the date, and how they are arranged
    "2": (6, "MDY"),
    "3": (6, "YMD"),
    "4": (8, "YMDH"),
    "5": (5, "YJ"),
    "6": (7, "YJH"),
    "7": (0, ""),
}


class Trace(NamedTuple):
    """What a trace id says; empty where it says nothing.

    :param reason: why it could not be read
    """

    gtin: str = ""
    lot: str = ""
    serial: str = ""
    expiry: date | None = None
    made: date | None = None
    reason: str = ""


def read_trace(text):
    """Read a product trace id.

    :rtype: Trace
    """
    for pattern in _SERIAL_LAST:  # the ids of a line differ in the serial only
        parts = pattern.fullmatch(text)
        if parts:
            return _read(parts[1])._replace(serial=parts[2])
    return _read(text)


@lru_cache(maxsize=1024)
def _read(text):
    if text.startswith("+"):
        return _read_hibc(text)
    try:
        found = gs1.parse(text)
    except gs1.Gs1Error as error:
        return Trace(reason=str(error))
    if not found.elements:
        return Trace()
    return Trace(
        gtin=found.gtin or "",
        lot=found.lot or "",
        serial=found.serial or "",
        expiry=found.expiry,
        made=found.production,
    )


def _read_hibc(text):
    """A HIBC with primary and secondary data, if its check character is right."""
    values = [_HIBC_CHARACTERS.find(character) for character in text]
    if -1 in values or len(text) < 8 or sum(values[:-1]) % 43 != values[-1]:
        return Trace()
    match = _HIBC.fullmatch(text[:-1])
    if not match or not match[1]:
        return Trace()
    found = {}
    first, *others = match[1].split("/")
    if first.startswith("$"):
        _hibc_first(first, found)
    for part in others:
        if part.startswith("S"):
            found.setdefault("serial", part[1:])
        elif part.startswith(("14D", "16D")):
            field = "expiry" if part.startswith("14D") else "made"
            found.setdefault(field, _day(part[3:], "CYMD"))
    return Trace(**found)


def _hibc_first(part, found):
    """Lot or serial, with quantity and expiry in front when there are two dollars."""
    dated = part.startswith("$$")
    rest = part[2:] if dated else part[1:]
    field = "serial" if rest.startswith("+") else "lot"
    rest = rest.removeprefix("+")
    if dated:
        quantity = {"8": 3, "9": 6}.get(rest[:1], 0)
        rest = rest[quantity:]
        length, form = _HIBC_DATES.get(rest[:1], (4, "MY"))
        start = 0 if form == "MY" else 1
        found["expiry"] = _day(rest[start : start + length], form)
        rest = rest[start + length :]
    if rest:
        found[field] = rest


def _day(digits, form):
    """The day in digits of a form; without a day, the last of the month."""
    widths = {"J": 3}
    at, parts = 0, {}
    for name in form:
        width = widths.get(name, 2)
        parts[name] = digits[at : at + width]
        at += width
    try:
        numbers = {name: int(text) for name, text in parts.items()}
        year = numbers.get("C", 20) * 100 + numbers["Y"]
        if "J" in numbers:
            return date(year, 1, 1) + timedelta(days=numbers["J"] - 1)
        if "D" in numbers:
            return date(year, numbers["M"], numbers["D"])
        return date(year + numbers["M"] // 12, numbers["M"] % 12 + 1, 1) - timedelta(days=1)
    except (KeyError, ValueError, OverflowError):
        return None
