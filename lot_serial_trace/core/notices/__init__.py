"""Readers of public recall notices: one a source, and what identifies goods in them.

:func:`read` takes a file of any of them. ``lot_text`` finds lots, numbers and dates in
prose, ``matching`` compares with own products and lots, ``fetching`` asks services.
"""

from . import (
    cpsc,
    fsis,
    generic,
    health_canada,
    openfda,
    rappelconso,
    rasff,
    safety_gate,
    uk_fsa,
)
from .errors import NoticeError
from .files import LIMITS, open_file
from .form import Flaw, Item, Mark, Notice, Page
from .record import Record, plain

_MODULES = (
    openfda,
    fsis,
    cpsc,
    rappelconso,
    health_canada,
    uk_fsa,
    rasff,
    safety_gate,
    generic,  # the last: it takes what no other knows
)

#: kind -> :class:`.source.Source`, in the order in which files are tried.
SOURCES = {source.kind: source for module in _MODULES for source in module.SOURCES}
_EVERY_LIST = tuple({name: None for source in SOURCES.values() for name in source.lists})


def read(data, kind="", name="", limits=LIMITS):
    """Read a file of notices.

    :param bytes data: the file
    :param str kind: key of :data:`SOURCES`; empty: found by the file's fields
    :param str name: of the file, for flaws
    :rtype: Page
    :raises NoticeError: it has nothing that can be read
    """
    source = SOURCES[kind] if kind else None
    contents = open_file(data, name, source.lists if source else _EVERY_LIST, limits)
    rows = [(_unwrapped(row), line) for row, line in contents.rows]
    source = source or _source_of(rows)
    page = Page(flaws=contents.flaws)
    if refusal := source.refusal(contents.head):
        raise NoticeError("refused", reason=refusal[:300])
    for number, (row, line) in enumerate(rows, 1):
        _read_row(page, source, contents.head, row, name, number, line)
    if rows and not page.notices:
        _refuse(source, rows, contents.form)
    source.follow(page, contents.head, [row for row, _line in rows])
    page.notices = _merged(page.notices)
    return page


def kind_of(data, name="", limits=LIMITS):
    """The kind of source a file is from.

    :raises NoticeError: it has nothing that can be read
    """
    rows = open_file(data, name, _EVERY_LIST, limits).rows
    return _source_of([(_unwrapped(row), line) for row, line in rows]).kind


def _unwrapped(row):
    """The record in what open-data portals put around it."""
    while isinstance(row, dict) and len(row) <= 4:
        inner = row.get("fields") or row.get("record")
        if not isinstance(inner, dict) or "title" in row:
            break
        row = inner
    return row


def _source_of(rows):
    for source in SOURCES.values():
        if any(isinstance(row, dict) and source.fits(row) for row, _line in rows[:20]):
            return source
    return SOURCES["generic"]


def _read_row(page, source, head, row, name, number, line):
    if not isinstance(row, dict) or not source.fits(row):
        found = ", ".join(row)[:80] if isinstance(row, dict) else str(row)[:80]
        page.flaws.append(
            Flaw("not_a_record", name, number, line, values={"value": plain(found) or "-"})
        )
        return
    record = Record(row, name, number, line)
    notice = source.read(record, head)
    if not notice.title and not any(item.product for item in notice.items):
        record.flaw("nothing_said")
    notice.raw, notice.record, notice.line = row, number, line
    notice.flaws += record.flaws
    page.notices.append(notice)


def _refuse(source, rows, form):
    names = next((", ".join(row) for row, _line in rows if isinstance(row, dict)), str(rows[0][0]))
    if source.kind in ("generic", "typed") and form == "table":
        raise NoticeError("no_columns", headers=plain(names)[:300])
    raise NoticeError("wrong_shape", publisher=source.title, found=plain(names)[:300] or "-")


def _merged(notices):
    """Rows of one file about the same notice are products of it."""
    found = {}
    for notice in notices:
        key = (*notice.key, notice.version) if notice.number else id(notice)
        first = found.setdefault(key, notice)
        if first is not notice and first.digest != notice.digest:
            first.items += notice.items
            first.flaws += notice.flaws
            first.raw = [*(first.raw if isinstance(first.raw, list) else [first.raw]), notice.raw]
    return list(found.values())
