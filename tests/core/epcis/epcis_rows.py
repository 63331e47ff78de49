"""Rows of the ledger as PostgreSQL gives them, for tests."""

from datetime import datetime

GTIN = "04012345111118"
GLN, SUPPLIER_GLN = "4023333000000", "4012345000009"
_NOTHING = dict.fromkeys(
    (
        "batch expiration_date source_id source_usage source_gln dest_id dest_usage dest_gln "
        "container_id container_name content_id content_name supplier_id partner_id partner_gln "
        "document document_model document_id origin reason corrects_id"
    ).split()
)


def row(**values):
    """A receipt of one serial number from a supplier, but for what is given."""
    return {
        **_NOTHING,
        "id": 7,
        "kind": "movement",
        "event_type": "ObjectEvent",
        "action": "OBSERVE",
        "biz_step": "receiving",
        "disposition": "in_progress",
        "event_time": datetime(2026, 11, 20, 9, 30, 1, 500000),
        "record_time": datetime(2026, 11, 20, 9, 31),
        "product_id": 5,
        "gtin": GTIN,
        "tracking": "serial",
        "lot_name": "S-1",
        "quantity": 1.0,
        "uom": "Units",
        "source_id": 4,
        "source_usage": "supplier",
        "dest_id": 8,
        "dest_usage": "internal",
        "dest_gln": GLN,
        "partner_id": 11,
        "partner_gln": SUPPLIER_GLN,
        "document": "WH/IN/00001",
        "document_model": "stock.picking",
        "document_id": 3,
        "origin": "P00001",
        **values,
    }


def shipment(**values):
    """A delivery of 12 of a lot to a customer."""
    return row(
        id=8,
        biz_step="shipping",
        disposition="in_transit",
        tracking="lot",
        lot_name="L/1",
        quantity=12.0,
        source_id=8,
        source_usage="internal",
        source_gln=GLN,
        dest_id=5,
        dest_usage="customer",
        dest_gln=None,
        partner_id=12,
        partner_gln=None,
        document="WH/OUT/00001",
        origin="S00001",
        **values,
    )


def made(**values):
    """A serial number that a manufacturing order made."""
    return row(
        **{
            "id": 9,
            "event_type": "TransformationEvent",
            "action": None,
            "biz_step": "commissioning",
            "disposition": "active",
            "source_usage": "production",
            "batch": "B7",
            "expiration_date": datetime(2027, 5, 31, 12, 0),
            "partner_id": None,
            "document": "WH/MO/1",
            "document_model": "mrp.production",
            "origin": None,
            **values,
        }
    )


def packed(**values):
    """A serial number put into a box with an SSCC."""
    return row(
        id=10,
        kind="packing",
        event_type="AggregationEvent",
        action="ADD",
        biz_step="packing",
        container_id=2,
        container_name="340123451111111111",
        source_id=None,
        source_usage=None,
        dest_usage=None,
        partner_id=None,
        **values,
    )


ALL = (row, shipment, made, packed)
