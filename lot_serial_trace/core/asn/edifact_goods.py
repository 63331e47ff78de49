"""Lines, lots and serial numbers of a DESADV; packages are in ``edifact_packages.py``.

Read by tags and their order, not by group numbers, which differ from directory to
directory and which senders do not keep: a segment belongs to the last ``LIN``, ``PCI``,
``LOC`` or ``CPS`` before it. What is marked by a ``PCI`` below a line holds for so much of
the line; below a package (``CPS``), for the only line in it.
"""

from decimal import Decimal

from ..gs1.keys import normalise_gtin
from . import edi_dates
from .edi import joined, sscc_range
from .edi_marks import Marks, combine
from .edifact_packages import Packing
from .form import Line, Unit
from .values import reference

#: UNCL 7405 and 7143, with what senders write instead.
_SSCC, _LABEL = {"BJ", "AW"}, {"ML"}
_SERIAL, _LOT = {"BN", "SN", "SE", "VV"}, {"BX", "NB", "BT"}
_GTIN = {"SRV", "EN", "UP", "EU", "EAN", "GTIN", "UK", "UA"}
_SUPPLIERS, _BUYERS = {"SA", "VP", "VN", "MF", "MN"}, {"IN", "BP", "SK"}
#: Agencies that stand where the end of a range would.
_AGENCIES = {"9", "91", "92"}
#: UNCL 6063: what counts as sent when nothing is marked so (12), best first.
_AS_SENT = ("46", "113", "1", "", "21")
#: UNCL 2005 -> field of a unit. 23E is met as best-before date in Germany.
_DATES = {"36": "expiry", "361": "best_before", "23E": "best_before", "94": "made", "365": "made"}
#: UNCL 4233: marks whose own text is a lot, or a date.
_MARKED_LOT, _MARKED_DATES = {"10", "36E"}, {"14": "expiry"}


