"""Single values as documents write them, and nothing that needs guessing.

Every function takes text and returns the value, or nothing when the text is not one.
Whoever calls it decides what a failure means.
"""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from ..gs1.keys import has_check_digit, is_sscc, normalise_gtin

_DATE = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:T[\d:.]{4,18})?"  # a time behind it does not move the local day
    r"(?:Z|[+-]\d{2}:?\d{2})?"
)
_DECIMAL = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})")
_DUMMIES = {"", "-", "--", "?", "n/a", "na", "nil", "none", "null", "unknown"}


def parse_date(text):
    """The local day of an ISO 8601 date or date-time, extended or basic.

    A zone is ignored: the document's day is what the label shows.

    :rtype: datetime.date | None
    """
    match = _DATE.fullmatch(text)
    try:
        return match and date(*map(int, match.groups()))
    except ValueError:
        return None


def parse_decimal(text):
    """An ``xs:decimal``; exponents, ``NaN`` and thousands separators are none.

    :rtype: decimal.Decimal | None
    """
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def reference(text):
    """A document or line number, or ``""`` for the dummies that fill required fields."""
    return "" if text.casefold() in _DUMMIES else text


@lru_cache(maxsize=4096)  # a notice names few products, and each of them often
def gtin14(text):
    """A GTIN as 14 digits, or ``""`` when it is none or its check digit is wrong."""
    return normalise_gtin(text) or ""


def sscc18(text):
    """An SSCC as 18 digits, without the application identifier that some put before it.

    Some put it there twice.

    :returns: ``""`` when it is none or its check digit is wrong
    """
    digits = re.sub(r"[\s()-]", "", text)
    if len(digits) in (20, 22) and digits.startswith("0" * (len(digits) - 18)):
        digits = digits[-18:]
    return digits if is_sscc(digits) else ""


def is_gln(text):
    """Whether ``text`` is 13 digits with a right check digit."""
    return len(text) == 13 and has_check_digit(text)
