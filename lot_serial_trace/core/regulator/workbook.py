"""A workbook (ECMA-376) of plain tables, written as its rows come.

Made for one thing: sheets of hundreds of thousands of rows, each cell written once, in constant
memory and a fraction of the time that a writer takes which knows formats, formulas and images.
"""

import re
import zipfile
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

#: Rows of a worksheet, its heading aside.
SHEET_ROWS = 1_048_575
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
#: How hard is tried to make it small, and how many characters are handed over at a time.
LEVEL, PIECE = 4, 1 << 18
#: Styles of cells, in the order of ``styles.xml``.
_PLAIN, _BOLD, _DAY, _MOMENT = range(4)

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACK = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>
<numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm:ss"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>
<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1">
<alignment vertical="top" wrapText="1"/></xf>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""
#: What XML cannot say, or a spreadsheet would read as an escape.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
#: Text that cannot stand in XML as it is.
_SPECIAL = re.compile(f"[&<>]|{_ODD.pattern}")


class Workbook:
    """Sheets one after the other.

    :param file: open binary file
    :param moment: when it is made: a property of the workbook
    """

    def __init__(self, file, moment):
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self._moment, self._names = moment, []

    def put(self, title, columns, rows):
        """Write a sheet, or several where there are too many rows for one; returns the rows."""
        rows, count, part = iter(rows), 0, 1
        while True:
            name = self._name(title, part)
            written, more = self._sheet(name, columns, rows)
            count += written
            if not more:
                return count
            rows, part = _before(more, rows), part + 1

    def close(self):
        """Write what says which sheets there are."""
        self._write("xl/styles.xml", _STYLES)
        self._write("xl/workbook.xml", self._book())
        parts = [(f"worksheets/sheet{n}.xml", "worksheet") for n, _ in self._numbered()]
        self._write("xl/_rels/workbook.xml.rels", _relations([*parts, ("styles.xml", "styles")]))
        self._write("docProps/core.xml", self._about())
        self._write("_rels/.rels", _ROOT)
        self._write("[Content_Types].xml", self._types())
        self._archive.close()

    # -- sheets ---------------------------------------------------------------

    def _sheet(self, name, columns, rows):
        """One worksheet: ``(rows, None or the row that has no room on it)``."""
        self._names.append(name)
        letters = [letter(place) for place in range(len(columns))]
        with self._open(f"xl/worksheets/sheet{len(self._names)}.xml") as member:
            pieces = [_sheet_head(columns, letters)]
            size, count, more = 0, 0, None
            for values in rows:
                if count == SHEET_ROWS:
                    more = values
                    break
                count += 1
                piece = row_xml(count + 1, letters, values)
                pieces.append(piece)
                size += len(piece)
                if size > PIECE:
                    member.write("".join(pieces).encode())
                    pieces, size = [], 0
            pieces.append(_sheet_foot(letters, count))
            member.write("".join(pieces).encode())
        return count, more

    def _name(self, title, part):
        """A name that no other sheet has, whatever its capitals."""
        taken = {name.lower() for name in self._names}
        while True:
            mark = f" {part}" if part > 1 else ""
            name = title.translate(FORBIDDEN).strip("'")[: LONGEST - len(mark)] + mark
            if name.lower() not in taken:
                return name
            part += 1

    # -- the rest -------------------------------------------------------------

    def _numbered(self):
        return enumerate(self._names, 1)

    def _book(self):
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
            for n, name in self._numbered()
        )
        root = f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}">'
        return f"{_HEAD}{root}<sheets>{sheets}</sheets></workbook>"

    def _types(self):
        sheets = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            f'ContentType="{_KIND}.worksheet+xml"/>'
            for n, _name in self._numbered()
        )
        return (
            f'{_HEAD}<Types xmlns="{_PACK}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
            '<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
            f"{sheets}</Types>"
        )

    def _about(self):
        made = self._moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return (
            f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACK}/metadata/core-properties" '
            'xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created>'
            "</cp:coreProperties>"
        )

    def _open(self, name):
        member = zipfile.ZipInfo(name, EPOCH)
        member.compress_type = zipfile.ZIP_DEFLATED
        if hasattr(member, "_compresslevel"):
            member._compresslevel = LEVEL
        return self._archive.open(member, "w", force_zip64=True)

    def _write(self, name, text):
        with self._open(name) as member:
            member.write(text.encode())


_ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACK}/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACK}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)


def _relations(parts):
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/{kind}" Target="{target}"/>'
        for n, (target, kind) in enumerate(parts, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACK}/relationships">{links}</Relationships>'


def _sheet_head(columns, letters):
    """All before the rows, and the row of names; it stays when one scrolls."""
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{min(max(len(name), NARROW), WIDE)}" customWidth="1"/>'
        for n, name in enumerate(columns, 1)
    )
    names = "".join(
        f'<c r="{place}1" s="{_BOLD}" t="inlineStr"><is><t>{text(name)}</t></is></c>'
        for place, name in zip(letters, columns, strict=True)
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews>"
        + (f"<cols>{widths}</cols>" if widths else "")
        + f'<sheetData><row r="1">{names}</row>'
    )


def _sheet_foot(letters, count):
    """All after the rows: each column can be sorted and filtered."""
    ref = f"A1:{letters[-1]}{count + 1}" if letters else ""
    return "</sheetData>" + (f'<autoFilter ref="{ref}"/>' if ref else "") + "</worksheet>"


def row_xml(number, letters, values):
    """A row; cells without a value are left out.

    >>> row_xml(2, "AB", ("x", None))
    '<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c></row>'
    """
    cells = []
    for place, value in zip(letters, values, strict=True):
        if value is None or value == "":
            continue
        if isinstance(value, str):
            space = ' xml:space="preserve"' if value[0] <= " " or value[-1] <= " " else ""
            cells.append(
                f'<c r="{place}{number}" t="inlineStr"><is><t{space}>{text(value)}</t></is></c>'
            )
        elif isinstance(value, date):
            style = _MOMENT if isinstance(value, datetime) else _DAY
            cells.append(f'<c r="{place}{number}" s="{style}"><v>{serial(value)}</v></c>')
        else:
            cells.append(f'<c r="{place}{number}"><v>{float(value):.16g}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(value):
    r"""A text inside XML, as spreadsheets escape it.

    >>> text("R&D <1>"), text("a\x1db"), text("_x0041_")
    ('R&amp;D &lt;1&gt;', 'a_x001D_b', '_x005F_x0041_')
    """
    value = value[:CELL]
    if not _SPECIAL.search(value):
        return value
    return escape(_ODD.sub(_escaped, value))


def _escaped(match):
    found = match.group()
    return f"_x005F{found}" if len(found) > 1 else f"_x{ord(found):04X}_"


def letter(place):
    """Name of a column.

    >>> [letter(place) for place in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    name, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def serial(value):
    """A day or a moment as spreadsheets count it: days since the end of 1899.

    >>> serial(date(2026, 3, 1)), serial(datetime(2026, 3, 1, 12))
    (46082, 46082.5)
    """
    days = value.toordinal() - BEGIN
    if not isinstance(value, datetime):
        return days
    return days + (value.hour * 3600 + value.minute * 60 + value.second) / 86_400


def _before(first, rest):
    yield first
    yield from rest
