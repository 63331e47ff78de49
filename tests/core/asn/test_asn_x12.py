"""An X12 856 is read exactly as written, whatever its structure and its separators."""

from datetime import date

import pytest
from x12_build import ISA, ITEM, ORDER, SHIPMENT, interchange, notice, shipped

from lot_serial_trace.core import asn
from lot_serial_trace.core.asn.units import PIECES, UOM_XMLIDS, from_x12, is_packaging

SSCCS = ("340123450000000017", "340123450000000024")


def advice(*parts, **options):
    (read,) = asn.read(shipped(*parts, **options))
    for flaw in read.flaws:
        assert flaw.text and flaw.kind.remedy
    return read


def line(*parts):
    (read,) = advice("HL*3*2*I", ITEM, *parts).lines
    return read


def codes(read):
    return set(read.flaw_counts)


def test_header():
    parts = """\
HL*1**S
TD1*CTN25*12****G*300*LB
TD5**2*SCAC*M*Carrier
REF*BM*BOL-1
REF*CN*PRO-2
REF*IA*V-77
DTM*011*20261121*1200
DTM*017*20261123
N1*SF*Sender*92*99
N2*Sender Ltd.
N3*Street 1*House 2
N4*Town*CA*90210*USA
N1*ST*Receiver*UL*4012345000108
N1*BY**9*123456789
N1*Z7*Store*92*4711"""
    text = interchange(notice(parts, ORDER, "HL*3*2*I", ITEM))
    (read,) = asn.read(text.encode())
    assert (read.format, read.version) == ("x12", "004010")
    assert (read.number, read.action, read.issued) == ("DA-1", "original", date(2026, 11, 20))
    assert (read.shipment, read.tracking, read.carrier) == ("BOL-1", "PRO-2", "Carrier")
    assert (read.despatched, read.expected_from) == (date(2026, 11, 21), date(2026, 11, 23))
    supplier = read.supplier
    assert (supplier.name, supplier.legal_name) == ("Sender", "Sender Ltd.")
    assert supplier.values("account") == ["99", "V-77"]
    assert (supplier.street, supplier.city) == ("Street 1, House 2", "Town")
    assert (supplier.postal_code, supplier.country) == ("90210", "US")
    assert (read.ship_to.name, read.ship_to.gln) == ("Receiver", "4012345000108")
    assert read.buyer.values("registry") == ["123456789"]
    assert read.originator.name == "Store"
    assert codes(read) == set()


@pytest.mark.parametrize(
    ("purpose", "action"),
    [("00", "original"), ("01", "cancel"), ("04", "replace"), ("05", "replace"), ("07", "copy"),
     ("14", "original")],
)  # fmt: skip
def test_action(purpose, action):
    read = advice("HL*3*2*I", ITEM, head=f"BSN*{purpose}*DA-1*20261120*1000")
    assert read.action == action
    assert codes(read) == set()


def test_unknown_purpose_is_told():
    read = advice("HL*3*2*I", ITEM, head="BSN*XX*DA-1*20261120*1000")
    assert read.action == "original"
    assert codes(read) == {"unknown_function"}


def test_line():
    read = line("REF*LI*30", "PO4*12*1*EA")
    assert (read.number, read.name) == ("1", "Thing")
    assert (read.gtin_sent, read.gtin) == ("036000291452", "00036000291452")
    assert (read.supplier_code, read.order, read.order_line) == ("T-1", "PO-1", "30")
    assert (read.quantity, read.unit, read.pack_size) == (10, "EA", None)
    assert (read.source_line, read.source_path) == (12, "ST[1]/HL[3]")


def test_cases_with_their_content():
    (read,) = advice("HL*3*2*I", "LIN**UP*036000291452*UK*10036000291459\nSN1**5*CA\nPO4*12").lines
    assert (read.unit, read.pack_size, read.gtin) == ("XCS", 12, "10036000291459")


