"""The syntax of EDIFACT interchanges (ISO 9735): characters, separators, segments.

Written here and not taken from ``pydifact`` (MIT, 0.2.3), which is the second opinion in
the tests: it reads 100,000 ``GIN`` segments in 4 s, but tells no line for a segment, stops
at the first thing that is not a segment (a note written behind one by hand, a byte order
mark, a tag in small letters, a missing end sign) and keeps line breaks inside values. A
notice that people mail to each other has all of these, and everything behind them would
be lost.
"""

import re
from typing import NamedTuple

from .edi import LONGEST_SEGMENT, MOST_SEGMENTS, Segment, decode, trimmed
from .errors import AsnError

#: Syntax identifiers of UNB and the encodings they stand for [ISO 9735-1, UNCL 0001].
_ENCODINGS = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "cp1252",  # what senders mean by ISO 8859-1
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOW": "utf-8",
    "UNOY": "utf-8",
}
_START = re.compile(
    r"(?:\A|[\n'])\s*(?:"
    r"UNA[^\w\n]{4,5}[^\w]?\s*UN[BGH][^\w\s]"
    r"|UNB[^\w\s]UN[A-Z0-9]{2}[^\w\s]\d"
    r"|UNG[^\w\s]"
    r"|UNH[^\w\s][^\n]{1,35}[^\w\s][A-Z]{6}[^\w\s]"
    r")",
    re.IGNORECASE,
)
_UNA = re.compile(r"[\s']*UNA(.)(.)(.)(.)(.)(\W)\s*(?=UN[BGH])", re.IGNORECASE | re.DOTALL)
#: The blank in front of the end sign was trimmed on the way.
_SHORT_UNA = re.compile(r"[\s']*UNA(.)(.)(.)(.)(\W)\s*(?=UN[BGH])", re.IGNORECASE | re.DOTALL)
_UNB = re.compile(
    r"[\s']*UNB(?P<element>[^\w\s])UN[A-Z0-9]{2}(?P<component>[^\w\s])\d", re.IGNORECASE
)
#: Segments that a despatch advice may have: known when they begin a line.
_TAGS = (
    "UNA UNB UNG UNH UNT UNE UNZ UNS BGM DTM ALI MEA MOA RFF NAD LOC CTA COM TOD TDT EQD SEL "
    "CPS FTX PAC QTY HAN PCI GIN LIN PIA IMD DLM GIR QVR CNT ATT CUX SGP DGS EQA TMP RNG STS PRI"
).split()


class Signs(NamedTuple):
    """The signs that divide an interchange.

    ``release`` is empty when there is none.
    """

    component: str = ":"
    element: str = "+"
    release: str = "?"
    terminator: str = "'"


def recognises(data):
    """Whether a file is an EDIFACT interchange or message."""
    return bool(_START.search(decode(data[:2000]).value))


def text_of(data):
    """The characters of an interchange.

    :rtype: edi.Text
    """
    found = re.search(rb"UNB[^\w\s](UN[A-Z0-9]{2})", data[:3000], re.IGNORECASE)
    declared = found[1].decode().upper() if found else ""
    return decode(data, declared, _ENCODINGS.get(declared, "cp1252"))


def segments(text):
    """Yield the segments of all interchanges in ``text``.

    What stands between segments, and a last segment without end sign, is told by the
    next :class:`~.edi.Segment`'s ``oddity``; the file's end is a segment without tag.

    :raises AsnError: ``long_segment``, ``too_many_segments``
    """
    text = trimmed(text)
    start = _START.search(text)
    at = start.start() if start else 0
    reader = _Reader(text, at)
    while reader.at < len(text):
        yield from reader.interchange()
    yield Segment("", [], reader.line, reader.pending)


