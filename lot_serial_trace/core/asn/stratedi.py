"""StratEDI's flat file: fixed columns, as German retail converters write it.

Each line is a record; its first three characters say which. Places of the fields were read
off real messages and their XML form; of fields that no message fills nothing is known, so
they are left alone.
"""

import re

from ..gs1.keys import normalise_gtin
from .edi import MOST_SEGMENTS, Budget, Parcels, Segment, decode, joined
from .edi_dates import period
from .edi_message import File, Message
from .errors import AsnError
from .form import Advice, Line, Party, PartyId, Unit
from .values import is_gln, parse_decimal, reference

NAME = "StratEDI"

#: Record -> columns of its fields, counted from 1, last one included.
_FIELDS = {
    "000": {"sender": (4, 38), "receiver": (39, 73)},
    "100": {
        "reference": (4, 17),
        "type": (18, 37),
        "transaction": (38, 40),
        "function": (41, 43),
        "number": (44, 78),
        "issued": (79, 86),
    },
    "111": {"order": (117, 151), "delivery": (203, 210), "note": (211, 245)},
    "115": {"expected": (4, 11)},
    "119": {"role": (4, 6), "gln": (7, 19)},
    "410": {"kind": (18, 20), "sscc": (38, 55)},
    "500": {"number": (4, 9), "gtin": (13, 26), "quantity": (271, 285)},
    "511": {"order": (117, 151), "order_line": (461, 466)},
    "519": {"role": (4, 6), "gln": (7, 19)},
    "580": {"number": (4, 9), "best_before": (10, 17), "lot": (18, 55), "quantity": (56, 70)},
}
_START = re.compile(r"\s*000[ \d][^\n]{34,}\n\s*100[^\n]{14}[A-Z]{6}")
_ACTIONS = {"1": "cancel", "5": "replace", "7": "copy", "31": "copy"}
_ROLES = {
    "supplier": ("SU", "SE", "SF"),
    "ship_to": ("DP", "ST", "UC", "BY"),
    "buyer": ("BY",),
}


def recognises(data):
    """Whether a file begins with an interchange record and a message record."""
    return bool(_START.match(decode(data[:4000]).value))


def read(data, filename="", limits=None, mappings=()):
    """Read all despatch advices of a file.

    :param bytes data: the file
    :returns: list of :class:`~.form.Advice`, in file order
    :raises AsnError: there is none
    """
    text = decode(data)
    file = _File(text.flaw)
    for record in _records(text.value):
        file.take(record)
    return file.advices()


def _records(text):
    """Yield the records; one at the end has no tag."""
    at = line = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line += 1
        if line > MOST_SEGMENTS:
            raise AsnError("too_many_segments", line, limit=MOST_SEGMENTS)
        if text[at : at + 3].strip("\x1a \n"):
            yield Segment(text[at : at + 3], [text[at : min(end, at + 2000)]], line)
        at = end + 1
    yield Segment("", [], line)


class _File(File):
    """Splits a file at its message records."""

    STANDARD = "StratEDI"

    def __init__(self, charset):
        super().__init__(charset)
        self._budget = Budget()

    def take(self, record):
        """Take the next record."""
        if record.tag == "100":
            self.close(record)
            kind = _text(record, "type")
            if kind != "DESADV":
                self.skip(kind)
                return
            self._budget.spend("messages", record)
            self.begin(_Message(record, len(self.messages) + 1, self._budget))
        elif record.tag in ("", "000"):
            self.close(record)
        elif self.message:
            self.message.take(record)


