"""Ranges of lot and serial numbers: who is between A007 and A120.

Nothing is spelled out, so a range may hold a billion numbers. Case and zeros are kept:
``00123`` to ``00987`` has neither ``123`` nor ``0123`` in it, ``A1`` to ``A9`` no ``a5``.

Ends of equal length count like a mileage counter over the places in which they differ:
digits where both have digits, letters where both have letters of one case, both where one
has a digit and the other a letter (``0A`` to ``B3``). What follows behind the last run that
differs is fixed: ``SN001-X`` to ``SN050-X`` has no ``SN002-Y`` in it. Ends of unequal length
differ in one run of digits without leading zeros: ``SN98`` to ``SN1005``.

Each range is one regular expression and a comparison of lengths and texts, so that Python
and the database answer alike.
"""

import re
from dataclasses import dataclass, field

from ..ranges import Range
from .flaws import CriteriaError

#: Characters of a number in a rule; those of lots are 500 at most.
LONGEST = 200

_CLASSES = (
    ("digit", re.compile(r"[0-9]")),
    ("upper", re.compile(r"[A-Z]")),
    ("lower", re.compile(r"[a-z]")),
)
_DIGITS = "0123456789"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: What may stand at a place at which both ends have characters of these classes.
_ALPHABETS = {
    frozenset({"digit"}): ("[0-9]", _DIGITS),
    frozenset({"upper"}): ("[A-Z]", _UPPER),
    frozenset({"lower"}): ("[a-z]", _UPPER.lower()),
    frozenset({"digit", "upper"}): ("[0-9A-Z]", _DIGITS + _UPPER),
    frozenset({"digit", "lower"}): ("[0-9a-z]", _DIGITS + _UPPER.lower()),
}


def literal(text):
    """``text`` as a regular expression for Python and PostgreSQL.

    >>> literal("A-1.2")
    'A\\\\-1\\\\.2'
    """
    return "".join(f"\\{char}" if char.isascii() and not char.isalnum() else char for char in text)


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers between two ends, both included.

    :param shape: regular expression of how they are written
    :param count: how many there are
    """

    first: str
    last: str
    shape: str
    count: int
    _compiled: re.Pattern = field(default=None, repr=False, compare=False)

    @classmethod
    def between(cls, first, last):
        """The range from ``first`` to ``last``.

        >>> "A010" in NumberRange.between("A007", "A120")
        True
        >>> "A10" in NumberRange.between("A007", "A120")
        False

        :raises CriteriaError: what lies between cannot be told
        """
        for text in (first, last):
            if len(text) > LONGEST:
                raise CriteriaError("too_long", text=f"{text[:40]}…")
        shape, count = (_even if len(first) == len(last) else _uneven)(first, last)
        return cls(first, last, shape, count, re.compile(shape))

    def __contains__(self, number):
        return bool(
            len(self.first) <= len(number) <= len(self.last)
            and _key(self.first) <= _key(number) <= _key(self.last)
            and self._compiled.fullmatch(number)
        )


def _key(number):
    """Shorter numbers first, then by their characters: as the database does it."""
    return len(number), number


def _even(first, last):
    """Shape and count of a range whose ends are equally long."""
    if first == last:
        return literal(first), 1
    if first > last:
        raise CriteriaError("backwards", first=first, last=last)
    places = [at for at, pair in enumerate(zip(first, last, strict=True)) if len(set(pair)) > 1]
    end = _end_of_run(first, last, places[-1])
    shape, ranks = "", [0, 0]
    for char, other in zip(first[places[0] : end], last[places[0] : end], strict=True):
        piece, alphabet = _at(char, other, first, last)
        shape += piece
        ranks = [
            rank * len(alphabet) + alphabet.index(one)
            for rank, one in zip(ranks, (char, other), strict=True)
        ]
    shape = literal(first[: places[0]]) + shape + literal(first[end:])
    return shape, ranks[1] - ranks[0] + 1


def _at(char, other, first, last):
    """What may stand at a place: as a regular expression, and in order."""
    classes = frozenset((_class(char), _class(other)))
    if classes in _ALPHABETS:
        return _ALPHABETS[classes]
    if char != other:
        raise CriteriaError("not_alike", first=first, last=last)
    return literal(char), char


def _end_of_run(first, last, at):
    """Where the run of characters ends that has the last difference in it."""
    kinds = {_class(first[at]), _class(last[at])}
    end = at + 1
    while end < len(first) and _class(first[end]) in kinds:
        end += 1
    return end


def _class(char):
    return next((name for name, pattern in _CLASSES if pattern.fullmatch(char)), None)


def _uneven(first, last):
    """Shape and count of a range whose ends are not equally long."""
    if len(first) > len(last):
        raise CriteriaError("backwards", first=first, last=last)
    found = Range.between(first, last)
    if found is None:
        raise CriteriaError("not_as_long", first=first, last=last)
    return f"{literal(found.before)}[1-9][0-9]*{literal(found.after)}", found.count
