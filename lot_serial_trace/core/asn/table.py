"""Shipping notices in tables: CSV, TSV, XLSX and XLS, as suppliers type them.

There is no standard. The header is found by what it says (``columns.py``) or by what
a person said about it (``mapping.py``); what its cells mean is decided per column
(``cells.py``). Rows of one product and order are one line of the notice; each row
brings lots or serial numbers. Where a file holds several notices, one per number in a
column, each becomes an :class:`~.form.Advice`.
"""

import re
from dataclasses import dataclass

from ..gs1.keys import normalise_gtin
from . import columns, flaws_table, grid, mapping  # noqa: F401 (its kinds are used)
from .cells import DateColumn, day, decimal_mark, is_ditto, text_of
from .checks import check
from .detect import looks_like_xml
from .errors import UnknownColumns
from .safe_xml import LIMITS
from .table_parts import Notices, Settings
from .values import sscc18

NAME = "CSV and Excel tables"

#: Beginnings of other text formats.
_OTHERS = re.compile(rb"UNA.{6}|UNB\+|UNH\+|ISA[^A-Za-z0-9\s]|[{\[]|%PDF-|\{\\rtf", re.DOTALL)
_CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1b]")
_TOTALS = re.compile(
    r"(grand |sub)?(total|totals|totaal|totale|suma|summe|gesamt\w*|sum|somme|razem|zwischensumme|"
    r"celkem|yhteens[aä]|totalt|ges)\b.*",
    re.IGNORECASE,
)
#: What an empty cell may take from the row above.
_INHERITED = (
    "number", "order", "order_line", "gtin", "supplier_code", "code", "buyer_code", "name", "unit",
    "pallet", "carton", "supplier", "supplier_gln", "ship_to", "ship_to_gln", "carrier",
    "tracking", "issued", "despatched", "expected",
)  # fmt: skip
_PRODUCT = set(columns.PRODUCT)
#: What a row of goods has at least one of.
_GOODS = {"lot", "serial", "quantity", "weight", "cases"}
#: Rows that a person is shown when the columns are unknown.
SAMPLE = 5


def recognises(data):
    """Whether ``data`` is a workbook, or a text whose lines are parted alike."""
    if grid.is_workbook(data):
        return True
    start = data[:4000]
    if looks_like_xml(data) or _OTHERS.match(start.lstrip(b"\xef\xbb\xbf \t\r\n")):
        return False
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and _CONTROLS.search(start):
        return False
    text, _lied = grid.decode(data[: 1 << 16])
    return bool(grid.find_separator(text))


def read(data, filename="", limits=LIMITS, mappings=()):
    """Read the notices of a table.

    :param mappings: list of :class:`~.mapping.Mapping`; the first that fits is used
    :returns: list of :class:`~.form.Advice`, in the order of the file
    :raises AsnError: nothing can be read; :class:`~.errors.UnknownColumns` when
        somebody has to say what the columns are
    """
    found = grid.sheets(data, limits)
    tables = [table for sheet in found if (table := _table(sheet, mappings))]
    if not tables:
        raise unknown(found)
    notices = Notices(_format(data))
    for table in tables:
        table.read(notices)
    for advice, log in notices.finish():
        check(advice, log)
        advice.flaws, advice.flaw_counts = log.flaws, log.counts
    return [advice for advice, _log in notices.finish()]


def _format(data):
    if data.startswith(b"PK"):
        return "xlsx"
    return "xls" if grid.is_workbook(data) else "csv"


def _table(sheet, mappings):
    """The table of goods on a sheet, or None."""
    header, said = mapping.find(sheet.rows, mappings)
    if header is None:
        header = columns.find(sheet.rows)
    return Table(sheet, header, said) if header else None


def unknown(sheets):
    """The error that shows a person the headers and the first rows.

    :param sheets: list of :class:`~.sheet.Sheet`
    """
    sheet = max(sheets, key=lambda sheet: len(sheet.rows))
    start = _likely_header(sheet.rows[:60])
    number, cells = sheet.rows[start]
    return UnknownColumns(
        sheet.name, number, [text_of(cell) for cell in cells], _sample(sheet, start)
    )


def _likely_header(rows):
    """Index of the first row that is as wide as the table, but for an empty cell or two."""
    width = max(len(cells) for _number, cells in rows)
    for index, (_number, cells) in enumerate(rows):
        if sum(cell is not None for cell in cells) >= min(width, max(2, width - 2)):
            return index
    return len(rows) - 1


def _sample(sheet, start):
    rows = sheet.rows[start + 1 : start + 1 + SAMPLE]
    return [[text_of(cell) for cell in cells] for _number, cells in rows]


