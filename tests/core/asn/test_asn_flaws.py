"""A flaw says what is wrong and where, and never loses the rest of the notice."""

import pytest
from asn_build import PARTIES, advice, el, instance, line, quantity, read_one

from lot_serial_trace.core import asn

HEAD = el("cbc:ID", "DA-1") + el("cbc:IssueDate", "2026-11-20")
STANDARD = "cac:StandardItemIdentification/cbc:ID"
NAME = el("cbc:Name", "N")


def flaws(*lines, **options):
    data = advice(*lines, **options)
    read = read_one(data)
    for flaw in read.flaws:
        assert flaw.text  # every template can be filled
    return {flaw.code: flaw for flaw in read.flaws}


def codes(*lines, **options):
    return set(flaws(*lines, **options))


def test_good_notice_has_none():
    assert codes() == set()


def test_every_kind_has_message_and_remedy():
    for code, kind in asn.FLAWS.items():
        assert kind.code == code
        assert kind.message and kind.remedy and kind.title
        assert kind.severity in ("note", "warn")


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (
            "R003",
            line(
                item="<cbc:Name>N</cbc:Name><cac:StandardItemIdentification><cbc:ID>9501101530003</cbc:ID></cac:StandardItemIdentification>"
            ),
            line(
                item="<cbc:Name>N</cbc:Name><cac:BuyersItemIdentification><cbc:ID>B</cbc:ID></cac:BuyersItemIdentification>"
            ),
        ),
        (
            "R004",
            line(),
            line(
                item="<cac:SellersItemIdentification><cbc:ID>T</cbc:ID></cac:SellersItemIdentification>"
            ),
        ),
        ("R005", line(), line(quantity="")),
        ("R006", line(quantity=quantity("0")), line(quantity=quantity("-1"))),
        (
            "R007",
            line(
                quantity=quantity(1)
                + el("cbc:OutstandingQuantity", 4)
                + el("cbc:OutstandingReason", "Later")
            ),
            line(quantity=quantity(1) + el("cbc:OutstandingQuantity", 4)),
        ),
    ],
)
def test_peppol_line_rules(rule, good, bad):
    def rules(text):
        return {flaw.kind.rule for flaw in flaws(text).values()}

    assert f"PEPPOL-T16-{rule}" not in rules(good)
    assert f"PEPPOL-T16-{rule}" in rules(bad)


@pytest.mark.parametrize(
    ("tag", "rule"),
    [
        ("BuyerCustomerParty", "R008"),
        ("SellerSupplierParty", "R009"),
        ("OriginatorCustomerParty", "R010"),
    ],
)
def test_peppol_party_rules(tag, rule):
    def rules(inside):
        read = flaws(parties=f"{PARTIES}<cac:{tag}>{inside}</cac:{tag}>")
        return {flaw.kind.rule for flaw in read.values()}

    name = "<cac:PartyName><cbc:Name>N</cbc:Name></cac:PartyName>"
    ident = "<cac:PartyIdentification><cbc:ID>X1</cbc:ID></cac:PartyIdentification>"
    assert rules(f"<cac:Party>{name}</cac:Party>") == set()
    assert rules(f"<cac:Party>{ident}</cac:Party>") == set()
    assert rules("<cac:Party/>") == {f"PEPPOL-T16-{rule}"}
    assert rules("") == {f"PEPPOL-T16-{rule}"}


def test_peppol_profile_rule():
    process = el("cbc:ProfileID", "urn:fdc:peppol.eu:poacc:bis:despatch_advice:3")
    transaction = "urn:fdc:peppol.eu:poacc:trns:despatch_advice:3:extended:x"
    good = el("cbc:CustomizationID", transaction)
    bad = el("cbc:CustomizationID", "urn:other")
    assert codes(head=good + process + HEAD) == set()
    assert codes(head=bad + process + HEAD) == {"profile"}
    assert codes(head=bad + HEAD) == set(), "another profile is not held to Peppol's rules"


def test_bad_values_leave_the_rest_standing():
    bad = line(
        quantity='<cbc:DeliveredQuantity unitCode="C62">1,5</cbc:DeliveredQuantity>',
        instances=instance(lot="L1", expiry="2026-02-30"),
    )
    read = read_one(advice(bad, line("2", quantity=quantity(7))))
    first, second = read.lines
    assert (first.quantity, first.units[0].lot, first.units[0].expiry) == (None, "L1", None)
    assert second.quantity == 7
    assert {"bad_number", "bad_date"} <= set(read.flaw_counts)


def test_position_names_line_and_element():
    data = advice(
        line(),
        line(
            "2",
            instances=instance(lot="L1") + "\n" + instance(lot="L2", expiry="soon"),
            quantity=quantity(2),
        ),
    )
    (flaw,) = (flaw for flaw in read_one(data).flaws if flaw.code == "bad_date")
    assert flaw.path == "DespatchLine[2]/Item/ItemInstance[2]/LotIdentification/ExpiryDate"
    assert b"soon" in data.splitlines()[flaw.line - 1]
    assert flaw.where == f"line {flaw.line}, {flaw.path}"
    assert flaw.text == "ExpiryDate is soon, which is not a date"


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "1e9", "1 000", "1,000", "0x10", "--1", "9" * 40]
)
def test_what_is_not_a_number(text):
    assert "bad_number" in codes(line(quantity=quantity(text)))


@pytest.mark.parametrize(
    "text", ["20.11.2026", "11/20/2026", "2026-13-01", "2026-11", "26-11-20", "tomorrow"]
)
def test_what_is_not_a_date(text):
    found = codes(head=f"<cbc:ID>1</cbc:ID><cbc:IssueDate>{text}</cbc:IssueDate>")
    assert found == {"bad_date"}


