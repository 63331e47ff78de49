"""Documents are whole, hold what the events say, and are written without holding them."""

import json
import tracemalloc
from xml.etree import ElementTree

from epcis_rows import ALL, row

from lot_serial_trace.core import asn
from lot_serial_trace.core.epcis import writing, xml
from lot_serial_trace.core.epcis.digest import event_id
from lot_serial_trace.core.epcis.event import declared, event
from lot_serial_trace.core.epcis.links import Prefixes
from lot_serial_trace.core.epcis.names import Names

NAMES = Names("example.com", "4023333000000")
EVENTS = [event(make(), NAMES, "db") for make in ALL]
PREFIXES = Prefixes(["4012345", "4023333"])


def test_json():
    found = json.loads("".join(writing.document(EVENTS)))
    assert found["type"] == "EPCISDocument"
    assert found["epcisBody"]["eventList"] == EVENTS
    asked = json.loads("".join(writing.query_document(EVENTS)))
    assert asked["epcisBody"]["queryResults"]["resultsBody"]["eventList"] == EVENTS


def test_the_identifier_is_that_of_the_written_event():
    for each in json.loads("".join(writing.document(EVENTS)))["epcisBody"]["eventList"]:
        assert event_id(each) == each["eventID"]


def test_version_1_2_nests_and_speaks_urns():
    text = "".join(xml.document(EVENTS, "1.2", prefixes=PREFIXES))
    body = ElementTree.fromstring(text).find("EPCISBody/EventList")
    assert [each.tag for each in body] == [
        "ObjectEvent",
        "ObjectEvent",
        "extension",
        "AggregationEvent",
    ]
    received, shipped, wrapped, packed = body
    assert received.findtext("epcList/epc") == "urn:epc:id:sgtin:4012345.011111.S-1"
    assert received.findtext("baseExtension/eventID") == EVENTS[0]["eventID"]
    assert received.findtext("bizStep") == "urn:epcglobal:cbv:bizstep:receiving"
    assert shipped.find("epcList") is not None
    quantity = shipped.find("extension/quantityList/quantityElement")
    assert quantity.findtext("epcClass") == "urn:epc:class:lgtin:4012345.011111.L%2F1"
    assert wrapped[0].findtext("ilmd/{urn:epcglobal:cbv:mda}lotNumber") == "B7"
    assert packed.findtext("parentID") == "urn:epc:id:sscc:4012345.3111111111"


def test_version_2_0_nests_nothing():
    text = "".join(xml.document(EVENTS, "2.0"))
    assert "xtension>" not in text
    root = ElementTree.fromstring(text)
    assert root.get("schemaVersion") == "2.0"
    assert root.findtext(".//bizStep") == "https://ref.gs1.org/cbv/BizStep-receiving"


def test_what_comes_from_people_cannot_break_the_xml():
    bad = event({**row(), "lot_name": "<&\"'\x01]]>", "gtin": None}, NAMES, "db")
    ElementTree.fromstring("".join(xml.document([bad])))


def test_a_declared_error():
    record = {"record_time": row()["record_time"], "corrective": EVENTS[1]}
    text = "".join(xml.document([declared(row(), NAMES, "db", record)]))
    error = ElementTree.fromstring(text).find(".//baseExtension/errorDeclaration")
    assert error.findtext("reason") == "urn:epcglobal:cbv:er:incorrect_data"
    assert error.findtext("correctiveEventIDs/correctiveEventID") == EVENTS[1]["eventID"]


def test_our_own_reader_of_shipping_notices_reads_it():
    (read,) = asn.read("".join(writing.document(EVENTS)).encode())
    (again,) = asn.read("".join(xml.document(EVENTS, prefixes=PREFIXES)).encode())
    assert read.lines and len(read.lines) == len(again.lines)


def _peak(count):
    rows = (event(row(id=number), NAMES, "db") for number in range(count))
    tracemalloc.start()
    for _chunk in writing.chunks(writing.document(rows), 1 << 12):
        pass
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_memory_does_not_grow_with_the_events():
    _peak(300)  # what is remembered between events is bounded
    assert _peak(600) < _peak(200) + 50_000
