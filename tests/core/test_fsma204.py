"""The sortable spreadsheet of FSMA 204, against worlds small enough to write down by hand."""

import csv
import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from lot_serial_trace.core.fsma204 import (
    CTES,
    GAPS,
    KEYS,
    LOCATIONS,
    Told,
    columns,
    lacking,
    layout,
    location_lacks,
    location_row,
    row,
)
from lot_serial_trace.core.regulator import workbook
from lot_serial_trace.core.regulator.sheets import Sheet, write_csv, write_xlsx

MOMENT = datetime(2026, 3, 4, 5, 6, 7)
#: Everything that a record can say.
WHOLE = {
    **{key: f"some {key}" for key in KEYS},
    "id": 7,
    "quantity": 10.0,
    "used_quantity": 2.5,
    "uom": "CS",
    "day": date(2026, 3, 2),
    "local_time": datetime(2026, 3, 2, 23, 30),
    "zone": "America/Los_Angeles",
}
SHIPPED = {
    "id": 41,
    "paragraph": "1.1340",
    "gtin": "09501101530003",
    "tlc": "R-186",
    "tlc_date": date(2026, 2, 28),
    "tlc_date_type": "PACK DATE",
    "sscc": "106141412345678908",
    "assigned_by": "Green Valley Packing",
    "quantity": 12.5,
    "uom": "kg",
    "description": "Green Valley Romaine, Romaine lettuce, 24 heads, carton",
    "from_name": "Our Warehouse",
    "from_gln": "9501101020009",
    "to_name": "Corner Shop",
    "to_gln": None,
    "day": date(2026, 3, 2),
    "local_time": datetime(2026, 3, 2, 23, 30),
    "zone": "America/Los_Angeles",
    "source_name": "Green Valley Packing",
    "source_ffrn": "12345678901",
    "ref_type": "BOL",
    "ref_number": "B-1",
    "document": "WH/OUT/00001",
}


def book(*given):
    out = io.BytesIO()
    write_xlsx(out, given, MOMENT)
    return openpyxl.load_workbook(out)


def archive(*given):
    out = io.BytesIO()
    write_csv(out, given)
    return zipfile.ZipFile(out)


def test_a_shipment_stands_where_trading_partners_look_for_it():
    assert columns("shipping")[:21] == [
        "(1) TLC - GTIN",
        "(1) TLC - Batch",
        "Date Code**",
        "Date Type**",
        "VoiceCode**",
        "Pallet ID*",
        "TLC - Assigned By**",
        "(2) Qty & UOM",
        "(3) Product Description",
        "(4) Ship-To Location",
        "Ship-To Location ID**",
        "(5) Ship-From Location",
        "Ship-From Location ID**",
        "(6) Ship Date",
        "(7) TLC Source Reference GLN",
        "(7) TLC Source Reference FFRN",
        "(7) TLC Source Reference URL",
        "(7) TLC Source Reference GGN",
        "TLC Source Reference - Assigned By**",
        "(8) Ref Doc Type and Number",
        "TLC Source Location",
    ]
    assert row("shipping", SHIPPED) == (
        "09501101530003",
        "R-186",
        date(2026, 2, 28),
        "PACK DATE",
        None,
        "106141412345678908",
        "Green Valley Packing",
        "12.5 kg",
        "Green Valley Romaine, Romaine lettuce, 24 heads, carton",
        "Corner Shop",
        None,
        "Our Warehouse",
        "9501101020009",
        date(2026, 3, 2),
        None,
        "12345678901",
        None,
        None,
        "Green Valley Packing",
        "BOL B-1",
        "Green Valley Packing",
        "1.1340",
        12.5,
        "kg",
        datetime(2026, 3, 2, 23, 30),
        "America/Los_Angeles",
        "WH/OUT/00001",
        41,
    )


def test_received_and_transformed_stand_where_they_belong():
    received = dict(zip(columns("receiving"), row("receiving", WHOLE), strict=True))
    assert received["(a)(5) Receive Location"] == "some to_name"
    assert received["(a)(7) TLC Source Street"] == "some source_street"
    assert received["(a)(8) Ref Doc"] == "some ref_type some ref_number"
    made = dict(zip(columns("transformation"), row("transformation", WHOLE), strict=True))
    assert made["FTL Food Used Qty"] == 2.5
    assert made["FTL Food Produced Qty"] == 10
    assert made["FTL Food Produced UOM"] == "CS"
    assert made["Transform Location- TLCS"] == "some source_name"


