"""GS1 XML 3: several notices a message, a flat list of logistic units, item data per lot."""

from datetime import date
from decimal import Decimal

import pytest
from asn_build import el, read_one

from lot_serial_trace.core import asn

DA = "urn:gs1:ecom:despatch_advice:xsd:3"
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
HEADER = (
    "<s:StandardBusinessDocumentHeader><s:HeaderVersion>1.0</s:HeaderVersion>"
    "<s:DocumentIdentification><s:Standard>GS1</s:Standard><s:TypeVersion>3.2</s:TypeVersion>"
    "</s:DocumentIdentification></s:StandardBusinessDocumentHeader>"
)
HEAD = (
    "<creationDateTime>2026-11-20T08:15:00+01:00</creationDateTime>"
    "<documentStatusCode>ORIGINAL</documentStatusCode>"
    "<despatchAdviceIdentification><entityIdentification>DA-1</entityIdentification>"
    "</despatchAdviceIdentification>"
)
PARTIES = (
    "<receiver><gln>4012345000009</gln></receiver>"
    "<shipper><gln>4023333000000</gln><address><name>Warehouse</name></address></shipper>"
    "<purchaseOrder><entityIdentification>P00042</entityIdentification></purchaseOrder>"
)
GTIN = "09521234543213"
PALLET, CASE = "340123450000000017", "340123450000000024"


def message(*advices, header=HEADER):
    inside = "".join(f"<despatchAdvice>{advice}</despatchAdvice>" for advice in advices)
    start = f'<d:despatchAdviceMessage xmlns:d="{DA}" xmlns:s="{SBDH}">'
    return f"{start}{header}{inside}</d:despatchAdviceMessage>".encode()


def data(*serials, lot="", quantity="", unit="", extra=""):
    attribute = f' measurementUnitCode="{unit}"' if unit else ""
    return "".join(
        (
            "<transactionalItemData>",
            lot and f"<batchNumber>{lot}</batchNumber>",
            extra,
            *(f"<serialNumber>{serial}</serialNumber>" for serial in serials),
            quantity and f"<tradeItemQuantity{attribute}>{quantity}</tradeItemQuantity>",
            "</transactionalItemData>",
        )
    )


def line(*datas, number="1", quantity="1", unit="", gtin=GTIN, extra="", item=""):
    attribute = f' measurementUnitCode="{unit}"' if unit else ""
    return (
        f"<despatchAdviceLineItem><lineItemNumber>{number}</lineItemNumber>"
        f"<despatchedQuantity{attribute}>{quantity}</despatchedQuantity>{extra}"
        f"<transactionalTradeItem><gtin>{gtin}</gtin>{item}{''.join(datas)}"
        "</transactionalTradeItem></despatchAdviceLineItem>"
    )


def unit(*inside, sscc="", level="", parent="", other=""):
    return "".join(
        (
            "<despatchAdviceLogisticUnit>",
            el("levelIdentification", level) if level else "",
            el("parentLevelIdentification", parent) if parent else "",
            other,
            el("logisticUnitIdentification/sscc", sscc) if sscc else "",
            *inside,
            "</despatchAdviceLogisticUnit>",
        )
    )


def advice(*inside, head=HEAD, parties=PARTIES):
    return message(head + parties + "".join(inside))


def codes(*inside, **options):
    read = read_one(advice(*inside, **options))
    assert all(flaw.text for flaw in read.flaws)
    return set(read.flaw_counts)


def test_header():
    more = (
        "<seller><gln>4012345000009</gln>"
        '<additionalPartyIdentification additionalPartyIdentificationTypeCode="'
        'BUYER_ASSIGNED_IDENTIFIER_FOR_A_PARTY">V-7</additionalPartyIdentification>'
        "<address><city>Oslo</city><countryCode>NO</countryCode><name>Maker</name></address>"
        "<organisationDetails><organisationName>Maker AS</organisationName></organisationDetails>"
        "<dutyFeeTaxRegistration><dutyFeeTaxRegistrationID>NO1</dutyFeeTaxRegistrationID>"
        "</dutyFeeTaxRegistration></seller>"
        "<shipTo><gln>4012345000108</gln></shipTo><carrier><partyName>Fast</partyName></carrier>"
        "<despatchInformation><actualShipDateTime>2026-11-19T23:30:00</actualShipDateTime>"
        "<estimatedDeliveryDateTime><date>2026-11-23</date><time>10:00:00</time>"
        "</estimatedDeliveryDateTime></despatchInformation>"
        "<despatchAdviceTransportInformation><shipmentIdentification><gsin>40123450000000019</gsin>"
        "</shipmentIdentification></despatchAdviceTransportInformation>"
    )
    read = read_one(advice(more, line(data("S1"))))
    assert (read.format, read.version, read.number) == ("gs1_xml", "3.2", "DA-1")
    assert (read.issued, read.despatched) == (date(2026, 11, 20), date(2026, 11, 19))
    assert (read.expected_from, read.expected_until) == (date(2026, 11, 23), date(2026, 11, 23))
    assert (read.carrier, read.shipment) == ("Fast", "40123450000000019")
    assert read.orders == ["P00042"]
    supplier = read.supplier
    assert (supplier.name, supplier.legal_name, supplier.gln) == (
        "Maker",
        "Maker AS",
        "4012345000009",
    )
    assert (supplier.values("account"), supplier.values("vat")) == (["V-7"], ["NO1"])
    assert (supplier.city, supplier.country) == ("Oslo", "NO")
    assert read.ship_to.gln == "4012345000108"
    assert not read.flaws


