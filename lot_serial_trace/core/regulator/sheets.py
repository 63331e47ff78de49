"""Sheets of any length, as one workbook or as CSV files: in constant memory, a row at a time.

The same rows make the same bytes, so that a digest says whether two files say the same.
"""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from .workbook import EPOCH, Workbook

#: Characters with which a spreadsheet takes text for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    book = Workbook(file, moment)
    counts = {sheet.title: book.put(sheet.title, sheet.columns, sheet.rows) for sheet in sheets}
    book.close()
    return counts


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