@pytest.mark.parametrize("cte", CTES)
def test_every_event_has_its_columns_once_and_says_only_what_a_record_can_say(cte):
    assert len(columns(cte)) == len(set(columns(cte))) == len(row(cte, WHOLE))
    said = {key for _title, key in layout.COLUMNS[cte]} - {None, "amount", "reference"}
    assert said <= set(KEYS)
    assert None not in [value for value in row(cte, WHOLE)[5:6]] or cte == "shipping"


def test_the_workbook_says_it_again():
    read = book(
        Sheet("Shipping", columns("shipping"), [row("shipping", SHIPPED)]),
        Sheet("Locations", [title for title, _key in LOCATIONS], []),
    )
    assert read.sheetnames == ["Shipping", "Locations"]
    heads, cells = read["Shipping"].iter_rows(values_only=True)
    told = dict(zip(heads, cells, strict=True))
    assert list(heads) == columns("shipping")
    assert told["(1) TLC - GTIN"] == "09501101530003", "a number that begins with 0 is a text"
    assert told["(6) Ship Date"] == datetime(2026, 3, 2)
    assert told["Quantity"] == 12.5
    assert told["Local Time"] == datetime(2026, 3, 2, 23, 30)
    assert read["Shipping"]["N2"].number_format == "yyyy-mm-dd"
    assert read["Shipping"].freeze_panes == "A2"
    assert read["Shipping"].auto_filter.ref


@pytest.mark.parametrize(
    "text",
    [
        "R&D <1> \"x\" 'y'",
        " spaces around ",
        "two\nlines",
        "a\x00b\x1d\x0b",
        "_x0041_",
        "\ud83d\ude00 Käse 奶酪",
        "]]>",
        "\ufffe",
    ],
)
def test_any_text_is_in_the_workbook_as_it_is(text):
    """As another program reads it, whatever a supplier has typed."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    sheet = book(Sheet("A & B's", [text], [(text,), (True,), (Decimal("0.1"),)]))["A & B's"]
    assert [unescape(cell.value) for cell in sheet["A"][:2]] == [text, text]
    assert [cell.value for cell in sheet["A"][2:]] == [1, 0.1]


def test_half_a_character_breaks_no_file():
    assert unescape(book(Sheet("S", ["T"], [("\ud800",)]))["S"]["A2"].value) == "\ud800"


def test_sheets_of_one_name():
    read = book(*(Sheet(title, ["N"], [(1,)]) for title in ("Lots", "lots", "'Lots'", "Lots 2")))
    assert read.sheetnames == ["Lots", "lots 2", "Lots 3", "Lots 2 2"]


def test_another_library_reads_the_workbook():
    """Read by one that is no spreadsheet's, and cell by cell where it was written."""
    out = io.BytesIO()
    write_xlsx(out, [Sheet("S", ["A", "B"], [(None, "x"), ("y", None), (None, None)])], MOMENT)
    archive = zipfile.ZipFile(out)
    assert archive.testzip() is None
    for name in archive.namelist():
        ElementTree.fromstring(archive.read(name))
    page = archive.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r'<c r="([A-Z]+[0-9]+)"', page) == ["A1", "B1", "B2", "A3"]