def test_shipper_and_receiver_stand_in():
    read = read_one(advice(line()))
    assert (read.supplier.name, read.ship_to.gln) == ("Warehouse", "4012345000009")


@pytest.mark.parametrize(
    ("head", "action"),
    [
        ("", "original"),
        ("<documentActionCode>ADD</documentActionCode>", "original"),
        ("<documentActionCode>CHANGE_BY_REFRESH</documentActionCode>", "replace"),
        ("<documentActionCode>DELETE</documentActionCode>", "cancel"),
        ("<documentStatusCode>COPY</documentStatusCode>", "copy"),
    ],
)
def test_action(head, action):
    assert read_one(advice(head, line())).action == action


def test_serials_share_what_their_item_data_says():
    extra = "<itemExpirationDate>2028-01-31</itemExpirationDate>"
    made = "<productionDate>2026-01-31</productionDate>"
    units = (
        read_one(
            advice(line(data("S1", "S2", lot="L/1", extra=extra + made), data("S3"), quantity="3"))
        )
        .lines[0]
        .units
    )
    assert [(u.serial, u.lot, u.quantity) for u in units] == [
        ("S1", "L/1", 1),
        ("S2", "L/1", 1),
        ("S3", "", 1),
    ]
    assert {u.expiry for u in units[:2]} == {date(2028, 1, 31)}
    assert units[0].made == date(2026, 1, 31) and units[2].expiry is None


def test_lots_with_their_quantities():
    read = read_one(
        advice(
            line(
                data(lot="A", quantity="10"),
                data(lot="B", quantity="2.5", extra="<bestBeforeDate>2027-03-01</bestBeforeDate>"),
                quantity="12.5",
                unit="KGM",
                item="<tradeItemDescription>Cheese</tradeItemDescription>"
                '<additionalTradeItemIdentification additionalTradeItemIdentificationTypeCode="'
                'SUPPLIER_ASSIGNED">C-1</additionalTradeItemIdentification>'
                '<additionalTradeItemIdentification additionalTradeItemIdentificationTypeCode="'
                'BUYER_ASSIGNED">K-1</additionalTradeItemIdentification>',
                extra="<purchaseOrder><entityIdentification>P00042</entityIdentification>"
                "<lineItemNumber>3</lineItemNumber></purchaseOrder>",
            )
        )
    )
    (cheese,) = read.lines
    assert (cheese.quantity, cheese.unit, cheese.name) == (Decimal("12.5"), "KGM", "Cheese")
    assert (cheese.supplier_code, cheese.buyer_code, cheese.gtin) == ("C-1", "K-1", GTIN)
    assert (cheese.order, cheese.order_line) == ("P00042", "3")
    assert [(u.lot, u.quantity, u.best_before) for u in cheese.units] == [
        ("A", 10, None),
        ("B", Decimal("2.5"), date(2027, 3, 1)),
    ]
    assert not read.flaws


def test_lot_number_is_taken_where_there_is_no_batch_number():
    only = data(extra="<lotNumber>L</lotNumber>")
    assert read_one(advice(line(only))).lines[0].units[0].lot == "L"
    same = data(lot="L", extra="<lotNumber>L</lotNumber>")
    assert codes(line(same)) == set()
    both = read_one(advice(line(data(lot="B", extra="<lotNumber>L</lotNumber>"))))
    assert both.lines[0].units[0].lot == "B"
    assert both.flaws[0].text == "Batch number B and lot number L are given for the same goods"


def test_flat_units_numbered_one_by_one():
    read = read_one(
        advice(
            unit(sscc=PALLET, level="1"),
            unit(line(data("S1"), number="1"), sscc=CASE, level="2", parent="1"),
            unit(line(data("S2"), number="1"), level="3", parent="1"),
        )
    )
    pallet, case, box = read.packages
    assert (pallet.sscc, case.sscc, box.sscc) == (PALLET, CASE, "")
    assert (case.parent, box.parent) == (pallet.key, pallet.key)
    assert [line.packages for line in read.lines] == [[case.key], [box.key]]
    assert [line.units[0].package for line in read.lines] == [case.key, box.key]
    assert not read.flaws, "lines are counted anew in each unit"


def test_flat_units_numbered_by_level():
    read = read_one(
        advice(
            *(
                unit(sscc=PALLET, level="1"),
                unit(line(number="1"), level="2", parent="1"),
                unit(line(number="2"), level="2", parent="1"),
                unit(sscc=CASE, level="1"),
                unit(line(number="3"), level="2", parent="1"),
            )
        )
    )
    assert [package.parent for package in read.packages] == [None, 0, 0, None, 3]


