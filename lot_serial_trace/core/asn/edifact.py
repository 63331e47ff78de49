"""EDIFACT despatch advices (DESADV): D.96A, D.01B and their neighbours, EANCOM, Odette.

Syntax is in ``edifact_syntax.py``, packages and lines are in ``edifact_goods.py``; here are
the envelope and the header. Wrong counts and control numbers are flaws, not errors: many
senders never had them right [STANDARDS 4.1], and what can be read is worth having.
"""

from collections import Counter

from . import edifact_dates, edifact_syntax
from .checks import check
from .edi import Notes, Numbers
from .edifact_goods import Goods
from .errors import AsnError
from .flaws import FlawLog
from .form import Advice, Party, PartyId
from .values import is_gln, parse_decimal, reference

NAME = "EDIFACT DESADV"
recognises = edifact_syntax.recognises

#: UNCL 1225. What adds to or changes a notice is as good as a new one that replaces it.
_ACTIONS = {
    "1": "cancel",
    "3": "cancel",
    "4": "replace",
    "5": "replace",
    "7": "copy",
    "9": "original",
    "14": "original",
    "15": "copy",
    "17": "cancel",
    "18": "replace",
    "20": "replace",
    "22": "original",
    "31": "copy",
    "43": "copy",
    "47": "original",
}
#: UNCL 2005, best first.
_DESPATCHED = ("11", "186", "110", "133", "10")
_EXPECTED = ("17", "132", "191", "358", "69", "67", "2", "35")
#: UNCL 3035 -> roles, best first.
_ROLES = {
    "supplier": ("SU", "SE", "CZ", "SF", "SH", "PW", "CO"),
    "seller": ("SE",),
    "ship_to": ("DP", "ST", "CN", "UC", "UD", "BY"),
    "buyer": ("BY", "OB"),
    "originator": ("UC", "UD"),
}
_CARRIER = ("CA", "FW")
#: UNCL 1153, best first.
_SHIPMENT, _TRACKING = ("CRN", "SRN", "CU", "DQ"), ("CN", "AAM", "AWB", "BM", "AAS")
_ORDERS = {"ON", "PO", "OP"}
_PARTY_IDS = {"VA": "vat", "FC": "registry", "XA": "registry", "GN": "registry"}
_PARTY_IDS |= {"ADE": "account", "API": "other", "IT": "account", "YC1": "other"}
#: Segments that end the header.
_GOODS = {"CPS", "LIN"}


class Values(Notes):
    """Reads dates and numbers; what cannot be read is a flaw."""

    def period(self, segment):
        """First and last day of a DTM segment, or None."""
        text, code = segment.get(1, 2), segment.get(1, 3)
        days = edifact_dates.period(text, code) if text else None
        if text and days is None:
            self.add("bad_date", segment, field=f"DTM+{segment.get(1)}", value=text[:80])
        elif days and code and not edifact_dates.known(code):
            values = {"field": f"DTM+{segment.get(1)}", "format": code[:20], "date": days[1]}
            self.add("date_format", segment, value=text[:80], **values)
        return days

    def number(self, segment, element, component=1):
        """A number with point or comma [ISO 9735: both, whatever UNA says], or None."""
        text = segment.get(element, component)
        value = parse_decimal(text.replace(",", ".") if text.count(",") == 1 else text)
        if text and value is None:
            self.add("bad_number", segment, field=segment.tag, value=text[:80])
        return value


def read(data, filename="", limits=None, mappings=()):
    """Read all despatch advices of a file.

    :param bytes data: the file
    :returns: list of :class:`~.form.Advice`, in file order
    :raises AsnError: there is none; see also :func:`edifact_syntax.segments`
    """
    text = edifact_syntax.text_of(data)
    file = _File(text.flaw)
    for segment in edifact_syntax.segments(text.value):
        file.take(segment)
    return file.finish()


