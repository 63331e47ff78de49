"""Tables of every habit become the notice that a person would read in them."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from table_build import HEADERS, codes, csv_file, units, xls_file, xlsx_file

from lot_serial_trace.core import asn
from lot_serial_trace.core.asn import table
from lot_serial_trace.core.asn.errors import AsnError, UnknownColumns
from lot_serial_trace.core.asn.mapping import Mapping, signature

EAN = "4006381333931"
SSCC = "340123450000000017"


def one(data, **options):
    assert table.recognises(data)
    advices = table.read(data, **options)
    assert len(advices) == 1
    return advices[0]


def test_plain_csv():
    advice = one(
        csv_file(
            ["ASN", *HEADERS, "EAN", "SSCC", "UoM"],
            ["A-1", "P001", "X1", "Milk", 10, "00392/174", "2027-01-31", EAN, SSCC, "EA"],
            ["A-1", "P001", "X1", "Milk", 5, "003P218", "2027-02-28", EAN, SSCC, "EA"],
            ["A-1", "P002", "X2", "Cheese", 7, "K7", "", "", "", "kg"],
        )
    )
    assert (advice.format, advice.version, advice.number) == ("table", "csv", "A-1")
    first, second = advice.lines
    assert (first.order, first.supplier_code, first.name) == ("P001", "X1", "Milk")
    assert (first.quantity, first.unit, first.gtin) == (15, "C62", "0" + EAN)
    assert (second.quantity, second.unit) == (7, "KGM")
    assert units(advice) == [("00392/174", 10), ("003P218", 5), ("K7", 7)]
    assert [unit.expiry for unit in first.units] == [date(2027, 1, 31), date(2027, 2, 28)]
    assert [(p.sscc, p.parent) for p in advice.packages] == [(SSCC, None)]
    assert [unit.package for unit in first.units] == [0, 0]
    assert [unit.source_line for unit in first.units] == [2, 3]
    assert codes(advice) == set()


@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
def test_separators(separator):
    data = csv_file(["PO", "Item", "Lot", "Qty"], ["1", "a", "L1", 3], separator=separator)
    assert units(one(data)) == [("L1", 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(encoding):
    data = csv_file(["Bezeichnung", "Menge", "Charge"], ["Käse", 1, "Ä1"], encoding=encoding)
    advice = one(data)
    assert (advice.lines[0].name, units(advice)) == ("Käse", [("Ä1", 1)])


def test_german_excel():
    advice = one(
        csv_file(
            ["Lieferschein-Nr.: 4711"],
            ["Datum", "31.01.2026"],
            ["Lieferant", "Müller GmbH"],
            ["Ihre Bestellung:", "4500012"],
            [],
            ["Pos", "Artikel-Nr.", "Bezeichnung", "Menge", "ME", "Chargen-Nr.", "MHD"],
            ["10", "A-1", "Käse", "1.234,5", "kg", "L1", "31.12.26"],
            ["", "", "", "10", "kg", "L2", "31.12.26"],
            ["Summe", "", "", "1.244,5", "", "", ""],
            separator=";",
            encoding="cp1252",
        )
    )
    assert (advice.number, advice.orders, advice.issued) == ("4711", ["4500012"], date(2026, 1, 31))
    assert advice.supplier.name == "Müller GmbH"
    assert units(advice) == [("L1", Decimal("1234.5")), ("L2", 10)]
    assert advice.lines[0].quantity == Decimal("1244.5")
    assert advice.lines[0].units[0].best_before == date(2026, 12, 31)
    assert codes(advice) == set()


@pytest.mark.parametrize(
    "headers",
    [
        ["N° BL", "Commande", "Référence article", "Désignation", "Qté", "N° de lot", "DLC"],
        ["Albarán", "Nº Pedido", "Cód. artículo", "Descripción", "Cantidad", "Lote", "Caducidad"],
        ["DDT", "Ordine n.", "Codice articolo", "Descrizione", "Quantità", "Lotto", "Scadenza"],
        ["Packing Slip #", "Customer PO", "Style", "Description", "Shipped Qty", "Batch/Lot",
         "Exp."],
        ["LIEFERSCHEINNR", "BESTELLNUMMER", "ARTIKELNUMMER", "BEZEICHNUNG", "LIEFERMENGE",
         "CHARGE", "VERFALLDATUM"],
        ["Pakbon", "Bestelling", "Artikelcode", "Omschrijving", "Aantal", "Partijnummer", "THT"],
        ["Nr WZ", "Zamówienie", "Indeks", "Nazwa", "Ilość", "Nr partii", "Data ważności"],
    ],
)  # fmt: skip
def test_languages(headers):
    advice = one(csv_file(headers, ["N1", "P1", "C1", "Thing", 4, "L/1", "2027-03-04"]))
    line = advice.lines[0]
    assert (advice.number, line.order, line.supplier_code, line.name) == ("N1", "P1", "C1", "Thing")
    assert units(advice) == [("L/1", 4)]
    assert line.units[0].last_day == date(2027, 3, 4)
    assert codes(advice) == set()


def test_several_notices_in_one_file():
    advices = asn.read(
        csv_file(
            ["Shipment ID", "PO", "SKU", "Serial Number"],
            ["S1", "P1", "X", "SN1"],
            ["", "", "", "SN2"],
            ["S2", "P1", "X", "SN3"],
            ["S1", "P1", "X", "SN4"],
        )
    )
    assert [(advice.number, units(advice)) for advice in advices] == [
        ("S1", [("SN1", 1), ("SN2", 1), ("SN4", 1)]),
        ("S2", [("SN3", 1)]),
    ]


def test_same_as_above():
    advice = one(
        csv_file(
            ["PO", "Pallet", "Item", "Lot", "Serial", "Expiry"],
            ["P1", SSCC, "a", "L1", "S1", "2027-01-01"],
            ["", "", "", "", "S2", ""],
            ['""""', "dito", "b", "L2", "S3", "2027-02-02"],
            ["P2", "", "a", "L3", "S4", ""],
        )
    )
    assert [(line.order, line.supplier_code) for line in advice.lines] == [
        ("P1", "a"), ("P1", "b"), ("P2", "a"),
    ]  # fmt: skip
    first = advice.lines[0].units
    assert [(u.lot, u.serial, u.expiry) for u in first] == [
        ("L1", "S1", date(2027, 1, 1)), ("L1", "S2", date(2027, 1, 1)),
    ]  # fmt: skip
    assert {unit.package for line in advice.lines for unit in line.units} == {0}
    assert advice.lines[2].units[0].expiry is None


