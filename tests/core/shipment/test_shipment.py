"""What is told of a shipment: grouped for people, listed, and as UBL that our own reader reads."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lot_serial_trace.core import asn
from lot_serial_trace.core.labels.fonts import Fonts
from lot_serial_trace.core.shipment.csv import write_csv
from lot_serial_trace.core.shipment.form import Party, Shipment, Unit, group
from lot_serial_trace.core.shipment.pdf import WIDTHS, Words, write_certificate
from lot_serial_trace.core.shipment.ubl import write_ubl

GTIN = "09521234543213"
SSCC = "395212340000000014"
DEVICE = Unit(
    "Device",
    "D-1",
    GTIN,
    is_serial=True,
    batch="B7",
    expires=date(2030, 1, 31),
    made=date(2026, 1, 2),
    uom="Units",
    code="C62",
    packages=(SSCC,),
    order="PO-1",
    sale="S001",
    sale_line="12",
)
MILK = Unit(
    "Milk", "M-1", number="L-1", expires=date(2030, 1, 31), best_before=date(2029, 12, 1),
    quantity=Decimal("12.500"), uom="kg", code="KGM", order="PO-1", sale="S001",
)  # fmt: skip


def shipment(*units, **values):
    """A shipment with these units."""
    supplier = Party(
        "Dairy & Sons", gln="9501101020009", street="A <1>", city="X", zip="1", country="DE"
    )
    return Shipment(
        "WH/OUT/1", datetime(2026, 11, 22, 10), supplier, Party("Market"),
        despatched=date(2026, 11, 22), units=list(units), **values,
    )  # fmt: skip


def serials(*numbers):
    """Devices with these numbers."""
    return [replace(DEVICE, number=number) for number in numbers]


def read_back(sent):
    """The notice that our own reader makes of it."""
    out = io.BytesIO()
    write_ubl(sent, out)
    (advice,) = asn.read(out.getvalue(), "notice.xml")
    return advice


def told(advice):
    """What a notice says of each unit."""
    return sorted(
        (
            line.name,
            line.gtin,
            unit.lot,
            unit.serial,
            unit.expiry,
            unit.best_before,
            unit.made,
            str(unit.quantity.normalize()) if unit.quantity else None,
            advice.packages[unit.package].number if unit.package is not None else "",
            line.unit,
        )
        for line in advice.lines
        for unit in line.units
    )


def said(sent):
    """What a shipment says of each unit."""
    return sorted(
        (
            unit.product,
            unit.gtin,
            unit.lot,
            unit.serial,
            unit.expires,
            unit.best_before,
            unit.made,
            str(unit.quantity.normalize()),
            unit.packages[0] if unit.packages else "",
            unit.code,
        )
        for unit in sent.units
    )


def test_our_own_reader_reads_the_units_back():
    other = replace(MILK, number="L-2", quantity=Decimal(3), packages=(SSCC, "BOX-1"))
    sent = shipment(*serials("S1", "S2", "S3"), MILK, other)
    advice = read_back(sent)
    assert told(advice) == said(sent)
    assert not advice.flaws
    assert advice.number == "WH/OUT/1"
    assert advice.orders == ["PO-1"]
    assert advice.supplier.gln == "9501101020009"
    assert {package.sscc for package in advice.packages} == {SSCC, ""}


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co")),
    min_size=1,
    max_size=20,
).filter(lambda text: text == text.strip())


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5, unique=True), TEXTS)
def test_any_number_comes_back(numbers, batch):
    sent = shipment(*(replace(unit, batch=batch) for unit in serials(*numbers)))
    advice = read_back(sent)
    found = {(unit.serial, unit.lot) for line in advice.lines for unit in line.units}
    assert found == {(number, batch) for number in numbers}


def test_two_orders_are_told_on_the_lines():
    sent = shipment(MILK, replace(MILK, number="L-2", order="PO-2"))
    advice = read_back(sent)
    assert {line.order for line in advice.lines} == {"PO-1", "PO-2"}


def test_what_follows_later_is_outstanding_once():
    units = serials("S1") + [replace(unit, packages=()) for unit in serials("S2")]
    advice = read_back(shipment(*units, outstanding={("D-1", "Device"): Decimal(4)}))
    assert [line.outstanding for line in advice.lines].count(Decimal(4)) == 1


def test_elements_are_those_of_peppol_in_the_order_of_the_schema():
    """The order is part of the format; the schema itself is not at hand here."""
    out = io.BytesIO()
    write_ubl(
        shipment(*serials("S1"), carrier="DHL", tracking="T1", expected=date(2026, 11, 23)), out
    )
    text = out.getvalue().decode()
    order = [
        "cbc:CustomizationID", "cbc:ProfileID", "cbc:ID", "cbc:IssueDate", "cac:OrderReference",
        "cac:DespatchSupplierParty", "cbc:EndpointID", "cac:PartyName", "cac:PostalAddress",
        "cac:PartyLegalEntity", "cac:DeliveryCustomerParty", "cac:Shipment", "cac:Consignment",
        "cac:Delivery", "cbc:TrackingID", "cac:EstimatedDeliveryPeriod", "cac:Despatch",
        "cac:DespatchLine", "cbc:DeliveredQuantity", "cac:OrderLineReference", "cbc:LineID",
        "cac:Item", "cbc:Name", "cac:SellersItemIdentification", "cac:StandardItemIdentification",
        "cac:ItemInstance", "cbc:ManufactureDate", "cbc:SerialID", "cac:LotIdentification",
        "cbc:LotNumberID", "cbc:ExpiryDate", "cac:TransportHandlingUnit",
    ]  # fmt: skip
    place = 0
    for tag in order:
        place = text.find(f"<{tag}", place)
        assert place > 0, tag


def test_control_characters_do_not_break_the_notice():
    assert read_back(shipment(replace(MILK, product="Mi\x00lk\x1d"))).lines[0].name == "Milk"


def test_goods_without_number_are_told_too():
    advice = read_back(shipment(Unit("Bag", "B-1", quantity=Decimal(2), code="C62")))
    (line,) = advice.lines
    assert (line.quantity, line.supplier_code, line.units) == (2, "B-1", [])


def test_five_hundred_serials_are_a_range():
    numbers = [f"SN{index:04}" for index in range(1, 501)]
    (one,) = group(serials(*reversed(numbers)))
    assert one.text == "SN0001 – SN0500"
    assert len(one.units) == 500


def test_numbers_are_ordered_as_people_count():
    (one,) = group(serials("A10", "A9", "A2", "B1"))
    assert one.text == "A2, A9 – A10, B1"


def test_what_differs_in_more_than_the_number_stays_apart():
    units = serials("S1", "S2")
    units[1] = replace(units[1], expires=date(2031, 1, 1))
    assert len(group(units)) == 2


def rows(sent):
    """The list as a spreadsheet reads it."""
    out = io.StringIO(newline="")
    write_csv(sent, out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_the_list_has_a_row_for_each_unit():
    first, second = rows(shipment(*serials("S1"), MILK))
    assert first["Serial"] == "S1"
    assert first["Lot"] == "B7"
    assert first["Packages"] == SSCC
    assert (second["Lot"], second["Serial"], second["Quantity"]) == ("L-1", "", "12.5")
    assert second["Use by"] == "2030-01-31"


@pytest.mark.parametrize("number", ["=1+1", "@cmd", "+1", "-1", "a;b", 'a"b', "a\nb"])
def test_no_number_becomes_a_formula(number):
    (row,) = rows(shipment(replace(MILK, number=number)))
    assert row["Lot"].lstrip("'") == number
    assert row["Lot"][0] not in "=+-@"


def test_the_certificate_has_pages_with_every_unit():
    words = Words(
        title="Certificate",
        subtitles=[("Sender", "Us"), ("Receiver", "They")],
        columns=["Column"] * len(WIDTHS),
        page="Page %(page)s",
        footer=["Us · Street"],
        day=lambda day: day.isoformat() if day else "",
    )
    out = io.BytesIO()
    sent = shipment(*serials(*(f"SN{index:03}" for index in range(150))), MILK)
    write_certificate(sent, words, Fonts(), out)
    document = pypdfium2.PdfDocument(out.getvalue())
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert len(document) > 2
    assert all(f"SN{index:03}" in text for index in range(150))
    assert "12.5 kg" in text
    assert f"Page {len(document)}" in text