class _Reader:
    """Goes through a text, interchange by interchange: each may have its own signs."""

    def __init__(self, text, at):
        self.text = text
        self.at = at
        self.line = 1 + text.count("\n", 0, at)
        self.pending = None  # oddity that the next segment will tell
        self._count = 0
        if text[:at].strip("' \n"):
            self.pending = ("annotation", {"text": text[:at].strip()[:80]})

    def interchange(self):
        """Yield segments up to the next service string advice or interchange header."""
        signs = self._signs()
        split = _Splitter(signs)
        began, chunk = self.at, _chunk_pattern(signs)
        # not finditer(): it would look for the next chunk at every sign of a long empty tail
        while match := chunk.match(self.text, self.at):
            self._pass(match.start(1))
            body = match[1]
            if self.at > began and body[:3].upper() in ("UNA", "UNB"):
                return
            if "\n" in body or not match[2] or len(body) > LONGEST_SEGMENT:
                yield from self._odd(body, bool(match[2]), split)
            elif self._tell(segment := split.segment(body, self.line), body):
                yield segment
            self._pass(match.end())
        self._pass(len(self.text))

    def _pass(self, at):
        self.line += self.text.count("\n", self.at, at)
        self.at = at

    def _signs(self):
        """Separators from UNA, else from how UNB is written, else the usual ones."""
        for pattern in (_UNA, _SHORT_UNA):
            match = pattern.match(self.text, self.at)
            if match and match[1] != match[2] and not self._trimmed(match):
                self._pass(match.end())
                release = match[4].strip()
                return Signs(match[1], match[2], release, match[match.re.groups])
        return self._guess()

    def _trimmed(self, match):
        """Whether the sixth sign is but the line's end behind an UNA with five."""
        return match.re is _UNA and match[6] == "\n" and match[5] not in " *"

    def _guess(self):
        start = _UNB.match(self.text, self.at)
        if not start:
            return Signs()
        component, element = start["component"], start["element"]
        release = "?" if "?" not in (component, element) else ""
        following = re.compile(rf"(\W)\s*UN[GH]{re.escape(element)}", re.IGNORECASE)
        end = following.search(self.text, self.at, self.at + 2000)
        return Signs(component, element, release, end[1] if end else "'")

    def _odd(self, body, ended, split):
        """Yield the segments of a text with line breaks in it, or without end sign."""
        if len(body) > LONGEST_SEGMENT:
            raise AsnError("long_segment", self.line, limit=LONGEST_SEGMENT)
        if not ended and not split.is_end(body):
            self._tail(body, split)
            return
        parts = split.parts(body)
        for number, (skipped, part) in enumerate(parts, 1):
            segment = split.segment(part, self.line + skipped)
            if self._tell(segment, part, number < len(parts) and split.signs.terminator):
                yield segment

    def _tail(self, body, split):
        """What follows the last end sign: half a segment, or a remark."""
        if split.tag(body):
            self.pending = ("cut_off", {})

    def _tell(self, segment, text, missing=""):
        """Give the segment its oddity; whether there is one.

        :param missing: the end sign, when it was forgotten
        """
        self._count += 1
        if self._count > MOST_SEGMENTS:
            raise AsnError("too_many_segments", self.line, limit=MOST_SEGMENTS)
        if segment is None:
            if text.strip():
                self.pending = ("annotation", {"text": " ".join(text.split())[:80]})
            return False
        segment.oddity, self.pending = self.pending, None
        if missing:
            segment.oddity = ("no_terminator", {"sign": missing})
        return True


def _chunk_pattern(signs):
    """Matches one segment: (1) its text, (2) its end sign, or nothing at the file's end."""
    end = re.escape(signs.terminator)
    space = r"[^\S\n]*+" if signs.terminator == "\n" else r"\s*+"
    if not signs.release:
        return re.compile(rf"(?:{space}{end})*+{space}(?=.)([^{end}]*+)({end})?", re.DOTALL)
    release = re.escape(signs.release)
    plain = f"[^{release}{end}]"
    return re.compile(
        rf"(?:{space}{end})*+{space}(?=.)"
        rf"({plain}*+(?:{release}(?:\n*+[^\n]|\n*+\Z){plain}*+)*+)({end})?",
        re.DOTALL,
    )


class _Splitter:
    """Cuts the text of a segment into tag, elements and components."""

    def __init__(self, signs):
        self.signs = signs
        element, component = re.escape(signs.element), re.escape(signs.component)
        self._tag = re.compile(rf"\s*([A-Za-z][A-Za-z0-9]{{2}})\s*(?={element}|{component}|\Z)")
        self._end = re.compile(rf"\s*UN[TEZ]{element}", re.IGNORECASE)
        self._begin = re.compile(rf"(?:\A|(?<=\n))[^\S\n]*(?=(?:{'|'.join(_TAGS)}){element})")
        self._released = re.compile(rf"{re.escape(signs.release)}(.)", re.DOTALL)

    def tag(self, text):
        """The tag that a text begins with, in capitals, or ``""``."""
        if text[3:4] == self.signs.element and text[:3].isalnum():
            return text[:3].upper()
        match = self._tag.match(text)
        return match[1].upper() if match else ""

    def is_end(self, text):
        """Whether a text without end sign is a trailer, whose end sign many leave out."""
        return bool(self._end.match(text))

    def parts(self, text):
        """Cut where a line begins with a known tag: end signs were forgotten, or notes put in.

        :returns: list of pairs (line breaks in front, text); texts are without line breaks
        """
        cuts = [match.start() for match in self._begin.finditer(text)]
        if not cuts or cuts[0]:
            cuts.insert(0, 0)
        cuts.append(len(text))
        parts = zip(cuts, cuts[1:], strict=False)
        return [(text.count("\n", 0, a), text[a:b].replace("\n", "")) for a, b in parts]

    def segment(self, text, line):
        """The :class:`~.edi.Segment`, or None when the text is none."""
        tag = self.tag(text)
        if not tag:
            return None
        component, element, release, _end = self.signs
        if release and release in text:
            return Segment(tag, self._released_elements(text), line)
        return Segment(tag, [part.split(component) for part in text.split(element)[1:]], line)

    def _released_elements(self, text):
        elements = self._split(text, self.signs.element)[1:]
        return [
            [self._released.sub(r"\1", part) for part in self._split(text, self.signs.component)]
            for text in elements
        ]

    def _split(self, text, sign):
        """``str.split`` that heeds the release sign."""
        parts = text.split(sign)
        release = self.signs.release
        whole, open_ = [], False
        for part in parts:
            if open_:
                whole[-1] += sign + part
            else:
                whole.append(part)
            open_ = (len(part) - len(part.rstrip(release))) % 2
        return whole
