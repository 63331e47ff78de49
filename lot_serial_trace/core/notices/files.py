"""The records of a file, whatever its kind: JSON, lines of JSON, XML or a table.

Sizes, depth and numbers are bounded; XML brings no declarations. What stands in front of
a fault is read, and the fault is told.
"""

import csv
import io
import re
from dataclasses import dataclass, field

from ..asn.errors import AsnError
from ..asn.safe_json import JsonReader
from ..asn.safe_xml import Limits, document_name, open_xml, put, records
from .errors import NoticeError
from .form import Flaw

LIMITS = Limits(size=64 * 1024 * 1024, depth=40, elements=100_000)
RECORDS = 60_000
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,200})", re.IGNORECASE)
_WRAPPERS = ("channel", "results")  # of which the records are cut out
_CUT = (("channel", "item"), ("results", "result"))
_DELIMITERS = ",;\t|"


@dataclass(slots=True)
class Contents:
    """What a file holds.

    :param head: what stands beside the list of records, a dict
    :param rows: list of (record, line)
    :param form: ``json``, ``xml`` or ``table``
    """

    head: dict = field(default_factory=dict)
    rows: list = field(default_factory=list)
    flaws: list = field(default_factory=list)
    form: str = ""


def open_file(data, name="", lists=(), limits=LIMITS):
    """Take a file apart.

    :param bytes data: the file
    :param str name: for flaws
    :param lists: names of fields in which the records may be, beside a list as such
    :rtype: Contents
    :raises NoticeError: nothing of it can be read
    """
    if len(data) > limits.size:
        raise NoticeError("too_big", size=len(data), limit=limits.size)
    start = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise NoticeError("empty")
    found = Contents()
    try:
        _fill(found, _kind_of(data, start), data, name, lists, limits)
    except AsnError as error:
        trouble = NoticeError.of(error)
        if not found.rows:
            raise trouble from error
        reason = trouble.message % trouble.values
        found.flaws.append(Flaw("cut_off", name, line=error.line, values={"reason": reason}))
    if len(found.rows) > RECORDS:
        del found.rows[RECORDS:]
        found.flaws.append(Flaw("too_many", name, values={"limit": RECORDS}))
    return found


def _kind_of(data, start):
    if start[:1] in b"[{" or data[:4].replace(b"\0", b"").lstrip(b"\xff\xfe")[:1] in (b"[", b"{"):
        lines = data.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 2)
        several = len(lines) > 1 and lines[0].rstrip().endswith(b"}") and lines[1][:1] == b"{"
        return "lines" if several else "json"
    if _PAGE.search(start):
        title = _TITLE.search(data[:20_000])
        raise NoticeError(
            "page", title=(title[1].decode("utf-8", "replace").strip() if title else "HTML")
        )
    return "xml" if start[:1] == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff") else "table"


def _fill(found, kind, data, name, lists, limits):
    if kind == "json":
        _read_json(found, data, lists, limits)
    elif kind == "lines":
        _read_lines(found, data, name, limits)
    elif kind == "xml":
        _read_xml(found, data, limits)
    else:
        _read_table(found, data)


def _read_json(found, data, lists, limits):
    found.form = "json"
    inside = {(), *((one,) for one in lists)}
    for path, value, line in JsonReader(data, limits, inside).values():
        if path[-1:] == ("*",):
            found.rows.append((value, line))
        elif path:
            found.head[path[0]] = value
        else:
            found.rows.append((value, line))
    empty = any(re.search(rb'"%b"\s*:\s*\[\s*\]' % one.encode(), data) for one in lists)
    if not found.rows and not empty and not _is_error(found.head):
        found.rows = [(found.head, 1)] if found.head else []
        found.head = {}


def _is_error(head):
    return set(head) <= {"error", "errors", "message", "error_code", "errorcode", "reset_time"}


def _read_lines(found, data, name, limits):
    found.form = "json"
    for number, line in enumerate(data.lstrip(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            found.rows += [
                (value, number) for _path, value, _line in JsonReader(line, limits, set()).values()
            ]
        except AsnError as error:
            trouble = NoticeError.of(error)
            reason = trouble.message % trouble.values
            found.flaws.append(Flaw("cut_off", name, line=number, values={"reason": reason}))


def _read_xml(found, data, limits):
    found.form = "xml"
    source = open_xml(data, limits)
    document = document_name(source)
    if document.local.lower() == "html":
        raise NoticeError("page", title="XHTML")
    wrapped = False
    known = {"", document.namespace}
    for node in records(source, document, known, _CUT):
        value = _as_dict(node)
        if isinstance(value, str):
            found.head[node.tag] = value
        elif node.tag in _WRAPPERS:
            found.head.update(value)
            wrapped = True
        else:
            found.rows.append((value, node.line))
    _drop_wrappers(found, wrapped)


def _as_dict(node):
    """An element as text, or as a dict of its attributes and children."""
    if not len(node) and not node.attrib:
        return node.text or ""
    found = dict(node.attrib)
    if node.text and not len(node):
        found["_text"] = node.text
    for child in node:
        put(found, child.tag.rpartition("}")[2], _as_dict(child))
    return found


def _drop_wrappers(found, wrapped):
    """A list in one element, or a document that is one record."""
    if not found.rows and not wrapped and found.head:
        found.rows, found.head = [(found.head, 1)], {}
    if len(found.rows) == 1 and len(found.rows[0][0]) == 1:
        (value,) = found.rows[0][0].values()
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            found.rows = [(one, found.rows[0][1]) for one in value]


def _read_table(found, data):
    found.form = "table"
    text = _decode(data)
    header = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [" ".join(one.split()) for one in next(rows)]
        if header.count(delimiter) == 0 or not all(len(one) < 100 for one in names):
            raise NoticeError("unknown_format")
        for row in rows:
            if any(cell.strip() for cell in row):
                found.rows.append((_named(names, row), rows.line_num))
    except csv.Error as error:
        raise NoticeError("broken_csv", rows.line_num, reason=str(error)) from None


def _named(names, row):
    """A row as a dict; of two columns with one name the first that says something."""
    found = {}
    for name, cell in zip(names, row, strict=False):
        if name and not found.get(name):
            found[name] = cell
    return found


def _decode(data):
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:4000]:
        raise NoticeError("unknown_format")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
