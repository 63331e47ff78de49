"""Marks of a notice's structured fields; what is prose goes to :mod:`.lot_text`."""

from .form import LOT_KINDS, Item, Mark
from .lot_text import read_text
from .numbers import digits_of, read_gtin


def prose(item, text, field, codes=False, day_first=False, year=None):
    """Add what a text tells to an item."""
    item.marks += read_text(text, field, codes, day_first, year)


def batches(item, text, field, day_first=False, year=None):
    """Add what a field for lots tells: there, every code is one."""
    found = read_text(text, field, True, day_first, year)
    said = any(
        mark.kind in ("all", "none") or (mark.kind in LOT_KINDS and mark.meaning != "bare")
        for mark in found
    )
    if not said:
        found = read_text(f"lots: {text}", field, True, day_first, year)
    item.marks += found


def barcode(record, item, text, field):
    """Add a number of a field that is for barcodes; what is none is read as prose."""
    kind, value = read_gtin(text)
    digits = digits_of(text)
    if value and len(digits) >= 8 and not any(map(str.isalpha, text)):
        item.marks.append(Mark(kind, value, text=text[:200], field=field))
        return
    found = read_text(f"UPC {text}", field)
    item.marks += found
    if len(digits) in (12, 13, 14) and not any(mark.kind == "gtin" for mark in found):
        record.flaw("bad_check_digit", field, value=text[:80])


def year_of(*texts):
    """The year of the first date that has one."""
    for text in texts:
        if text[:4].isdigit():
            return int(text[:4])
    return None


def whole(items):
    """Items without doubles of marks; at least one."""
    for item in items:
        item.marks = list(dict.fromkeys(item.marks))
    return items or [Item()]
