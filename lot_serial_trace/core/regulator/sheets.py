"""Sheets of any length, as one workbook or as CSV files: in constant memory, a row at a time.

The same rows make the same bytes, so that a digest says whether two files say the same.
"""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter

#: Rows of a worksheet, its heading aside.
SHEET_ROWS = 1_048_575
#: Characters with which a spreadsheet takes text for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Characters of a cell.
CELL = 32_767
#: Characters that the name of a sheet must not have, and its length.
FORBIDDEN, LONGEST = str.maketrans(dict.fromkeys("[]:*?/\\", "-")), 31
#: Width of columns, in characters.
NARROW, WIDE = 12, 42
#: The day before a spreadsheet's first day, its 29 February 1900 included.
BEGIN = date(1899, 12, 30).toordinal()
#: When archives say their members were made: never mind when.
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass
class Sheet:
    """Rows under names of columns.

    :param title: name of the sheet, and of the file where there is one for each
    :param columns: names of columns
    :param rows: tuples of texts, numbers, dates, moments and None; read once
    """

    title: str
    columns: list
    rows: Iterable


def write_xlsx(file, sheets, moment):
    """Write a workbook with one sheet after the other.

    :param file: open binary file
    :param moment: when it is made: a property of the workbook
    :return: dict title -> number of rows
    """
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": moment})
    writer = _Book(book)
    counts = {sheet.title: writer.put(sheet) for sheet in sheets}
    book.close()
    return counts


class _Book:
    """Sheets of a workbook; what does not fit on one goes on on the next."""

    def __init__(self, book):
        self._book = book
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def put(self, sheet):
        page, count = self._page(sheet, 1), 0
        for row in sheet.rows:
            if count and count % SHEET_ROWS == 0:
                page = self._page(sheet, count // SHEET_ROWS + 1)
            self._row(page, count % SHEET_ROWS + 1, row)
            count += 1
        return count

    def _page(self, sheet, number):
        mark = f" {number}" if number > 1 else ""
        name = sheet.title.translate(FORBIDDEN)[: LONGEST - len(mark)] + mark
        page = self._book.add_worksheet(name)
        page.freeze_panes(1, 0)
        for place, title in enumerate(sheet.columns):
            page.set_column(place, place, min(max(len(title), NARROW), WIDE))
            page.write_string(0, place, title, self._bold)
        if sheet.columns:
            page.autofilter(0, 0, SHEET_ROWS, len(sheet.columns) - 1)
        return page

    def _row(self, page, number, row):
        for place, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                page.write_string(number, place, value[:CELL])
            elif isinstance(value, datetime):
                page.write_number(number, place, serial(value), self._moment)
            elif isinstance(value, date):
                page.write_number(number, place, serial(value), self._day)
            else:
                page.write_number(number, place, value)


def serial(value):
    """A day or a moment as spreadsheets count it: days since the end of 1899.

    >>> serial(date(2026, 3, 1)), serial(datetime(2026, 3, 1, 12))
    (46082, 46082.5)
    """
    days = value.toordinal() - BEGIN
    if not isinstance(value, datetime):
        return days
    return days + (value.hour * 3600 + value.minute * 60 + value.second) / 86_400


def write_csv(file, sheets):
    """Write a ZIP archive with one CSV file for each sheet: UTF-8, dates as ISO 8601 says.

    :param file: open binary file
    :return: dict title -> number of rows
    """
    counts = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            member = zipfile.ZipInfo(_file_name(sheet.title), EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member, "w", force_zip64=True) as raw:
                counts[sheet.title] = _write_rows(raw, sheet)
    return counts


def _write_rows(raw, sheet):
    text = io.TextIOWrapper(raw, "utf-8-sig", newline="")
    out, count = csv.writer(text), 0
    out.writerow(sheet.columns)
    for row in sheet.rows:
        out.writerow([plain(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def plain(value):
    """A value as CSV has it; text that no spreadsheet takes for a formula.

    >>> plain("=1+1"), plain(2.50), plain(date(2026, 3, 1)), plain(None), plain("-5")
    ("'=1+1", '2.5', '2026-03-01', '', "'-5")
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return number(value)


def number(value):
    """A quantity as people write it: no exponent, no more digits than it has.

    >>> number(10.0), number(0.1 + 0.2), number(1234567.25), number(0)
    ('10', '0.3', '1234567.25', '0')
    """
    text = f"{value:.6f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _file_name(title):
    words = "".join(c if c.isalnum() else " " for c in title.lower()).split()
    return "_".join(words) + ".csv"
