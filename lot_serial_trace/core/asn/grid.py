"""Tables as rows of cells, whatever file they come in: CSV, TSV, XLSX or XLS.

Cells of text files are texts. Cells of workbooks keep the type that the program gave
them, because that type tells what it did to what was typed: a GTIN that is a float,
a lot that became a date.
"""

import codecs
import csv
import io
import re
from collections import Counter

from . import workbook
from .errors import AsnError
from .safe_xml import LIMITS
from .sheet import MOST_COLUMNS, Sheet
from .workbook import is_workbook

_SEPARATORS = "\t;|,"
_SAMPLE_LINES = 50


def sheets(data, limits=LIMITS):
    """The tables of a file; hidden sheets only where there is nothing else.

    :param bytes data: the file
    :param Limits limits: how big it may be
    :returns: list of :class:`Sheet`
    :raises AsnError: nothing can be read
    """
    if len(data) > limits.size:
        raise AsnError("too_big", size=len(data), limit=limits.size)
    if is_workbook(data):
        return _seen(workbook.sheets(data))
    return [text_table(data)]


def _seen(found):
    """The visible sheets, if they hold anything."""
    found = [sheet for sheet in found if sheet.rows]
    found = [sheet for sheet in found if sheet.visible] or found
    if not found:
        raise AsnError("empty")
    return found


# -- text ---------------------------------------------------------------------


def decode(data):
    """Text of a file: by its byte order mark, else UTF-8, else Windows-1252.

    :returns: ``(text, whether the mark lied)``
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(encoding), False
            except UnicodeDecodeError:
                return _windows(data.removeprefix(mark)), True
    if b"\0" in data[:1000]:  # UTF-16 without a mark: every other byte is empty
        little = data[1:200:2].count(0) >= data[0:200:2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", "replace"), False
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        return _windows(data), False


def _windows(data):
    # 0x81, 0x8d, 0x8f, 0x90 and 0x9d mean nothing there: kept as they are
    return "".join(
        chunk if isinstance(chunk, str) else chunk.decode("latin-1")
        for chunk in _windows_chunks(data)
    )


def _windows_chunks(data):
    while data:
        try:
            yield data.decode("cp1252")
            return
        except UnicodeDecodeError as error:
            yield data[: error.start].decode("cp1252")
            yield data[error.start : error.end]
            data = data[error.end :]


def text_table(data):
    """The table of a CSV or TSV file."""
    text, lied = decode(data)
    if not text.strip():
        raise AsnError("empty")
    separator = find_separator(text)
    return Sheet("", rows_of_text(text, separator), separator=separator, lied=lied)


def rows_of_text(text, separator):
    """Rows of a text; a row's number is the line of the text where it ends."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator or "\t", skipinitialspace=True
    )
    rows, texts = [], {}  # equal texts are kept once
    csv.field_size_limit(1 << 20)
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise AsnError("too_many_columns", line=reader.line_num, limit=MOST_COLUMNS)
            row = [texts.setdefault(cell, cell) or None for cell in map(str.strip, cells)]
            if any(row):
                rows.append((reader.line_num, row))
    except csv.Error as error:
        raise AsnError("broken_csv", line=reader.line_num, reason=str(error)) from error
    if rows and _is_hint(rows[0][1]):
        del rows[0]
    return rows


def _is_hint(cells):
    """Excel's own first line, which names the separator: ``sep=;``."""
    return bool(re.fullmatch(r"sep=.?", "".join(cell or "" for cell in cells), re.IGNORECASE))


def find_separator(text):
    """The separator that gives most lines the same number of cells; "" if it does for one only."""
    hint = re.match(r"\s*sep=(.)\r?\n", text, re.IGNORECASE)
    if hint:
        return hint[1]
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:_SAMPLE_LINES]
    best = max(_SEPARATORS, key=lambda separator: _regularity(lines, separator))
    return best if _regularity(lines, best)[0] > 1 else ""


def _regularity(lines, separator):
    """How often a separator gives the same number of cells, and how many."""
    counts = Counter()
    for line in lines:
        count = re.sub(r'"[^"]*"', "", line).count(separator)
        if count:
            counts[count] += 1
    if not counts:
        return 0, 0
    count, times = counts.most_common(1)[0]
    return times, count
