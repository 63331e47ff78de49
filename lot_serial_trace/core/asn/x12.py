"""ANSI X12 856 ship notices, from 002001 on: retail, automotive, pharma.

Syntax is in ``x12_syntax.py``, hierarchical levels and lines are in ``x12_levels.py``; here are
the envelopes and the header. Wrong totals and control numbers are flaws, not errors.
"""

from . import edi_dates, x12_syntax
from .edi import Budget, Notes, decode
from .edi_message import File, Message, tell_control, tell_count
from .form import Advice, Party, PartyId
from .values import is_gln, parse_decimal, reference
from .x12_levels import Levels

NAME = "ANSI X12 856"

#: Element 353.
_ACTIONS = {
    "00": "original",
    "01": "cancel",
    "03": "cancel",
    "04": "replace",
    "05": "replace",
    "06": "original",
    "07": "copy",
    "14": "original",
    "15": "replace",
    "17": "cancel",
    "18": "replace",
    "22": "copy",
    "49": "original",
    "CO": "replace",
}
#: Element 374, best first.
_DESPATCHED = ("011", "370", "369", "010")
_EXPECTED = ("017", "371", "067", "069", "068", "002", "063")
#: Element 98 -> roles, best first.
_ROLES = {
    "supplier": ("SU", "VN", "SE", "SF", "SH", "MF", "MI"),
    "seller": ("SE", "VN"),
    "ship_to": ("ST", "CN", "DA", "WH", "UC", "BY"),
    "buyer": ("BY", "OB", "BT"),
    "originator": ("Z7", "MA", "UC"),
}
_ID_KINDS = {"UL": "gln", "1": "registry", "9": "registry", "FI": "registry"}
_SCHEMES = {"1": "DUNS", "9": "DUNS+4", "UL": "GLN", "11": "DEA", "21": "HIN"}
#: Element 128, best first.
_SHIPMENT, _TRACKING = ("BM", "MB", "PK", "SI"), ("CN", "2I", "WY", "AW")
_ORDERS = {"PO", "OP"}
_VENDOR = {"IA", "VR"}
_COUNTRIES = {"USA": "US", "CAN": "CA", "MEX": "MX", "DEU": "DE", "GBR": "GB", "CHN": "CN"}


class Values(Notes):
    """Reads dates and numbers; what cannot be read is a flaw."""

    def period(self, segment):
        """First and last day of a DTM segment, or None."""
        text = segment.get(2) or segment.get(6)
        century = segment.get(5)
        if len(text) == 6 and len(century) == 2 and century.isdigit():
            text = century + text
        return self.day(segment, text, f"DTM*{segment.get(1)}")

    def day(self, segment, text, field):
        """First and last day of a date, or None."""
        days = edi_dates.period(text) if text else None
        if text and days is None:
            self.add("bad_date", segment, field=field, value=text[:80])
        return days

    def number(self, segment, element):
        """A number, or None."""
        text = segment.get(element)
        value = parse_decimal(text)
        if text and value is None:
            field = f"{segment.tag}{element:02d}"
            self.add("bad_number", segment, field=field, value=text[:80])
        return value


def recognises(data):
    """Whether a file is an X12 interchange, whatever is in it."""
    return x12_syntax.recognises(decode(data[:2000]).value)


def read(data, filename="", limits=None, mappings=()):
    """Read all ship notices of a file.

    :param bytes data: the file
    :returns: list of :class:`~.form.Advice`, in file order
    :raises AsnError: there is none; see also :func:`x12_syntax.segments`
    """
    text = decode(data)
    file = _File(text.flaw)
    for segment in x12_syntax.segments(text.value):
        file.take(segment)
    return file.advices()


class _File(File):
    """Splits interchanges into transaction sets and checks their envelopes."""

    STANDARD = "X12"

    def __init__(self, charset):
        super().__init__(charset)
        self._budget = Budget()
        self._isa = self._gs = None
        self._sets = self._groups = 0

    def take(self, segment):
        """Take the next segment."""
        handler = self._SERVICE.get(segment.tag)
        if handler:
            handler(self, segment)
        elif self.message:
            self.message.take(segment)

    def _on_isa(self, segment):
        self.close(following=segment)
        self._isa, self._gs, self._groups = segment, None, 0

    def _on_gs(self, segment):
        self.close(following=segment)
        self._gs, self._sets = segment, 0
        self._groups += 1

    def _on_st(self, segment):
        self.close(following=segment)
        self._sets += 1
        if segment.get(1) != "856":
            self.skip(segment.get(1))
            return
        number = len(self.messages) + 1
        self._budget.spend("messages", segment)
        self.begin(_Message(segment, number, self._isa, self._gs, self._budget))

    def _on_se(self, segment):
        self.close(segment)

    def _on_ge(self, segment):
        self.close(following=segment)
        if self.last_log and self._gs:
            tell_count(self.last_log, segment, self._sets, "GE")
            tell_control(self.last_log, self._gs.get(6), segment, "GE")

    def _on_iea(self, segment):
        self.close(following=segment)
        if self.last_log and self._isa:
            tell_count(self.last_log, segment, self._groups, "IEA")
            tell_control(self.last_log, self._isa.get(13), segment, "IEA")

    _SERVICE = {
        "ISA": _on_isa,
        "GS": _on_gs,
        "ST": _on_st,
        "SE": _on_se,
        "GE": _on_ge,
        "IEA": _on_iea,
        "": File.end,
    }


