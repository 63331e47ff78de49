"""The syntax of ANSI X12 interchanges: separators, segments.

The separators are told by the ISA segment, which is meant to be 106 characters long: the
fourth is the element separator, the last two are component separator and segment end.
Files that went through an editor or a mail no longer have that length, so the separators
are found by counting elements, then by what stands in front of ``GS``.
"""

import re
from typing import NamedTuple

from .edi import LONGEST_SEGMENT, MOST_SEGMENTS, Segment, trimmed
from .errors import AsnError

_START = re.compile(
    r"(?:\A|\n)\s*(?:ISA(?P<isa>[^\w\s])[^\n]|GS(?P<gs>[^\w\s])(?:SH|IN)[^\w\s]"
    r"|ST(?P<st>[^\w\s])856[^\w\s])",
    re.IGNORECASE,
)
_ISA = re.compile(r"\s*ISA[^\w\s]", re.IGNORECASE)
_TRAILER = re.compile(r"\s*(?:SE|GE|IEA)[^\w\s]", re.IGNORECASE)
#: Segments that may begin a line, when the one before was not ended.
_TAGS = (
    "ISA GS ST BSN DTM HL LIN SN1 SLN PRF PO4 PID MEA PWK PKG TD1 TD5 TD3 TD4 TSD REF PER MAN "
    "PAL CTT SE GE IEA N1 N2 N3 N4 CUR SAC YNQ SDQ FOB CLD ETD MSG ITA V1"
).split()


class Signs(NamedTuple):
    """The signs that divide an interchange."""

    element: str
    terminator: str


def recognises(text):
    """Whether a text begins as an X12 interchange, group or ship notice."""
    return bool(_START.search(text))


def segments(text):
    """Yield the segments of all interchanges in ``text``.

    What is wrong with how one is written is its ``oddity``; the file's end is a segment
    without tag. Elements have one component each: the 856 uses no others that matter.

    :raises AsnError: ``long_segment``, ``too_many_segments``, ``no_separators``
    """
    reader = _Reader(trimmed(text))
    while reader.at < len(reader.text):
        yield from reader.interchange()
    yield Segment("", [], reader.line, reader.pending)


class _Reader:
    """Goes through a text, interchange by interchange: each may have its own signs."""

    def __init__(self, text):
        self.text = text
        self.line = 1
        self.at = 0
        self.pending = None  # oddity that the next segment will tell
        self._count = 0
        start = _START.search(text)
        before = text[: start.start()].strip() if start else ""
        if before:
            self.pending = ("annotation", {"text": " ".join(before.split())[:80]})
        self._pass(start.start() if start else 0)

    def _pass(self, at):
        self.line += self.text.count("\n", self.at, at)
        self.at = at

    def interchange(self):
        """Yield segments up to the next ISA."""
        self._pass(re.compile(r"\s*").match(self.text, self.at).end())
        if self.at == len(self.text):
            return
        began, signs = self.at, self._signs()
        tags = re.compile(
            rf"(?:\A|(?<=\n))[^\S\n]*(?=(?:{'|'.join(_TAGS)}){re.escape(signs.element)})"
        )
        for body, ended in self._chunks(signs):
            if self.at > began and _ISA.match(body):
                return
            if not ended and not _TRAILER.match(body):
                self._tail(body)
                return
            yield from self._parts(body, signs, tags)

    def _chunks(self, signs):
        """Yield the text between two segment ends, and whether it is ended; moves on after."""
        text, end = self.text, signs.terminator
        nothing = re.compile(rf"[\s{re.escape(end)}]*")
        while self.at < len(text):
            self._pass(nothing.match(text, self.at).end())
            at = text.find(end, self.at)
            ended = at >= 0
            body = text[self.at : at if ended else len(text)]
            before = self.at
            yield body, ended
            if self.at == before:
                self._pass(at + 1 if ended else len(text))

    def _tail(self, body):
        if re.match(r"\s*[A-Z][A-Z0-9]{1,2}\W", body, re.IGNORECASE):
            self.pending = ("cut_off", {})
        self._pass(len(self.text))

    def _parts(self, body, signs, tags):
        """Yield the segments of a text: several when segment ends were forgotten."""
        stripped = body.strip()
        if len(stripped) > LONGEST_SEGMENT:
            raise AsnError("long_segment", self.line, limit=LONGEST_SEGMENT)
        if not stripped:
            return
        if "\n" not in stripped:
            line = self.line + body.count("\n", 0, body.index(stripped[0]))
            parts = [(line, stripped)]
        else:
            cuts = sorted({0, *(match.start() for match in tags.finditer(body)), len(body)})
            parts = [
                (self._line_of(body, a), body[a:b].strip())
                for a, b in zip(cuts, cuts[1:], strict=False)
            ]
            parts = [part for part in parts if part[1]]
        for number, (line, part) in enumerate(parts, 1):
            segment = self._segment(part.replace("\n", ""), line, signs, number < len(parts))
            if segment:
                yield segment

    def _line_of(self, body, at):
        skipped = len(body[at:]) - len(body[at:].lstrip())
        return self.line + body.count("\n", 0, at + skipped)

    def _segment(self, text, line, signs, unended):
        """The segment in a text, or None when it is none."""
        self._count += 1
        if self._count > MOST_SEGMENTS:
            raise AsnError("too_many_segments", line, limit=MOST_SEGMENTS)
        if unended:
            text = text.rstrip("~!'|")  # another sign than ISA tells
        tag, *elements = text.split(signs.element)
        tag = tag.strip().upper()
        if not re.fullmatch(r"[A-Z][A-Z0-9]{1,2}", tag):
            self.pending = ("annotation", {"text": " ".join(text.split())[:80]})
            return None
        oddity, self.pending = self.pending, None
        if unended:
            oddity = ("no_terminator", {"sign": signs.terminator})
        return Segment(tag, [[element] for element in elements], line, oddity)

    # separators ----------------------------------------------------------------

    def _signs(self):
        start = self.text[self.at : self.at + 4]
        if start[:3].upper() != "ISA":
            return self._without_isa()
        element = start[3:4].strip()
        if not element or element.isalnum():
            raise AsnError("no_separators", self.line)
        for pattern in (_isa(element), _before(element, "GS"), _before(element, "ST")):
            match = pattern.match(self.text, self.at)
            if match:
                return Signs(element, _sign(match["end"]))
        raise AsnError("no_separators", self.line)

    def _without_isa(self):
        match = re.compile(r"\w{2}(?P<element>[^\w\s])").match(self.text, self.at)
        if not match:
            raise AsnError("no_separators", self.line)
        for tag in ("ST", "BSN", "HL"):
            found = _before(match["element"], tag).match(self.text, self.at)
            if found:
                return Signs(match["element"], _sign(found["end"]))
        raise AsnError("no_separators", self.line)


def _sign(text):
    """The segment end: the visible sign, else the line's end."""
    return text.strip()[:1] or "\n"


def _isa(element):
    """ISA with 16 elements; the last is one character, the segment end stands behind it."""
    sign = re.escape(element)
    return re.compile(
        rf"ISA(?:{sign}[^{sign}]{{0,40}}){{15}}{sign}[^{sign}\w](?P<end>[^\w\s{sign}]|[^\S\n]*\n)",
        re.IGNORECASE,
    )


def _before(element, tag):
    """What stands in front of the first ``tag`` that follows."""
    sign = re.escape(element)
    return re.compile(
        rf".{{3,400}}?(?P<end>[^\w\s{sign}]\s*|\n\s*)(?={tag}{sign})", re.IGNORECASE | re.DOTALL
    )