def test_codes_of_a_product():
    (read,) = advice(
        "HL*3*2*I", "LIN*1***BP*OUR-1*VP*THEIRS*PO*PO-9*PL*20*ND*0781\nSN1**1*EA"
    ).lines
    assert (read.buyer_code, read.supplier_code) == ("OUR-1", "THEIRS")
    assert (read.order, read.order_line) == ("PO-9", "20")
    (read,) = advice("HL*3*2*I", "LIN**UI*03600029145\nSN1**1*EA").lines
    assert read.gtin == "00036000291452", "comes without check digit"
    (read,) = advice("HL*3*2*I", "LIN**N4*00781123401*LT*L1\nSN1**1*EA").lines
    assert read.supplier_code == "00781123401"


def test_rest_that_follows():
    (read,) = advice("HL*3*2*I", "LIN**VN*T\nSN1**10*EA**12*EA**BP").lines
    assert (read.outstanding, read.outstanding_reason) == (2, "BP")


@pytest.mark.parametrize("code", ["EA", "UN", "PC"])
def test_pieces(code):
    assert from_x12(code) in PIECES


@pytest.mark.parametrize("code", ["CA", "CS", "CT", "BX", "PL", "PK"])
def test_packagings(code):
    assert is_packaging(from_x12(code))


@pytest.mark.parametrize("code", ["LB", "KG", "OZ", "DZ", "GA", "LT", "FT", "YD", "CR"])
def test_measures(code):
    assert from_x12(code) in UOM_XMLIDS


@pytest.mark.parametrize("lot", ["REF*LT*L/01", "REF*BT*L/01", "SLN*1**I*10*EA****LT*L/01"])
def test_roads_of_a_lot(lot):
    (unit,) = line(lot, "DTM*036*20270131", "DTM*094*20260901").units
    assert (unit.lot, unit.quantity) == ("L/01", 10)
    assert (unit.expiry, unit.made) == (date(2027, 1, 31), date(2026, 9, 1))


def test_lot_among_the_codes():
    (read,) = advice(
        "HL*3*2*I", "LIN**UP*036000291452*LT*L1*SN*S1\nSN1**1*EA\nDTM*208*270131"
    ).lines
    (unit,) = read.units
    assert (unit.lot, unit.serial, unit.expiry) == ("L1", "S1", date(2027, 1, 31))


def test_expiry_as_a_reference():
    (unit,) = line("REF*LT*L1", "REF*EXP*20270131").units
    assert unit.expiry == date(2027, 1, 31)


def test_two_lots_and_their_dates():
    parts = ("REF*LT*L1", "DTM*036*20270131", "REF*LT*L2", "DTM*036*20270228")
    assert [(unit.lot, unit.expiry) for unit in line(*parts).units] == [
        ("L1", date(2027, 1, 31)),
        ("L2", date(2027, 2, 28)),
    ]
    read = advice("HL*3*2*I", ITEM, *parts, "REF*LT*L3")
    assert [unit.expiry for unit in read.lines[0].units] == [None, None, None]
    assert "dates_unclear" in codes(read)


def test_serials():
    read = line("REF*LT*L1", *(f"REF*SE*S{number}" for number in range(10)))
    assert [unit.serial for unit in read.units] == [f"S{number}" for number in range(10)]
    assert {(unit.lot, unit.quantity) for unit in read.units} == {("L1", 1)}
    assert [unit.serial for unit in line("MAN*S1*A08*A10").units] == ["A08", "A09", "A10"]


def pallets(read):
    return [(package.sscc, package.parent) for package in read.packages]


@pytest.mark.parametrize(
    "mark",
    [
        f"MAN*GM*00{SSCCS[0]}",
        f"MAN*GM*{SSCCS[0]}",
        f"MAN*GM*0000{SSCCS[0]}",
        f"MAN*AA*{SSCCS[0]}",
        f"MAN*AI*(00){SSCCS[0]}",
        f"MAN*CP*1Z999\nMAN*GM*00{SSCCS[0]}",
    ],
)
def test_marks_of_a_carton(mark):
    read = advice("HL*3*2*P", mark, "HL*4*3*I", ITEM)
    assert SSCCS[0] in [package.sscc for package in read.packages]
    assert "bad_sscc" not in codes(read)


def test_carrier_number_after_the_sscc_is_no_package():
    read = advice("HL*3*2*P", f"MAN*GM*00{SSCCS[0]}\nMAN*CP*1Z999", "HL*4*3*I", ITEM)
    assert len(read.packages) == 1
    assert read.tracking == "1Z999"