def test_headings_repeated_headers_totals_and_remarks():
    advice = one(
        csv_file(
            ["PO", "Item", "Qty", "Lot"],
            ["P1", "a", "", ""],
            ["", "", 3, "L1"],
            ["", "", 4, "L2"],
            ["PO", "Item", "Qty", "Lot"],
            ["P1", "b", 5, "L3"],
            ["Total", "", 13, ""],
            ["Thank you for your order", "", "", ""],
        )
    )
    assert [(line.supplier_code, line.quantity) for line in advice.lines] == [("a", 7), ("b", 5)]
    assert units(advice) == [("L1", 3), ("L2", 4), ("L3", 5)]
    assert codes(advice) == {"total_differs"}
    assert "13" in next(f.text for f in advice.flaws if f.code == "total_differs")


def test_lots_and_serials_in_one_cell():
    advice = one(
        csv_file(
            ["Item", "Qty", "Lot", "Serial No."],
            ["a", 80, '"A1 (50), A2 (30)"', ""],
            ["b", 4, "", "SN001-SN004"],
            ["c", 3, "", '"X1, X2\nX3"'],
            ["d", 2, "", "1234567 1234568"],
            ["e", 9, "L-1", "SN01-SN05"],
            ["f", 2, "B1; B2", ""],
            ["g", 7, "12201 thru 12203", ""],
            ["h", 1, "2024-2025", ""],
        )
    )
    by_item = {
        line.supplier_code: [(u.number, u.quantity) for u in line.units] for line in advice.lines
    }
    assert by_item["a"] == [("A1", 50), ("A2", 30)]
    assert by_item["b"] == [(f"SN00{n}", 1) for n in (1, 2, 3, 4)]
    assert by_item["c"] == [("X1", 1), ("X2", 1), ("X3", 1)]
    assert by_item["d"] == [("1234567", 1), ("1234568", 1)]
    assert [number for number, _quantity in by_item["e"]] == ["SN01-SN05"]
    assert by_item["f"] == [("B1", 1), ("B2", 1)]
    assert [number for number, _q in by_item["g"]] == ["12201", "12202", "12203"]
    assert by_item["h"] == [("2024-2025", 1)]
    assert "range_count" in codes(advice)


