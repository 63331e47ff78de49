"""Documents from somebody else: every event is read, or it is said what is wrong with which one."""

import json

import pytest
from epcis_rows import ALL, row

from lot_serial_trace.core.epcis import reading, writing, xml
from lot_serial_trace.core.epcis.event import declared, event
from lot_serial_trace.core.epcis.flaws import Refused, told
from lot_serial_trace.core.epcis.goods import items
from lot_serial_trace.core.epcis.links import Prefixes
from lot_serial_trace.core.epcis.names import Names

NAMES = Names("example.com", "4023333000000")
EVENTS = [event(make(), NAMES, "db") for make in ALL]
LINK = "https://id.gs1.org/01/04012345111118/21/S-1"


def written(events=EVENTS, kind="json", **more):
    make = writing.document if kind == "json" else xml.document
    return "".join(make(events, **more)).encode()


def read(data):
    return list(reading.events(data, reading.examine(data)))


def one(**values):
    """A document of one right event, but for what is given; None takes a field away."""
    made = {
        "type": "ObjectEvent",
        "eventTime": "2026-11-20T09:30:01.5+01:00",
        "eventTimeZoneOffset": "+01:00",
        "action": "OBSERVE",
        "epcList": [LINK],
        **values,
    }
    made = {name: value for name, value in made.items() if value is not None}
    return written([made])


def wrong(**values):
    """What is told about an event with such fields."""
    (found,) = read(one(**values))
    return [(flaw["code"], flaw["field"]) for flaw in found.flaws]


# -- round trips ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("json", {}),
        ("xml", {"version": "2.0"}),
        ("xml", {"version": "1.2"}),
        ("xml", {"version": "1.2", "prefixes": Prefixes(["4012345", "4023333"])}),
    ],
)
def test_what_is_written_is_read_with_the_same_identifiers(kind, more):
    found = read(written(EVENTS, kind, **more))
    assert [each.flaws for each in found] == [[]] * len(EVENTS)
    assert [each.digest for each in found] == [each["eventID"] for each in EVENTS]
    assert [each.event["eventID"] for each in found] == [each["eventID"] for each in EVENTS]


def test_json_is_read_as_it_was_written():
    assert [each.event for each in read(written())] == EVENTS


def test_a_declared_error_has_the_identifier_of_what_it_corrects():
    record = {"record_time": row()["record_time"], "corrective": EVENTS[1]}
    error = declared(row(), NAMES, "db", record)
    for data in (written([error]), written([error], "xml")):
        (found,) = read(data)
        assert found.digest == EVENTS[0]["eventID"]
        assert found.event["errorDeclaration"]["reason"] == "incorrect_data"
        assert found.event["errorDeclaration"]["correctiveEventIDs"] == [EVENTS[1]["eventID"]]


def test_own_vocabulary_comes_with_its_context():
    made = {**json.loads(one())["epcisBody"]["eventList"][0], "shop:shelf": "7", "other:x": {}}
    spaces = {"shop": "https://shop.example/ns#", "unused": "https://unused.example/"}
    data = written(
        [made], context=["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", spaces]
    )
    (found,) = read(data)
    assert found.context == [{"shop": "https://shop.example/ns#"}]
    as_xml = written([made], "xml", version="2.0", namespaces=spaces)
    (again,) = read(as_xml)
    assert again.context == [{"ns1": "https://shop.example/ns#"}]
    assert again.event["ns1:shelf"] == "7"


def test_the_context_may_stand_behind_the_events():
    document = json.loads(one(**{"shop:shelf": "7"}))
    document["@context"] = document.pop("@context") + [{"shop": "https://shop.example/ns#"}]
    (found,) = read(json.dumps(document).encode())
    assert found.context == [{"shop": "https://shop.example/ns#"}]


def test_sensors_and_the_rest_of_2_0():
    sensor = {
        "sensorMetadata": {
            "time": "2026-11-20T08:30:00Z",
            "deviceID": "urn:epc:id:giai:4000001.111",
        },
        "sensorReport": [
            {"type": "Temperature", "value": -3.5, "uom": "CEL", "booleanValue": True}
        ],
    }
    more = {
        "sensorElementList": [sensor],
        "readPoint": {"id": "urn:epc:id:sgln:4012345.00005.0"},
        "persistentDisposition": {"set": ["completeness_verified"]},
        "certificationInfo": ["https://example.com/cert"],
    }
    (found,) = read(one(**more))
    (event_,) = [found.event]
    assert event_["sensorElementList"] == [sensor]
    (again,) = read(written([{**event_, "eventID": "urn:uuid:1"}], "xml", version="2.0"))
    assert again.digest == found.digest


