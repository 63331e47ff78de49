"""The reader of XLSX streams: it finds in a workbook what openpyxl finds there."""

import io
import random
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from lot_serial_trace.core.asn import workbook
from lot_serial_trace.core.asn.errors import AsnError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def second_opinion(data):
    """What openpyxl finds: (name, visible, rows) of every sheet."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return [
        (sheet.title, sheet.sheet_state == "visible", list(plain_rows(sheet)))
        for sheet in book.worksheets
    ]


def plain_rows(sheet):
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        row = [plain(cell) for cell in cells]
        while row and row[-1] is None:
            row.pop()
        if row:
            yield number, row


def plain(cell):
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if cell is None or isinstance(cell, int | float | date) else str(cell)


def ours(data):
    return [(sheet.name, sheet.visible, sheet.rows) for sheet in workbook.sheets(data)]


def typed(sheets):
    """With the types: 1 == True == 1.0."""
    return [
        (name, visible, [(number, [(type(c), c) for c in cells]) for number, cells in rows])
        for name, visible, rows in sheets
    ]


def random_cell(dice):
    return dice.choice(
        [
            None,
            None,
            "",
            "  LOT 7 ",
            "Größe ≤ 5 µm 批号 😀",
            "00012345678905",
            'A & B <c> "d"',
            "two\nlines",
            12345678901234567890,
            4012345678901,
            dice.randrange(-1000, 1000),
            dice.random() * 1000,
            1e-9,
            5.0,
            True,
            False,
            "=1+1",
            date(2027, 3, 31),
            date(1900, 1, 15),
            datetime(2027, 3, 31, 23, 59, 59),
            time(7, 5),
            timedelta(days=1, hours=3),
        ]
    )


def random_book(seed):
    dice = random.Random(seed)
    book = openpyxl.Workbook()
    if seed % 3 == 0:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for index in range(dice.randrange(1, 4)):
        sheet = book.create_sheet(f"Blatt {index} & mehr")
        for _ in range(dice.randrange(60)):
            row, column = dice.randrange(1, 80), dice.choice([1, 2, 3, 5, 26, 27, 60])
            cell = sheet.cell(row, column, random_cell(dice))
            if isinstance(cell.value, int | float) and dice.random() < 0.3:
                cell.number_format = dice.choice(
                    ["0%", "yyyy-mm-dd", '0 "days"', "[Red]0.00", "h:mm"]
                )
        sheet.merge_cells("B2:D3")
        sheet.sheet_state = dice.choice(["visible", "visible", "hidden", "veryHidden"])
    return book


@pytest.mark.filterwarnings("ignore:Cell")  # no date: ours is quiet about it
@pytest.mark.parametrize("seed", range(40))
def test_what_openpyxl_finds(seed):
    data = saved(random_book(seed))
    assert typed(ours(data)) == typed(second_opinion(data))


def test_what_openpyxl_finds_in_a_stream_of_inline_texts():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Notice")
    for number in range(200):
        sheet.append([f"SN{number:05}", date(2027, 1, 1), number, "", None, "end"])
    data = saved(book)
    assert typed(ours(data)) == typed(second_opinion(data))


def handmade(sheet, strings="", prolog="", styles=""):
    """A workbook of one sheet from the XML of its rows."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/workbook.xml",
            f'<w:workbook xmlns:w="{MAIN}" xmlns:r="{OFFICE}"><w:sheets>'
            '<w:sheet name="One" sheetId="1" r:id="rId1"/></w:sheets></w:workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="rId1" Type="{OFFICE}/worksheet" '
            'Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        if styles:
            archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'{prolog}<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{sheet}'
            "</x:sheetData></x:worksheet>",
        )
    return stream.getvalue()


def rows(*args, **kwargs):
    (sheet,) = workbook.sheets(handmade(*args, **kwargs))
    return sheet.rows


def cell(value, attributes=""):
    return f"<x:row><x:c {attributes}><x:v>{value}</x:v></x:c></x:row>"


@pytest.mark.parametrize(
    ("value", "attributes", "read"),
    [
        ("5", "", 5),
        ("1.5E3", "", 1500),
        ("0.25", "", 0.25),
        ("1", 't="b"', True),
        ("0", 't="b"', False),
        ("#N/A", 't="e"', "#N/A"),
        (" computed ", 't="str"', "computed"),
        ("2027-03-31T00:00:00", 't="d"', date(2027, 3, 31)),
        ("2027-13-31", 't="d"', "2027-13-31"),
        ("a_x000D_b_x005F_x000D_", 't="str"', "a\rb_x000D_"),
        ("a_x0000_b", 't="str"', "a_x0000_b"),
        ("not a number", "", "not a number"),
    ],
)
def test_a_value_of_each_kind(value, attributes, read):
    [(number, [found])] = rows(cell(value, attributes))
    assert (number, type(found), found) == (1, type(read), read)


def test_rich_text_without_its_pronunciation():
    strings = "<si><r><t>LOT</t></r><r><t> 7</t></r><rPh><t>rotto</t></rPh></si>"
    assert rows(cell(0, 't="s"'), strings) == [(1, ["LOT 7"])]
    inline = "<x:is><x:r><x:t>LOT</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:is>"
    assert rows(f'<x:row><x:c t="inlineStr">{inline}</x:c></x:row>') == [(1, ["LOT"])]


def test_rows_and_cells_without_places_follow_each_other():
    found = rows('<x:row r="4"><x:c r="B4"><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row>'
                 "<x:row><x:c><x:v>3</x:v></x:c></x:row>")  # fmt: skip
    assert found == [(4, [None, 1, 2]), (5, [3])]


def test_a_date_by_a_format_in_another_language():
    styles = (
        '<numFmts><numFmt numFmtId="200" formatCode="[$-407]d. mmmm yyyy;@"/>'
        '<numFmt numFmtId="201" formatCode="0 &quot;days&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/><xf numFmtId="201"/></cellXfs>'
    )
    assert rows(cell(46477, 's="1"'), styles=styles) == [(1, [date(2027, 3, 31)])]
    assert rows(cell(46477, 's="2"'), styles=styles) == [(1, [46477])]
    assert rows(cell(46477, 's="0"'), styles=styles) == [(1, [46477])]


@pytest.mark.parametrize(
    ("sheet", "prolog", "code"),
    [
        (cell(1), " " * 70_000 + "<!DOCTYPE x [<!ENTITY a 'b'>]>", "dtd"),
        ("<x:a>" * 200 + "</x:a>" * 200, "", "too_deep"),
        (cell(1, 'r="ZZ1"'), "", "too_many_columns"),
        (cell(1, 'r="?1"'), "", "broken_workbook"),
        (cell(7, 't="s"'), "", "broken_workbook"),
        ("<x:row>", "", "broken_workbook"),
    ],
)
def test_what_is_refused(sheet, prolog, code):
    with pytest.raises(AsnError) as refused:
        rows(sheet, prolog=prolog)
    assert refused.value.code == code


def test_far_cells_that_are_empty_do_not_matter():
    assert rows('<x:row><x:c r="A1"><x:v>1</x:v></x:c><x:c r="XFD1" s="3"/></x:row>') == [(1, [1])]
