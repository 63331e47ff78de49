"""A DESADV is read exactly as written: header, packages, lines, lots, serial numbers."""

from datetime import date
from decimal import Decimal

import pytest
from edifact_build import HEAD, LINE, desadv, interchange, message

from lot_serial_trace.core import asn

SSCCS = ("340123450000000017", "340123450000000024")


def advice(*parts, **options):
    (read,) = asn.read(desadv(*parts, **options))
    for flaw in read.flaws:
        assert flaw.text and flaw.kind.remedy
    return read


def line(*parts, **options):
    (read,) = advice("CPS+1", LINE, *parts, **options).lines
    return read


def units(*parts, **options):
    return [(unit.lot, unit.serial, unit.quantity) for unit in line(*parts, **options).units]


def codes(read):
    return set(read.flaw_counts)


def test_header():
    read = advice(
        "CPS+1",
        LINE,
        head="""\
BGM+351::9+DA?+1:2+9
DTM+137:202611201030:203
DTM+11:20261121:102
DTM+17:20261122-20261124:718
RFF+ON:PO-1
RFF+ON:PO-2
RFF+CRN:TRIP-5
RFF+AAS:WAY-6
FTX+AAI+++Ring the bell:twice
NAD+SU+4012345000009::9+Street as text+Sender:Ltd.+Street 1:House 2+Town++12345+DE
RFF+VA:DE123
CTA+IC+:Somebody
NAD+SE+99::91++Seller
NAD+BY+4012345000016::9
NAD+DP+77::92++Receiver
NAD+UC+4012345000108::9
NAD+CA+++Carrier""",
    )
    assert (read.format, read.version, read.profile) == ("edifact", "D.96A", "EAN005")
    assert (read.number, read.type_code, read.action) == ("DA+1", "351", "original")
    assert (read.issued, read.despatched) == (date(2026, 11, 20), date(2026, 11, 21))
    assert (read.expected_from, read.expected_until) == (date(2026, 11, 22), date(2026, 11, 24))
    assert read.orders == ["PO-1", "PO-2"]
    assert (read.shipment, read.tracking, read.carrier) == ("TRIP-5", "WAY-6", "Carrier")
    assert read.note == "Ring the bell\ntwice"
    supplier = read.supplier
    assert (supplier.name, supplier.gln, supplier.country) == ("Sender Ltd.", "4012345000009", "DE")
    assert (supplier.street, supplier.city) == ("Street 1, House 2", "Town")
    assert supplier.postal_code == "12345"
    assert supplier.values("vat") == ["DE123"]
    assert read.seller.values("other") == ["99"]
    assert read.ship_to.values("other") == ["77"]
    assert read.buyer.gln == "4012345000016"
    assert read.originator.gln == "4012345000108"
    assert codes(read) == set()


@pytest.mark.parametrize(
    ("code", "action"),
    [("", "original"), ("9", "original"), ("5", "replace"), ("4", "replace"), ("1", "cancel"),
     ("7", "copy"), ("31", "copy")],
)  # fmt: skip
def test_action(code, action):
    assert advice(head=HEAD.replace("+9\n", f"+{code}\n", 1)).action == action


def test_unknown_action_is_told():
    read = advice(head=HEAD.replace("+9\n", "+700101\n", 1))
    assert read.action == "original"
    assert "unknown_function" in codes(read)


def test_buyer_is_ship_to_when_no_other_is_named():
    read = advice(head=HEAD.replace("NAD+DP", "nad+by"))
    assert read.ship_to.name == "Receiver"
    assert read.ship_to is read.buyer


