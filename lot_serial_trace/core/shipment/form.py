"""The shape of a shipment, whatever it is written as."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ..ranges import collapse


@dataclass(frozen=True, slots=True)
class Unit:
    """Goods of one number in one package; or goods without number.

    :param number: lot or serial number, "" for goods that are not tracked
    :param batch: manufacturer's batch of a serial number
    :param made: production date, where the supplier told it
    :param quantity: in ``uom``
    :param code: UNECE Rec 20 code of ``uom``
    :param packages: names from the outermost package to the one it lies in
    :param order: the customer's order number, ``sale``: ours; ``sale_line``: its line's id
    :param origin: who supplied it to us
    :param ref: the caller's own, untouched
    """

    product: str
    reference: str = ""
    gtin: str = ""
    number: str = ""
    is_serial: bool = False
    batch: str = ""
    expires: date | None = None
    best_before: date | None = None
    made: date | None = None
    quantity: Decimal = Decimal(1)
    uom: str = ""
    code: str = ""
    packages: tuple = ()
    order: str = ""
    sale: str = ""
    sale_line: str = ""
    origin: str = ""
    ref: int | None = None

    @property
    def lot(self):
        """Batch or lot (AI 10)."""
        return self.batch if self.is_serial else self.number

    @property
    def serial(self):
        """Serial number (AI 21)."""
        return self.number if self.is_serial else ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or gets it.

    :param endpoint: electronic address, with its scheme (ISO 6523) in ``scheme``
    """

    name: str
    gln: str = ""
    scheme: str = ""
    endpoint: str = ""
    street: str = ""
    city: str = ""
    zip: str = ""
    country: str = ""


@dataclass(slots=True)
class Shipment:
    """A delivery.

    :param units: list of Unit
    :param outstanding: dict ``(reference, product)`` -> quantity that follows later
    """

    number: str
    issued: datetime
    supplier: Party
    customer: Party
    despatched: date | None = None
    expected: date | None = None
    carrier: str = ""
    tracking: str = ""
    units: list = field(default_factory=list)
    outstanding: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Units that differ in their number only, for people: numbers in a row are one range.

    :param numbers: list of ``(first, last)``; both the same for a single number
    """

    units: list
    numbers: list

    @property
    def text(self):
        """The numbers as people write them."""
        return ", ".join(
            first if first == last else f"{first} – {last}" for first, last in self.numbers
        )


def group(units):
    """Units of a product with the same dates, batch and package put together.

    Serial numbers are sorted as people count, so that 500 of them become a line or two.

    :return: list of Group, in the order in which their first unit came
    """
    alike = {}
    for unit in units:
        key = (unit.packages, unit.product, unit.uom, unit.is_serial, unit.batch)
        key += (unit.expires, unit.best_before)
        alike.setdefault(key, []).append(unit)
    return [_group(members) for members in alike.values()]


def _group(members):
    numbers = sorted({unit.number for unit in members if unit.number}, key=_counted)
    return Group(members, list(collapse(numbers)))


def _counted(number):
    """So that A2 comes before A10: length of the counter first."""
    head = number.rstrip("0123456789")
    return head, len(number), number
