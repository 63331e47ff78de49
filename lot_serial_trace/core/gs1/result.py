"""What a scan says."""

import datetime as dt
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import NamedTuple

from .tables import FIELDS, GLN_AIS, SYMBOLOGIES


class Element(NamedTuple):
    """One field of a scan.

    :param ai: application identifier; "" for a field that could not be told (lenient reading)
    :param title: GS1's data title
    :param value: the value as encoded
    :param position: index of the value in the scanned text
    :param date: day that the value names, for dates and times
    :param end_date: last day, where the value is a range
    :param datetime: local time that the value names, without zone
    :param number: exact number, for counts, measures, amounts and temperatures
    :param unit: UNECE Rec 20 code of the number
    :param currency: ISO 4217 numeric code of the number
    """

    ai: str
    title: str
    value: str
    position: int
    date: dt.date | None = None
    end_date: dt.date | None = None
    datetime: dt.datetime | None = None
    number: Decimal | None = None
    unit: str | None = None
    currency: str | None = None

    def as_dict(self):
        """The element as JSON takes it, the same as in the browser."""
        return {name: _plain(value) for name, value in zip(self._fields, self, strict=True)}


@dataclass(frozen=True, slots=True)
class Gs1Result:
    """A scan, read.

    :param raw: the text as it came from the scanner
    :param symbology: its symbology identifier (``"]C1"``), if the scanner sent one
    :param form: ``element_string``, ``bracketed``, ``digital_link`` or ``plain``
    :param text: ``raw`` without symbology identifier and framing: what to look up if plain
    :param elements: tuple of :class:`Element`, in the order of the label
    :param warnings: tuple of :class:`messages.Gs1Warning`
    :param gtin: 14 digits, of (01), (03), (8006), or of a bare EAN/UPC number
    :param content_gtin: 14 digits, of the items inside, (02) or (8026)
    :param sscc: 18 digits, (00) or a bare number with the right check digit
    :param lot: batch or lot (10)
    :param serial: serial number (21)
    :param expiry: use by or expiry date (17), else the day of ``expiry_datetime``
    :param best_before: best before date (15)
    :param sell_by: sell by date (16)
    :param production: production date (11), else the day of (8008)
    :param packaging: packaging date (13)
    :param expiry_datetime: expiry date and time (7003), local
    :param count: (30) or (37)
    :param gln: the place or party, (414) before (410) and the others
    :param measures: tuple of the elements with a weight, length, area, volume or temperature
    :param amounts: tuple of the elements with a price, an amount or a discount
    """

    raw: str
    symbology: str | None
    form: str
    text: str
    elements: tuple = ()
    warnings: tuple = ()
    gtin: str | None = None
    content_gtin: str | None = None
    sscc: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: dt.date | None = None
    best_before: dt.date | None = None
    sell_by: dt.date | None = None
    production: dt.date | None = None
    packaging: dt.date | None = None
    expiry_datetime: dt.datetime | None = None
    count: int | None = None
    gln: str | None = None
    measures: tuple = ()
    amounts: tuple = ()

    @property
    def use_by(self):
        """GS1 calls (17) use by or expiry."""
        return self.expiry

    @property
    def carrier(self):
        """The kind of barcode in words, if the scanner told it."""
        return SYMBOLOGIES.get(self.symbology, (None,))[0]

    def get(self, ai):
        """The value of an application identifier, or None."""
        return next((element.value for element in self.elements if element.ai == ai), None)

    def as_dict(self):
        """The result as JSON takes it, the same as in the browser."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def _plain(value):
    """``value`` in JSON's types: dates in ISO form, exact numbers as text."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return [item.as_dict() for item in value]
    return value


def promote(elements):
    """The named parts of a result, taken from its elements; the first of a kind wins.

    :return: dict of :class:`Gs1Result` fields
    """
    found = {}
    by_ai = {}
    for element in elements:
        by_ai.setdefault(element.ai, element)
        name = FIELDS.get(element.ai)
        if name and name not in found:
            found[name] = _meaning(name, element)
    if "expiry" not in found and "7003" in by_ai:
        found["expiry"] = by_ai["7003"].date
    if "production" not in found and "8008" in by_ai:
        found["production"] = by_ai["8008"].date
    found["gln"] = next((by_ai[ai].value for ai in GLN_AIS if ai in by_ai), None)
    numbers = [element for element in elements if element.number is not None]
    found["measures"] = tuple(element for element in numbers if element.unit)
    found["amounts"] = tuple(element for element in numbers if element.ai.startswith("39"))
    return found


def _meaning(name, element):
    if name == "count":
        return None if element.number is None else int(element.number)
    if name == "expiry_datetime":
        return element.datetime
    if element.date:
        return element.date
    # (8006) and (8026) carry piece and total behind the GTIN
    return element.value[:14] if name.endswith("gtin") else element.value