def test_line():
    read = line(
        "PIA+1+OUR-1:IN+THEIR-1:SA",
        "RFF+ON:PO-1:30",
        "FTX+LIN+++Handle with care",
        "QTY+59:6",
        "QTY+21:12",
        "QVR+-2:21+BP+:::out of stock",
    )
    assert (read.number, read.name) == ("1", "Thing")
    assert (read.gtin_sent, read.gtin) == ("9501101530003", "09501101530003")
    assert (read.buyer_code, read.supplier_code) == ("OUR-1", "THEIR-1")
    assert (read.order, read.order_line) == ("PO-1", "30")
    assert (read.quantity, read.unit, read.pack_size) == (10, "PCE", 6)
    assert (read.outstanding, read.outstanding_reason) == (2, "out of stock")
    assert read.note == "Handle with care"
    assert (read.source_line, read.source_path) == (10, "UNH[1]/LIN[1]")


@pytest.mark.parametrize(
    "lot",
    [
        "PIA+1+L/01:NB::91",
        "PIA++L/01:NB",
        "PCI+36E\nGIN+BX+L/01",
        "PCI+17\nGIN+BX+L/01:91",
        "PCI+33E\nGIN+BX+L/01",
        "GIN+bx+L/01",
        "PCI+10+L/01",
        "GIR+3+L/01:BX",
        "RFF+BT:L/01",
    ],
)
def test_roads_of_a_lot(lot):
    assert units(lot) == [("L/01", "", 10)]


@pytest.mark.parametrize(
    "serial",
    [
        "PIA+1+S1:SN+S2:SN",
        "GIN+BN+S1+S2",
        "GIN+BN+S1:S2",
        "GIN+SN+S1\nGIN+SN+S2",
        "GIR+1+S1:BN+S2:BN",
        "RFF+SE:S1\nRFF+SE:S2",
        "PCI+17\nGIN+BN+S1\nPCI+17\nGIN+BN+S2",
    ],
)
def test_roads_of_a_serial(serial):
    few = LINE.replace("10:PCE", "2:PCE")
    (read,) = advice("CPS+1", few, serial).lines
    assert [(u.lot, u.serial, u.quantity) for u in read.units] == [("", "S1", 1), ("", "S2", 1)]


def test_lot_of_a_line_is_the_lot_of_its_serials():
    for parts in (
        ("PIA+1+L1:NB", "GIN+BN+S1+S2"),
        ("PIA+1+L1:NB", "PCI+17", "GIN+BN+S1+S2"),
        ("PCI+17", "GIN+BX+L1", "GIN+BN+S1+S2"),
        ("GIR+1+S1:BN+L1:BX", "GIR+1+S2:BN+L1:BX"),
    ):
        assert units(*parts) == [("L1", "S1", 1), ("L1", "S2", 1)], parts


def test_lots_with_quantities_and_dates():
    read = line(
        "PCI+36E", "GIN+BX+L1", "QTY+12:4:PCE", "DTM+36:20270131:102",
        "PCI+36E", "DTM+361:202702:610", "DTM+94:20260901:102", "QTY+12:6", "GIN+BX+L2",
    )  # fmt: skip
    first, second = read.units
    assert (read.quantity, read.unit) == (10, "PCE")
    assert (first.lot, first.quantity, first.expiry) == ("L1", 4, date(2027, 1, 31))
    assert (second.lot, second.quantity, second.expiry) == ("L2", 6, None)
    assert (second.best_before, second.made) == (date(2027, 2, 28), date(2026, 9, 1))
    assert second.last_day == date(2027, 2, 28), "the last day of the month"


def test_quantity_of_the_line_is_the_sum_of_its_lots():
    bare = LINE.replace("\nQTY+12:10:PCE", "")
    read = advice("CPS+1", bare, "PCI+36E\nGIN+BX+L1\nQTY+12:4:PCE", "PCI+36E\nGIN+BX+L2\nQTY+12:6")
    (only,) = read.lines
    assert (only.quantity, only.unit) == (10, "PCE")


def test_lot_before_the_quantity():
    bare = LINE.replace("\nQTY+12:10:PCE", "")
    (only,) = advice("CPS+1", bare, "PCI+36E", "GIN+BX+L1", "QTY+12:10:PCE").lines
    assert (only.quantity, only.units[0].quantity) == (10, 10)


