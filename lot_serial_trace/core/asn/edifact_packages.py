"""Packages of a DESADV: the tree of packaging levels (CPS) and what is marked on them."""

from dataclasses import dataclass, field
from decimal import Decimal

from .edi import Parcels
from .edi_marks import DATES, Marks, fill_dates, pack

_DEEPEST = 50  # packaging levels; more are a circle or an attack


@dataclass(slots=True, eq=False)
class Level:
    """A packaging level (CPS).

    :param around: identifier of the level around it, as sent
    """

    id: str
    around: str
    line: int
    path: str
    parent: "Level | None" = None
    marks: Marks = field(default_factory=Marks)
    lines: list = field(default_factory=list)
    announced: Decimal | None = None  # packages of the last PAC
    numbered: int = 0  # packages of it that have a number
    type_code: str = ""

    def above(self):
        """Yield the level and those around it."""
        level = self
        for _step in range(_DEEPEST):
            if level is None:
                return
            yield level
            level = level.parent

    @property
    def packages(self):
        """Keys of its packages, or of the one in the nearest level around it that has any."""
        for level in self.above():
            keys = level.marks.packages
            if keys:
                return list(keys) if level is self or len(keys) == 1 else []
        return []


class Packing:
    """Takes the segments of packaging levels; the half of ``Goods`` that knows packages.

    :param form.Advice advice: what is filled
    :param edifact.Values notes: reads dates and numbers, and records flaws
    :param edi.Budget budget: how much may come; spells out ranges
    """

    def __init__(self, advice, notes, budget):
        self.advice, self.notes, self.budget = advice, notes, budget
        self.parcels = Parcels()
        self.level = Level("", "", 0, "")
        self.levels = [self.level]
        self._by_id = {}
        self._line = None  # the open line
        self._marks = self.level.marks  # where numbers and dates go now
        self._master = None  # package of the master label

    def pack(self):
        """Bring packages and lines together, when all is read."""
        self._count_packages()
        for level in self.levels:
            self._find_parent(level)
        for level in self.levels:
            self._nest(level)
            self._inherit(level)
        self.advice.packages = self.parcels.found

    def _close_line(self):
        raise NotImplementedError

    def on_cps(self, segment):
        """A packaging level begins."""
        self.budget.spend("parts", segment)
        self._close_line()
        self._count_packages()
        self.notes.path = f"CPS[{len(self.levels)}]"
        level = Level(segment.get(1), segment.get(2), segment.line, self.notes.path)
        level.parent = self._by_id.get(level.around) if level.around != level.id else None
        self._by_id[level.id] = level
        self.levels.append(level)
        self.level, self._marks, self._master = level, level.marks, None

    def on_pac(self, segment):
        """Packages of one kind follow."""
        if self._line is not None:
            return
        self._count_packages()
        self.level.announced = self.notes.number(segment, 1)
        self.level.type_code = segment.get(3)
        self._marks, self._master = self.level.marks, None

    def _count_packages(self):
        """Tell when some of the packages that PAC announces have a number and some not."""
        level = self.level
        if level.numbered and level.announced and level.announced > level.numbered:
            values = {"announced": level.announced, "count": level.numbered}
            self.notes.add_at("package_count", level.line, level.path, **values)
        level.announced, level.numbered = None, 0

    def _find_parent(self, level):
        """The level around one, which may come later in the file; never in a circle."""
        level.parent = level.parent or self._by_id.get(level.around or None)
        above = list(level.above())
        if len(above) == _DEEPEST or level in above[1:]:
            level.parent = None
            self.notes.add_at("package_cycle", level.line, level.path, value=level.id)

    def _nest(self, level):
        """Put packages into the one package of the level around theirs."""
        around = level.parent.packages if level.parent else []
        for key in level.marks.packages if len(around) == 1 else ():
            self.parcels.put_into(key, around[0])

    def _inherit(self, level):
        """Give lines the packages of their level, and the only line what is marked on it."""
        level.marks.settle()
        keys = level.packages
        self.budget.spend("links", level, len(keys) * len(level.lines))
        for line in level.lines:
            self._packed(line, keys)
        if len(level.lines) == 1:
            self._adopt(level.lines[0], level.marks)
            return
        for unit in level.marks.units if level.lines else ():
            values = {"lot": unit.number, "count": len(level.lines)}
            self.notes.add_at("package_lot", unit.source_line, level.path, **values)

    def _adopt(self, line, marks):
        """What is marked on a package holds for the only line in it."""
        if marks.units and not any(unit.number for unit in line.units):
            dated, line.units = line.units, marks.units
            for unit in dated if len(dated) == 1 else ():
                fill_dates(line.units, {name: getattr(unit, name) for name in DATES})
        fill_dates(line.units, marks.dates)

    def _packed(self, line, keys):
        if len(keys) == 1:
            for key in line.packages:
                self.parcels.put_into(key, keys[0])
        line.packages = line.packages or keys
        if len(line.packages) == 1:
            pack(line.units, line.packages[0])

    def take_package(self, number, segment, sscc):
        """A package that the segment names; it is where numbers are being collected."""
        self.budget.spend("numbers", segment)
        key = self.parcels.take(number, segment.line, self.notes.of(segment), sscc)
        package = self.parcels.found[key]
        package.type_code = package.type_code or self.level.type_code
        self._marks.packages[key] = True
        if self._line is None:
            self.level.numbered += 1
        if self._master not in (None, key):
            self.parcels.put_into(key, self._master)
            self._marks.packages.pop(self._master, None)
        return key