def test_csv_says_it_again():
    read = archive(Sheet("Shipping", columns("shipping"), [row("shipping", SHIPPED)]))
    [name] = read.namelist()
    assert name == "shipping.csv"
    [told] = csv.DictReader(io.TextIOWrapper(read.open(name), "utf-8-sig"))
    assert told["(1) TLC - GTIN"] == "09501101530003"
    assert told["(6) Ship Date"] == "2026-03-02"
    assert told["Local Time"] == "2026-03-02 23:30:00"
    assert told["Quantity"] == "12.5"
    assert told["(2) Qty & UOM"] == "12.5 kg"
    assert told["VoiceCode**"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_text_is_a_formula(text):
    sheet = book(Sheet("S", ["T"], [(text,)]))["S"]
    assert sheet["A2"].data_type == "s"
    read = archive(Sheet("S", ["T"], [(text,)]))
    assert read.read("s.csv").decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"').startswith("'")


def test_the_same_rows_make_the_same_file():
    def written(write, *more):
        out = io.BytesIO()
        write(out, [Sheet("S", ["A"], [("x",), (1.5,), (date(2026, 1, 1),)])], *more)
        return out.getvalue()

    assert written(write_xlsx, MOMENT) == written(write_xlsx, MOMENT)
    assert written(write_csv) == written(write_csv)


def test_what_does_not_fit_on_a_sheet_goes_on_on_the_next(monkeypatch):
    monkeypatch.setattr(workbook, "SHEET_ROWS", 2)
    title = "A title of more than thirty-one letters: [x]"
    read = book(Sheet(title, ["N"], ((number,) for number in range(5))))
    assert read.sheetnames == [
        "A title of more than thirty-one",
        "A title of more than thirty-o 2",
        "A title of more than thirty-o 3",
    ]
    assert [[cell.value for cell in page["A"]] for page in read] == [
        ["N", 0, 1],
        ["N", 2, 3],
        ["N", 4],
    ]


def test_rows_are_read_one_by_one():
    """None is asked for before the one before it is written: a million need no more memory."""
    given = []

    def rows():
        for number in range(10):
            given.append(number)
            yield (number,)

    out = io.BytesIO()
    source = Sheet("S", ["N"], rows())
    assert given == []
    assert write_csv(out, [source]) == {"S": 10}
    assert given == list(range(10))


# -- gaps ----------------------------------------------------------------------


@pytest.mark.parametrize("cte", CTES)
def test_whole_records_lack_nothing_and_each_element_can_be_missing(cte):
    assert lacking(cte, WHOLE) == []
    for kde in CTES[cte].kdes:
        without = {key: value for key, value in WHOLE.items() if key not in kde.keys}
        assert kde in lacking(cte, without)
        assert kde in lacking(cte, {**WHOLE, **dict.fromkeys(kde.keys, "")})
        assert kde.gap in GAPS


def test_nothing_is_asked_of_food_that_is_not_listed():
    """What was made of other food has no lot code of a food used."""
    other = {
        **WHOLE,
        **dict.fromkeys(("used_tlc", "used_quantity", "used_gtin", "used_description")),
    }
    assert lacking("transformation", other) == []
    unnumbered = {**WHOLE, "used_tlc": None}
    assert [kde.gap for kde in lacking("transformation", unnumbered)] == ["untracked_input"]


def test_a_zero_is_a_quantity_and_an_empty_text_is_none():
    assert [kde.gap for kde in lacking("shipping", {**WHOLE, "quantity": 0})] == []
    assert [kde.gap for kde in lacking("shipping", {**WHOLE, "tlc": ""})] == ["no_lot"]


def test_what_rows_speak_of_is_gathered():
    told = Told()
    record = {**SHIPPED, "other_id": 3, "other_name": "Corner Shop", "product_id": 5}
    told.learn("shipping", record)
    told.learn("shipping", {**record, "to_name": None, "ref_number": None})
    assert list(told.places) == [(3, "Corner Shop")]
    assert told.products == {5}
    assert [
        (cte.code, kde.paragraph, missing, rows) for cte, kde, missing, rows in told.lacks()
    ] == [
        ("shipping", "1.1340(a)(4)", 1, 2),
        ("shipping", "1.1340(a)(8)", 1, 2),
    ]


def test_two_elements_of_one_paragraph_are_counted_each():
    """1.1330(b)(2) wants who conditioned the seeds, and when."""
    told = Told()
    told.learn("sprouts", {**WHOLE, "seed_conditioned": None})
    [(_cte, kde, missing, _rows)] = told.lacks()
    assert (kde.title, missing) == ("Seeds conditioned on", 1)


def test_fish_grows_in_a_container():
    """Either a field or a container is told, in columns of their own."""
    pond = {**WHOLE, "field_name": None, "container_name": "Pond 3"}
    for cte in ("harvesting", "packing", "sprouts"):
        assert lacking(cte, pond) == []
        said = dict(zip(columns(cte), row(cte, pond), strict=True))
        assert (said["Field Name"], said["Aquaculture Container"]) == (None, "Pond 3")


PLACE = {
    "name": "Corner Shop",
    "phone": "(555) 1",
    "street": "1 Main St",
    "city": "Newnan",
    "state": "GA",
    "zip": "30263",
    "country": "United States",
    "country_code": "US",
}


def test_location_descriptions():
    assert location_lacks(PLACE) == []
    for part in ("name", "phone", "street", "city", "state", "zip", "country"):
        assert location_lacks({**PLACE, part: ""}) == [part]
    abroad = {**PLACE, "country": "Mexico", "country_code": "MX", "state": "", "zip": ""}
    assert location_lacks(abroad) == []
    assert location_lacks({**PLACE, "street": "", "geo": "33.4, -84.8"}) == []
    assert location_row({**PLACE, "gln": "9501101020009"}) == (
        "Corner Shop",
        "(555) 1",
        "1 Main St",
        "Newnan",
        "GA",
        "30263",
        "United States",
        None,
        None,
        "9501101020009",
        None,
        None,
    )
