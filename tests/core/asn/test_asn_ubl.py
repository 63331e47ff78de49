"""A UBL despatch advice is read exactly as written: nothing lost, nothing guessed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from asn_build import advice, el, instance, line, quantity, read_one

HERE = Path(__file__).parent
DEMO = HERE.parents[2] / "lot_serial_trace/demo/despatch_advice_0001.xml"


@pytest.fixture(scope="module")
def everything():
    return read_one((HERE / "files/everything.xml").read_bytes(), "everything.xml")


def units(*instances, value="1", unit="C62", **options):
    (read,) = read_one(
        advice(line(quantity=quantity(value, unit), instances="".join(instances), **options))
    ).lines
    return read.units


def test_header(everything):
    assert everything.format == "ubl"
    assert everything.version == "2.1"
    assert everything.profile == "urn:example:profile"
    assert everything.number == "LS/0042"
    assert everything.issued == date(2026, 11, 20)
    assert everything.type_code == "delivery"
    assert everything.action == "original"
    assert everything.note == "First note\nSecond note"
    assert everything.orders == ["P00007", "P00008"]
    assert everything.order_numbers == ["P00007", "P00008"]
    assert not everything.flaws


def test_supplier(everything):
    party = everything.supplier
    assert (party.name, party.legal_name) == ("Sender trading name", "Sender legal name")
    assert party.gln == "4012345000009"
    assert (party.endpoint, party.endpoint_scheme) == ("DE000000000", "9930")
    assert party.values("gln") == ["4012345000009", "4012345000108"]
    assert party.values("vat") == ["DE 123 456"]
    assert party.values("registry") == ["HRB 99", "DE000000000"]
    assert party.values("account") == ["V-1040"]
    assert (party.street, party.postal_code, party.city, party.country) == (
        "Sender street 1",
        "11111",
        "Sendertown",
        "DE",
    )


def test_other_parties(everything):
    assert everything.buyer.name == "Buyer"
    assert everything.seller.name == "Seller"
    assert everything.originator.name == "Originator"
    assert everything.ship_to.name == "Receiver"
    assert everything.ship_to.gln == "9501101020009", "the delivery location is more exact"


def test_shipment(everything):
    assert everything.shipment == "SHIP-5"
    assert everything.tracking == "TRACK-6"
    assert everything.carrier == "Carrier"
    assert everything.despatched == date(2026, 11, 21)
    assert everything.expected_from == date(2026, 11, 22)
    assert everything.expected_until == date(2026, 11, 24)


def test_lines(everything):
    wax, thermometer, gauze = everything.lines
    assert (wax.number, wax.quantity, wax.unit) == ("10", Decimal("90.125"), "KGM")
    assert (wax.outstanding, wax.outstanding_reason) == (Decimal(10), "Out of stock")
    assert (wax.name, wax.supplier_code, wax.buyer_code) == ("Beeswax", "THEIR-1", "OUR-1")
    assert (wax.gtin_sent, wax.gtin) == ("9501101530003", "09501101530003")
    assert (wax.order, wax.order_line, wax.pack_size) == ("P00007", "1", Decimal(12))
    assert wax.note == "Line note"
    assert (thermometer.order, thermometer.order_line) == ("P00008", "")
    assert gauze.name == "Gauze", "the description stands in for a missing name"
    assert (gauze.outstanding, gauze.outstanding_reason) == (Decimal(1), "Later")
    assert [read.source_path for read in everything.lines] == [
        "DespatchLine[1]",
        "DespatchLine[2]",
        "DespatchLine[3]",
    ]


def test_units(everything):
    (lot,), serials, (gauze,) = (read.units for read in everything.lines)
    assert (lot.lot, lot.serial, lot.quantity) == ("00329/174.", "", Decimal("90.125"))
    assert (lot.expiry, lot.best_before, lot.made) == (
        date(2028, 3, 31),
        date(2028, 2, 29),
        date(2026, 10, 1),
    )
    assert lot.trace_id == "(01)09501101530003(10)00329/174."
    assert [(unit.serial, unit.quantity) for unit in serials] == [("SN-1", 1), ("SN-2", 1)]
    assert (gauze.lot, gauze.expiry) == ("G-77", date(2029, 1, 31)), "from item properties"


def test_packages(everything):
    pallet, box, bag, mixed = everything.packages
    assert (pallet.number, pallet.sscc) == ("(00)340123450000000017", "340123450000000017")
    assert (pallet.type_code, pallet.parent) == ("PX", None)
    assert (box.number, box.type_code, box.parent) == ("BOX-1", "CT", pallet.key)
    assert (bag.number, bag.parent) == ("BAG-1", box.key)
    wax, thermometer, gauze = everything.lines
    assert wax.packages == [mixed.key]
    assert wax.units[0].package == mixed.key
    assert thermometer.packages == [pallet.key, mixed.key], "from the header's handling units"
    assert [unit.package for unit in thermometer.units] == [pallet.key, mixed.key]
    assert gauze.packages == []


def test_demo_notice():
    read = read_one(DEMO.read_bytes())
    assert not read.flaws
    assert read.orders == ["TRACE-PO-0001"]
    assert read.supplier.gln == "4012345000009"
    assert [(unit.number, unit.quantity) for item in read.lines for unit in item.units] == [
        ("IF-2611-A", 48),
        ("IF-2607-C", 12),
        *((f"T2-0001-00{i}", 1) for i in range(1, 7)),
    ]
    assert [package.sscc for package in read.packages] == [
        "340123450000000017",
        "340123450000000024",
    ]


def test_same_sscc_under_two_lines_is_one_mixed_pallet():
    pallet = (
        "<cac:Shipment><cbc:ID>NA</cbc:ID><cac:TransportHandlingUnit>"
        "<cbc:ID>340123450000000017</cbc:ID></cac:TransportHandlingUnit></cac:Shipment>"
    )
    read = read_one(advice(line("1", shipment=pallet), line("2", shipment=pallet)))
    assert len(read.packages) == 1
    assert [item.packages for item in read.lines] == [[0], [0]]


def test_package_named_by_header_and_line_is_one():
    unit = "cac:TransportHandlingUnit"
    ident = el("cbc:ID", "340123450000000017")
    content = el("cac:HandlingUnitDespatchLine", el("cbc:ID", "1"))
    read = read_one(
        advice(
            line("1", shipment=el(f"cac:Shipment/{unit}", ident)),
            shipment=el(f"cac:Shipment/{unit}", ident + content),
        )
    )
    assert len(read.packages) == 1
    assert read.lines[0].packages == [0]


def test_dummies_are_no_references():
    for dummy in ("NA", "n/a", "-", "None"):
        order = f"<cbc:LineID>{dummy}</cbc:LineID>"
        read = read_one(advice(line(order=order)))
        assert read.lines[0].order_line == ""


@pytest.mark.parametrize(
    ("head", "action"),
    [
        ("<cbc:CopyIndicator>true</cbc:CopyIndicator>", "copy"),
        ("<cbc:CopyIndicator>false</cbc:CopyIndicator>", "original"),
        ("<cbc:DocumentStatusCode>Cancelled</cbc:DocumentStatusCode>", "cancel"),
        ("<cbc:DocumentStatusCode>Revised</cbc:DocumentStatusCode>", "replace"),
        ("<cbc:DocumentStatusCode>NoStatus</cbc:DocumentStatusCode>", "original"),
        ("<cbc:DocumentStatusCode>5</cbc:DocumentStatusCode>", "replace"),
    ],
)
def test_action(head, action):
    assert read_one(advice(head=f"<cbc:ID>1</cbc:ID>{head}")).action == action


def test_seller_stands_in_for_a_nameless_supplier():
    seller = el("cac:SellerSupplierParty/cac:Party/cac:PartyName/cbc:Name", "S")
    empty = "<cac:DespatchSupplierParty><cac:Party/></cac:DespatchSupplierParty>"
    assert read_one(advice(parties=empty + seller)).supplier.name == "S"
    assert read_one(advice(parties=seller)).supplier.name == "S"


def test_lot_holds_for_the_whole_line():
    (unit,) = units(instance(lot="L1"), value="24", unit="XBX")
    assert (unit.lot, unit.quantity) == ("L1", 24)


def test_serials_are_single_pieces_with_their_lot():
    read = units(instance("S1", "L1", "2028-01-01"), instance("S2", "L1", "2028-01-01"), value="2")
    assert [(unit.serial, unit.lot, unit.quantity) for unit in read] == [
        ("S1", "L1", 1),
        ("S2", "L1", 1),
    ]


def test_several_lots_of_a_line_have_no_known_quantity():
    read = units(instance(lot="L1"), instance(lot="L2"), value="10")
    assert [(unit.lot, unit.quantity) for unit in read] == [("L1", None), ("L2", None)]


def test_lots_repeated_per_piece_are_counted():
    read = units(*[instance(lot=lot) for lot in ("L1", "L2", "L1")], value="3")
    assert [(unit.lot, unit.quantity) for unit in read] == [("L1", 2), ("L2", 1)]


def test_one_lot_repeated_holds_the_line():
    (unit,) = units(*[instance(lot="L1")] * 3, value="7.5", unit="KGM")
    assert unit.quantity == Decimal("7.5")


def test_numbered_piece_sold_by_weight():
    (unit,) = units(instance("WHEEL-7"), value="31.4", unit="KGM")
    assert (unit.serial, unit.quantity) == ("WHEEL-7", Decimal("31.4"))


def test_serials_in_cases_have_no_quantity_in_the_lines_unit():
    read = units(instance("S1"), instance("S2"), instance("S3"), value="1", unit="XCS")
    assert [unit.quantity for unit in read] == [None, None, None]


def test_numbers_keep_case_zeros_and_slashes():
    read = units(instance(" 00/ab-C. ", "0042"), value="1")
    assert (read[0].serial, read[0].lot) == ("00/ab-C.", "0042")


def test_empty_item_instance_is_nothing():
    assert units("<cac:ItemInstance/>") == []


def test_dates_with_zone_or_time_keep_the_local_day():
    read = units(
        instance("A", expiry="2028-01-31Z"),
        instance("B", expiry="2028-01-31T00:00:00+02:00"),
        instance("C", expiry="20280131"),
        value="3",
    )
    assert {unit.expiry for unit in read} == {date(2028, 1, 31)}


def test_several_serials_in_one_instance():
    both = "<cac:ItemInstance><cbc:SerialID>A</cbc:SerialID><cbc:SerialID>B</cbc:SerialID>"
    lot = "<cac:LotIdentification><cbc:LotNumberID>L</cbc:LotNumberID></cac:LotIdentification>"
    found = units(f"{both}{lot}</cac:ItemInstance>", value="2")
    assert [(unit.serial, unit.lot, unit.quantity) for unit in found] == [
        ("A", "L", 1),
        ("B", "L", 1),
    ]


def test_range_of_serials_is_spelled_out_where_the_quantity_agrees():
    read = read_one(advice(line(quantity=quantity(3), instances=instance("SN098-SN100", lot="L"))))
    found = read.lines[0].units
    assert [(unit.serial, unit.lot) for unit in found] == [
        ("SN098", "L"),
        ("SN099", "L"),
        ("SN100", "L"),
    ]
    assert set(read.flaw_counts) == {"serial_range"}
    (unit,) = units(instance("SN098-SN100"), value="4")
    assert unit.serial == "SN098-SN100"


def test_gtin_among_the_additional_identifiers():
    barcode = el("cac:AdditionalItemIdentification/cbc:ID", "9501101530003", schemeID="GTIN")
    other = el("cac:AdditionalItemIdentification/cbc:ID", "9501101530003", schemeID="KUNYENO")
    assert read_one(advice(line(item=barcode))).lines[0].gtin == "09501101530003"
    assert read_one(advice(line(item=other))).lines[0].gtin == ""