class _Message(Message):
    """Takes the segments between ST and SE."""

    NOTES = Values

    def __init__(self, segment, number, isa, gs, budget):
        advice = Advice(format="x12", version=gs.get(8) if gs else "")
        super().__init__(advice, segment, f"ST[{number}]", segment.get(2))
        self._levels = Levels(advice, self.notes, budget)
        self._parties = {}
        self._party = None
        self._dates = {}
        self._references = {}
        if isa and isa.code(15) == "T":
            self.log.add("test_message", isa.line, "ISA")

    def take(self, segment):
        """Take one segment between ST and SE."""
        self.count(segment)
        if segment.tag == "HL":
            self._party = None
            self._levels.begin(segment)
        elif self._levels.in_goods:
            self._levels.take(segment)
        else:
            handler = self._HANDLERS.get(segment.tag)
            if handler:
                handler(self, segment)
            self._levels.take(segment)

    def complete(self):
        """Bring together what was read."""
        self._levels.finish()
        self._fill_parties()
        self._fill_dates()
        self._fill_references()

    def _on_bsn(self, segment):
        advice = self.advice
        purpose = segment.code(1)
        advice.number = segment.get(2)
        advice.type_code = segment.get(6)
        advice.action = _ACTIONS.get(purpose, "original")
        if purpose not in _ACTIONS:
            self.notes.add("unknown_function", segment, value=purpose[:80] or "-")
        days = self.notes.day(segment, segment.get(3), "BSN03")
        advice.issued = days and days[0]
        self._levels.structure = segment.get(5)

    def _on_dtm(self, segment):
        days = self.notes.period(segment)
        if days:
            self._dates.setdefault(segment.get(1), days)

    def _fill_dates(self):
        def first(codes):
            return next((self._dates[code] for code in codes if code in self._dates), (None, None))

        advice = self.advice
        advice.despatched = first(_DESPATCHED)[0]
        advice.expected_from, advice.expected_until = first(_EXPECTED)

    def _on_ref(self, segment):
        code, value = segment.code(1), reference(segment.get(2))
        if code in _ORDERS and value and self._levels.at_shipment:
            self.advice.orders.append(value)
        elif value:
            self._references.setdefault(code, value)

    def _fill_references(self):
        def first(codes):
            return next((self._references[c] for c in codes if c in self._references), "")

        advice = self.advice
        advice.orders = list(dict.fromkeys(advice.orders))
        advice.shipment = first(_SHIPMENT)
        advice.tracking = first(_TRACKING) or self._levels.tracking
        vendor = first(_VENDOR)
        if vendor and advice.supplier:
            advice.supplier.ids.append(PartyId("account", "IA", vendor))

    def _on_td5(self, segment):
        self.advice.carrier = self.advice.carrier or segment.get(5) or segment.get(3)

    # parties -------------------------------------------------------------------

    def _on_n1(self, segment):
        role, value, scheme = segment.code(1), segment.get(4), segment.code(3)
        party = Party(name=segment.get(2))
        if value:
            kind = _ID_KINDS.get(scheme, "gln" if not scheme and is_gln(value) else "other")
            if scheme == "92" and role in _ROLES["supplier"]:  # the buyer's number for it
                kind = "account"
            party.ids.append(PartyId(kind, _SCHEMES.get(scheme, scheme), value))
        if party.values("gln"):
            party.gln = value
            if not is_gln(value):
                self.notes.add("bad_gln", segment, party=party.label, value=value[:80])
        self._party = self._parties.setdefault(role, party)

    def _on_n2(self, segment):
        if self._party is not None:
            self._party.legal_name = self._party.legal_name or segment.get(1)

    def _on_n3(self, segment):
        if self._party is not None and not self._party.street:
            self._party.street = ", ".join(filter(None, (segment.get(1), segment.get(2))))

    def _on_n4(self, segment):
        party = self._party
        if party is None or party.city:
            return
        party.city, party.postal_code = segment.get(1), segment.get(3)
        country = segment.code(4)
        country = _COUNTRIES.get(country, country)
        party.country = country if len(country) == 2 else ""

    def _fill_parties(self):
        for role, codes in _ROLES.items():
            found = (self._parties[code] for code in codes if code in self._parties)
            setattr(self.advice, role, next((party for party in found if party.label), None))
        if self.advice.originator is self.advice.ship_to:
            self.advice.originator = None

    _HANDLERS = {
        "BSN": _on_bsn,
        "DTM": _on_dtm,
        "REF": _on_ref,
        "TD5": _on_td5,
        "N1": _on_n1,
        "N2": _on_n2,
        "N3": _on_n3,
        "N4": _on_n4,
    }
