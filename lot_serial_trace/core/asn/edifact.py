"""EDIFACT despatch advices (DESADV): D.96A, D.01B and their neighbours, EANCOM, Odette.

Syntax is in ``edifact_syntax.py``, packages and lines are in ``edifact_goods.py``; here are
the envelope and the header. Wrong counts and control numbers are flaws, not errors: many
senders never had them right [STANDARDS 4.1], and what can be read is worth having.
"""

from . import edi_dates, edifact_syntax
from .edi import Budget, Notes, joined
from .edi_message import File, Message, tell_control, tell_count
from .edifact_goods import Goods
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
        days = edi_dates.period(text, code) if text else None
        if text and days is None:
            self.add("bad_date", segment, field=f"DTM+{segment.get(1)}", value=text[:80])
        elif days and code and not edi_dates.known(code):
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
    return file.advices()


class _File(File):
    """Splits interchanges into messages and checks their envelopes."""

    STANDARD = "EDIFACT"

    def __init__(self, charset):
        super().__init__(charset)
        self._budget = Budget()
        self._header = None  # UNB
        self._count = 0  # messages of the interchange

    def take(self, segment):
        """Take the next segment."""
        handler = self._SERVICE.get(segment.tag)
        if handler:
            handler(self, segment)
        elif self.message:
            self.message.take(segment)

    def _on_unb(self, segment):
        self.close(following=segment)
        self._header, self._count = segment, 0

    def _on_unh(self, segment):
        self.close(following=segment)
        self._count += 1
        kind = segment.code(2)
        if kind != "DESADV":
            self.skip(kind)
            return
        self._budget.spend("messages", segment)
        self.begin(_Message(segment, len(self.messages) + 1, self._header, self._budget))

    def _on_unt(self, segment):
        self.close(segment)

    def _on_unz(self, segment):
        self.close(following=segment)
        if self.last_log and self._header:
            tell_count(self.last_log, segment, self._count, "UNZ")
            tell_control(self.last_log, self._header.get(5), segment, "UNZ")

    _SERVICE = {"UNB": _on_unb, "UNH": _on_unh, "UNT": _on_unt, "UNZ": _on_unz, "": File.end}


class _Message(Message):
    """Takes the segments between UNH and UNT."""

    NOTES = Values

    def __init__(self, segment, number, interchange, budget):
        release = ".".join(filter(None, (segment.get(2, 2), segment.get(2, 3))))
        advice = Advice(format="edifact", version=release, profile=segment.get(2, 5))
        super().__init__(advice, segment, f"UNH[{number}]", segment.get(1))
        self._goods = None
        self._budget = budget
        self._parties = {}
        self._party = None
        self._dates = {}
        self._references = {}
        self._announced = None
        if interchange and interchange.get(11) == "1":
            self.log.add("test_message", interchange.line, "UNB")

    def take(self, segment):
        """Take one segment between UNH and UNT."""
        self.count(segment)
        if self._goods is None and segment.tag in _GOODS:
            self._goods = Goods(self.advice, self.notes, self._budget)
        if segment.tag == "CNT":
            self._on_cnt(segment)
        elif self._goods:
            self._goods.take(segment)
        else:
            handler = self._HANDLERS.get(segment.tag)
            if handler:
                handler(self, segment)

    def complete(self):
        """Bring together what was read."""
        if self._goods:
            self._goods.finish()
        self._fill_parties()
        self._fill_dates()
        self._fill_references()
        lines = self.advice.lines
        if self._announced not in (None, len(lines)):
            self.log.add("line_count", announced=self._announced, count=len(lines))

    # header --------------------------------------------------------------------

    def _on_bgm(self, segment):
        advice = self.advice
        advice.type_code = segment.get(1)
        advice.number = segment.get(2)
        function = segment.get(3)
        advice.action = _ACTIONS.get(function, "original")
        if function and function not in _ACTIONS:
            self.notes.add("unknown_function", segment, value=function[:80])

    def _on_dtm(self, segment):
        days = self.notes.period(segment)
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
        lines = (segment.get(4, at) for at in range(1, 6))
        self.advice.note = joined(self.advice.note, *lines)

    def _on_tdt(self, segment):
        name = segment.get(5, 4) or segment.get(5)
        self.advice.carrier = self.advice.carrier or name

    def _on_cnt(self, segment):
        if segment.get(1) == "2":
            self._announced = self.notes.number(segment, 1, 2)

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
                self.notes.add("bad_gln", segment, party=party.label, value=value[:80])
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


def _id_kind(role, value, agency):
    """Kind of a party's identifier, by the agency that gave it [UNCL 3055]."""
    if agency == "9" or (not agency and is_gln(value)):
        return "gln"
    if agency == "92" and role in _ROLES["supplier"]:  # the buyer's number for the supplier
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
