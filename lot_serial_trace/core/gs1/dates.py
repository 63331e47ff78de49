"""Dates and times as GS1 writes them."""

from calendar import monthrange
from datetime import date, time


def full_year(digits, year):
    """The year that two digits mean, seen from ``year``.

    Not more than 49 years back and 50 years ahead (GS1 General Specifications, 7.12).

    >>> full_year(76, 2026), full_year(77, 2026)
    (2076, 1977)
    """
    distance = digits - year % 100
    century = year - year % 100
    if distance >= 51:
        century -= 100
    elif distance <= -50:
        century += 100
    return century + digits


def read_date(text, year, day_zero=False):
    """The date in ``YYMMDD`` or ``YYYYMMDD``, or None if there is none.

    :param year: the year from which the century of two digits is counted
    :param day_zero: whether day 00 stands for the last day of the month
    """
    if len(text) not in (6, 8) or not _digits(text):
        return None
    full, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if len(text) == 6:
        full = full_year(full, year)
    if not 1 <= month <= 12 or not 1 <= full <= 9999:
        return None
    last = monthrange(full, month)[1]
    if day == 0 and day_zero:
        day = last
    return date(full, month, day) if 1 <= day <= last else None


def read_time(text):
    """The time in ``HH``, ``HHMM`` or ``HHMMSS``, or None if there is none."""
    if len(text) not in (2, 4, 6) or not _digits(text):
        return None
    hour, minute, second = (int(text[at : at + 2] or 0) for at in (0, 2, 4))
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _digits(text):
    return text.isascii() and text.isdigit()
