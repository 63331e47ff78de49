"""The identifier of an event is the standard's: same content, same identifier, in any spelling."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lot_serial_trace.core.epcis.digest import event_id, plain, prehash
from lot_serial_trace.core.epcis.links import Prefixes, canonical
from lot_serial_trace.core.epcis.names import escaped

#: An event and the text of CBV 2.0's algorithm, strung together by hand.
EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-04-02T15:00:00.0+01:00",
    "eventTimeZoneOffset": "+01:00",
    "eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
    "recordTime": "2026-04-02T16:00:00Z",
    "epcList": ["urn:epc:id:sgtin:4012345.011111.9876", "urn:epc:id:sscc:4012345.3111111111"],
    "quantityList": [
        {"epcClass": "urn:epc:class:lgtin:4012345.022222.L7", "quantity": 452.0, "uom": "KGM"}
    ],
    "action": "ADD",
    "bizStep": "urn:epcglobal:cbv:bizstep:commissioning",
    "disposition": "active",
    "readPoint": {"id": "urn:epc:id:sgln:4012345.00005.0"},
    "bizTransactionList": [
        {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000054:P1"},
        {"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000054:D1"},
    ],
    "sourceList": [{"type": "location", "source": "urn:epc:id:sgln:4012345.00005.0"}],
    "ilmd": {"cbvmda:lotNumber": "L7"},
    "ext:note": "seen",
}
TEXT = (
    "eventType=ObjectEvent"
    "eventTime=2026-04-02T14:00:00.000Z"
    "eventTimeZoneOffset=+01:00"
    "epcList"
    "epc=https://id.gs1.org/00/340123451111111111"
    "epc=https://id.gs1.org/01/04012345111118/21/9876"
    "quantityListquantityElement"
    "epcClass=https://id.gs1.org/01/04012345222227/10/L7quantity=452uom=KGM"
    "action=ADD"
    "bizStep=https://ref.gs1.org/cbv/BizStep-commissioning"
    "disposition=https://ref.gs1.org/cbv/Disp-active"
    "readPointid=https://id.gs1.org/414/4012345000054"
    "bizTransactionList"
    "type=https://ref.gs1.org/cbv/BTT-desadvbizTransaction=urn:epcglobal:cbv:bt:4012345000054:D1"
    "type=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:epcglobal:cbv:bt:4012345000054:P1"
    "sourceList"
    "type=https://ref.gs1.org/cbv/SDT-locationsource=https://id.gs1.org/414/4012345000054"
    "ilmd{urn:epcglobal:cbv:mda}lotNumber=L7"
    "{https://ext.example/}note=seen"
)
SPACES = {"ext": "https://ext.example/"}


def test_the_text_is_that_of_the_standard():
    assert prehash(EVENT, SPACES) == TEXT


def test_links_and_urns_and_order_make_no_difference():
    other = {
        **dict(reversed(EVENT.items())),
        "epcList": [
            "https://shop.example/00/340123451111111111",
            "https://id.gs1.org/01/04012345111118/10/A/21/9876?17=261231",
        ],
        "eventTime": "2026-04-02T14:00:00Z",
    }
    assert event_id(other, SPACES) == event_id(EVENT, SPACES)


def test_a_declared_error_keeps_the_identifier():
    wrong = {**EVENT, "errorDeclaration": {"declarationTime": "2026-05-01T00:00:00Z"}}
    assert event_id(wrong, SPACES) == event_id(EVENT, SPACES)


@pytest.mark.parametrize("name", ["eventTime", "action", "bizStep", "ext:note", "epcList", "ilmd"])
def test_each_field_counts(name):
    less = {key: value for key, value in EVENT.items() if key != name}
    assert event_id(less, SPACES) != event_id(EVENT, SPACES)


def test_sensors():
    """A list is named once; what others added stands at the end of what it was added to."""
    element = {
        "sensorMetadata": {"time": "2026-04-02T14:05:00.000+01:00", "ext:by": "night shift"},
        "sensorReport": [
            {"type": "Temperature", "value": 26.0, "uom": "CEL", "ext:raw": "7f"},
            {"type": "gs1:AbsoluteHumidity", "value": 12.1, "uom": "A93"},
        ],
        "ext:shelf": 4,
    }
    text = (
        "sensorElementListsensorElement"
        "sensorMetadatatime=2026-04-02T13:05:00.000Z{https://ext.example/}by=night shift"
        "sensorReporttype=https://gs1.org/voc/AbsoluteHumidityvalue=12.1uom=A93"
        "sensorReporttype=https://gs1.org/voc/Temperaturevalue=26uom=CEL{https://ext.example/}raw=7f"
        "{https://ext.example/}shelf=4"
    )
    sensed = prehash({**EVENT, "sensorElementList": [element]}, SPACES)
    assert sensed == TEXT.replace("ilmd{", f"{text}ilmd{{")


def test_values():
    assert plain("2026-01-01T00:00:00.9996Z") == "2026-01-01T00:00:01.000Z"
    assert plain("007") == "7"
    assert plain(0.1) == "0.1"
    assert plain("1.50") == "1.5"


ALLOWED = "".join(chr(c) for c in range(33, 127) if chr(c) not in "#$@[\\]^`{|}~")


@settings(max_examples=40, deadline=None)
@given(st.text(ALLOWED, min_size=1, max_size=20), st.sampled_from(["10", "21"]))
def test_a_link_becomes_a_urn_and_comes_back(number, ai):
    link = f"https://id.gs1.org/01/04012345111118/{ai}/{escaped(number)}"
    urn = Prefixes(["4012345"]).urn(link)
    assert urn.startswith("urn:epc:")
    assert canonical(urn) == link == canonical(link)


def test_without_a_known_prefix_a_link_stays():
    link = "https://id.gs1.org/01/04012345111118/21/1"
    assert Prefixes(["9999999"]).urn(link) == link


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_a_canonical_form(text):
    for start in ("", "urn:epc:id:sgtin:", "urn:epc:id:gdti:", "https://a.example/01/", "urn:epc:"):
        assert canonical(canonical(start + text)) == canonical(start + text)