class _Message(Message):
    """Takes the records of one message."""

    def __init__(self, record, number, budget):
        advice = Advice(format="stratedi")
        super().__init__(advice, record, f"100[{number}]", "")
        self._budget = budget
        self._parcels = Parcels()
        self._package = None
        self._parties = {}
        self._line = None
        advice.type_code = _text(record, "transaction")
        advice.number = _text(record, "number")
        advice.action = _ACTIONS.get(_text(record, "function"), "original")
        advice.issued = self._date(record, "issued")

    def take(self, record):
        """Take one record of the message."""
        handler = self._HANDLERS.get(record.tag)
        if handler:
            handler(self, record)

    def end(self, trailer):
        """The format has no trailer: a message ends where the next one begins."""

    def complete(self):
        """Bring together what was read."""
        self.advice.packages = self._parcels.found
        for role, codes in _ROLES.items():
            found = (self._parties[code] for code in codes if code in self._parties)
            setattr(self.advice, role, next(found, None))
        self.advice.orders = list(dict.fromkeys(self.advice.orders))

    def _date(self, record, name):
        text = _text(record, name)
        days = period(text) if text.strip("0") else None
        if text.strip("0") and days is None:
            self.notes.add("bad_date", record, field=f"{record.tag} {name}", value=text[:80])
        return days and days[0]

    def _number(self, record, name):
        text = _text(record, name)
        value = parse_decimal(text.replace(",", "."))
        if text and value is None:
            self.notes.add("bad_number", record, field=f"{record.tag} {name}", value=text[:80])
        return value

    def _on_references(self, record):
        advice, order = self.advice, reference(_text(record, "order"))
        if order and order not in advice.orders[-1:]:
            advice.orders.append(order)
        advice.shipment = advice.shipment or _text(record, "note")
        advice.expected_from = advice.expected_until = self._date(record, "delivery")

    def _on_dates(self, record):
        expected = self._date(record, "expected")
        if expected:
            self.advice.expected_from = self.advice.expected_until = expected

    def _on_party(self, record):
        gln = _text(record, "gln")
        if not gln:
            return
        if not is_gln(gln):
            self.notes.add("bad_gln", record, party=_text(record, "role"), value=gln)
        party = Party(gln=gln, ids=[PartyId("gln", "GLN", gln)])
        self._parties.setdefault(_text(record, "role").upper(), party)

    def _on_shipment(self, _record):
        self._package = None

    def _on_pallet(self, record):
        number = _text(record, "sscc")
        self._package = None
        if number:
            self._budget.spend("parts", record)
            self._package = self._parcels.take(number, record.line, self.notes.of(record))
            package = self._parcels.found[self._package]
            package.type_code = package.type_code or _text(record, "kind")

    def _on_line(self, record):
        self._budget.spend("parts", record)
        path = f"500[{len(self.advice.lines) + 1}]"
        line = Line(number=_text(record, "number"), source_line=record.line)
        self.notes.path, line.source_path = path, self.notes.where(path)
        line.number = line.number or str(len(self.advice.lines) + 1)
        line.gtin_sent = _text(record, "gtin")
        line.gtin = normalise_gtin(line.gtin_sent) or ""
        if line.gtin_sent and not line.gtin:
            self.notes.add("bad_gtin", record, line_id=line.number, value=line.gtin_sent)
        line.quantity = self._number(record, "quantity")
        line.packages = [] if self._package is None else [self._package]
        self._line = line
        self.advice.lines.append(line)

    def _on_line_references(self, record):
        if self._line:
            self._line.order = reference(_text(record, "order"))
            self._line.order_line = reference(_text(record, "order_line"))

    def _on_line_party(self, record):
        text = f"{_text(record, 'role')} {_text(record, 'gln')}".strip()
        if self._line and text:
            self._line.note = joined(self._line.note, text)

    def _on_lot(self, record):
        if self._line is None:
            return
        self._budget.spend("numbers", record)
        unit = Unit(lot=_text(record, "lot"), source_line=record.line, package=self._package)
        unit.best_before = self._date(record, "best_before")
        unit.quantity = self._number(record, "quantity")
        if unit.number or unit.last_day:
            self._line.units.append(unit)

    _HANDLERS = {
        "111": _on_references,
        "115": _on_dates,
        "119": _on_party,
        "400": _on_shipment,
        "410": _on_pallet,
        "500": _on_line,
        "511": _on_line_references,
        "519": _on_line_party,
        "580": _on_lot,
    }


def _text(record, name):
    first, last = _FIELDS[record.tag][name]
    return record.elements[0][first - 1 : last].strip()