@dataclass(frozen=True, slots=True)
class Outline:
    """What a person needs to say what the columns of a file are.

    :param headers: texts of the row that is or seems the header
    :param sample: the first rows below it, as texts
    :param fields: proposal for each column, ``""`` where there is none
    """

    headers: list
    sample: list
    fields: list


def outline(data, limits=LIMITS):
    """The :class:`Outline` of a table.

    :raises AsnError: it is none
    """
    found = grid.sheets(data, limits)
    for sheet in found:
        header = columns.find(sheet.rows)
        if header:
            break
    else:
        sheet = max(found, key=lambda sheet: len(sheet.rows))
        header = None
    rows = [number for number, _cells in sheet.rows]
    start = rows.index(header.row) if header else _likely_header(sheet.rows[:60])
    texts = [text_of(cell) for cell in sheet.rows[start][1]]
    header = header or columns.assign(texts)
    sample = _sample(sheet, start)
    width = max(len(texts), *(len(row) for row in sample), 1)
    said = {indexes[0]: name for name, indexes in header.columns.items()}
    fields = [said.get(index) or _by_content(sample, index, said) for index in range(width)]
    return Outline(texts + [""] * (width - len(texts)), sample, fields)


def _by_content(sample, index, said):
    """The field that the cells of a column show beyond doubt, if no other column is it."""
    cells = [row[index] for row in sample if index < len(row) and row[index]]
    for name, fits in (
        ("pallet", sscc18),
        ("gtin", lambda cell: len(cell) >= 12 and normalise_gtin(cell)),
        ("expiry", lambda cell: not cell.isdigit() and day(cell)),
    ):
        if cells and name not in said.values() and all(fits(cell) for cell in cells):
            return name
    return ""


