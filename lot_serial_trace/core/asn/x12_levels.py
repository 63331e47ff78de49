"""Hierarchical levels, packages, lines, lots and serial numbers of an X12 856.

The tree is what the parents (HL02) say, whatever structure BSN05 announces: shipment, order,
tare, pack and item come in any order. An item has its order and its packages from the levels
above it; a pack *below* an item (pick and pack) holds a part of the item's line.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from .edi import Parcels, sscc_range
from .edi_dates import period
from .edi_marks import Marks
from .form import Line, Unit
from .units import from_x12
from .values import reference, sscc18
from .x12_items import Item

#: BSN05 -> levels from the outside in, for levels that do not name their parent.
_ORDER = {"0002": "SEOITPQFK", "0003": "SETPQOIFK"}
_USUAL = "SEOTPQIFK"
#: Element 235.
_LOTS, _SERIALS = {"LT", "B8"}, {"SN", "SE"}
#: Element 128.
_LOT_REFERENCES = {"LT", "BT", "B8"}
_SERIAL_REFERENCES = {"SE", "SN"}
_EXPIRY_REFERENCES = {"EX", "EXP"}
#: Element 374 -> field of a unit.
_DATES = {"036": "expiry", "208": "expiry", "511": "expiry", "094": "made", "405": "made"}
#: Element 88: what is no number of one package.
_NO_PACKAGE = {"UC", "UP", "L", "S"}
_SSCC = {"GM", "AA"}
_BACK_ORDER = {"BP", "IB", "BK"}


@dataclass(slots=True, eq=False)
class Level:
    """A hierarchical level (HL).

    :ivar order: number of the order it belongs to
    :ivar packages: keys of the packages it is in
    :ivar item: the :class:`~.x12_items.Item` it is, or is a part of
    :ivar above: Marks that hold for everything below the level
    """

    id: str
    code: str
    parent: "Level | None" = None
    order: str = ""
    packages: list = field(default_factory=list)
    item: Item | None = None
    marks: Marks = field(default_factory=Marks)
    above: Marks | None = None
    type_code: str = ""
    has_items: bool = False


class Levels:
    """Takes the segments of all levels and fills the lines of an advice.

    :param form.Advice advice: what is filled
    :param x12.Values notes: reads dates and numbers, and records flaws
    :param edi.Budget budget: how much may come; spells out ranges
    :ivar structure: BSN05
    :ivar tracking: first carrier's number of a package
    """

    def __init__(self, advice, notes, budget):
        self.advice, self.notes, self.budget = advice, notes, budget
        self.structure = ""
        self.tracking = ""
        self._parcels = Parcels()
        self._level = Level("", "S")
        self._by_id = {}
        self._count = 0
        self._items = []
        self._sum = Decimal(0)
        self._trailer = None  # CTT

    @property
    def at_shipment(self):
        """Whether the level is the shipment, or none has begun."""
        return self._level.code == "S"

    @property
    def in_goods(self):
        """Whether the level is inside an order: what is said is no longer the header's."""
        return self._level.code not in ("S", "O", "E")

    def begin(self, segment):
        """A level begins."""
        self.budget.spend("parts", segment)
        self._count += 1
        self.notes.path = f"HL[{self._count}]"
        code = segment.code(3)
        parent = self._parent(segment, code)
        level = Level(segment.get(1), code, parent)
        if parent:
            level.order, level.packages = parent.order, parent.packages
            level.above = parent.above
            if parent.item:  # a part of the item, until it has a LIN of its own
                level.item = parent.item
                level.marks.line = segment.line
                level.item.parts.append(level.marks)
        self._by_id[level.id] = self._level = level

    def _parent(self, segment, code):
        """The level above: named by HL02, else the last one that is further out."""
        named = segment.get(2)
        if named and named != segment.get(1) and named in self._by_id:
            return self._by_id[named]
        level = self._outside(code) if self._count > 1 else None
        if named and named not in ("0", "00"):
            self.notes.add("level_parent", segment, value=segment.get(1)[:40], parent=named[:40])
        return level

    def _outside(self, code):
        ranks = _ORDER.get(self.structure, _USUAL)
        level = self._level
        for _step in range(50):
            if level is None or ranks.find(level.code) < ranks.find(code):
                break
            level = level.parent
        return level

    def take(self, segment):
        """Take one segment of the level."""
        handler = self._HANDLERS.get(segment.tag)
        if handler:
            handler(self, segment)

    # packages ------------------------------------------------------------------

    def _on_man(self, segment):
        for at in (1, 4):
            code, first, last = (segment.get(at + step) for step in range(3))
            if first and code.upper() not in _NO_PACKAGE:
                self._marked(segment, code.upper(), first, last)

    def _marked(self, segment, code, first, last):
        """Take the number, or the range of numbers, of a package."""
        flaw = self.notes.of(segment)
        if code == "CP":
            self.tracking = self.tracking or first
            if self._own_packages():
                return  # the carrier's number of a package that has one already
        if code == "S1" and self._level.item:
            for number in self.budget.between(first, last, flaw):
                self._unit(segment, serial=number)
        elif code in _SSCC or (code == "AI" and sscc18(first)):
            for number in sscc_range(self.budget, first, last, flaw):
                self._package(number, segment, sscc=True)
        else:
            for number in self.budget.between(first, last, flaw):
                self._package(number, segment, sscc=False)

    def _own_packages(self):
        parent = self._level.parent
        return self._level.packages is not (parent.packages if parent else None) and bool(
            self._level.packages
        )

    def _package(self, number, segment, sscc):
        level = self._level
        self.budget.spend("numbers", segment)
        key = self._parcels.take(number, segment.line, self.notes.of(segment), sscc)
        package = self._parcels.found[key]
        package.type_code = package.type_code or level.type_code
        outer = level.parent.packages if level.parent else []
        if not self._own_packages():
            level.packages = []
        level.packages.append(key)
        if len(outer) == 1 and outer[0] != key:
            self._parcels.put_into(key, outer[0])
        level.marks.packages[key] = True

    def _on_td1(self, segment):
        level = self._level
        level.type_code = level.type_code or segment.get(1)[:3]
        for key in level.marks.packages:
            package = self._parcels.found[key]
            package.type_code = package.type_code or level.type_code

    # lines ---------------------------------------------------------------------

    def _on_lin(self, segment):
        item = self._new_item(segment)
        item.line.number = segment.get(1) or item.line.number
        for code, value in _pairs(segment, 2):
            if code in _LOTS:
                self._unit(segment, lot=value)
            elif code in _SERIALS:
                self._unit(segment, serial=value)
            elif code in ("PO", "ON"):
                item.line.order = reference(value) or item.line.order
            elif code == "PL":
                item.line.order_line = reference(value)
            else:
                item.codes.setdefault(code, value)

    def _new_item(self, segment):
        """The line of the level; one more if it has one already."""
        self.budget.spend("parts", segment)
        level = self._level
        whole = level.parent.item if level.parent else None
        if whole and level.item is whole and whole.parts[-1] is level.marks:
            whole.parts.pop()
        path = self.notes.where(self.notes.path)
        line = Line(number=str(len(self._items) + 1), source_line=segment.line, source_path=path)
        line.order = level.order
        again = level.item and level.item.level is level
        marks = Marks(packages=level.marks.packages) if again else level.marks
        marks.line = segment.line
        level.item = Item(line, level, marks)
        level.marks = marks
        self._items.append(level.item)
        if whole:
            self.notes.add(
                "sub_line", segment, line_id=segment.get(1) or "-", parent=whole.line.number
            )
        outer = level.parent
        while outer and not outer.has_items:
            outer.has_items = True
            outer = outer.parent
        return level.item

    def _item(self, segment):
        """The line of the level: an item may do without LIN."""
        if self._level.item is None and self._level.code in ("I", "F", "K"):
            self._new_item(segment)
        return self._level.item

    def _on_sn1(self, segment):
        item = self._item(segment)
        quantity = self.notes.number(segment, 2)
        if item is None or quantity is None:
            return
        unit = from_x12(segment.code(3))
        if item.level is not self._level:
            self._level.marks.quantity, self._level.marks.unit = quantity, unit
            return
        self._sum += quantity
        line = item.line
        line.quantity, line.unit = quantity, unit
        ordered = self.notes.number(segment, 5)
        if ordered and ordered > quantity and segment.code(8) in _BACK_ORDER:
            line.outstanding, line.outstanding_reason = ordered - quantity, segment.code(8)

    def _on_sln(self, segment):
        """A part of the line: so much under one lot or serial number."""
        item = self._level.item
        codes = dict(_pairs(segment, 9))
        lot = next((codes[code] for code in _LOTS if code in codes), "")
        serial = next((codes[code] for code in _SERIALS if code in codes), "")
        if item and (lot or serial):
            self.budget.spend("parts", segment)
            quantity = self.notes.number(segment, 4)
            unit = Unit(lot=lot, serial=serial, quantity=quantity, source_line=segment.line)
            item.parts.append(Marks(line=segment.line, units=[unit], quantity=quantity))

    def _on_po4(self, segment):
        if self._level.item and self._level.item.level is self._level:
            self._level.item.pack = self.notes.number(segment, 1)

    def _on_pid(self, segment):
        item = self._level.item
        if item and segment.get(5):
            item.line.name = item.line.name or segment.get(5)

    def _on_prf(self, segment):
        order = reference(segment.get(1))
        self._level.order = order or self._level.order
        if self._level.item and self._level.item.level is self._level:
            self._level.item.line.order = order or self._level.item.line.order

    def _on_ref(self, segment):
        code, value = segment.code(1), segment.get(2)
        if not value:
            return
        inside = self.in_goods
        if code in _LOT_REFERENCES and inside:
            self._item(segment)
            self._unit(segment, lot=value)
        elif code in _SERIAL_REFERENCES and self._item(segment):
            self._unit(segment, serial=value)
        elif code in _EXPIRY_REFERENCES and inside and period(value):
            self._date("expiry", period(value), segment)
        elif code == "LS" and inside:
            self._package(value, segment, sscc=False)
        elif code in ("PO", "OP") and self._level.code != "S":
            self._level.order = self._level.order or reference(value)
            if self._level.item:
                self._level.item.line.order = self._level.item.line.order or self._level.order
        elif code == "LI" and self._level.item:
            self._level.item.line.order_line = reference(value)

    def _on_dtm(self, segment):
        name = _DATES.get(segment.get(1))
        if name and self.in_goods:
            days = self.notes.period(segment)
            if days:
                self._date(name, days, segment)

    def _date(self, name, days, segment):
        if name == "made" and days[0] != days[1]:
            self.notes.add("bad_date", segment, field=segment.tag, value=segment.get(2))
            return
        item = self._item(segment)
        if item and item.level is self._level:
            item.days.append((name, days[1], segment))
        else:
            self._level.marks.dates.setdefault(name, days[1])
            self._level.above = self._level.marks

    def _unit(self, segment, **values):
        self.budget.spend("numbers", segment)
        level = self._level
        level.marks.units.append(Unit(source_line=segment.line, **values))
        if level.item is None:
            level.above = level.marks

    def _on_ctt(self, segment):
        self._trailer = segment

    # the whole -----------------------------------------------------------------

    def finish(self):
        """Complete the lines."""
        for item in self._items:
            item.complete(self.notes)
            self.budget.spend("links", item.marks, len(item.line.packages))
        self.advice.lines = [item.line for item in self._items if not item.only_a_package]
        self.advice.packages = self._parcels.found
        if self._trailer:
            self._check_totals(self._trailer)

    def _check_totals(self, segment):
        announced, lines = self.notes.number(segment, 1), len(self.advice.lines)
        if announced is not None and announced not in (self._count, lines):
            values = {"announced": announced, "count": lines}
            self.notes.add_at("line_count", segment.line, "CTT", **values)
        total = self.notes.number(segment, 2)
        if total is not None and total != self._sum:
            values = {"announced": total, "count": self._sum}
            self.notes.add_at("hash_total", segment.line, "CTT", **values)

    _HANDLERS = {
        "MAN": _on_man,
        "TD1": _on_td1,
        "PAL": _on_td1,
        "LIN": _on_lin,
        "SN1": _on_sn1,
        "SLN": _on_sln,
        "PO4": _on_po4,
        "PID": _on_pid,
        "PRF": _on_prf,
        "REF": _on_ref,
        "DTM": _on_dtm,
        "CTT": _on_ctt,
    }


def _pairs(segment, start):
    """Yield pairs (qualifier, value) of LIN and SLN."""
    for at in range(start, len(segment.elements), 2):
        code, value = segment.code(at), segment.get(at + 1)
        if code and value:
            yield code, value
