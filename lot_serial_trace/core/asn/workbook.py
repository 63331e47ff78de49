"""Workbooks: XLSX by :mod:`.xlsx`, XLS by ``xlrd``.

A workbook is an archive of XML files, so it is looked at as such before it is
read: number, size and ratio of its members, and no document type declaration in
any of them.
"""

import io
import zipfile
import zlib
from datetime import date, timedelta

from . import xlsx
from .containers import BOUNDS
from .errors import AsnError
from .sheet import EPOCHS, MOST_COLUMNS, Sheet

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
#: Names inside an OLE file that make it an Excel workbook, in UTF-16.
_XLS_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
#: Where a document type declaration would stand.
_PROLOG = 1 << 16


def is_workbook(data):
    """Whether ``data`` is an Excel workbook, told by its beginning and its directory."""
    if data.startswith(_OLE):
        return any(name in data for name in _XLS_STREAMS)
    if not data.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return b"xl/" in data  # it was one before it was cut off


def sheets(data):
    """All sheets of a workbook, hidden ones too.

    :returns: list of :class:`~.sheet.Sheet`
    :raises AsnError: it is damaged, locked, or too big unpacked
    """
    read = _xls if data.startswith(_OLE) else _xlsx
    try:
        return read(data)
    except AsnError:
        raise
    except Exception as error:  # whatever a damaged workbook makes the library do
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise AsnError("broken_workbook", reason=reason) from error


def _xlsx(data):
    """Read a workbook of Excel 2007 and later; values as last computed, not formulas."""
    _check(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return xlsx.sheets(archive)


def _check(data, bounds=BOUNDS):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > bounds.members:
            raise AsnError("many_members", count=len(members), limit=bounds.members)
        budget = min(bounds.size, max(bounds.free, len(data) * bounds.ratio))
        if sum(info.file_size for info in members) > budget:
            raise AsnError("archive_too_big", limit=budget)
        for info in members:
            _check_member(archive, info)


def _check_member(archive, info):
    """Read a member to its end: the size in the directory may lie."""
    try:
        with archive.open(info) as file:
            if b"<!DOCTYPE" in file.read(_PROLOG).replace(b"\0", b"").upper():
                raise AsnError("dtd")
            while file.read(1 << 20):
                pass
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise AsnError("broken_workbook", reason=str(error)) from error


def _xls(data):
    """Read a workbook of Excel 97 to 2003."""
    import xlrd

    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
    epoch = 1904 if book.datemode else 1900
    return [
        Sheet(
            sheet.name,
            _plain_rows(
                (number + 1, [_xls_cell(cell, epoch) for cell in sheet.row(number)])
                for number in range(sheet.nrows)
            ),
            epoch,
            visible=sheet.visibility == 0,
        )
        for sheet in book.sheets()
    ]


def _xls_cell(cell, epoch):
    text, number, day, boolean = 1, 2, 3, 4  # xlrd's codes of types
    if cell.ctype == day:
        return EPOCHS[epoch] + timedelta(days=int(cell.value))
    if cell.ctype == boolean:
        return bool(cell.value)
    return cell.value if cell.ctype in (text, number) else None


def _plain_rows(rows):
    """Rows with cells as :class:`~.sheet.Sheet` has them; equal texts are kept once."""
    plain, texts = [], {}
    for number, cells in rows:
        row = [_plain(cell, texts) for cell in cells]
        while row and row[-1] is None:
            row.pop()
        if len(row) > MOST_COLUMNS:
            raise AsnError("too_many_columns", line=number, limit=MOST_COLUMNS)
        if row:
            plain.append((number, row))
    return plain


def _plain(cell, texts):
    if isinstance(cell, str):
        text = cell.strip()
        return texts.setdefault(text, text) or None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if cell is None or isinstance(cell, (int, float, date)):
        return cell
    return str(cell)