def test_units_in_units_and_parents_that_come_later():
    nested = unit(unit(line(data("S1"))), line(data("S2"), number="2"), sscc=PALLET)
    read = read_one(advice(nested))
    inner, outer = read.packages
    assert (inner.parent, outer.sscc) == (outer.key, PALLET)
    assert [line.packages for line in read.lines] == [[inner.key], [outer.key]]
    later = read_one(
        advice(
            unit(line(), other=f"<parentLogisticUnitId>{PALLET}</parentLogisticUnitId>"),
            unit(sscc=PALLET),
        )
    )
    assert later.packages[0].parent == 1


def test_units_that_hold_each_other_are_not_followed():
    read = read_one(
        advice(
            unit(sscc=PALLET, level="1", parent="2"),
            unit(line(), sscc=CASE, level="2", parent="1"),
            unit(sscc="", level="7", parent="7"),
        )
    )
    assert [package.parent for package in read.packages] == [None, 0, None]
    assert read.flaw_counts == {"packing_loop": 1}


def test_endless_nesting_is_cut():
    chain = (unit(level=str(i), parent=str(i - 1)) for i in range(1, 301))
    read = read_one(advice(*chain, line()))
    assert read.packages[99].parent == 98
    assert read.flaw_counts["packing_loop"] == 2


def test_several_notices_in_a_message():
    other = HEAD.replace("DA-1", "DA-2")
    first, second = asn.read(message(HEAD + PARTIES + line(data("A")), other + PARTIES + line()))
    assert (first.number, second.number) == ("DA-1", "DA-2")
    assert (first.version, second.version) == ("3.2", "3.2")
    assert [len(read.lines[0].units) for read in (first, second)] == [1, 0]
    assert first.lines[0].number == second.lines[0].number


def test_notice_as_document_element_and_qualified_children():
    bare = f'<despatchAdvice xmlns="{DA}">{HEAD}{PARTIES}{line(data("S"))}</despatchAdvice>'
    read = read_one(bare.encode())
    assert (read.number, read.lines[0].units[0].serial) == ("DA-1", "S")
    qualified = f'<despatchAdviceMessage xmlns="{DA}" xmlns:s="{SBDH}">{HEADER}{bare}'
    assert read_one(f"{qualified}</despatchAdviceMessage>".encode()).number == "DA-1"


def test_message_without_a_notice():
    with pytest.raises(asn.AsnError) as caught:
        asn.read(message())
    assert caught.value.code == "wrong_document"
    assert "without a despatch advice" in caught.value.text


def test_other_messages_are_named():
    with pytest.raises(asn.UnsupportedFormat) as caught:
        asn.read(b'<o:orderMessage xmlns:o="urn:gs1:ecom:order:xsd:3"/>')
    assert caught.value.values["found"] == "another GS1 XML message"
    with pytest.raises(asn.UnsupportedFormat) as caught:
        asn.read(b'<d:despatchAdvice xmlns:d="urn:ean.ucc:deliver:2"/>')
    assert caught.value.values["found"] == "a GS1 XML message of version 2"


@pytest.mark.parametrize(
    ("inside", "flaw"),
    [
        (line(gtin="09521234543214"), "bad_gtin"),
        (line(quantity="many"), "bad_number"),
        (line(data("A", "B", quantity="3"), quantity="2"), "serial_count"),
        (line(data("A", "B"), quantity="3"), "serial_count"),
        (line(data("A", "A"), quantity="2"), "duplicate_serial"),
        (line(data(lot="A", quantity="3", unit="CS"), quantity="3", unit="KGM"), "lot_unit"),
        (line(extra="<parentLineItemNumber>9</parentLineItemNumber>"), "part_of_line"),
        (unit(line(), sscc="340123450000000018"), "bad_sscc"),
        (line(data(extra="<itemExpirationDate>soon</itemExpirationDate>")), "bad_date"),
        (line() + line(), "duplicate_line"),
    ],
)
def test_flaws(inside, flaw):
    assert flaw in codes(inside)


def test_zeros_stand_in_for_required_codes():
    zeros = line(
        gtin="00000000000000",
        item='<additionalTradeItemIdentification additionalTradeItemIdentificationTypeCode="'
        'SUPPLIER_ASSIGNED">C-1</additionalTradeItemIdentification>',
    )
    read = read_one(advice("<shipTo><gln>0000000000000</gln></shipTo>", zeros))
    assert (read.lines[0].gtin_sent, read.ship_to.gln) == ("", "")
    assert set(read.flaw_counts) == {"no_ship_to", "no_item_name"}


def test_one_serial_may_weigh_more_than_one():
    wheel = line(data("W1", quantity="9.8", unit="KGM"), quantity="9.8", unit="KGM")
    assert read_one(advice(wheel)).lines[0].units[0].quantity == Decimal("9.8")