def test_dates_of_a_mark_are_those_of_the_lot_named_before():
    (unit,) = line("PIA+1+L1:NB", "PCI+17", "DTM+23E:20270131:102", "DTM+94:260901:101").units
    assert (unit.lot, unit.best_before, unit.made) == (
        "L1",
        date(2027, 1, 31),
        date(2026, 9, 1),
    )


def test_marks_without_number_tell_dates_and_quantities():
    parts = (
        "PCI+17",
        "QTY+12:4",
        "DTM+36:20270131:102",
        "PCI+17",
        "QTY+12:6",
        "DTM+36:20270228:102",
    )
    for lot in ("", "PIA+1+L1:NB"):
        read = line(lot, *parts)
        assert [(unit.quantity, unit.expiry) for unit in read.units] == [
            (4, date(2027, 1, 31)),
            (6, date(2027, 2, 28)),
        ]
        assert {unit.lot for unit in read.units} == {lot and "L1"}


def test_sell_by_is_no_expiry():
    read = advice("CPS+1", LINE, "DTM+360:20270131:102")
    assert not read.lines[0].units
    assert "sell_by" in codes(read)


@pytest.mark.parametrize("quantity", ["QTY+21:8:PCE", "QTY+:8:PCE", "QTY+46:8:PCE"])
def test_quantity_that_is_not_marked_as_sent(quantity):
    bare = LINE.replace("QTY+12:10:PCE", quantity)
    read = advice("CPS+1", bare)
    assert read.lines[0].quantity == 8
    assert "quantity_kind" in codes(read)


def test_free_goods_are_told_but_not_added():
    read = advice("CPS+1", LINE, "QTY+192:2")
    assert read.lines[0].quantity == 10
    assert "free_goods" in codes(read)


def test_split_over_stores_adds_up():
    split = "LOC+7+1::92\nQTY+11:4:PCE\nLOC+7+2::92\nQTY+11:6:PCE"
    assert advice("CPS+1", LINE, split).lines[0].quantity == 10
    bare = LINE.replace("\nQTY+12:10:PCE", "")
    assert advice("CPS+1", bare, split).lines[0].quantity == 10


@pytest.mark.parametrize(
    ("text", "value"), [("10,5", "10.5"), ("10.50", "10.50"), ("-3", "-3"), (".5", ".5")]
)
def test_decimal_marks(text, value):
    read = advice("CPS+1", LINE.replace("10:PCE", f"{text}:KGM"))
    assert read.lines[0].quantity == Decimal(value)


def test_bad_values_are_told_with_their_place():
    read = advice("CPS+1", LINE.replace("10:PCE", "1.000,5:KGM"), "DTM+36:20271332:102")
    found = {flaw.code: flaw for flaw in read.flaws}
    assert found["bad_number"].where == "line 12, UNH[1]/LIN[1]/QTY"
    assert found["bad_date"].where == "line 13, UNH[1]/LIN[1]/DTM"
    assert "20271332" in found["bad_date"].text


def test_product_without_gtin():
    read = advice("CPS+1", LINE.replace("9501101530003:EN", ""), "PIA+5+T-1:SA::91").lines[0]
    assert (read.gtin_sent, read.supplier_code) == ("", "T-1")
    read = advice("CPS+1", LINE.replace("9501101530003:EN", ""), "PIA+5+9501101530003").lines[0]
    assert read.gtin == "09501101530003"
    read = advice("CPS+1", LINE.replace("9501101530003:EN", "8200:IN"), "PIA+1+T-1:SA").lines[0]
    assert (read.buyer_code, read.supplier_code) == ("8200", "T-1")


def test_bad_gtin_is_kept_and_told():
    read = advice("CPS+1", LINE.replace("9501101530003", "9501101530004"))
    assert (read.lines[0].gtin_sent, read.lines[0].gtin) == ("9501101530004", "")
    assert "bad_gtin" in codes(read)


def pallets(read):
    return [(package.sscc, package.parent) for package in read.packages]