def test_line_total_in_every_row_of_its_serials():
    rows = [["a", 3, f"SN{n}"] for n in (1, 2, 3)]
    advice = one(csv_file(["Item", "Qty", "Serial"], *rows))
    assert advice.lines[0].quantity == 3
    assert codes(advice) == set()


def test_catch_weight():
    rows = [["a", "SN1", "12,345"], ["a", "SN2", "11,9"]]
    advice = one(csv_file(["Item", "Serial", "Net weight (kg)"], *rows, separator=";"))
    assert (advice.lines[0].quantity, advice.lines[0].unit) == (Decimal("24.245"), "KGM")
    advice = one(
        csv_file(["Item", "Qty", "Lot", "Weight"], ["a", 2, "L", "24.2"], ["a", 1, "L", "12.1"])
    )
    assert (advice.lines[0].quantity, advice.lines[0].note) == (3, "Net weight: 36.3")


# -- what spreadsheets do -----------------------------------------------------


def test_workbook_with_types():
    advice = one(
        xlsx_file(
            ["PO", "GTIN", "Qty", "Lot", "Expiry"],
            [4500012, 4006381333931, 10, 329, datetime(2027, 1, 31)],
            [4500012, 36000291452, 2.5, datetime(2025, 3, 12), 46418],
            [4500012, 4006381333931.0, 1, "MAR5", 46418],
        )
    )
    first, second = advice.lines
    assert (first.order, first.gtin) == ("4500012", "0" + EAN)
    assert second.gtin_sent == "036000291452"
    assert [unit.lot for unit in first.units] == ["329", "MAR5"]
    assert first.units[1].expiry == date(2027, 1, 31)
    assert (second.quantity, second.units[0].lot) == (Decimal("2.5"), "")
    assert codes(advice) == {"sheet_number", "sheet_date", "lost_zeros"}
    flaw = next(flaw for flaw in advice.flaws if flaw.code == "sheet_number")
    assert flaw.where == "line 2, Sheet1!D2"


def test_digits_cut_off_are_not_taken_for_a_code():
    advice = one(csv_file(["Item", "EAN", "Qty", "Lot"], ["a", "4.00638E+12", 1, "1.2E+5"]))
    assert (advice.lines[0].gtin_sent, advice.lines[0].units) == ("", [])
    assert advice.flaw_counts["sheet_cut"] == 2


def test_old_workbook_and_old_macintosh():
    assert units(one(xls_file(["Item", "Qty", "Lot"], ["a", 3.0, "007"]))) == [("007", 3)]
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    rows = [["Item", "Qty", "Lot", "Expiry"], ["a", 1, "L", 44956]]
    mac = one(xlsx_file(*rows, epoch=CALENDAR_MAC_1904))
    assert mac.lines[0].units[0].expiry == date(2027, 1, 31)
    rows[1][3] = 46418
    assert one(xlsx_file(*rows)).lines[0].units[0].expiry == date(2027, 1, 31)


def test_hidden_and_other_sheets():
    goods = [["Item", "Qty", "Lot"], ["a", 1, "L1"]]
    more = {"Old": [["Item", "Qty", "Lot"], ["x", 9, "L9"]], "Notes": [["Call us"], ["Thanks"]]}
    assert units(one(xlsx_file(*goods, more=more, hidden=["Old"]))) == [("L1", 1)]
    assert units(one(xlsx_file(*goods, more=more))) == [("L1", 1), ("L9", 9)]
    assert units(one(xlsx_file(["Cover"], more={"Old": more["Old"]}, hidden=["Cover"]))) == [
        ("L9", 9)
    ]


def test_header_in_two_rows():
    advice = one(
        xlsx_file(
            ["Delivery 4711", None, None, None],
            ["Product", None, "Lot", None],
            ["Code", "Name", "No.", "Expiry date"],
            ["A1", "Milk", "L7", "2027-01-31"],
        )
    )
    assert units(advice) == [("L7", None)]