class _File:
    """Splits a file into messages and checks its envelopes."""

    def __init__(self, charset):
        self._charset = charset
        self._numbers = Numbers()
        self._messages = []
        self._message = None
        self._last = None
        self._others = Counter()
        self._count = 0  # messages of the interchange
        self._header = None  # UNB

    def take(self, segment):
        """Take the next segment."""
        handler = self._SERVICE.get(segment.tag)
        if handler:
            handler(self, segment)
        elif self._message:
            self._message.take(segment)

    def finish(self):
        """Close what is open, and hand over the notices."""
        if not self._messages:
            if not self._others:
                raise AsnError("no_message", found="EDIFACT interchange")
            raise AsnError("wrong_document", found=f"an EDIFACT {min(self._others)}")
        first = self._messages[0]
        if self._charset:
            first.log.add("charset", 1, "UNB", **self._charset)
        if self._others:
            found = ", ".join(f"{count} × {name}" for name, count in self._others.items())
            first.log.add("other_messages", 1, "UNB", found=found)
        return [message.advice_done() for message in self._messages]

    def _on_unb(self, segment):
        self._close(segment)
        self._header, self._count = segment, 0

    def _on_unh(self, segment):
        self._close(segment)
        self._count += 1
        kind = segment.code(2)
        if kind != "DESADV":
            self._others[kind[:20] or "message"] += 1
            return
        number = len(self._messages) + 1
        self._message = self._last = _Message(segment, number, self._header, self._numbers)
        self._messages.append(self._message)

    def _on_unt(self, segment):
        if self._message:
            self._message.end(segment)
            self._message = None

    def _on_unz(self, segment):
        self._close(segment)
        if self._last:
            self._last.tell_envelope(segment, self._count, self._header)

    def _on_end(self, segment):
        self._close(segment)

    def _close(self, segment):
        """A message that was not ended was cut off."""
        if self._message:
            self._message.end(None, segment)
            self._message = None

    _SERVICE = {
        "UNB": _on_unb,
        "UNH": _on_unh,
        "UNT": _on_unt,
        "UNZ": _on_unz,
        "": _on_end,
    }