def test_pallets_and_cartons():
    carton = "340123450000000031"
    read = advice(
        "CPS+1", "PAC+2++201",
        "CPS+2+1", "PAC+1++201", "PCI+33E", f"GIN+BJ+{SSCCS[0]}",
        "CPS+3+2", "PAC+1++CT", "PCI+33E", f"GIN+BJ+{carton}", LINE,
        "CPS+4+1", "PAC+1++201", "PCI+33E", f"GIN+AW+(00){SSCCS[1]}",
        LINE.replace("LIN+1", "LIN+2"), "GIN+BN+S1", LINE.replace("LIN+1", "LIN+3"),
    )  # fmt: skip
    assert pallets(read) == [(SSCCS[0], None), (carton, 0), (SSCCS[1], None)]
    assert [package.type_code for package in read.packages] == ["201", "CT", "201"]
    assert [item.packages for item in read.lines] == [[1], [2], [2]]
    assert read.lines[1].units[0].package == 2


def test_parent_may_be_declared_after_the_child():
    read = advice(
        "CPS+3+2", "PAC+1++CT", "PCI+33E", f"GIN+BJ+{SSCCS[1]}", LINE,
        "CPS+2", "PAC+1++201", "PCI+33E", f"GIN+BJ+{SSCCS[0]}",
    )  # fmt: skip
    assert pallets(read) == [(SSCCS[1], 1), (SSCCS[0], None)]


@pytest.mark.parametrize("levels", ["CPS+1+1", "CPS+1+2\nCPS+2+1", "CPS+1+3\nCPS+2+1\nCPS+3+2"])
def test_circle_of_levels(levels):
    read = advice(levels, f"PAC+1++CT\nGIN+BJ+{SSCCS[0]}", LINE)
    assert "package_cycle" in codes(read)
    assert pallets(read) == [(SSCCS[0], None)]


def test_same_sscc_under_two_levels_is_one_mixed_pallet():
    level = f"PAC+1++201\nPCI+33E\nGIN+BJ+{SSCCS[0]}\n{LINE}"
    read = advice("CPS+1", f"CPS+2+1\n{level}", f"CPS+3+1\n{level}")
    assert pallets(read) == [(SSCCS[0], None)]
    assert [item.packages for item in read.lines] == [[0], [0]]


def test_range_of_sscc_counts_without_the_check_digit():
    read = advice("CPS+1", "PAC+10++201", "GIN+BJ+354123450000000014:354123450000000106", LINE)
    assert len(read.packages) == 10
    assert read.packages[1].sscc == "354123450000000021"
    assert read.lines[0].packages == list(range(10))
    assert codes(read) == set()


def test_some_packages_without_number():
    assert "package_count" in codes(advice("CPS+1", "PAC+3++201", f"GIN+BJ+{SSCCS[0]}", LINE))


def test_bad_sscc_is_kept_and_told():
    read = advice("CPS+1", "PAC+1", "GIN+BJ+340123450000000018", LINE)
    assert (read.packages[0].number, read.packages[0].sscc) == ("340123450000000018", "")
    assert "bad_sscc" in codes(read)


def test_sscc_of_a_line_on_a_pallet():
    parts = (f"PAC+1++201\nGIN+BJ+{SSCCS[0]}", LINE, f"PCI+33E\nGIN+BJ+{SSCCS[1]}", "PIA+1+L:NB")
    read = advice("CPS+1", *parts)
    assert pallets(read) == [(SSCCS[0], None), (SSCCS[1], 0)]
    assert read.lines[0].packages == [1]


def test_what_is_marked_on_a_package_holds_for_its_only_line():
    level = "CPS+1\nPAC+1++201\nPCI+36E\nGIN+BX+L1\nDTM+36:20270131:102"
    (unit,) = advice(level, LINE).lines[0].units
    assert (unit.lot, unit.quantity, unit.expiry) == ("L1", 10, date(2027, 1, 31))
    mixed = advice(level, LINE, LINE.replace("LIN+1", "LIN+2"))
    assert not any(item.units for item in mixed.lines)
    assert "package_lot" in codes(mixed)


