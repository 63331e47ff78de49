"""JSON from strangers, read value by value.

The outer arrays and objects are walked here, so that every record has its line and
only one is in memory at a time; Python's own scanner reads the records. Size, number of
values and depth are limited, a name may come once in an object, and numbers stay text.
"""

import json
import re
from json import JSONDecodeError
from json.decoder import scanstring

from .errors import AsnError

_SPACE = re.compile(r"[ \t\r\n]*")
_VALUES = 2_000_000  # some 300 MB


class Number(str):
    """A number as written."""


def _object(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"the name {twice[:80]!r} comes twice in one object")
    return found


def _constant(text):
    raise ValueError(f"{text} is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=Number,
    parse_int=Number,
    parse_constant=_constant,
)


def text_of(value):
    """A scalar as text, fit for a database; ``""`` for everything else.

    ``{"@value": …}``, as JSON-LD may write it, is looked through.
    """
    if isinstance(value, dict):
        value = value.get("@value", value.get("id"))
    if not isinstance(value, str):
        return ""
    value = value.strip()
    if not value.isascii() or "\0" in value:  # escapes can hide half characters
        value = value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    return value


class JsonReader:
    """A document to be walked once.

    :param bytes data: the file
    :param safe_xml.Limits limits: how big it may be
    :param inside: paths to go into, as tuples of names; ``*`` is an array's element
    :param most: how many values there may be

    :ivar lied: it is not Unicode, as JSON must be
    """

    def __init__(self, data, limits, inside, most=_VALUES):
        self._inside = inside
        self._limits = limits
        self.lied = False
        self._text = self._decode(data)
        if sum(map(self._text.count, "[{,")) > most:
            raise AsnError("too_many_elements", limit=most)
        self._line, self._counted = 1, 0

    def _decode(self, data):
        try:
            return data.decode(json.detect_encoding(data))
        except UnicodeDecodeError:
            self.lied = True
            return data.decode("cp1252", "replace")

    def values(self):
        """Yield ``(path, value, line)`` of every value that is not gone into.

        :raises AsnError: ``broken_json``, ``too_deep``, after the values in front of
            the fault were yielded
        """
        try:
            at = yield from self._walk((), self._skip(0))
            if self._skip(at) != len(self._text):
                raise JSONDecodeError("Extra data", self._text, at)
        except JSONDecodeError as error:
            raise AsnError("broken_json", error.lineno, error.colno, reason=error.msg) from None
        except ValueError as error:
            raise AsnError("broken_json", *self._place(), reason=str(error)) from None
        except RecursionError:
            raise AsnError("too_deep", *self._place(), limit=self._limits.depth) from None

    def _walk(self, path, at):
        first = self._text[at : at + 1]
        if path in self._inside and first == "{":
            return (yield from self._members(path, at))
        if path in self._inside and first == "[":
            return (yield from self._elements((*path, "*"), at))
        line = self._line_of(at)
        try:
            value, end = _DECODER.scan_once(self._text, at)
        except StopIteration as stop:
            raise JSONDecodeError("Expecting value", self._text, stop.value) from None
        yield path, value, line
        return end

    def _members(self, path, at):
        at = self._skip(at + 1)
        if self._text[at : at + 1] == "}":
            return at + 1
        while True:
            if self._text[at : at + 1] != '"':
                raise JSONDecodeError("Expecting a name", self._text, at)
            name, at = scanstring(self._text, at + 1, True)
            at = self._skip(self._expect(":", self._skip(at)))
            at = yield from self._walk((*path, name), at)
            at, ended = self._next(at, "}")
            if ended:
                return at

    def _elements(self, path, at):
        at = self._skip(at + 1)
        if self._text[at : at + 1] == "]":
            return at + 1
        while True:
            at = yield from self._walk(path, at)
            at, ended = self._next(at, "]")
            if ended:
                return at

    def _next(self, at, end):
        """Position after a comma or the end, and whether it is the end."""
        at = self._skip(at)
        if self._text[at : at + 1] == end:
            return at + 1, True
        return self._skip(self._expect(",", at)), False

    def _expect(self, mark, at):
        if self._text[at : at + 1] != mark:
            raise JSONDecodeError(f"Expecting '{mark}'", self._text, at)
        return at + 1

    def _skip(self, at):
        return _SPACE.match(self._text, at).end()

    def _place(self):
        """Line and column of the value last begun."""
        return self._line, self._counted - self._text.rfind("\n", 0, self._counted)

    def _line_of(self, at):
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        return self._line
