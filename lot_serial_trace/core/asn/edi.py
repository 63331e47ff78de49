"""What EDIFACT, X12 and other flat messages have in common."""

import codecs
import re
from dataclasses import dataclass, field

from ..ranges import Range, SsccRange
from . import flaws_edi  # noqa: F401 (makes its kinds of flaws known)
from .errors import AsnError
from .form import Package
from .values import sscc18

#: Segments of one file and characters of one segment, beyond which it is no notice.
MOST_SEGMENTS = 1_000_000
LONGEST_SEGMENT = 100_000
LONGEST_NOTE = 10_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: The information separators, which some use and Python takes for white space, made visible.
_CONTROL = re.compile("[\x1c-\x1f]")
_INVISIBLE = {code: 0x2400 + code for code in range(0x1C, 0x20)}


@dataclass(slots=True)
class Segment:
    """One segment or record.

    :param tag: its name, in capitals
    :param elements: list of elements behind the tag, each a list of components
    :param line: line in the file, from 1
    :param oddity: ``(flaw code, values)`` for what was wrong with how it is written
    """

    tag: str
    elements: list
    line: int
    oddity: tuple | None = None

    def get(self, element, component=1):
        """Text of a component, stripped; ``""`` when there is none. Both count from 1."""
        try:
            return self.elements[element - 1][component - 1].strip()
        except IndexError:
            return ""

    def code(self, element, component=1):
        """The same in capitals: some senders write codes in small letters."""
        return self.get(element, component).upper()


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file: line breaks are newlines.

    :param value: the characters
    :param flaw: values of a ``charset`` flaw, or None
    """

    value: str
    flaw: dict | None = None


def decode(data, declared="", encoding="cp1252"):
    """Decode a file whose word about its characters is not to be trusted.

    :param bytes data: the file
    :param declared: what the file calls its character set; empty: it does not say
    :param encoding: Python's name for that
    :rtype: Text
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Text(_lines(data.decode(name, "replace").lstrip("\ufeff")))
    if data.isascii():
        return Text(_lines(data.decode("ascii")))
    text = _utf8(data)
    if text is not None:
        right = not declared or encoding == "utf-8"
        return Text(_lines(text), None if right else {"declared": declared, "used": "UTF-8"})
    if encoding in ("utf-8", "ascii"):
        flaw = {"declared": declared, "used": "Windows-1252"} if declared else None
        return Text(_lines(data.decode("cp1252", "replace")), flaw)
    return Text(_lines(data.decode(encoding, "replace")))


def _utf8(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _lines(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_INVISIBLE) if _CONTROL.search(text) else text


@dataclass(slots=True)
class Budget:
    """What one file may consist of; small files can claim a lot.

    :ivar numbers: how many lots, serial numbers and packages may still come
    :ivar parts: how many lines, levels and marks
    :ivar links: how often a line may still be said to be in a package
    :ivar messages: how many notices
    """

    numbers: int = 500_000
    parts: int = 500_000
    links: int = 1_000_000
    messages: int = 5_000

    def spend(self, kind, segment, count=1):
        """Take ``count`` from the budget of a kind.

        :raises AsnError: ``too_much``: nothing is left
        """
        left = getattr(self, kind) - count
        if left < 0:
            raise AsnError("too_much", segment.line, kind=kind, limit=getattr(Budget(), kind))
        setattr(self, kind, left)

    def between(self, first, last, flaw, kind=Range):
        """All numbers from ``first`` to ``last``.

        :param flaw: called with a code and values when the range was not spelled out
        :param kind: :class:`Range` or :class:`SsccRange`
        :returns: list; only the ends when what lies between is unclear, empty when there
            are too many
        """
        if not last or last == first:
            return [first]
        found = kind.between(first, last)
        if found is None:
            flaw("range_unclear", first=first, last=last)
            return [first, last]
        if found.count > self.numbers:
            flaw("range_too_long", first=first, last=last, count=found.count)
            return []
        return list(found)


def joined(before, *texts):
    """Notes one below the other, as far as anybody would read them."""
    if len(before) >= LONGEST_NOTE:
        return before
    return "\n".join(filter(None, (before, *texts)))[:LONGEST_NOTE]


def trimmed(text):
    """A text without the white space at its end, but for one line break."""
    short = text.rstrip()
    return f"{short}\n" if "\n" in text[len(short) :] else short


@dataclass(slots=True)
class Parcels:
    """The packages of a notice; the same number again is the same package.

    :ivar found: list of :class:`~.form.Package`; a package's key is its index
    """

    found: list = field(default_factory=list)
    _by_number: dict = field(default_factory=dict)

    def take(self, number, line, flaw, sscc=True):
        """Key of the package with this number.

        :param sscc: the number is meant to be an SSCC
        :param flaw: called with a code and values when it is none
        """
        digits = sscc18(number)
        known = self._by_number.get(digits or number)
        if known is not None:
            return known
        if sscc and not digits:
            flaw("bad_sscc", value=number)
        key = len(self.found)
        self.found.append(Package(key, number, digits, source_line=line))
        self._by_number[digits or number] = key
        return key

    def put_into(self, key, parent):
        """Say which package is around another one; never so that a circle results."""
        package = self.found[key]
        if parent is None or package.parent is not None or self._inside(parent, key):
            return
        package.parent = parent

    def _inside(self, key, other):
        """Whether package ``key`` is ``other`` or somewhere in it."""
        for _step in range(50):  # no tree of packages is deeper
            if key is None or key == other:
                return key is not None
            key = self.found[key].parent
        return True


def sscc_range(budget, first, last, flaw):
    """SSCCs from ``first`` to ``last``; see :meth:`Budget.between`."""
    ends = sscc18(first) or first, last and (sscc18(last) or last)
    if not ends[1] or ends[0] == ends[1]:
        return [first]
    return budget.between(*ends, flaw, SsccRange)


class Notes:
    """Records flaws of one message, each with its place in the file.

    :param flaws.FlawLog log: where they go
    :param str root: path of the message, such as ``UNH[1]``
    :ivar path: path of what is being read, below ``root``
    """

    def __init__(self, log, root):
        self.log = log
        self.root = root
        self.path = ""

    def where(self, *parts):
        """A path below the message's root."""
        return "/".join(filter(None, (self.root, *parts)))

    def add(self, code, segment, **values):
        """Record a flaw of a :class:`Segment`."""
        own = self.path.startswith(f"{segment.tag}[")  # what is being read is the segment's
        path = self.where(self.path, "" if own else segment.tag)
        self.log.add(code, segment.line, path, **values)

    def add_at(self, code, line, path, **values):
        """Record a flaw at a line; ``path`` is below the root."""
        self.log.add(code, line, self.where(path), **values)

    def of(self, segment):
        """A function that records flaws of ``segment``: takes a code and values."""
        return lambda code, **values: self.add(code, segment, **values)