# -- dates --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["31/01/2027", "02/03/2027"], [date(2027, 1, 31), date(2027, 3, 2)]),
        (["01/31/2027", "02/03/2027"], [date(2027, 1, 31), date(2027, 2, 3)]),
        (["2027-01-31", "20270302"], [date(2027, 1, 31), date(2027, 3, 2)]),
        (["31.01.27", "02.03.27"], [date(2027, 1, 31), date(2027, 3, 2)]),
        (["Jan-27", "Feb 2028"], [date(2027, 1, 31), date(2028, 2, 29)]),
        (["012027", "022028"], [date(2027, 1, 31), date(2028, 2, 29)]),
        (["25031", "28060"], [date(2025, 1, 31), date(2028, 2, 29)]),
        (["45292", "46418"], [date(2024, 1, 1), date(2027, 1, 31)]),
        (["31 janv. 2027", "1er mars 2027"], [date(2027, 1, 31), None]),
        (["31. März 2027", "1-dic-27"], [date(2027, 3, 31), date(2027, 12, 1)]),
        (["05/05/2027", "06/06/2027"], [date(2027, 5, 5), date(2027, 6, 6)]),
        (["27-01-31", "27-02-05"], [date(2027, 1, 31), date(2027, 2, 5)]),
        (["31-01-27", "28-02-27"], [date(2027, 1, 31), date(2027, 2, 28)]),
        (["01/2027", "12/2027"], [date(2027, 1, 31), date(2027, 12, 31)]),
        (["02/03/2027", "04/05/2027"], [None, None]),
        (["250131", "260228"], [None, None]),
        (["250131", "260205"], [date(2025, 1, 31), date(2026, 2, 5)]),
        (["n/a", "gestern"], [None, None]),
    ],
)
def test_dates_are_decided_per_column(cells, days):
    rows = [["a", f"L{n}", cell] for n, cell in enumerate(cells)]
    advice = one(csv_file(["Item", "Lot", "Expiry"], *rows, separator=";"))
    assert [unit.expiry for unit in advice.lines[0].units] == days


def test_ambiguous_dates_are_told_with_both_readings():
    advice = one(csv_file(["Item", "Lot", "Expiry"], ["a", "L", "02/03/2027"]))
    (flaw,) = [flaw for flaw in advice.flaws if flaw.code == "ambiguous_date"]
    assert "2027-02-03" in flaw.text and "2027-03-02" in flaw.text
    assert flaw.where == "line 2, C2"


def test_another_column_decides_the_order_of_dates():
    rows = [["a", "L", "02/03/2027", "25/11/2026"]]
    advice = one(csv_file(["Item", "Lot", "Expiry", "Ship date"], *rows))
    assert (advice.lines[0].units[0].expiry, advice.despatched) == (
        date(2027, 3, 2), date(2026, 11, 25),
    )  # fmt: skip


def test_the_shipment_tells_how_bare_digits_are_meant():
    rows = [["a", "L", "230712", "2023-07-18"]]
    advice = one(csv_file(["Item", "Lot", "Pack date", "Ship date"], *rows))
    assert advice.lines[0].units[0].made == date(2023, 7, 12)


# -- numbers ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "separator", "quantities"),
    [
        (["1.234,5", "1.000"], ";", [Decimal("1234.5"), 1000]),
        (["1,5", "1,000"], "\t", [Decimal("1.5"), 1]),
        (["1234.5", "1.000"], "\t", [Decimal("1234.5"), 1]),
        (["1.234"], "\t", [None]),
        (["1'234", "2 000"], "\t", [1234, 2000]),
        (["12 CS", "3"], "\t", [12, 3]),
        (["viele"], "\t", [None]),
        (["-3"], "\t", [-3]),
    ],
)
def test_decimal_marks(cells, separator, quantities):
    rows = [["a", f"L{n}", cell] for n, cell in enumerate(cells)]
    advice = one(csv_file(["Item", "Lot", "Qty"], *rows, separator=separator))
    found = [unit.quantity for line in advice.lines for unit in line.units]
    assert found == quantities


# -- mappings -----------------------------------------------------------------