def test_labels_of_the_automotive_industry():
    read = advice(
        "CPS+1++1", "PAC+2++BOX-1::92", "QTY+52:21:PCE", "PCI+17", "RFF+AAT:M100",
        "GIR+3+M101:ML++X:BU", "GIR+3+M102:ML+LOT-1:BX",
        "LIN+++8200702693:IN++0", "QTY+12:42:PCE", "RFF+ON:527802", "LOC+159+:::HALL",
        kind="DESADV:D:96A:UN:A01052",
    )  # fmt: skip
    assert [(package.number, package.parent) for package in read.packages] == [
        ("M100", None),
        ("M101", 0),
        ("M102", 0),
    ]
    (only,) = read.lines
    assert (only.number, only.buyer_code, only.packages) == ("1", "8200702693", [1, 2])
    assert (only.order, only.pack_size) == ("527802", None)
    assert [(unit.lot, unit.package) for unit in only.units] == [("LOT-1", 2)]


def test_ranges_of_serials():
    parts = [unit.serial for unit in line("GIN+BN+A098:A101+B1+C9:C13").units]
    assert parts == ["A098", "A099", "A100", "A101", "B1", "C9", "C10", "C11", "C12", "C13"]


def test_absurd_range_is_told_and_not_spelled_out():
    read = advice("CPS+1", LINE, "GIN+BN+0000000001:9999999999")
    assert not read.lines[0].units
    (flaw,) = [flaw for flaw in read.flaws if flaw.code == "range_too_long"]
    assert "9999999999" in flaw.text


def test_unclear_range_keeps_its_ends():
    read = advice("CPS+1", LINE, "GIN+BN+ABC:XYZ")
    assert [unit.serial for unit in read.lines[0].units] == ["ABC", "XYZ"]
    assert "range_unclear" in codes(read)


def test_several_messages():
    second = message("CPS+1", LINE, head=HEAD.replace("DA-1", "DA-2"), number="2")
    first, second = asn.read(interchange(message("CPS+1", LINE), second).encode())
    assert (first.number, second.number) == ("DA-1", "DA-2")
    assert second.lines[0].source_path == "UNH[2]/LIN[1]"
    assert not first.flaws and not second.flaws


def test_several_interchanges_each_with_its_signs():
    other = interchange(message("CPS+1", LINE)).translate(str.maketrans("+:'?", "*;~!"))
    text = interchange(message("CPS+1", LINE)) + other
    assert [len(read.lines) for read in asn.read(text.encode())] == [1, 1]


def test_other_messages_are_left_out_and_told():
    text = interchange(message(kind="INVOIC:D:96A:UN"), message("CPS+1", LINE))
    (read,) = asn.read(text.encode())
    assert "other_messages" in codes(read)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (interchange(message(kind="INVOIC:D:96A:UN")), "wrong_document"),
        (interchange(), "no_message"),
    ],
)
def test_no_despatch_advice(text, code):
    with pytest.raises(asn.AsnError) as caught:
        asn.read(text.encode())
    assert caught.value.code == code


def test_wrong_counts_are_flaws():
    text = interchange(message("CPS+1", LINE, "CNT+2:3", count=99), count=4)
    (read,) = asn.read(text.replace("UNT+99+1", "UNT+99+8").encode())
    assert codes(read) == {"segment_count", "message_count", "control_number", "line_count"}


def test_test_message():
    (read,) = asn.read(interchange(message("CPS+1", LINE), tail="++++++1").encode())
    assert codes(read) == {"test_message"}


def test_cut_off_file():
    text = desadv("CPS+1", LINE, "GIN+BN+S001", "GIN+BN+S002").decode()
    (read,) = asn.read(text[: text.index("S002") + 2].encode())
    assert [unit.serial for unit in read.lines[0].units] == ["S001"], "half a number is none"
    assert "cut_off" in codes(read)
    (read,) = asn.read(text[: text.index("UNZ")].encode())
    assert codes(read) == {"serial_count"}
    (read,) = asn.read(text.rstrip("'\n").encode())
    assert codes(read) == {"serial_count"}, "the last end sign may be missing"
