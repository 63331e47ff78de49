"""Lists of numbers are read as the person who pasted them meant them."""

from datetime import date

import pytest

from lot_serial_trace.core.asn.errors import AsnError
from lot_serial_trace.core.number_list import read_file, read_text

GTIN = "09501101530003"


def numbers(text, **options):
    return [entry.number for entry in read_text(text, **options)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SN1\nSN2\r\nSN3\n", ["SN1", "SN2", "SN3"]),
        ("SN1", ["SN1"]),
        ("SN1, SN2, SN3\nSN4, SN5, SN6", ["SN1", "SN2", "SN3", "SN4", "SN5", "SN6"]),
        ("SN1;SN2", ["SN1", "SN2"]),
        ("1001\n1002\n1003", ["1001", "1002", "1003"]),
        ("1001, 1002\n1003, 1004", ["1001", "1002", "1003", "1004"]),
        ("SN01-SN03\nX-7", ["SN01", "SN02", "SN03", "X-7"]),
        ("SN01..SN03", ["SN01", "SN02", "SN03"]),
        ("SN01 x 3", ["SN01", "SN02", "SN03"]),
        ("Serial number\nSN1\nSN2", ["SN1", "SN2"]),
        ("Nr.\nSN1", ["SN1"]),
        ("  SN1  \n\n\n SN2", ["SN1", "SN2"]),
        ("00392/174\n003P218", ["00392/174", "003P218"]),
        ("LOT 7\nLOT 8", ["LOT 7", "LOT 8"]),
        ("", []),
    ],
)
def test_lists(text, found):
    assert numbers(text) == found


def test_ranges_can_be_left_alone():
    assert numbers("SN01-SN03", ranges=False) == ["SN01-SN03"]


def test_columns_with_a_header():
    entries = read_text(
        "Product;Lot;MHD;Menge\nMILK;L1;31.01.2027;5\nMILK;L2;28.02.2027;2,5\n", tracking="lot"
    )
    assert [(e.number, e.products, e.expires, e.quantity, e.line) for e in entries] == [
        ("L1", ("MILK",), date(2027, 1, 31), 5, 2),
        ("L2", ("MILK",), date(2027, 2, 28), 2.5, 3),
    ]


def test_lot_beside_a_serial_number_is_its_batch():
    (entry,) = read_text("Serial\tBatch\nSN1\tB7\n")
    assert (entry.number, entry.batch) == ("SN1", "B7")


def test_columns_without_a_header():
    entries = read_text("L1\t2027-01-31\t5\nL2\t2027-02-28\t6\n", tracking="lot")
    assert [(e.number, e.expires, e.quantity) for e in entries] == [
        ("L1", date(2027, 1, 31), 5),
        ("L2", date(2027, 2, 28), 6),
    ]


def test_labels_typed_by_a_scanner():
    text = f"]d201{GTIN}1727123110B7\x1d21SN-1\n(01){GTIN}(10)LOT9\n]d201123\n"
    first, second, third = read_text(text)
    assert (first.number, first.gtin, first.batch, first.expires) == (
        "SN-1", GTIN, "B7", date(2027, 12, 31),
    )  # fmt: skip
    assert (second.number, second.gtin) == ("LOT9", GTIN)
    assert third.flaw == "bad_label"


def test_flaws_are_told_per_number():
    entries = read_text("Serial;Expiry\nSN1;2027-01-31\nSN2;gestern\n4006381333931;\nS\u200b4;\n")
    assert [entry.flaw for entry in entries] == ["", "bad_date", "product_code", "invisible"]
    ambiguous = read_text("Serial;Expiry\nSN1;02/03/2027\n")
    assert ambiguous[0].flaw == "ambiguous_date"


def test_odd_ones():
    text = "\n".join([*(f"SN{n:04}" for n in range(40)), "SN00411"])
    assert [entry.number for entry in read_text(text) if entry.odd] == ["SN00411"]
    assert not any(entry.odd for entry in read_text("SN1\nXX"))


def test_workbook():
    from io import BytesIO

    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Serial No"], [12345], ["SN2"], [1.5e20]):
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    entries = read_file(stream.getvalue())
    assert [(e.number, e.flaw) for e in entries[:2]] == [("12345", ""), ("SN2", "")]
    assert entries[2].flaw == "spreadsheet"


def test_too_many():
    with pytest.raises(AsnError) as caught:
        read_text("S00000..S99999\n" * 3)
    assert caught.value.code == "too_many_numbers"
    assert caught.value.line == 3