class Goods(Packing):
    """Takes the segments from the first CPS or LIN on and fills the lines of an advice."""

    def __init__(self, advice, notes, budget):
        super().__init__(advice, notes, budget)
        self._own = None  # Marks of the line
        self._groups = []  # Marks of its PCIs
        self._quantities = {}  # UNCL 6063 -> (Decimal, unit, segment)
        self._elsewhere = False  # below a LOC: split of the line over places

    def take(self, segment):
        """Take one segment."""
        handler = self._HANDLERS.get(segment.tag)
        if handler:
            handler(self, segment)

    def finish(self):
        """Close the last line and bring packages and lines together."""
        self._close_line()
        self.pack()

    # marks ---------------------------------------------------------------------

    def _on_pci(self, segment):
        if self._line is not None:
            self.budget.spend("parts", segment)
            self._marks = Marks(line=segment.line)
            self._groups.append(self._marks)
            self._elsewhere = False
        code, text = segment.code(1), segment.get(2)
        if code in _MARKED_LOT and text:
            self._unit(segment, lot=text)
        elif code in _MARKED_DATES and text:
            self._set_date(_MARKED_DATES[code], edi_dates.period(text), segment, text)

    def _on_gin(self, segment):
        code = segment.code(1)
        for at in range(2, len(segment.elements) + 1):
            first, last = segment.get(at), segment.get(at, 2)
            if first:
                self._identify(segment, code, first, last)

    def _identify(self, segment, code, first, last):
        """Take one number or range of numbers."""
        flaw = self.notes.of(segment)
        if code in _SSCC:
            for number in sscc_range(self.budget, first, last, flaw):
                self.take_package(number, segment, sscc=True)
        elif code in _LABEL:
            for number in self.budget.between(first, last, flaw):
                self.take_package(number, segment, sscc=False)
        elif code in _SERIAL:
            for number in self.budget.between(first, last, flaw):
                self._unit(segment, serial=number)
        elif code in _LOT:
            last = "" if last in _AGENCIES else last
            for number in self.budget.between(first, last, flaw):
                self._unit(segment, lot=number)
        elif code in _GTIN and self._line is not None and not self._line.gtin:
            self._product(first, "SRV", segment)

    def _on_gir(self, segment):
        """Numbers of one thing: its label, its lot, its serial number."""
        found = {}
        for at in range(2, len(segment.elements) + 1):
            number, code = segment.get(at), segment.code(at, 2)
            for kind, codes in (("serial", _SERIAL), ("lot", _LOT), ("label", _SSCC | _LABEL)):
                if number and code in codes:
                    found.setdefault(kind, []).append((number, code))
        lot = found.get("lot", [("", "")])
        keys = [self.take_package(n, segment, c in _SSCC) for n, c in found.get("label", ())]
        inside = keys[0] if len(keys) == 1 else None
        for serial, _code in found.get("serial", ()):
            self._unit(segment, serial=serial, lot=lot[0][0], package=inside)
        for number, _code in lot if "serial" not in found else ():
            if number:
                self._unit(segment, lot=number, package=inside)

    def _unit(self, segment, **values):
        self.budget.spend("numbers", segment)
        self._marks.units.append(Unit(source_line=segment.line, **values))

    # dates ---------------------------------------------------------------------

    def _on_dtm(self, segment):
        if self._elsewhere:
            return
        code, text = segment.code(1), segment.get(1, 2)
        if code in _DATES and text:
            self._set_date(_DATES[code], self.notes.period(segment), segment, text)
        elif code == "360" and self._line is not None:
            days = self.notes.period(segment)
            if days:
                self.notes.add("sell_by", segment, line_id=self._line.number, date=days[1])

    def _set_date(self, name, days, segment, text):
        """The last day of a month or week on which goods expire; made needs the day."""
        if days is None or (name == "made" and days[0] != days[1]):
            if days or segment.tag != "DTM":
                self.notes.add("bad_date", segment, field=segment.tag, value=text[:80])
            return
        self._marks.dates.setdefault(name, days[1])

    # lines ---------------------------------------------------------------------

    def _on_lin(self, segment):
        self.budget.spend("parts", segment)
        self._close_line()
        place = len(self.advice.lines) + 1
        self.notes.path = f"LIN[{place}]"
        line = Line(number=segment.get(1), source_line=segment.line)
        line.source_path = self.notes.where(self.notes.path)
        self.advice.lines.append(line)
        self.level.lines.append(line)
        self._line, self._groups, self._quantities = line, [], {}
        self._own = self._marks = Marks(line=segment.line)
        self._elsewhere = False
        if not line.number:
            line.number = str(place)
        self._product(segment.get(3), segment.code(3, 2), segment, main=True)
        if segment.get(4) == "1" and segment.get(4, 2):
            self.notes.add("sub_line", segment, line_id=line.number, parent=segment.get(4, 2))

    def _close_line(self):
        line, self._line = self._line, None
        if line is None:
            return
        own, groups = self._own, self._groups
        self._set_quantity(line, groups)
        line.units = combine(own, groups)
        keys = dict.fromkeys(key for marks in (own, *groups) for key in marks.packages)
        line.packages = list(keys)
        self._marks = self.level.marks

    def _set_quantity(self, line, groups):
        marked = [marks for marks in groups if marks.quantity is not None]
        if "12" not in self._quantities and marked:
            line.quantity = sum((marks.quantity for marks in marked), Decimal(0))
            line.unit = marked[0].unit
            if len(marked) < len([marks for marks in groups if marks.units]):
                marked[0].quantity = None  # it was the whole line's
            return
        code = next((c for c in ("12", "split", *_AS_SENT) if c in self._quantities), None)
        if code is None:
            return
        line.quantity, line.unit, segment = self._quantities[code]
        if code in _AS_SENT:
            values = {"line_id": line.number, "value": line.quantity, "mark": code or "-"}
            self.notes.add("quantity_kind", segment, **values)

    def _on_qty(self, segment):
        if self._line is None:
            return
        code, value = segment.code(1), self.notes.number(segment, 1, 2)
        if value is None:
            return
        unit = segment.code(1, 3)
        if self._elsewhere:
            before = self._quantities.get("split", (Decimal(0),))[0]
            if code in ("11", "12"):
                self._quantities["split"] = (before + value, unit, segment)
        elif code == "12" and self._marks is not self._own and self._marks.quantity is None:
            self._marks.quantity, self._marks.unit = value, unit
        elif code in ("59", "52"):
            self._line.pack_size = self._line.pack_size or value
        elif code == "192":
            self.notes.add("free_goods", segment, line_id=self._line.number, value=value)
        else:
            self._quantities.setdefault(code, (value, unit, segment))

    def _on_pia(self, segment):
        if self._line is None:
            return
        main = segment.get(1) == "5"
        for at in range(2, len(segment.elements) + 1):
            value, code = segment.get(at), segment.code(at, 2)
            if not value:
                continue
            if code in _LOT:
                self._unit(segment, lot=value)
            elif code in _SERIAL:
                self._unit(segment, serial=value)
            else:
                self._product(value, code, segment, main)

    def _product(self, value, code, segment, main=False):
        """Take a product's code; ``main``: it is what the sender calls the product by."""
        line = self._line
        if not value:
            return
        if code in _GTIN:
            self._gtin(value, segment)
        elif code in _BUYERS:
            line.buyer_code = line.buyer_code or value
        elif code in _SUPPLIERS:
            line.supplier_code = line.supplier_code or value
        elif main and not code and normalise_gtin(value):
            self._gtin(value, segment)
        elif main:
            line.supplier_code = line.supplier_code or value

    def _gtin(self, value, segment):
        line, gtin = self._line, normalise_gtin(value) or ""
        if not gtin:
            self.notes.add("bad_gtin", segment, line_id=line.number, value=value[:80])
        if gtin and not line.gtin or not line.gtin_sent:
            line.gtin_sent, line.gtin = value, gtin

    def _on_imd(self, segment):
        line = self._line
        if line is not None and not line.name:
            line.name = " ".join(filter(None, (segment.get(3, 4), segment.get(3, 5))))

    def _on_rff(self, segment):
        code, value = segment.code(1), segment.get(1, 2)
        if not value:
            return
        if code in _LOT:
            self._unit(segment, lot=value)
        elif code == "AAT" and self._line is None:
            self._master = None
            self._master = self.take_package(value, segment, sscc=False)
        elif self._line is not None:
            self._line_reference(segment, code, value)

    def _line_reference(self, segment, code, value):
        line = self._line
        if code in ("ON", "PO"):
            line.order = line.order or reference(value)
            line.order_line = reference(segment.get(1, 3)) or line.order_line
        elif code == "LI":
            line.order_line = line.order_line or reference(value)
        elif code == "SE":
            self._unit(segment, serial=value)
        elif code == "AAO":  # by its definition no lot, though some put one there
            self._note(f"AAO {value}")

    def _on_ftx(self, segment):
        if self._line is not None:
            self._note(*(segment.get(4, at) for at in range(1, 6)))

    def _note(self, *texts):
        self._line.note = joined(self._line.note, *texts)

    def _on_loc(self, segment):
        self._elsewhere = self._line is not None and segment.code(1) in ("7", "ZZZ")

    def _on_qvr(self, segment):
        """A quantity that was not sent: it follows (back order), or it does not."""
        if self._line is None:
            return
        missing, reason = self.notes.number(segment, 1), segment.code(2)
        text = segment.get(3, 4) or segment.get(3)
        if missing and reason == "BP":
            self._line.outstanding = abs(missing)
            self._line.outstanding_reason = text or reason
        elif missing:
            self._note(" ".join(filter(None, (str(missing), reason, text))))

    _HANDLERS = {
        "CPS": Packing.on_cps,
        "PAC": Packing.on_pac,
        "PCI": _on_pci,
        "GIN": _on_gin,
        "GIR": _on_gir,
        "DTM": _on_dtm,
        "LIN": _on_lin,
        "QTY": _on_qty,
        "PIA": _on_pia,
        "IMD": _on_imd,
        "RFF": _on_rff,
        "FTX": _on_ftx,
        "LOC": _on_loc,
        "QVR": _on_qvr,
    }
