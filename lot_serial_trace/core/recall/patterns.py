"""Patterns of numbers for people: ``*`` anything, ``?`` one character, ``#`` a digit, ``@`` a
letter; a backslash takes the next character as it is.

No regular expressions of people's own: a slow one would stop every receipt. A pattern is
looked for from left to right without ever starting over, however many stars it has.
"""

import re
from dataclasses import dataclass

from .flaws import CriteriaError
from .ranges import LONGEST, literal

#: Stars of one pattern.
MOST_STARS = 8

#: Signs of a pattern, as regular expressions.
_SIGNS = {"*": ".*", "?": ".", "#": "[0-9]", "@": "[A-Za-z]"}
_TESTS = {"?": re.compile(".", re.DOTALL), "#": re.compile("[0-9]"), "@": re.compile("[A-Za-z]")}
_TOKEN = re.compile(r"\\(.)|(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern in pieces: ``(sign, "")`` or ``("", character)``.

    >>> "A07-blue" in Pattern.of("A##-*"), "a07-blue" in Pattern.of("A##-*")
    (True, False)
    """

    text: str
    pieces: tuple

    @classmethod
    def of(cls, text):
        """The pattern that ``text`` is.

        :raises CriteriaError: it says nothing, or too much
        """
        if len(text) > LONGEST:
            raise CriteriaError("too_long", text=f"{text[:40]}…")
        if len(re.search(r"\\*$", text)[0]) % 2:
            raise CriteriaError("open_escape", text=text)
        pieces = []
        for escaped, char in _TOKEN.findall(text):
            piece = (char, "") if char in _SIGNS and not escaped else ("", escaped or char)
            if piece != ("*", "") or pieces[-1:] != [piece]:
                pieces.append(piece)
        _check(text, pieces)
        return cls(text, tuple(pieces))

    @property
    def regex(self):
        """The same for the database; it must match from begin to end."""
        return "".join(_SIGNS.get(sign) or literal(char) for sign, char in self.pieces)

    @property
    def like(self):
        """A ``LIKE`` that lets pass more than the pattern, by which indexes find it."""
        return "".join(
            ("%" if sign == "*" else "_") if sign else re.sub(r"([\\%_])", r"\\\1", char)
            for sign, char in self.pieces
        )

    def __contains__(self, number):
        """Whether a number is written like that.

        Greedy, with one step back to the last star: time grows with the product of both
        lengths, at worst.
        """
        at = piece = 0
        star = back = -1
        while at < len(number):
            if piece < len(self.pieces) and self._is(self.pieces[piece], number[at]):
                at, piece = at + 1, piece + 1
            elif piece < len(self.pieces) and self.pieces[piece][0] == "*":
                star, back, piece = piece, at, piece + 1
            elif star >= 0:
                back += 1
                at, piece = back, star + 1
            else:
                return False
        return all(sign == "*" for sign, _char in self.pieces[piece:])

    @staticmethod
    def _is(piece, char):
        sign, own = piece
        if sign == "*":
            return False
        return bool(_TESTS[sign].fullmatch(char)) if sign else own == char


def _check(text, pieces):
    stars = sum(sign == "*" for sign, _char in pieces)
    if stars > MOST_STARS:
        raise CriteriaError("many_stars", text=text, count=MOST_STARS)
    if all(sign in ("*", "?") for sign, _char in pieces):
        raise CriteriaError("all_stars", text=text)
