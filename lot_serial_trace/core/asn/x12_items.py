"""Lines of an X12 856, from what levels, segments and parts say about them."""

from dataclasses import dataclass, field
from decimal import Decimal

from ..gs1.keys import check_digit, is_digits, normalise_gtin
from .edi_marks import DATES, Marks, combine, fill_dates, pack
from .form import Line, Unit
from .units import is_packaging

#: Element 235, best first for pieces; for cases the other way round.
_GTIN = ("UP", "EN", "EO", "UE", "UI", "UA", "UD", "UK", "GT")
_SUPPLIERS = ("VN", "VP", "VA", "VC", "VS", "MG", "MF", "N4", "ND", "NX")
_BUYERS = ("IN", "BP", "CB", "PN", "SK", "PI")


@dataclass(slots=True, eq=False)
class Item:
    """A line that is being read.

    :ivar level: the :class:`~.x12_levels.Level` that has its LIN
    :ivar codes: qualifier -> product code
    :ivar parts: Marks of packs below it and of SLN segments
    :ivar days: list of (field of a unit, date, segment), in file order
    """

    line: Line
    level: object
    marks: Marks
    codes: dict = field(default_factory=dict)
    parts: list = field(default_factory=list)
    days: list = field(default_factory=list)
    pack: Decimal | None = None

    @property
    def only_a_package(self):
        """Whether its LIN describes a pallet or carton whose items are listed."""
        return self.level.has_items and self.level.code not in ("I", "F", "K")

    def complete(self, notes):
        """Bring together what was told in several places; flaws go to ``notes``."""
        line, marks = self.line, self.marks
        self._pair_dates(notes)
        parts = [part for part in self.parts if part.units or part.packages or part.dates]
        line.units = combine(marks, parts)
        _inherit(line, self.level.above if self.level.above is not marks else None)
        keys = dict.fromkeys(key for part in (marks, *parts) for key in part.packages)
        line.packages = list(keys) or self.level.packages
        if len(line.packages) == 1:
            pack(line.units, line.packages[0])
        if is_packaging(line.unit):
            line.pack_size = self.pack
        self._codes(notes)

    def _pair_dates(self, notes):
        """One date holds for all lots; as many as there are lots, each for its own."""
        marks = self.marks
        lots = marks.lots or marks.units
        for name in DATES:
            days = [day for kind, day, _segment in self.days if kind == name]
            if len(set(days)) == 1:
                marks.dates[name] = days[0]
            elif days and len(days) == len(lots):
                for unit, day in zip(lots, days, strict=True):
                    setattr(unit, name, day)
            elif days:
                self._unclear_dates(notes, len(days), len(lots))

    def _unclear_dates(self, notes, days, lots):
        line = self.line
        values = {"line_id": line.number, "dates": days, "lots": lots}
        notes.log.add("dates_unclear", line.source_line, line.source_path, **values)

    def _codes(self, notes):
        line, codes = self.line, self.codes
        kinds = reversed(_GTIN) if is_packaging(line.unit) else _GTIN
        sent = [(code, codes[code]) for code in kinds if code in codes]
        for code, value in sent:
            gtin = _gtin(code, value)
            if gtin or not line.gtin_sent:
                line.gtin_sent, line.gtin = value, gtin
            if gtin:
                break
        if sent and not line.gtin:
            place = line.source_line, f"{line.source_path}/LIN"
            values = {"line_id": line.number, "value": line.gtin_sent[:80]}
            notes.log.add("bad_gtin", *place, **values)
        line.supplier_code = next((codes[code] for code in _SUPPLIERS if code in codes), "")
        line.buyer_code = next((codes[code] for code in _BUYERS if code in codes), "")


def _gtin(code, value):
    """The 14 digits of a product code, or ``""``; UI and UD come without check digit."""
    if code in ("UI", "UD") and len(value) == 11 and is_digits(value):
        value += check_digit(value)
    return normalise_gtin(value) or ""


def _inherit(line, above):
    """Give a line the lot and the dates of the package or order it is in."""
    if above is None:
        return
    lots = above.lots
    if len(lots) == 1 and not any(unit.lot for unit in line.units):
        for unit in line.units:
            unit.lot = lots[0].lot
        line.units = line.units or [Unit(lot=lots[0].lot, source_line=lots[0].source_line)]
    fill_dates(line.units, above.dates)