def test_unknown_columns_are_shown_and_a_mapping_reads_them():
    rows = [
        ["Xyz", "Wert A", "Wert B", "Bis"],
        ["a", "L1", "5", "02/03/2027"],
        ["b", "L2", "6", ""],
    ]
    data = csv_file(["Title"], *rows, separator=";")
    with pytest.raises(UnknownColumns) as caught:
        asn.read(data)
    error = caught.value
    assert (error.row, error.headers) == (2, rows[0])
    assert error.sample == rows[1:]
    assert "Wert A" in error.text
    said = Mapping(
        signature(error.headers),
        ("supplier_code", "lot", "quantity", "expiry"),
        date_order="mdy",
        unit="CS",
        order="P7",
        supplier="Acme",
    )
    (advice,) = asn.read(data, mappings=[said])
    assert units(advice) == [("L1", 5), ("L2", 6)]
    assert advice.lines[0].units[0].expiry == date(2027, 2, 3)
    assert (advice.orders, advice.lines[0].unit) == (["P7"], "CS")
    assert advice.supplier.name == "Acme"


def test_outline_proposes_what_headers_and_cells_show():
    rows = [
        ["Title"],
        ["Xyz", "Wert A", "Lot", "Code"],
        ["a", SSCC, "L1", EAN],
        ["b", SSCC, "", ""],
    ]
    found = table.outline(csv_file(*rows, separator=";"))
    assert found.headers == rows[1]
    assert found.sample == rows[2:]
    assert found.fields == ["", "pallet", "lot", "code"]
    found = table.outline(csv_file(["Xyz", "Wert"], ["a", "31.01.2027"], separator=";"))
    assert found.fields == ["", "expiry"]


def test_a_mapping_wins_over_what_the_headers_say():
    data = csv_file(["Item", "Lot", "Qty"], ["a", "L1", "5"])
    said = Mapping("item|lot|qty", ("supplier_code", "serial", "ignore"))
    (advice,) = asn.read(data, mappings=[said])
    assert [(u.serial, u.lot) for u in advice.lines[0].units] == [("L1", "")]


def test_a_table_without_header():
    data = csv_file(["a", "L1", "5"], ["b", "L2", "6"], separator=";")
    said = Mapping("#3", ("supplier_code", "lot", "quantity"), has_header=False)
    (advice,) = asn.read(data, mappings=[said])
    assert units(advice) == [("L1", 5), ("L2", 6)]


# -- what is no table, and what is too much -----------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Dear Sir,\nplease find enclosed\n",
        b"UNA:+.? 'UNB+UNOC:3+1:14+2:14+1:1+1'\n",
        b"ISA*00*  *00*  *ZZ*A\n",
        b'{"a": 1,\n"b": 2}',
        b"<a>,\n</a>,",
        b"\x89PNG\r\n\x1a\n,,,\n,,,",
        b"%PDF-1.4\n1,2\n3,4",
    ],
)
def test_other_files_are_left_alone(data):
    assert not table.recognises(data)


def test_word_document_is_no_table():
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
    assert not table.recognises(stream.getvalue())


def _workbook_with(name, content):
    stream = BytesIO(xlsx_file(HEADERS))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (_workbook_with("xl/bomb.xml", b" " * 50_000_000), "archive_too_big"),
        (_workbook_with("xl/evil.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "dtd"),
        (xlsx_file(HEADERS)[:-30], "broken_workbook"),
        (xlsx_file([]), "empty"),
        (csv_file([f"c{n}" for n in range(600)], range(600)), "too_many_columns"),
        (csv_file(["Item", "Lot"], ["a", '"open']) + b"x" * 2_000_000, "broken_csv"),
        (csv_file(["Item", "Serial"], *([["a", "S000001..S100000"]] * 11)), "too_many_numbers"),
    ],
)
def test_bad_files_say_what_is_wrong(data, code):
    with pytest.raises(AsnError) as caught:
        table.read(data)
    assert caught.value.code == code
    assert caught.value.text


def test_reading_twice_gives_the_same():
    data = csv_file(["ASN", "Item", "Lot", "Qty"], ["A", "a", "L", 1], ["B", "b", "M", 2])
    assert table.read(data) == table.read(data)