@pytest.mark.parametrize(
    ("gtin", "good"),
    [
        ("9501101530003", True),
        ("09501101530003", True),
        ("950-1101 530003", True),
        ("96385074", True),
        ("614141007349", True),
        ("9501101530004", False),
        ("95011015300", False),
        ("9501101530003X", False),
    ],
)
def test_gtin(gtin, good):
    item = el("cbc:Name", "N") + el(STANDARD, gtin, schemeID="0160")
    read = read_one(advice(line(item=item)))
    assert bool(read.lines[0].gtin) is good
    assert ("bad_gtin" in read.flaw_counts) is not good
    assert read.lines[0].gtin_sent == gtin, "what was sent is kept in any case"


def test_standard_identifier_of_another_scheme_is_no_bad_gtin():
    item = el("cbc:Name", "N") + el(STANDARD, "0-13-1", schemeID="ISBN")
    assert codes(line(item=item)) == set()


def package(ident):
    return el("cac:Shipment", el("cbc:ID", 1) + el("cac:TransportHandlingUnit", ident))


@pytest.mark.parametrize(
    ("ident", "found"),
    [
        ("<cbc:ID schemeID='SSCC'>340123450000000017</cbc:ID>", set()),
        ("<cbc:ID schemeID='SSCC'>00340123450000000017</cbc:ID>", set()),
        ("<cbc:ID schemeID='SSCC'>340123450000000018</cbc:ID>", {"bad_sscc"}),
        ("<cbc:ID schemeID='SSCC'>PALLET-1</cbc:ID>", {"bad_sscc"}),
        ("<cbc:ID>340123450000000018</cbc:ID>", {"bad_sscc"}),
        ("<cbc:ID>5454</cbc:ID>", set()),
        ("", set()),
    ],
)
def test_sscc(ident, found):
    assert codes(shipment=package(ident)) == found


def test_gln_with_wrong_check_digit():
    party = el(
        "cac:DespatchSupplierParty/cac:Party/cac:PartyIdentification/cbc:ID",
        "4012345000008",
        schemeID="0088",
    )
    read = read_one(advice(parties=party + PARTIES.split("</cac:DespatchSupplierParty>")[1]))
    assert set(read.flaw_counts) == {"bad_gln"}
    assert read.supplier.gln == "4012345000008"


@pytest.mark.parametrize(
    ("serials", "value", "unit", "found"),
    [
        (2, "2", "C62", set()),
        (2, "2.0", "EA", set()),
        (2, "3", "EA", {"serial_count"}),
        (3, "2", "H87", {"serial_count"}),
        (2, "1", "XCS", set()),
        (1, "4.2", "KGM", set()),
    ],
)
def test_serials_against_quantity(serials, value, unit, found):
    instances = "".join(instance(f"S{i}") for i in range(serials))
    assert codes(line(quantity=quantity(value, unit), instances=instances)) == found


def test_duplicate_serial_within_and_across_lines():
    twice = line(quantity=quantity(2), instances=instance("S1") + instance("S1"))
    assert "duplicate_serial" in codes(twice)
    once = line(instances=instance("S1"))
    again = line("2", instances=instance("S1"))
    assert "duplicate_serial" in codes(once, again)
    other = line(
        "2",
        instances=instance("S1"),
        item="<cbc:Name>Other</cbc:Name><cac:SellersItemIdentification><cbc:ID>T-2</cbc:ID></cac:SellersItemIdentification>",
    )
    assert "duplicate_serial" not in codes(once, other), "serials are unique per product"


def test_lots_without_quantity():
    assert codes(line(quantity=quantity(9), instances=instance(lot="A") + instance(lot="B"))) == {
        "lot_quantity"
    }


def test_lot_with_two_dates():
    found = flaws(
        line(instances=instance(lot="A", expiry="2028-01-31")),
        line("2", instances=instance(lot="A", expiry="2028-02-29")),
    )
    assert set(found) == {"lot_two_dates"}
    assert "2028-01-31 and on 2028-02-29" in found["lot_two_dates"].text


def test_dates_that_cannot_be():
    assert codes(line(instances=instance(lot="A", expiry="2026-11-19"))) == {"expired_at_issue"}
    made = "<cbc:ManufactureDate>2029-01-01</cbc:ManufactureDate>"
    assert codes(line(instances=instance(lot="A", expiry="2028-11-19", extra=made))) == {
        "date_order"
    }


def test_orders():
    other = (
        "<cbc:LineID>1</cbc:LineID><cac:OrderReference><cbc:ID>PO-2</cbc:ID></cac:OrderReference>"
    )
    assert codes(line(order=other)) == {"order_conflict"}
    assert codes(line(order=other), orders="") == set()
    assert codes(orders="") == {"no_order_reference"}


def test_document_without_the_essentials():
    assert codes(head="", parties="") == {"no_number", "no_issue_date", "no_supplier", "no_ship_to"}


def test_lines():
    assert codes(line(), line()) == {"duplicate_line"}
    assert codes(line("")) == {"no_line_id"}
    count = HEAD + el("cbc:LineCountNumeric", 2)
    assert codes(head=count) == {"line_count"}
    no_lines = advice(line()).split(b"<cac:DespatchLine>")[0].strip() + b"</DespatchAdvice>"
    assert set(read_one(no_lines).flaw_counts) == {"no_lines"}


def test_no_unit():
    assert codes(line(quantity="<cbc:DeliveredQuantity>3</cbc:DeliveredQuantity>")) == {"no_unit"}


def test_repeated_flaws_are_counted_but_not_all_kept():
    read = read_one(advice(line(quantity=quantity(500), instances=instance("S") * 500)))
    assert read.flaw_counts["duplicate_serial"] == 499
    assert sum(flaw.code == "duplicate_serial" for flaw in read.flaws) == 100