def test_carton_on_pallet():
    read = advice(
        f"HL*3*2*T\nMAN*GM*00{SSCCS[0]}", f"HL*4*3*P\nTD1*CTN*1\nMAN*GM*00{SSCCS[1]}",
        "HL*5*4*I", ITEM, "HL*6*3*I", ITEM,
    )  # fmt: skip
    assert pallets(read) == [(SSCCS[0], None), (SSCCS[1], 0)]
    assert read.packages[1].type_code == "CTN"
    assert [item.packages for item in read.lines] == [[1], [0]]
    assert {item.order for item in read.lines} == {"PO-1"}


def test_order_below_the_pack():
    text = notice(
        SHIPMENT, f"HL*2*1*P\nMAN*GM*00{SSCCS[0]}", "HL*3*2*O\nPRF*PO-7", "HL*4*3*I", ITEM
    )
    (read,) = asn.read(interchange(text).encode())
    (only,) = read.lines
    assert (only.order, only.packages) == ("PO-7", [0])


def test_packs_below_the_item():
    read = advice(
        "HL*3*2*I", ITEM,
        f"HL*4*3*P\nMAN*GM*00{SSCCS[0]}\nREF*LT*L1\nSN1**4*EA",
        f"HL*5*3*P\nMAN*GM*00{SSCCS[1]}\nREF*LT*L2\nSN1**6*EA",
    )  # fmt: skip
    (only,) = read.lines
    assert only.packages == [0, 1]
    assert [(unit.lot, unit.quantity, unit.package) for unit in only.units] == [
        ("L1", 4, 0),
        ("L2", 6, 1),
    ]


def test_lot_of_a_pallet_holds_for_what_is_on_it():
    read = advice(f"HL*3*2*T\nMAN*GM*00{SSCCS[0]}\nREF*LT*L1\nDTM*036*20270131", "HL*4*3*I", ITEM)
    (unit,) = read.lines[0].units
    assert (unit.lot, unit.quantity, unit.expiry) == ("L1", 10, date(2027, 1, 31))


def test_product_told_on_the_pallet():
    tare = f"HL*3*2*T\nLIN**UK*10036000291459*LT*L1\nSN1**40*CA\nMAN*GM*00{SSCCS[0]}"
    (only,) = advice(tare).lines
    assert (only.quantity, only.units[0].lot, only.packages) == (40, "L1", [0])
    (only,) = advice(tare, "HL*4*3*I", ITEM).lines
    assert only.quantity == 10, "the pallet's LIN only says what is on it"


def test_ranges_of_packages():
    read = advice("HL*3*2*P", "MAN*GM*354123450000000014*354123450000000106", "HL*4*3*I", ITEM)
    assert len(read.packages) == 10
    assert read.lines[0].packages == list(range(10))


def test_absurd_range():
    read = advice("HL*3*2*P", "MAN*W*1*999999999", "HL*4*3*I", ITEM)
    assert not read.packages
    assert "range_too_long" in codes(read)


def test_levels_that_do_not_name_their_parent():
    read = advice(
        f"HL*3**P\nMAN*GM*00{SSCCS[0]}", "HL*4**I", ITEM, "HL*5**O\nPRF*PO-2", "HL*6**I", ITEM
    )
    assert [(item.order, item.packages) for item in read.lines] == [("PO-1", [0]), ("PO-2", [])]


def test_levels_that_name_a_wrong_parent():
    read = advice("HL*3*99*I", ITEM, "HL*4*4*I", ITEM)
    assert [item.order for item in read.lines] == ["PO-1", "PO-1"]
    assert read.flaw_counts["level_parent"] == 2


def test_levels_that_count_anew():
    read = advice("HL*3*2*I", ITEM, "HL*1**O\nPRF*PO-2", "HL*3*1*I", ITEM)
    assert [item.order for item in read.lines] == ["PO-1", "PO-2"]


def test_parts_of_a_kit_are_told():
    read = advice("HL*3*2*I", ITEM, "HL*4*3*F", ITEM)
    assert len(read.lines) == 2
    assert "sub_line" in codes(read)


