"""Sheets of an XLSX workbook, read as a stream.

A notice of 100,000 rows has more than a million cells, so no object is made for a
cell and no tree for a row: expat tells of elements, and only what they say is kept.
Elements are known by their local names: Excel, its strict variant and other programs
use different namespaces for the same. No document type is read, so no entity is.
"""

import math
import posixpath
import re
from datetime import date, timedelta
from urllib.parse import unquote
from xml.parsers import expat

from .errors import AsnError
from .safe_xml import LIMITS
from .sheet import EPOCHS, MOST_COLUMNS, Sheet

_CHUNK = 1 << 16
_SEPARATOR = "\n"  # between namespace and local name; no namespace name can hold it
#: Cells of a workbook, empty ones in front of others too.
_MOST_CELLS = 25_000_000
#: Built-in formats that show dates, times, and lengths of time.
_DATES = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
_DURATIONS = {46}
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_IN_BRACKETS = re.compile(r"\[(?!(?:h+|m+|s+)\])[^\]]*\]", re.IGNORECASE)  # colours, locales
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTER = re.compile(r"[dmhys]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ISO_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*)?")


def sheets(archive):
    """All sheets of a workbook.

    :param zipfile.ZipFile archive: the workbook, looked at by :mod:`.workbook`
    :returns: list of :class:`~.sheet.Sheet`
    :raises AsnError: ``dtd``, ``too_deep``, ``too_many_columns``, ``too_many_elements``
    """
    main = next((path for path, kind in _relations(archive, "").values() if kind == "main"), "")
    main = main or "xl/workbook.xml"
    parts = _relations(archive, main)
    paths = {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
    paths |= {kind: path for path, kind in parts.values()}
    book = _Book()
    _parse(archive, main, book)
    values = _Values(book.epoch)
    if paths["sharedStrings"] in archive.NameToInfo:
        _parse(archive, paths["sharedStrings"], _Strings(values))
    if paths["styles"] in archive.NameToInfo:
        _parse(archive, paths["styles"], _Styles(values))
    return [
        Sheet(name, _rows(archive, parts[key][0], values), book.epoch, visible=visible)
        for name, key, visible in book.sheets
        if parts[key][1] == "worksheet"
    ]


def _rows(archive, path, values):
    cells = _Cells(values)
    _parse(archive, path, cells)
    return cells.rows


def _relations(archive, path):
    """dict key -> (path in the archive, kind) of what a part refers to."""
    folder, name = posixpath.split(path)
    relations = _Relations(folder)
    part = posixpath.join(folder, "_rels", f"{name}.rels")
    if part in archive.NameToInfo:
        _parse(archive, part, relations)
    return relations.found


def _parse(archive, path, handler):
    """Push a member through expat."""
    parser = expat.ParserCreate(None, _SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = _bounded(handler)
    parser.CharacterDataHandler = handler.text.append
    with archive.open(path) as file:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _refuse(*_args):
    raise AsnError("dtd")


def _bounded(handler):
    """The handler's ``start`` and ``end``, called by local names, and counting how deep."""
    starts, ends, clear = _Acts(handler.starts), _Acts(handler.ends), handler.text.clear
    depth, most = 0, LIMITS.depth

    def start(name, attributes):
        nonlocal depth
        depth += 1
        if depth > most:
            raise AsnError("too_deep", limit=most)
        clear()
        act = starts[name]
        if act:
            act(attributes)

    def end(name):
        nonlocal depth
        depth -= 1
        act = ends[name]
        if act:
            act()

    return start, end


class _Acts(dict):
    """Name with namespace -> what to do, or None; documents have few different names."""

    def __init__(self, by_local):
        super().__init__()
        self._by_local = by_local

    def __missing__(self, name):
        act = self._by_local.get(name.rpartition(_SEPARATOR)[2])
        if len(self) < LIMITS.paths:
            self[name] = act
        return act


class _Part:
    """Handlers for the elements of a part.

    :ivar starts: local name -> function of the attributes
    :ivar ends: local name -> function
    :ivar text: pieces of text since the last start tag
    """

    def __init__(self):
        self.text = []
        self.starts = {}
        self.ends = {}


class _Relations(_Part):
    def __init__(self, folder):
        super().__init__()
        self.folder = folder
        self.found = {}
        self.starts = {"Relationship": self._relation}

    def _relation(self, attributes):
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = unquote(attributes.get("Target", "")).replace("\\", "/")
        path = posixpath.normpath(posixpath.join("/", self.folder, target)).lstrip("/")
        kind = "main" if kind == "officeDocument" else kind
        self.found[attributes.get("Id")] = path, kind


class _Book(_Part):
    """The list of sheets: (name, key of the relation, is visible)."""

    def __init__(self):
        super().__init__()
        self.epoch = 1900
        self.sheets = []
        self.starts = {"workbookPr": self._properties, "sheet": self._sheet}

    def _properties(self, attributes):
        if attributes.get("date1904", "").strip().lower() in ("1", "true", "on"):
            self.epoch = 1904

    def _sheet(self, attributes):
        key = next(value for name, value in attributes.items() if name.endswith("\nid"))
        visible = attributes.get("state", "visible") == "visible"
        self.sheets.append((attributes.get("name", ""), key, visible))


class _Strings(_Part):
    """The texts that cells share."""

    def __init__(self, values):
        super().__init__()
        self._values = values
        self._pieces = []
        self._aside = False  # how to pronounce it
        self.starts = {"si": self._start, "rPh": self._start_aside}
        self.ends = {"t": self._piece, "rPh": self._end_aside, "si": self._end}

    def _start(self, _attributes):
        self._pieces = []

    def _start_aside(self, _attributes):
        self._aside = True

    def _end_aside(self):
        self._aside = False

    def _piece(self):
        if not self._aside:
            self._pieces += self.text

    def _end(self):
        self._values.shared.append(self._values.text("".join(self._pieces)))


class _Styles(_Part):
    """Which styles of cells show dates."""

    def __init__(self, values):
        super().__init__()
        self._values = values
        self._dates = set(_DATES)
        self._durations = set(_DURATIONS)
        self._count = 0
        self._of_cells = False
        self.starts = {"numFmt": self._format, "cellXfs": self._begin, "xf": self._style}
        self.ends = {"cellXfs": self._finish}

    def _format(self, attributes):
        number = int(attributes.get("numFmtId", 0))
        code = _IN_BRACKETS.sub("", _QUOTED.sub("", attributes.get("formatCode", "")))
        code = code.split(";")[0]
        for known, pattern in ((self._dates, _DATE_LETTER), (self._durations, _DURATION)):
            known.discard(number)
            if pattern.search(code):
                known.add(number)

    def _begin(self, _attributes):
        self._of_cells = True

    def _finish(self):
        self._of_cells = False

    def _style(self, attributes):
        if self._of_cells:
            number = int(attributes.get("numFmtId", 0))
            if number in self._dates:
                self._values.dates[str(self._count)] = number in self._durations
            self._count += 1


class _Values:
    """What the cells of a workbook hold; equal values are kept once.

    :ivar shared: the texts that cells share
    :ivar dates: styles that show a date -> whether it is a length of time
    """

    def __init__(self, epoch):
        self.epoch = epoch
        self.shared = []
        self.dates = {}
        self.cells = 0
        self._texts = {}
        self._numbers = {}  # (text, is a date) -> value

    def text(self, text):
        """A text without blanks around; None if nothing is left."""
        if "_x" in text:
            text = _ESCAPED.sub(_unescaped, text)
        text = text.strip()
        return self._texts.setdefault(text, text) or None

    def value(self, text, kind, style):
        """The value of a cell that is no text of its own."""
        if kind == "s":
            return self.shared[int(text)]
        if not text.strip():
            return None
        if kind == "b":
            return text.strip() not in ("0", "false")
        if kind == "d":
            return self._iso(text.strip())
        if kind != "n":
            return self.text(text)
        key = text, self.dates.get(style)
        if key not in self._numbers:
            self._numbers[key] = self._number(*key)
        return self._numbers[key]

    def _iso(self, text):
        day = _ISO_DAY.fullmatch(text)
        try:
            return date.fromisoformat(day[1]) if day else text
        except ValueError:
            return text

    def _number(self, text, is_length):
        try:
            number = float(text) if any(char in ".eEnN" for char in text) else int(text)
        except ValueError:
            return self.text(text)
        if is_length is not None:
            return self._date(number, is_length)
        if isinstance(number, float) and not math.isfinite(number):
            return self.text(text)
        return int(number) if number == int(number) else number

    def _date(self, number, is_length):
        """The day of a serial number; times and lengths of time as texts."""
        try:
            length = timedelta(milliseconds=round(number * 86_400_000))
            if is_length:
                return str(length)
            if 0 <= number < 1 and not length.days:
                return _time(length)
            # Excel believes that there was a 29th of February in 1900
            missing = self.epoch == 1900 and 0 < number < 60
            return EPOCHS[self.epoch] + timedelta(days=length.days + missing)
        except (OverflowError, ValueError):
            return "#VALUE!"


def _time(length):
    text = str(length)
    return text if text[1] != ":" else f"0{text}"


def _unescaped(match):
    code = int(match[1], 16)
    is_text = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return chr(code) if is_text else match[0]


class _Columns(dict):
    """Letters of a column -> its index."""

    def __missing__(self, letters):
        index = 0
        for char in letters.upper():
            if not "A" <= char <= "Z":
                raise ValueError(letters)
            index = index * 26 + ord(char) - 64
        if not 0 < index <= 16_384:
            raise ValueError(letters)
        self[letters] = index - 1
        return index - 1


class _Cells(_Part):
    """The rows of a sheet, empty ones left out."""

    def __init__(self, values):
        super().__init__()
        self.rows = []
        self._values = values
        self._columns = _Columns()
        self._number = 0
        self._row = []
        self._column = 0
        self._kind = self._style = "n"
        self._pieces = []
        self._aside = False
        self.starts = {"row": self._start_row, "c": self._start_cell, "rPh": self._start_aside}
        self.ends = {
            "row": self._end_row,
            "is": self._inline,
            "v": self._value,
            "t": self._piece,
            "rPh": self._end_aside,
        }

    def _start_row(self, attributes):
        number = attributes.get("r")
        self._number = int(number) if number else self._number + 1
        self._row = []
        self._column = -1

    def _end_row(self):
        if self._row:
            self._values.cells += len(self._row)
            if self._values.cells > _MOST_CELLS:
                raise AsnError("too_many_elements", limit=_MOST_CELLS)
            self.rows.append((self._number, self._row))
            self._row = []

    def _start_cell(self, attributes):
        get = attributes.get
        place = get("r")
        self._column = self._columns[place.rstrip("0123456789")] if place else self._column + 1
        self._kind = get("t", "n")
        self._style = get("s", "0")

    def _value(self):
        if self._kind == "inlineStr":
            return
        text = self.text
        whole = text[0] if len(text) == 1 else "".join(text)
        if whole:
            self._store(self._values.value(whole, self._kind, self._style))

    def _start_aside(self, _attributes):
        self._aside = True

    def _end_aside(self):
        self._aside = False

    def _piece(self):
        if not self._aside:
            self._pieces += self.text

    def _inline(self):
        text, self._pieces = "".join(self._pieces), []
        if self._kind == "inlineStr":
            self._store(self._values.text(text))

    def _store(self, value):
        if value is None:
            return
        row, column = self._row, self._column
        if column == len(row):
            row.append(value)
        elif column < len(row):  # cells in no order
            row[column] = value
        else:
            row.extend([None] * (min(column, MOST_COLUMNS) - len(row)))
            row.append(value)
        if len(row) > MOST_COLUMNS:
            raise AsnError("too_many_columns", line=self._number, limit=MOST_COLUMNS)
