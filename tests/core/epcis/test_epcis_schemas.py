"""All that is written is as the official schemas have it, and what they refuse is refused here.

GS1's schema files may not be handed on with this repository. Who has them puts the folder into
the environment variable ``EPCIS_SCHEMAS``: EPCIS-JSON-Schema.json and query-schema.json, and the
XSD files, of which each is used if it is there. Documents in a folder of the variable
``EPCIS_SAMPLES`` are captured: what the schema takes is taken, what it refuses is refused.
"""

import json
import os
from pathlib import Path

import pytest
from epcis_rows import ALL, row

from lot_serial_trace.core.epcis import reading, writing, xml
from lot_serial_trace.core.epcis.event import declared, event
from lot_serial_trace.core.epcis.flaws import Refused
from lot_serial_trace.core.epcis.links import Prefixes
from lot_serial_trace.core.epcis.names import Names

FOLDER = os.environ.get("EPCIS_SCHEMAS")
SAMPLES = os.environ.get("EPCIS_SAMPLES")
pytestmark = pytest.mark.skipif(not FOLDER, reason="EPCIS_SCHEMAS names no folder")

NAMES = Names("example.com", "4023333000000")
NAMELESS = Names("example.com")
WRONG = {"record_time": row()["record_time"], "corrective": None}
EVENTS = [
    *(event(make(), NAMES, "db") for make in ALL),
    *(event({**make(), "gtin": None}, NAMELESS, "db") for make in ALL),
    event({**row(), "lot_name": 'Ü "<&>\\ 1'}, NAMES, "db"),
    declared(row(), NAMES, "db", WRONG),
    declared(row(), NAMES, "db", {**WRONG, "corrective": event(row(id=9), NAMES, "db")}),
]


def validator(name):
    """A validator with formats; without them wrong URIs and times would pass."""
    jsonschema = pytest.importorskip("jsonschema")
    path = Path(FOLDER, name)
    if not path.exists():
        pytest.skip(f"there is no {name}")
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    if not {"uri", "date-time"} <= set(checker.checkers):
        pytest.skip("jsonschema[format-nongpl] is not installed")
    schema = json.loads(path.read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema, format_checker=checker)


def xsd(name):
    """A schema for XML, with those that it includes beside it."""
    etree = pytest.importorskip("lxml.etree")
    path = Path(FOLDER, name)
    if not path.exists():
        pytest.skip(f"there is no {name}")
    return etree, etree.XMLSchema(etree.parse(str(path)))


@pytest.mark.parametrize("write", [writing.document, writing.query_document])
def test_json(write):
    found = json.loads("".join(write(EVENTS)))
    assert [error.message for error in validator("EPCIS-JSON-Schema.json").iter_errors(found)] == []


def test_captured_events_are_told_again_as_the_schema_has_it():
    data = "".join(xml.document(EVENTS, "1.2", prefixes=Prefixes(["4012345", "4023333"])))
    frame = reading.examine(data.encode())
    again = []
    for each in reading.events(data.encode(), frame):
        again.append({"@context": each.context, **each.event} if each.context else each.event)
    found = json.loads("".join(writing.query_document(again)))
    assert [error.message for error in validator("EPCIS-JSON-Schema.json").iter_errors(found)] == []


@pytest.mark.parametrize(
    ("name", "version"), [("EPCglobal-epcis-1_2.xsd", "1.2"), ("EPCglobal-epcis-2_0.xsd", "2.0")]
)
def test_xml(name, version):
    etree, schema = xsd(name)
    for prefixes in (None, Prefixes(["4012345", "4023333"])):
        text = "".join(xml.document(EVENTS, version, prefixes=prefixes))
        schema.assertValid(etree.fromstring(text.encode()))


def test_samples():
    if not SAMPLES:
        pytest.skip("EPCIS_SAMPLES names no folder")
    schema = validator("EPCIS-JSON-Schema.json")
    judged = 0
    for path in sorted(Path(SAMPLES).rglob("*.json*")):
        data = path.read_bytes()
        found = json.loads(data)
        if found.get("type") in ("EPCISDocument", "EPCISQueryDocument"):
            assert captured(data) == schema.is_valid(found), path.name
            judged += 1
    assert judged


def captured(data):
    """Whether all of a document can be taken in."""
    try:
        frame = reading.examine(data)
        return not any(found.flaws for found in reading.events(data, frame))
    except Refused:
        return False
