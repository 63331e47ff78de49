"""Small UBL despatch advices for tests, from the few parts a test is about."""

import pytest

from lot_serial_trace.core import asn

NAMESPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
PARTIES = """
<cac:DespatchSupplierParty><cac:Party>
  <cac:PartyName><cbc:Name>Sender</cbc:Name></cac:PartyName>
</cac:Party></cac:DespatchSupplierParty>
<cac:DeliveryCustomerParty><cac:Party>
  <cac:PartyName><cbc:Name>Receiver</cbc:Name></cac:PartyName>
</cac:Party></cac:DeliveryCustomerParty>"""


def el(path, text="", **attributes):
    """Nested elements: ``el("cac:Party/cbc:ID", "1", schemeID="0088")``."""
    *outer, inner = path.split("/")
    marks = "".join(f' {name}="{value}"' for name, value in attributes.items())
    built = f"<{inner}{marks}>{text}</{inner}>"
    for tag in reversed(outer):
        built = f"<{tag}>{built}</{tag}>"
    return built


def instance(serial="", lot="", expiry="", extra=""):
    lot_part = ""
    if lot or expiry:
        number = f"<cbc:LotNumberID>{lot}</cbc:LotNumberID>" if lot else ""
        day = f"<cbc:ExpiryDate>{expiry}</cbc:ExpiryDate>" if expiry else ""
        lot_part = f"<cac:LotIdentification>{number}{day}</cac:LotIdentification>"
    serial_part = f"<cbc:SerialID>{serial}</cbc:SerialID>" if serial else ""
    return f"<cac:ItemInstance>{extra}{serial_part}{lot_part}</cac:ItemInstance>"


def line(
    number="1",
    quantity='<cbc:DeliveredQuantity unitCode="C62">1</cbc:DeliveredQuantity>',
    order="<cbc:LineID>1</cbc:LineID>",
    item="<cbc:Name>Thing</cbc:Name>"
    "<cac:SellersItemIdentification><cbc:ID>T-1</cbc:ID></cac:SellersItemIdentification>",
    instances="",
    shipment="",
):
    return f"""
<cac:DespatchLine>
  <cbc:ID>{number}</cbc:ID>
  {quantity}
  <cac:OrderLineReference>{order}</cac:OrderLineReference>
  <cac:Item>{item}{instances}</cac:Item>
  {shipment}
</cac:DespatchLine>"""


def quantity(value, unit="C62"):
    return f'<cbc:DeliveredQuantity unitCode="{unit}">{value}</cbc:DeliveredQuantity>'


def advice(
    *lines,
    head="<cbc:ID>DA-1</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate>",
    orders="<cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference>",
    parties=PARTIES,
    shipment="",
    start='<?xml version="1.0" encoding="UTF-8"?>\n',
    encoding="utf-8",
):
    body = "".join(lines or [line()])
    inside = f"{head}{orders}{parties}{shipment}{body}"
    return f"{start}<DespatchAdvice {NAMESPACES}>{inside}</DespatchAdvice>".encode(encoding)


def read_one(data, *args, **options):
    """The only notice of a file."""
    (read,) = asn.read(data, *args, **options)
    return read


def refusal(data, **options):
    """The :class:`AsnError` that a file ends in."""
    with pytest.raises(asn.AsnError) as caught:
        asn.read(data, **options)
    return caught.value
