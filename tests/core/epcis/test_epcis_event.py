"""Rows of the ledger become events whose every field can be told from the row by hand."""

import pytest
from epcis_rows import GTIN, made, packed, row, shipment

from lot_serial_trace.core.epcis.event import declared, event, unit_code
from lot_serial_trace.core.epcis.names import Names

NAMES = Names("example.com", "4023333000000")
PLAIN = Names("example.com")


def test_a_receipt():
    found = event(row(), NAMES, "db")
    identifier = found.pop("eventID")
    assert identifier.startswith("ni:///sha-256;") and identifier.endswith("?ver=CBV2.0")
    assert found == {
        "type": "ObjectEvent",
        "eventTime": "2026-11-20T09:30:01.500Z",
        "eventTimeZoneOffset": "+00:00",
        "epcList": ["https://id.gs1.org/01/04012345111118/21/S-1"],
        "action": "OBSERVE",
        "bizStep": "receiving",
        "disposition": "in_progress",
        "readPoint": {"id": "https://id.gs1.org/414/4023333000000/254/8"},
        "bizLocation": {"id": "https://id.gs1.org/414/4023333000000"},
        "bizTransactionList": [
            {
                "type": "recadv",
                "bizTransaction": "urn:epcglobal:cbv:bt:4023333000000:WH%2FIN%2F00001",
            },
            {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:4023333000000:P00001"},
        ],
        "sourceList": [
            {"type": "owning_party", "source": "https://id.gs1.org/417/4012345000009"},
        ],
        "destinationList": [
            {"type": "owning_party", "destination": "https://id.gs1.org/417/4023333000000"},
            {"type": "location", "destination": "https://id.gs1.org/414/4023333000000"},
        ],
        "trace:entry": "db/7",
    }


def test_a_shipment_without_gln():
    found = event({**shipment(), "source_gln": None}, PLAIN, "db")
    assert found["quantityList"] == [
        {"epcClass": "https://id.gs1.org/01/04012345111118/10/L%2F1", "quantity": 12}
    ]
    assert found["readPoint"] == {"id": "https://example.com/epcis/loc/8"}
    assert "bizLocation" not in found
    assert found["bizTransactionList"][0] == {
        "type": "desadv",
        "bizTransaction": "https://example.com/epcis/bt/WH%2FOUT%2F00001",
    }
    assert found["sourceList"] == [
        {"type": "owning_party", "source": "https://example.com/epcis/party/company"}
    ]
    assert found["destinationList"] == [
        {"type": "owning_party", "destination": "https://example.com/epcis/party/12"}
    ]


def test_what_was_made_and_of_what():
    output = event(made(), NAMES, "db")
    parts = made(id=10, source_usage="internal", dest_usage="production", tracking="lot")
    consumed = event(parts, NAMES, "db")
    assert output["outputEPCList"] == ["https://id.gs1.org/01/04012345111118/21/S-1"]
    assert output["ilmd"] == {"cbvmda:lotNumber": "B7", "cbvmda:itemExpirationDate": "2027-05-31"}
    assert "action" not in output
    assert "inputQuantityList" in consumed and "ilmd" not in consumed
    assert output["transformationID"] == consumed["transformationID"]


def test_packing():
    found = event(packed(), NAMES, "db")
    assert found["parentID"] == "https://id.gs1.org/00/340123451111111111"
    assert found["childEPCs"] == ["https://id.gs1.org/01/04012345111118/21/S-1"]
    nested = packed(content_id=4, content_name="PACK4", lot_name=None, product_id=None)
    assert event(nested, NAMES, "db")["childEPCs"] == ["https://example.com/epcis/obj/package/4"]


def test_a_correction_declares_the_error_of_what_it_corrects():
    wrong = event(row(), NAMES, "db")
    true = event(row(id=8, kind="correction", lot_name="S-2"), NAMES, "db")
    said = declared(row(), NAMES, "db", {"record_time": row()["record_time"], "corrective": true})
    assert said["eventID"] == wrong["eventID"] != true["eventID"]
    assert said.pop("errorDeclaration") == {
        "declarationTime": "2026-11-20T09:31:00.000Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": [true["eventID"]],
    }
    assert said == wrong


def test_numbers_that_gs1_does_not_allow_get_own_names():
    assert NAMES.serial(GTIN, 5, "A B") == "https://example.com/epcis/obj/5/A%20B"
    assert NAMES.serial(GTIN, 5, "X" * 21) == "https://example.com/epcis/obj/5/" + "X" * 21
    assert NAMES.lot(None, 5, "L") == "https://example.com/epcis/class/5/L"


@pytest.mark.parametrize(("name", "code"), [("Units", ""), ("kg", "KGM"), ("Crates", None)])
def test_units(name, code):
    assert unit_code(name) == code


def test_an_amount_in_a_unit_without_code_is_not_told_as_pieces():
    found = event({**shipment(), "uom": "Crates"}, NAMES, "db")
    assert list(found["quantityList"][0]) == ["epcClass"]
