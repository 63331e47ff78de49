"""The contents of a shipment as a table: one row a unit."""

import csv

from ..condense import plain

#: What the columns are called, and what is in them.
COLUMNS = (
    ("Packages", lambda unit: " > ".join(unit.packages)),
    ("GTIN", lambda unit: unit.gtin),
    ("Reference", lambda unit: unit.reference),
    ("Product", lambda unit: unit.product),
    ("Lot", lambda unit: unit.lot),
    ("Serial", lambda unit: unit.serial),
    ("Use by", lambda unit: _day(unit.expires)),
    ("Best before", lambda unit: _day(unit.best_before)),
    ("Produced", lambda unit: _day(unit.made)),
    ("Quantity", lambda unit: plain(unit.quantity)),
    ("Unit", lambda unit: unit.uom),
    ("Your order", lambda unit: unit.order),
    ("Our order", lambda unit: unit.sale),
    ("Origin", lambda unit: unit.origin),
)
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(shipment, out):
    """Write the units to a text file, opened with ``newline=""``."""
    writer = csv.writer(out)
    writer.writerow(name for name, _value in COLUMNS)
    for unit in shipment.units:
        writer.writerow(_safe(value(unit)) for _name, value in COLUMNS)


def _safe(text):
    """A text that no spreadsheet calculates; negative numbers do not occur here."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _day(day):
    return day.isoformat() if day else ""