def test_names_that_xml_cannot_have_do_not_break_it():
    spaces = {"shop": "https://shop.example/?a=1&b", "xmlfoo": "urn:a:b", "1x": "urn:a:c"}
    spaces |= {"a.b": "urn:a:d", "bad": 'https://shop.example/{}"<>'}
    made = {
        **json.loads(one())["epcisBody"]["eventList"][0],
        "@context": [spaces],
        "shop:a/b": "x",
        "shop:right": {"shop:a?b": 1, "a.b:c": ["<", None, {"a.b:d": False}]},
        "xmlfoo:c": "x",
        "1x:c": "x",
        "bad:c": "x",
    }
    for version in ("1.2", "2.0"):
        (found,) = read(written([made], "xml", version=version))
        assert found.flaws == []
        (named,) = [name for name in found.event if name.startswith("ns")]
        assert list(found.event[named]) == ["ns2:c"]


# -- what is refused ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"eventTime": None}, "missing", "eventTime"),
        ({"eventTime": "2026-11-20T09:30:01"}, "not_allowed", "eventTime"),
        ({"eventTime": "2026-02-30T09:30:01Z"}, "not_allowed", "eventTime"),
        ({"eventTime": "0001-01-01T00:00:00+14:00"}, "not_allowed", "eventTime"),
        ({"eventTime": 7}, "not_allowed", "eventTime"),
        ({"eventTimeZoneOffset": "CET"}, "not_allowed", "eventTimeZoneOffset"),
        ({"action": ["ADD"]}, "not_allowed", "action"),
        ({"action": "observe"}, "not_allowed", "action"),
        ({"type": "QuantityEvent"}, "not_allowed", "type"),
        ({"type": ["ObjectEvent"]}, "not_allowed", "type"),
        ({"type": None}, "missing", "type"),
        ({"bizStep": "urn:epcglobal:cbv:bizstep:nothing"}, "not_allowed", "bizStep"),
        ({"bizStep": {}}, "not_allowed", "bizStep"),
        ({"epcList": LINK}, "not_allowed", "epcList"),
        ({"epcList": [LINK, 7]}, "not_allowed", "epcList[2]"),
        ({"epcList": [LINK, LINK]}, "not_allowed", "epcList"),
        ({"epcList": ["urn:epc:id:sgtin:401 2345"]}, "not_allowed", "epcList[1]"),
        ({"epcList": ["https://id.gs1.org/01/04012345111118/21/ü"]}, "not_allowed", "epcList[1]"),
        ({"epcList": None}, "no_goods", ""),
        (
            {"quantityList": [{"epcClass": LINK, "quantity": "2"}]},
            "not_allowed",
            "quantityList[1].quantity",
        ),
        ({"quantityList": [{"quantity": 2}]}, "missing", "quantityList[1].epcClass"),
        (
            {"quantityList": [{"epcClass": LINK, "unit": "KGM"}]},
            "unknown_field",
            "quantityList[1].unit",
        ),
        ({"quantityList": [{"epcClass": LINK, "uom": "kg"}]}, "not_allowed", "quantityList[1].uom"),
        ({"sourceList": [{"source": LINK}]}, "missing", "sourceList[1].type"),
        ({"readPoint": "urn:x:y"}, "not_allowed", "readPoint"),
        ({"ilmd": {"cbvmda:lotNumber": "7"}}, "master_data", "ilmd"),
        ({"colour": "red"}, "unknown_field", "colour"),
        ({"": "red"}, "unknown_field", ""),
        ({"shop:text": "\0"}, "not_allowed", "shop:text"),
        ({"shop:text": "\ud800"}, "not_allowed", "shop:text"),
        ({"errorDeclaration": {}}, "missing", "errorDeclaration.declarationTime"),
        ({"sensorElementList": [{}]}, "missing", "sensorElementList[1].sensorReport"),
        ({"persistentDisposition": {}}, "not_allowed", "persistentDisposition"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(values, code, field):
    document = json.loads(one())
    event_ = document["epcisBody"]["eventList"][0]
    event_.update(values)
    document["epcisBody"]["eventList"][0] = {n: v for n, v in event_.items() if v is not None}
    (found,) = read(json.dumps(document).encode())
    assert [(flaw["code"], flaw["field"]) for flaw in found.flaws] == [(code, field)]
    assert told(found.flaws[0]).startswith("Event 1 (line 1): ")
    assert not found.event


@pytest.mark.parametrize(
    "number",
    ["1e999", "-1e999", "1e99999999999999999999", "123456789012345678", "0.1234567890123456789"],
)
def test_no_digit_of_a_number_gets_lost(number):
    data = one(quantityList=[{"epcClass": LINK, "quantity": 7}]).replace(
        b":7", b":" + number.encode()
    )
    (found,) = read(data)
    assert [flaw["field"] for flaw in found.flaws] == ["quantityList[1].quantity"]


def test_deep_and_wide_events():
    deep = {"shop:a": {}}
    inner = deep["shop:a"]
    for _level in range(60):
        inner["shop:a"] = inner = {}
    assert wrong(**deep) == [("too_deep", "")]
    many = [f"https://example.com/{number}" for number in range(50_001)]
    assert wrong(epcList=many) == [("many_goods", "")]
    with pytest.raises(Refused, match="cannot be read"):
        reading.examine(b'{"type":' + b"[" * 200_000)


def test_a_wrong_event_does_not_stop_the_others():
    document = json.loads(one())
    right = document["epcisBody"]["eventList"][0]
    document["epcisBody"]["eventList"] = [right, None, [], "x", {}, right]
    found = read(json.dumps(document, indent=1).encode())
    assert [bool(each.flaws) for each in found] == [False, True, True, True, True, False]
    assert [each.index for each in found] == [1, 2, 3, 4, 5, 6]
    assert found[-1].line > found[0].line


def test_going_on_where_it_was():
    data = written()
    found = list(reading.events(data, reading.examine(data), 2))
    assert [each.index for each in found] == [3, 4]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cannot be read"),
        (b"hello", "cannot be read"),
        (b"{}", "no EPCIS document"),
        (b"[]", "no EPCIS document"),
        (b'{"type": "EPCISDocument"}', "@context is missing"),
        (b"<a/>", "no EPCIS document"),
        (b"<a", "cannot be read"),
        (b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', "document type declaration"),
        ("{\"type\": \"\xe9\"}".encode("latin-1"), "UTF-8"),
    ],
)  # fmt: skip
def test_a_document_that_is_none(data, words):
    with pytest.raises(Refused, match=words):
        reading.examine(data)


