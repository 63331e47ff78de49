"""Ranges of numbers as suppliers write them: ``SN0001`` to ``SN0050``.

A range is read only where what lies between its ends is beyond doubt: both ends are the
same but for one run of digits. It is not spelled out before its length was looked at,
and nothing is lost by spelling it out: :func:`collapse` finds the ends again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .gs1.keys import check_digit, is_sscc

_DIGITS = re.compile(r"([0-9]+)")
_LONGEST = 40  # digits of a counter; more are no counter


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that differ in one run of digits.

    :param before: text in front of the counter
    :param after: text behind it
    :param first: first value of the counter
    :param last: its last value
    :param width: digits of the counter, filled with zeros; 0: as many as it needs
    """

    before: str
    after: str
    first: int
    last: int
    width: int

    @classmethod
    def between(cls, first, last):
        """The range from ``first`` to ``last``, or None when it cannot be told.

        >>> list(Range.between("SN098", "SN101"))
        ['SN098', 'SN099', 'SN100', 'SN101']
        """
        starts, ends = _DIGITS.split(first), _DIGITS.split(last)
        if len(starts) != len(ends):
            return None
        places = [at for at, text in enumerate(starts) if text != ends[at]]
        if len(places) != 1 or not places[0] % 2:  # digits are at the odd places
            return None
        at = places[0]
        return cls._counting("".join(starts[:at]), "".join(starts[at + 1 :]), starts[at], ends[at])

    @classmethod
    def _counting(cls, before, after, first, last):
        same = len(first) == len(last)
        if max(len(first), len(last)) > _LONGEST or int(first) > int(last):
            return None
        if not same and (first[0] == "0" or last[0] == "0"):
            return None
        return cls(before, after, int(first), int(last), len(first) if same else 0)

    @property
    def count(self):
        """How many numbers the range holds."""
        return self.last - self.first + 1

    def __iter__(self) -> Iterator[str]:
        for value in range(self.first, self.last + 1):
            yield f"{self.before}{value:0{self.width}d}{self.after}"


@dataclass(frozen=True, slots=True)
class SsccRange:
    """SSCCs that follow each other; the last digit of each is its check digit."""

    first: int
    last: int

    @classmethod
    def between(cls, first, last):
        """The range of two valid SSCCs of 18 digits, or None."""
        if not (is_sscc(first) and is_sscc(last)) or first > last:
            return None
        return cls(int(first[:-1]), int(last[:-1]))

    @property
    def count(self):
        """How many SSCCs the range holds."""
        return self.last - self.first + 1

    def __iter__(self) -> Iterator[str]:
        for value in range(self.first, self.last + 1):
            body = f"{value:017d}"
            yield body + check_digit(body)


def collapse(numbers):
    """Write numbers that follow each other as ranges.

    >>> collapse(["A8", "A9", "A10", "B1"])
    [('A8', 'A10'), ('B1', 'B1')]

    :param numbers: iterable of texts; only neighbours are put together
    :returns: list of pairs (first, last); the same text twice for a single number
    """
    found = []
    counter = None  # the run of digits that counts in the last pair
    for number in numbers:
        longer = found and _longer(found[-1], number, counter)
        if longer:
            found[-1], counter = (found[-1][0], number), longer
        else:
            found.append((number, number))
            counter = None
    return found


def _longer(pair, number, counter):
    """The range from the pair's first number to ``number``, if it is the next one."""
    wider = Range.between(pair[0], number)
    if wider is None:
        return None
    if counter is None:
        return wider if wider.count == 2 else None
    same = (wider.before, wider.after, wider.count) == (
        counter.before,
        counter.after,
        counter.count + 1,
    )
    return wider if same else None
