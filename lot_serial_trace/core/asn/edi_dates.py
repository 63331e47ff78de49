"""Dates and periods as EDIFACT (DTM) and other flat messages write them."""

import re
from calendar import monthrange
from datetime import date, timedelta

#: Format code [UNCL 2379] -> how the digits are to be read. A time behind the day is
#: dropped: the document's day is what the label shows.
_FORMATS = {
    "2": "DDMMYY",
    "3": "MMDDYY",
    "4": "DDMMCCYY",
    "101": "YYMMDD",
    "102": "CCYYMMDD",
    "105": "YYDDD",
    "201": "YYMMDD",
    "202": "YYMMDD",
    "203": "CCYYMMDD",
    "204": "CCYYMMDD",
    "205": "CCYYMMDD",
    "208": "CCYYMMDD",
    "303": "CCYYMMDD",
    "304": "CCYYMMDD",
    "602": "CCYY",
    "609": "YYMM",
    "610": "CCYYMM",
    "615": "YYWW",
    "616": "CCYYWW",
}
_PERIODS = {"711", "713", "717", "718", "719"}
_BY_LENGTH = {4: "CCYY", 6: "YYMMDD", 8: "CCYYMMDD"}


def period(text, code=""):
    """First and last day that a DTM value stands for.

    >>> period("202602", "610")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))

    :param text: the value
    :param code: its format code; empty or unknown: told by its length
    :returns: pair of dates, or None when the value is no date
    """
    text = re.sub(r"[A-Z]{1,4}$|[+-]\d{2}:?(\d{2})?$", "", text) if code in ("303", "304") else text
    if code in _PERIODS or re.fullmatch(r"\d{6,14}-\d{6,14}", text):
        return _between(text)
    shape = _FORMATS.get(code, "")
    if shape in ("CCYYMMDD", "YYMMDD", ""):
        return _plain(text, shape)
    return _shaped(text, shape)


def known(code):
    """Whether a format code is one that is read here."""
    return code in _FORMATS or code in _PERIODS


def _between(text):
    half = len(text) // 2
    first, last = text.split("-", 1) if "-" in text else (text[:half], text[half:])
    ends = _plain(first), _plain(last)
    if None in ends or ends[0][0] > ends[1][1]:
        return None
    return ends[0][0], ends[1][1]


def _plain(text, shape=""):
    """A day with or without time; senders who promise a time do not always send it."""
    if shape == "YYMMDD":
        return _shaped(text[:6], shape) if re.fullmatch(r"\d{6}(\d{4}|\d{6})?", text) else None
    if re.fullmatch(r"\d{8}(\d{2}|\d{4}|\d{6})?", text):
        return _shaped(text[:8], "CCYYMMDD")
    if shape or len(text) not in _BY_LENGTH:
        return None
    return _shaped(text, _BY_LENGTH[len(text)])


def _shaped(text, shape):
    if len(text) != len(shape) or not (text.isascii() and text.isdigit()):
        return None
    parts = {}
    for sign in "CYMDW":
        if sign in shape:
            parts[sign] = int(text[shape.index(sign) : shape.rindex(sign) + 1])
    century = parts["C"] * 100 if "C" in parts else (2000 if parts["Y"] < 70 else 1900)
    try:
        return _days(century + parts["Y"], shape, parts)
    except ValueError:
        return None


def _days(year, shape, parts):
    if "W" in shape:
        monday = date.fromisocalendar(year, parts["W"], 1)
        return monday, monday + timedelta(days=6)
    if "M" not in shape:
        return _in_year(year, parts.get("D"))
    month = parts["M"]
    if "D" in shape:
        return (date(year, month, parts["D"]),) * 2
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _in_year(year, day):
    """The whole year, or its day with this number."""
    if day is None:
        return date(year, 1, 1), date(year, 12, 31)
    found = date(year, 1, 1) + timedelta(days=day - 1)
    if day < 1 or found.year != year:
        raise ValueError
    return found, found