def test_several_notices_groups_and_interchanges():
    one = notice(SHIPMENT, ORDER, "HL*3*2*I", ITEM)
    two = notice(SHIPMENT, ORDER, "HL*3*2*I", ITEM, number="0002")
    text = interchange(one, two) + interchange(one).replace("*", "|").replace("~\n", "!")
    reads = asn.read(text.encode())
    assert [len(read.lines) for read in reads] == [1, 1, 1]
    assert reads[2].lines[0].source_path == "ST[3]/HL[3]"
    assert not any(read.flaws for read in reads)


def test_other_transactions():
    text = interchange(
        ["ST*997*1", "AK1*SH*1", "SE*3*1"], notice(SHIPMENT, ORDER, "HL*3*2*I", ITEM)
    )
    (read,) = asn.read(text.encode())
    assert codes(read) == {"other_messages"}
    with pytest.raises(asn.AsnError, match="X12 810"):
        asn.read(interchange(["ST*810*1", "SE*2*1"]).encode())


def test_wrong_counts_are_flaws():
    text = interchange(
        notice(SHIPMENT, ORDER, "HL*3*2*I", ITEM, "CTT*7*99", count=5), sets=3, groups=2
    )
    (read,) = asn.read(text.encode())
    assert codes(read) == {"segment_count", "message_count", "line_count", "hash_total"}
    assert read.flaw_counts["message_count"] == 2


@pytest.mark.parametrize("total", ["CTT*3", "CTT*1", "CTT*1*10"])
def test_totals_of_levels_or_of_lines(total):
    assert codes(advice("HL*3*2*I", ITEM, total)) == set()


def test_test_indicator():
    text = interchange(notice(SHIPMENT, ORDER, "HL*3*2*I", ITEM), isa=ISA.replace("*P*", "*T*"))
    (read,) = asn.read(text.encode())
    assert codes(read) == {"test_message"}


@pytest.mark.parametrize("end", ["~", "~\n", "~\r\n", "!", "$\n", "\n", "\r\n", "'", "\x1c"])
@pytest.mark.parametrize("element", ["*", "|", "+", "\x1d"])
def test_separators(end, element):
    text = interchange(notice(SHIPMENT, ORDER, "HL*3*2*I", ITEM), end=end)
    for begin in ("", "\ufeff", "\n\n  "):
        (read,) = asn.read((begin + text.replace("*", element)).encode())
        assert read.number == "DA-1" and len(read.lines) == 1
        assert codes(read) == set()


def test_isa_that_lost_its_blanks():
    short = "ISA*00**00**ZZ*SENDER*ZZ*RECEIVER*261120*1000*U*00401*000000091*0*P*>"
    for isa in (short, "ISA*00*"):
        (read,) = asn.read(interchange(notice(SHIPMENT, ORDER, "HL*3*2*I", ITEM), isa=isa).encode())
        assert len(read.lines) == 1


def test_forgotten_segment_ends():
    text = interchange(notice(SHIPMENT, ORDER, "HL*3*2*I", ITEM)).replace("PRF*PO-1~", "PRF*PO-1")
    (read,) = asn.read(text.encode())
    assert read.lines[0].order == "PO-1"
    assert codes(read) == {"no_terminator"}


def test_cut_off():
    text = shipped("HL*3*2*I", ITEM, "REF*SE*S001", "REF*SE*S002").decode()
    (read,) = asn.read(text[: text.index("S002") + 2].encode())
    assert [unit.serial for unit in read.lines[0].units] == ["S001"], "half a number is none"
    assert "cut_off" in codes(read)


def test_no_separators():
    with pytest.raises(asn.AsnError) as caught:
        asn.read(b"ISA*00*          *00*")
    assert caught.value.code == "no_separators"


def test_bad_values_are_told_with_their_place():
    read = advice("HL*3*2*I", "LIN**UP*036000291453\nSN1**1O*EA\nDTM*036*20271332")
    found = {flaw.code: flaw.where for flaw in read.flaws}
    assert found["bad_number"] == "line 13, ST[1]/HL[3]/SN1"
    assert found["bad_date"] == "line 14, ST[1]/HL[3]/DTM"
    assert found["bad_gtin"] == "line 12, ST[1]/HL[3]/LIN"
