"""Lists of numbers that people paste or import into a transfer.

Text, CSV or workbook; a number per line, several in a line, ranges, labels as a scanner
typed them; with or without a header; with columns for product, expiry, quantity and
batch where they can be told. What a supplier's notice needs beyond that is read by
``asn/table.py``.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from . import gs1
from .asn import columns, grid
from .asn.cells import DateColumn, amount, code, day, text_of
from .asn.errors import AsnError
from .asn.safe_xml import LIMITS
from .capture import capture
from .numbers import MOST_IN_LIST, flaw_of, parse_range, split_list

#: What a scanner's text begins with, or has in it, that a number has not.
_LABEL = re.compile(
    r"^\](?:d2|C1|Q3|e0|J1|Q1)|^\((?:01|02|10|21)\)|\x1d|^https?://\S+/(?:01|10|21)/"
)
#: Fields that a number's column can be called.
_NUMBERS = ("serial", "lot")
_PRODUCTS = ("gtin", "code", "supplier_code", "buyer_code", "name")
#: Numbers in a list from which on those that look otherwise are told.
_ENOUGH = 20


@dataclass(slots=True)
class Entry:
    """A number of the list.

    :param line: where it is, from 1
    :param products: texts that may name its product, the surest first
    :param gtin: of the label it was read from
    :param range: the range that it was written as, or ``""``
    :param flaw: key of :data:`numbers.FLAWS` or of :data:`FLAWS`, or ``""``
    :param odd: it looks unlike nearly all others
    """

    number: str
    line: int
    products: tuple = ()
    gtin: str = ""
    batch: str = ""
    expires: date | None = None
    made: date | None = None
    quantity: float | None = None
    range: str = ""
    flaw: str = ""
    odd: bool = False


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


FLAWS = {
    "bad_date": _("Its date cannot be read."),
    "ambiguous_date": _("Its date may be read in two ways. Write it as 2027-01-31."),
    "bad_quantity": _("Its quantity cannot be read."),
    "bad_label": _("The label cannot be read."),
}


def read_text(text, ranges=True, tracking="serial"):
    """The entries of a pasted list.

    :param str text: what was pasted
    :param bool ranges: ``SN001-SN050`` means fifty numbers
    :param str tracking: of the product it is most likely for: what bare digits beside a
        number mean
    :returns: list of :class:`Entry`
    :raises AsnError: it is too long, or no text
    """
    separator = grid.find_separator(text)
    rows = grid.rows_of_text(text, separator)
    return _entries(rows, ranges, tracking, 1900)


def read_file(data, ranges=True, tracking="serial", limits=LIMITS):
    """The entries of a text file or workbook; see :func:`read_text`.

    :param bytes data: the file
    """
    found = []
    for sheet in grid.sheets(data, limits):
        found += _entries(sheet.rows, ranges, tracking, sheet.epoch)
    return found


def _entries(rows, ranges, tracking, epoch):
    header = _header(rows)
    if header:
        rows = [(number, cells) for number, cells in rows if number > header.row]
        kinds = {index: name for name, found in header.columns.items() for index in found}
    else:
        kinds = _guess(rows, tracking, epoch)
    entries = _Reader(rows, kinds, ranges, epoch).read()
    _mark_odd(entries)
    return entries


def _header(rows):
    """The header, if one of the first rows is one: it names the column of the numbers."""
    for number, cells in rows[:20]:
        if any(char.isdigit() for cell in cells for char in text_of(cell)):
            continue  # "LOT 7" is a number
        header = columns.assign(cells, number)
        if header.columns.keys() & set(_NUMBERS):
            return header
        alone = [cell for cell in cells if cell is not None]
        if len(alone) == 1 and columns.plain(alone[0]) in (
            "no",
            "nos",
            "numbers",
            "code",
            "barcode",
        ):
            return columns.Header(number, list(cells), {"serial": [cells.index(alone[0])]})
    return None


def _guess(rows, tracking, epoch):
    """Fields of the columns of a list without a header: the first one has the numbers.

    A column of dates is the expiry; a column of amounts is the quantity of lots. Other
    columns have more numbers in them, or nothing that is needed.
    """
    kinds = {0: "serial"}
    width = max((len(cells) for _number, cells in rows), default=0)
    for index in range(1, width):
        cells = [row[index] for _n, row in rows if index < len(row) and row[index] is not None]
        if cells and "expiry" not in kinds.values() and all(_is_day(cell, epoch) for cell in cells):
            kinds[index] = "expiry"
        elif cells and "quantity" not in kinds.values() and _are_amounts(cells, tracking):
            kinds[index] = "quantity"
        else:
            kinds[index] = "serial"
    return kinds


def _is_day(cell, epoch):
    """Whether a cell is written as a date; bare digits are none here."""
    return not text_of(cell).isdigit() and day(cell, epoch) is not None


def _are_amounts(cells, tracking):
    read = [amount(cell, ".") for cell in cells]
    if any(one is None for one in read):
        return False
    return tracking == "lot" or all(one.value == 1 for one in read)


class _Reader:
    def __init__(self, rows, kinds, ranges, epoch):
        self.rows = rows
        self.kinds = kinds
        self.ranges = ranges
        self.epoch = epoch
        self.entries = []
        self.dates = self._date_column()
        self.serials = "serial" in kinds.values()

    def _date_column(self):
        column = DateColumn()
        for index in (i for i, name in self.kinds.items() if name in ("expiry", "best_before")):
            for cell in {cells[index] for _n, cells in self.rows if index < len(cells)}:
                read = day(cell, self.epoch)
                if read:
                    column.see(read)
        return column

    def read(self):
        for number, cells in self.rows:
            self._row(number, cells)
        return self.entries

    def _row(self, line, cells):
        values = {}
        numbers = []
        for index, cell in enumerate(cells):
            name = self.kinds.get(index)
            if cell is None or not name:
                continue
            if name in _NUMBERS and (name == "serial" or not self.serials):
                numbers.append(cell)
            else:
                values.setdefault("batch" if name == "lot" else name, cell)
        common = self._common(values)
        for cell in numbers:
            self._numbers(cell, line, common)

    def _common(self, values):
        """What holds for all numbers of a row."""
        flaw, expires = self._expiry(values.get("expiry") or values.get("best_before"))
        quantity = None
        if "quantity" in values:
            read = amount(values["quantity"], ".")
            quantity = read and float(read.value)
            flaw = flaw or ("" if read else "bad_quantity")
        return {
            "products": tuple(code(values[name])[0] for name in _PRODUCTS if name in values),
            "batch": code(values["batch"])[0] if "batch" in values else "",
            "expires": expires,
            "quantity": quantity,
            "flaw": flaw,
        }

    def _expiry(self, cell):
        if cell is None:
            return "", None
        read = day(cell, self.epoch)
        if read is None:
            return "bad_date", None
        found = self.dates.value(read)
        return ("", found) if found else ("ambiguous_date", None)

    def _numbers(self, cell, line, common):
        text, damage = code(cell)
        if damage in ("cut", "date"):
            self._add(Entry(text, line, **{**common, "flaw": "spreadsheet"}))
        elif isinstance(cell, str) and _LABEL.search(cell):
            self._label(cell, line, common)
        else:
            count = common["quantity"]
            for part in split_list(text, count and int(count)):
                self._part(part, line, common)

    def _part(self, part, line, common):
        found = parse_range(part) if self.ranges else None
        if found is None:
            flaw = common["flaw"] or flaw_of(part, gtin=True)
            self._add(Entry(part, line, **{**common, "flaw": flaw}))
            return
        # The quantity of a range is that of all its numbers.
        each = {**common, "quantity": None} if common["quantity"] == found.count else common
        if len(self.entries) + found.count > MOST_IN_LIST:
            raise AsnError("too_many_numbers", line=line, limit=MOST_IN_LIST)
        flaw = common["flaw"] or flaw_of(next(iter(found)))
        for number in found:
            self._add(Entry(number, line, range=part, **{**each, "flaw": flaw}))

    def _label(self, text, line, common):
        """A label as a scanner typed it: its number, product, batch and expiry."""
        try:
            scan = gs1.parse(text, lenient=True)
        except gs1.Gs1Error:
            self._add(Entry(text, line, **{**common, "flaw": "bad_label"}))
            return
        taken = capture(scan, "serial" if scan.serial else "lot")
        entry = Entry(taken.number or text, line, **common)
        entry.gtin = scan.gtin or ""
        entry.batch = taken.batch or entry.batch
        entry.expires = taken.expires or entry.expires
        entry.made = taken.made
        entry.quantity = entry.quantity if scan.serial else taken.quantity or entry.quantity
        entry.flaw = entry.flaw or ("bad_label" if taken.problem else "")
        self._add(entry)

    def _add(self, entry):
        if len(self.entries) >= MOST_IN_LIST:
            raise AsnError("too_many_numbers", line=entry.line, limit=MOST_IN_LIST)
        self.entries.append(entry)


def _mark_odd(entries):
    """Mark the few that are made otherwise than nearly all: a slip of the hand, as a rule."""
    shapes = Counter(_shape(entry.number) for entry in entries)
    if len(entries) < _ENOUGH:
        return
    usual, times = shapes.most_common(1)[0]
    if times >= len(entries) * 0.95:
        for entry in entries:
            entry.odd = _shape(entry.number) != usual


def _shape(number):
    """How a number is made: letters, digits, anything else, and how long it is."""
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "A", number))