class _Message:
    """Takes the segments of one message and fills an :class:`Advice`."""

    def __init__(self, segment, number, interchange, numbers):
        release = ".".join(filter(None, (segment.get(2, 2), segment.get(2, 3))))
        self.advice = Advice(format="edifact", version=release, profile=segment.get(2, 5))
        self.log = FlawLog()
        self._notes = Values(self.log, f"UNH[{number}]")
        self._start = segment
        self._count = 0
        self._goods = None
        self._numbers = numbers
        self._parties = {}
        self._party = None
        self._dates = {}
        self._references = {}
        self._announced = None
        self._count_segment(segment)
        if interchange and interchange.get(11) == "1":
            self.log.add("test_message", interchange.line, "UNB")

    def take(self, segment):
        """Take one segment between UNH and UNT."""
        self._count_segment(segment)
        if self._goods is None and segment.tag in _GOODS:
            self._goods = Goods(self.advice, self._notes, self._numbers)
        if segment.tag == "CNT":
            self._on_cnt(segment)
        elif self._goods:
            self._goods.take(segment)
        else:
            handler = self._HANDLERS.get(segment.tag)
            if handler:
                handler(self, segment)

    def end(self, trailer, following=None):
        """The message ends, with UNT or by the beginning of something else."""
        if trailer is None:
            self._tell_oddity(following, self._notes.root)
            if not self.log.counts["cut_off"]:
                self.log.add("cut_off", following.line, self._notes.root)
            return
        self._count_segment(trailer)
        announced = parse_decimal(trailer.get(1))
        if announced is not None and announced != self._count:
            self.log.add(
                "segment_count",
                trailer.line,
                self._notes.where("UNT"),
                announced=trailer.get(1),
                count=self._count,
            )
        _control(self.log, self._start.get(1), trailer, self._notes.where("UNT"))

    def tell_envelope(self, trailer, count, header):
        """Check the interchange's end; told with its last notice."""
        announced = parse_decimal(trailer.get(1))
        if announced is not None and announced != count:
            values = {"announced": trailer.get(1), "count": count}
            self.log.add("message_count", trailer.line, "UNZ", **values)
        if header:
            _control(self.log, header.get(5), trailer, "UNZ")

    def advice_done(self):
        """Check the whole and hand it over."""
        self._notes.path = ""
        if self._goods:
            self._goods.finish()
        self._fill_parties()
        self._fill_dates()
        self._fill_references()
        lines = self.advice.lines
        if self._announced not in (None, len(lines)):
            self.log.add("line_count", announced=self._announced, count=len(lines))
        check(self.advice, self.log)
        self.advice.flaws, self.advice.flaw_counts = self.log.flaws, self.log.counts
        return self.advice

    def _count_segment(self, segment):
        self._count += 1
        if segment.oddity:
            self._tell_oddity(segment, self._notes.where(segment.tag))

    def _tell_oddity(self, segment, path):
        if segment.oddity:
            code, values = segment.oddity
            self.log.add(code, segment.line, path, **values)

    # header --------------------------------------------------------------------

    def _on_bgm(self, segment):
        advice = self.advice
        advice.type_code = segment.get(1)
        advice.number = segment.get(2)
        function = segment.get(3)
        advice.action = _ACTIONS.get(function, "original")
        if function and function not in _ACTIONS:
            self._notes.add("unknown_function", segment, value=function[:80])

    def _on_dtm(self, segment):
        days = self._notes.period(segment)
        if days:
            self._dates.setdefault(segment.code(1), days)

    def _fill_dates(self):
        def first(codes):
            return next((self._dates[code] for code in codes if code in self._dates), (None, None))

        advice = self.advice
        advice.issued = first(("137", "97"))[0]
        advice.despatched = first(_DESPATCHED)[0]
        advice.expected_from, advice.expected_until = first(_EXPECTED)
        if advice.expected_from is None:
            advice.expected_from = first(("64", "63"))[0]
            advice.expected_until = first(("63", "64"))[1]

    def _on_rff(self, segment):
        code, value = segment.code(1), reference(segment.get(1, 2))
        if not value:
            return
        if code in _ORDERS:
            self.advice.orders.append(value)
        elif self._party is not None and code in _PARTY_IDS:
            self._party.ids.append(PartyId(_PARTY_IDS[code], code, value))
        else:
            self._references.setdefault(code, value)

    def _fill_references(self):
        def first(codes):
            return next((self._references[c] for c in codes if c in self._references), "")

        advice = self.advice
        advice.orders = list(dict.fromkeys(advice.orders))
        advice.shipment, advice.tracking = first(_SHIPMENT), first(_TRACKING)

    def _on_ftx(self, segment):
        text = "\n".join(filter(None, (segment.get(4, at) for at in range(1, 6))))
        self.advice.note = "\n".join(filter(None, (self.advice.note, text)))

    def _on_tdt(self, segment):
        name = segment.get(5, 4) or segment.get(5)
        self.advice.carrier = self.advice.carrier or name

    def _on_cnt(self, segment):
        if segment.get(1) == "2":
            self._announced = self._notes.number(segment, 1, 2)

    # parties -------------------------------------------------------------------

    def _on_nad(self, segment):
        party = Party()
        value, agency = segment.get(2), segment.get(2, 3)
        role = segment.code(1)
        if value:
            party.ids.append(PartyId(_id_kind(role, value, agency), agency, value))
        _address(party, segment)
        if party.ids and party.ids[0].kind == "gln":
            party.gln = value
            if not is_gln(value):
                self._notes.add("bad_gln", segment, party=party.label, value=value[:80])
        self._party = self._parties.setdefault(role, party)

    def _fill_parties(self):
        advice, parties = self.advice, self._parties
        for role, codes in _ROLES.items():
            found = (parties[code] for code in codes if code in parties)
            setattr(advice, role, next((party for party in found if party.label), None))
        if advice.originator is advice.ship_to:
            advice.originator = None
        for code in _CARRIER:
            if code in parties:
                advice.carrier = advice.carrier or parties[code].label

    _HANDLERS = {
        "BGM": _on_bgm,
        "DTM": _on_dtm,
        "RFF": _on_rff,
        "FTX": _on_ftx,
        "TDT": _on_tdt,
        "NAD": _on_nad,
    }


def _control(log, start, trailer, path):
    """The control number of a header and its trailer must be the same."""
    end = trailer.get(2)
    if end and end != start:
        log.add("control_number", trailer.line, path, start=start, end=end)


def _id_kind(role, value, agency):
    """Kind of a party's identifier, by the agency that gave it [UNCL 3055]."""
    if agency == "9" or (not agency and is_gln(value)):
        return "gln"
    ours = "91" if role in ("BY", "OB", "DP", "ST", "UC") else "92"
    if agency == ours:  # the buyer's number for the supplier
        return "account"
    return "registry" if agency == "16" else "other"


def _address(party, segment):
    """Name and address of a NAD segment, structured or not."""
    lines = [text for at in range(1, 6) if (text := segment.get(3, at))]
    party.name = " ".join(text for at in range(1, 6) if (text := segment.get(4, at)))
    if lines and len(lines[0]) <= 3:  # an agency that slipped there
        lines.pop(0)
    if not party.name and lines:
        party.name = lines.pop(0)
    street = [text for at in range(1, 5) if (text := segment.get(5, at))]
    party.street = ", ".join(street or lines)
    party.city, party.postal_code = segment.get(6), segment.get(8)
    country = segment.code(9)
    party.country = country if len(country) == 2 else ""