def test_a_billion_laughs():
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
    )
    with pytest.raises(Refused, match="document type declaration"):
        reading.examine(f"<!DOCTYPE l [{entities}]><l>&l9;</l>".encode())


def test_too_many_events_are_said_at_once():
    with pytest.raises(Refused, match="more than 3 events"):
        reading.examine(written(), most=3)
    with pytest.raises(Refused, match="more than 3 events"):
        reading.examine(written(EVENTS, "xml"), most=3)


def test_an_event_of_its_own():
    made = json.loads(one())["epcisBody"]["eventList"][0]
    with pytest.raises(Refused, match="@context is missing"):
        reading.single(json.dumps(made).encode())
    found = reading.single(json.dumps({"@context": "https://example.com/c", **made}).encode())
    assert not found.flaws and "@context" not in found.event
    with pytest.raises(Refused, match="no EPCIS event"):
        reading.single(one())


# -- goods ----------------------------------------------------------------------------


def test_goods_are_found_under_one_name():
    made = {
        "type": "AggregationEvent",
        "parentID": "urn:epc:id:sscc:4012345.1112223334",
        "childEPCs": ["urn:epc:id:sgtin:4012345.011111.S-1", LINK],
        "childQuantityList": [
            {"epcClass": "urn:epc:class:lgtin:4012345.011111.L%2F1", "quantity": 2.5, "uom": "KGM"},
            {"epcClass": "https://example.com/class/7"},
        ],
    }
    found = items(made)
    assert [(each.part, each.kind, each.number) for each in found] == [
        ("parent", "sscc", "140123451122233341"),
        ("child", "serial", "S-1"),
        ("child", "lot", "L/1"),
        ("child", "other", ""),
    ]
    assert found[1].epc == LINK
    assert (found[2].gtin, found[2].quantity, found[2].uom) == ("04012345111118", 2.5, "KGM")