class Table:
    """A sheet with its header, ready to be read into notices."""

    def __init__(self, sheet, header, said=None):
        self.sheet = sheet
        self.header = header
        self.said = said or mapping.Mapping("")
        self.rows = [(number, cells) for number, cells in sheet.rows if number > header.row]
        self._labels = [text.casefold() for text in header.texts]
        #: (field, column); more columns of a field are called (field, column)
        self._where = [
            (name if index == indexes[0] else (name, index), index)
            for name, indexes in header.columns.items()
            for index in (indexes if name in columns.REPEATED else indexes[:1])
        ]
        self._goods = _GOODS | {name for name, _index in self._where if isinstance(name, tuple)}
        self._above = {}

    def read(self, notices):
        """Add the rows of the table to ``notices``."""
        settings = self._settings()
        notices.begin(settings, self._titles())
        if self.sheet.lied:
            notices.log_all("encoding", 1)
        self._unread_columns(notices)
        for number, cells in self.rows:
            self._row(number, cells, notices)
        notices.end()
        self.rows = self.sheet.rows = []

    # -- the columns ----------------------------------------------------------

    def _settings(self):
        """What is decided for whole columns."""
        marks = {}
        for name in ("quantity", "weight", "cases", "pack_size"):
            index = self.header.first(name)
            if index is not None:
                marks[name] = self.said.decimal_mark or decimal_mark(
                    {cells[index] for _n, cells in self.rows if index < len(cells)},
                    self._usual_mark(),
                )
        return Settings(
            sheet=self.sheet.name,
            texts=self.header.texts,
            index={name: indexes[0] for name, indexes in self.header.columns.items()},
            marks=marks,
            repeated={n for n, indexes in self.header.columns.items() if len(indexes) > 1},
            dates=self._date_columns(),
            epoch=self.sheet.epoch,
            unit=self.said.unit,
            order=self.said.order,
            supplier=self.said.supplier,
            supplier_gln=self.said.supplier_gln,
            units={
                name: columns.unit_of(self.header.texts[indexes[0]])
                for name, indexes in self.header.columns.items()
                if indexes[0] < len(self.header.texts)
            },
        )

    def _usual_mark(self):
        """Semicolons part cells where commas part decimals, and the other way round."""
        return {";": ",", ",": "."}.get(self.sheet.separator, "")

    def _date_columns(self):
        """dict field -> :class:`~.cells.DateColumn` that has seen its cells."""
        found = {}
        for name in columns.DATES:
            index = self.header.first(name)
            if index is None:
                continue
            found[name] = column = DateColumn(self.said.date_order)
            for cell in {cells[index] for _n, cells in self.rows if index < len(cells)}:
                read = day(cell, self.sheet.epoch)
                if read:
                    column.see(read)
        for column in found.values():
            column.settle([other for other in found.values() if other is not column])
        _settle_by_shipment(found, self)
        return found

    def first_day(self, name, dates):
        """The first date of a column that is in no doubt."""
        index = self.header.first(name)
        for _number, cells in self.rows if index is not None else ():
            read = day(cells[index], self.sheet.epoch) if index < len(cells) else None
            if read and dates[name].value(read):
                return dates[name].value(read)
        return None

    def _unread_columns(self, notices):
        read = {index for _name, index in self._where}
        read |= {i for i, name in enumerate(self.said.fields) if name == mapping.IGNORE}
        unread = [
            text
            for index, text in enumerate(self.header.texts)
            if text and index not in read and self._has_cells(index)
        ]
        if unread:
            notices.log_all(
                "column_unread", self.header.row, self.sheet.name, value=", ".join(unread)[:500]
            )

    def _has_cells(self, index):
        return any(
            len(cells) > index and cells[index] is not None for _n, cells in self.rows[:1000]
        )

    # -- above the header -----------------------------------------------------

    def _titles(self):
        """What is written above the table: ``Delivery note: 4711``, ``PO | 123``."""
        found = {}
        for number, cells in self.sheet.rows:
            if number >= self.header.row:
                break
            for index, cell in enumerate(cells):
                for name, value in self._title(cells, index, cell):
                    found.setdefault(name, (value, number))
        return found

    def _title(self, cells, index, cell):
        if not isinstance(cell, str):
            return
        label, colon, value = cell.partition(":")
        name = columns.known(label if colon else cell)
        if not name or len(label) > 60:
            return
        if colon and value.strip():
            yield name[0], value.strip()
            return
        rest = [other for other in cells[index + 1 :] if other is not None]
        if rest and not columns.known(rest[0]):
            yield name[0], rest[0]

    # -- rows -----------------------------------------------------------------

    def _row(self, number, cells, notices):
        width = len(cells)
        values = {
            name: cells[index]
            for name, index in self._where
            if index < width and cells[index] is not None
        }
        if not values or self._is_header(cells):
            return
        if self._is_total(values, cells):
            notices.total(number, values)
        elif not values.keys().isdisjoint(self._goods):
            self._inherit(values)
            notices.take(number, values)
        elif self._is_heading(values):
            self._inherit(values)
        else:
            notices.unread(number, cells)

    def _is_header(self, cells):
        """The header again, as on the next page."""
        return any(cells) and all(
            isinstance(cell, str) and cell.casefold() == label
            for cell, label in zip(cells, self._labels, strict=False)
            if cell is not None
        )

    def _is_total(self, values, cells):
        """A row that adds up those above: it says so, and has no number of its own."""
        if "lot" in values or "serial" in values:
            # the word may stand in any column but then nothing else than numbers does
            texts = [cell for cell in cells if isinstance(cell, str)]
            return len(texts) == 1 and bool(_TOTALS.fullmatch(texts[0]))
        texts = (cell for cell in cells if isinstance(cell, str))
        first = next(texts, "")
        return bool(_TOTALS.fullmatch(first.rstrip(": "))) and _PRODUCT.isdisjoint(
            name for name in values if values[name] != first
        )

    def _is_heading(self, values):
        """A row that only begins a group: its order, pallet or product; the rest is below."""
        return bool(
            values.keys() & {"pallet", "carton", "order", "number", "gtin", "supplier_code"}
        ) or ("code" in values and len(values) > 1)

    def _inherit(self, values):
        """Fill what is empty or ditto from the row above, where that is meant."""
        above = self._above
        # what is above is no ditto, and equal texts of a table are one object
        new = [(name, cell) for name, cell in values.items() if above.get(name) is not cell]
        for name in [name for name, cell in new if is_ditto(cell)]:
            if above.get(name) is None:
                del values[name]
            else:
                values[name] = above[name]
        if "number" in values and values["number"] != above.get("number"):
            above = {}
        new_product = not _PRODUCT.isdisjoint(values)
        for name in _INHERITED:
            if name not in values and name in above and not (new_product and name in _PRODUCT):
                if not (new_product and name in ("order_line", "unit")):
                    values[name] = above[name]
        if not new_product and "serial" in values:
            for name in ("lot", "expiry", "best_before", "made"):
                if name not in values and name in above:
                    values[name] = above[name]
        self._above = values


def _settle_by_shipment(found, table):
    """Where a date's order is in doubt, take the one that is near the shipment."""
    sent = None
    for name in ("issued", "despatched", "expected"):
        if name in found and not sent:
            sent = table.first_day(name, found)
    if not sent:
        return
    for name, before, after in (
        ("made", 5, 1), ("date_code", 5, 5), ("expiry", 2, 12), ("best_before", 2, 12),
        ("issued", 1, 1), ("despatched", 1, 1), ("expected", 1, 1),
    ):  # fmt: skip
        if name in found:
            found[name].within(
                sent.replace(year=sent.year - before, day=1),
                sent.replace(year=sent.year + after, day=28),
            )
