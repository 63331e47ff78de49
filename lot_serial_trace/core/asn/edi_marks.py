"""Lots, serial numbers and dates that were told in several places of one line."""

from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal

from .form import Unit

#: The dates of a unit.
DATES = ("expiry", "best_before", "made")


@dataclass(slots=True, eq=False)
class Marks:
    """Numbers and dates that belong together: those of a line, or of one mark in it.

    :ivar packages: keys of packages, as an ordered set
    :ivar quantity: how much is so marked
    :ivar dates: field of :class:`~.form.Unit` -> date
    """

    line: int = 0
    units: list = field(default_factory=list)
    packages: dict = field(default_factory=dict)
    quantity: Decimal | None = None
    unit: str = ""
    dates: dict = field(default_factory=dict)

    @property
    def lots(self):
        """The units that are lots and not serial numbers."""
        return [unit for unit in self.units if not unit.serial]

    def settle(self):
        """Give the units what is said about all of them."""
        lots = self.lots
        if len(lots) == 1 and len(self.units) > 1:
            self.units = [unit for unit in self.units if unit.serial]
            name_lot(self.units, lots[0].lot)
        elif len(self.units) == 1 and self.units[0].quantity is None:
            self.units[0].quantity = self.quantity
        fill_dates(self.units, self.dates)
        if len(self.packages) == 1:
            pack(self.units, next(iter(self.packages)))


def fill_dates(units, dates):
    """Set dates where units have none; ``dates`` is a dict field -> date or None."""
    for unit in units if dates else ():
        for name, day in dates.items():
            if getattr(unit, name) is None:
                setattr(unit, name, day)


def name_lot(units, lot):
    """Set the lot where units have none."""
    for unit in units:
        unit.lot = unit.lot or lot


def pack(units, key):
    """Put units into a package, unless they are in another."""
    for unit in units:
        if unit.package is None:
            unit.package = key


def combine(own, groups):
    """The units of a line.

    :param Marks own: what the line says of itself
    :param groups: list of :class:`Marks`, of parts of the line
    :returns: list of :class:`~.form.Unit`
    """
    for marks in (own, *groups):
        marks.settle()
    silent = [marks for marks in groups if not marks.units and marks.dates]
    units = _with_own(own.units, [unit for marks in groups for unit in marks.units])
    fill_dates(units, own.dates)
    if len(silent) == 1 and units:
        fill_dates(units, silent[0].dates)
    elif len(units) <= 1 and silent:
        units = [_dated(units, marks, own) for marks in silent]
    elif not units and own.dates:
        units = [Unit(source_line=own.line, **own.dates)]
    return units


def _with_own(own, others):
    """Numbers of the line and of its parts: one lot for the line is the lot of all serials."""
    if len(own) == 1 and not own[0].serial and others:
        if all(unit.serial and not unit.lot for unit in others):
            name_lot(others, own[0].lot)
            return others
        if own[0].lot in {unit.lot for unit in others}:
            return others
    return own + others


def _dated(units, marks, own):
    """So much of a line that expires on one day, of its only lot if there is one."""
    unit = copy(units[0]) if units else Unit()
    unit.quantity, unit.source_line = marks.quantity, marks.line
    for name, day in marks.dates.items():
        setattr(unit, name, day)
    fill_dates([unit], own.dates)
    return unit
