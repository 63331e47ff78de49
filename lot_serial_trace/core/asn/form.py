"""The one shape that every shipping notice is read into.

Readers fill it; ``models/trace_asn.py`` stores it; nothing else knows formats.
Texts are stripped, otherwise as sent: lot and serial numbers keep case, zeros and
slashes. What a document does not say is ``""``, ``None`` or an empty list, never a
guess.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PartyId:
    """An identifier of a party.

    :param kind: ``gln``, ``vat``, ``registry`` (company register, national number),
        ``account`` (our own number for the party) or ``other``
    :param scheme: the scheme as sent: an ISO 6523 ICD such as ``0088``, or ``GLN``,
        ``NO:ORGNR``, ``BE:VAT``; often empty
    :param value: as sent, stripped
    """

    kind: str
    scheme: str
    value: str


@dataclass(slots=True)
class Party:
    """Supplier, receiver, buyer ... as the document names them.

    :param gln: 13 digits, as sent even when the check digit is wrong; or empty
    :param endpoint: electronic address, with its scheme in ``endpoint_scheme``
    :param country: ISO 3166 alpha-2, or empty
    """

    name: str = ""
    legal_name: str = ""
    gln: str = ""
    endpoint: str = ""
    endpoint_scheme: str = ""
    ids: list[PartyId] = field(default_factory=list)
    street: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = ""

    @property
    def label(self):
        """How to call the party in a sentence; empty when it is nameless."""
        first = self.ids[0].value if self.ids else ""
        return self.name or self.legal_name or self.gln or first or self.endpoint

    def values(self, kind):
        """The identifiers of a kind, in document order, without repeats."""
        return list(dict.fromkeys(ident.value for ident in self.ids if ident.kind == kind))


@dataclass(slots=True)
class Package:
    """A logistic unit or a box; ``parent`` makes the tree.

    :param key: index in :attr:`Advice.packages`
    :param number: identifier as sent
    :param sscc: 18 digits with right check digit, or empty
    :param type_code: UNECE Rec 21 code (``PX`` pallet, ``CT`` carton ...), as sent
    :param parent: key of the package around it, or ``None``
    """

    key: int
    number: str = ""
    sscc: str = ""
    type_code: str = ""
    parent: int | None = None
    source_line: int = 0


@dataclass(slots=True)
class Unit:
    """A lot, or one serial number, of a line.

    :param quantity: in the line's unit; ``None`` when the document does not say how
        much of the line is in this lot
    :param expiry: last day of use (GS1 AI 17); local date
    :param best_before: quality date (AI 15); local date
    :param trace_id: product trace id as sent, such as a UDI
    :param package: key of the package it is in, or ``None``
    """

    lot: str = ""
    serial: str = ""
    quantity: Decimal | None = None
    expiry: date | None = None
    best_before: date | None = None
    made: date | None = None
    trace_id: str = ""
    package: int | None = None
    source_line: int = 0

    @property
    def number(self):
        """The number a label would show first: the serial, else the lot."""
        return self.serial or self.lot

    @property
    def last_day(self):
        """The day to compare with an expiry: expiry, else best before."""
        return self.expiry or self.best_before


@dataclass(slots=True)
class Line:
    """One product line.

    :param number: the document's line number
    :param quantity: despatched; ``None`` when not said or not readable
    :param unit: unit code as sent (UNECE Rec 20, or Rec 21 with X), or empty
    :param outstanding: comes later, in ``unit``
    :param pack_size: how many base units one ``unit`` holds, when told
    :param gtin_sent: the standard identifier as sent
    :param gtin: the same as 14 digits with a right check digit, or empty
    :param order: our order's number; dummies such as ``NA`` are empty
    :param order_line: our order line's number, likewise
    :param packages: keys into :attr:`Advice.packages`
    :param source_line: line in the file; ``source_path`` the element's path
    """

    number: str
    quantity: Decimal | None = None
    unit: str = ""
    outstanding: Decimal | None = None
    outstanding_reason: str = ""
    pack_size: Decimal | None = None
    name: str = ""
    gtin_sent: str = ""
    gtin: str = ""
    supplier_code: str = ""
    buyer_code: str = ""
    order: str = ""
    order_line: str = ""
    note: str = ""
    packages: list[int] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    source_line: int = 0
    source_path: str = ""

    @property
    def item(self):
        """How to call the product in a sentence."""
        codes = self.gtin_sent or self.supplier_code or self.buyer_code
        return " ".join(part for part in (self.name, codes and f"({codes})") if part) or self.number


@dataclass(slots=True)
class Advice:
    """A whole notice.

    :param format: reader that made it (``ubl``)
    :param version: the format's version as declared, or empty
    :param profile: customization or implementation guide, as declared
    :param action: ``original``, ``copy``, ``replace`` or ``cancel``
    :param type_code: kind of despatch as sent (``delivery``, ``SEVK``, ``09`` ...)
    :param orders: order numbers of the header, dummies left out
    :param despatched: day the goods left
    :param expected_from: first and, below, last day of the expected arrival
    :param flaws: at most 100 of each code; all are in ``flaw_counts``
    """

    format: str
    version: str = ""
    profile: str = ""
    number: str = ""
    issued: date | None = None
    action: str = "original"
    type_code: str = ""
    note: str = ""
    supplier: Party | None = None
    seller: Party | None = None
    ship_to: Party | None = None
    buyer: Party | None = None
    originator: Party | None = None
    carrier: str = ""
    shipment: str = ""
    tracking: str = ""
    orders: list[str] = field(default_factory=list)
    despatched: date | None = None
    expected_from: date | None = None
    expected_until: date | None = None
    packages: list[Package] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    flaws: list = field(default_factory=list)
    flaw_counts: Counter = field(default_factory=Counter)

    @property
    def order_numbers(self):
        """Every order that header or lines name, in document order, once each."""
        named = [*self.orders, *(line.order for line in self.lines)]
        return list(dict.fromkeys(number for number in named if number))
