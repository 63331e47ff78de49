"""Whatever is done to a file, reading it ends in notices or in an AsnError, never otherwise."""

import json

import epcis_build
import pytest
from asn_build import advice, instance, line, quantity, read_one, refusal
from hypothesis import given, settings
from hypothesis import strategies as st
from test_asn_gs1_xml import advice as gs1_advice
from test_asn_gs1_xml import data as gs1_data
from test_asn_gs1_xml import line as gs1_line
from test_asn_gs1_xml import unit as gs1_unit

from lot_serial_trace.core import asn

A = epcis_build.serial("A")
EVENTS = (
    epcis_build.make(A, lotNumber="L", itemExpirationDate="2028-01-31"),
    epcis_build.pack(epcis_build.PALLET, A, quantities=[(epcis_build.lot("L2"), 5)]),
    epcis_build.ship(epcis_build.PALLET),
)
GOOD = (
    advice(line(quantity=quantity(2), instances=instance("S1", "L", "2028-01-31") * 2)),
    gs1_advice(gs1_unit(gs1_line(gs1_data("S1", lot="L"), number="1"), level="1", parent="1")),
    *(write(*EVENTS) for write in epcis_build.FORMS.values()),
)


def ends_well(data):
    try:
        found = asn.read(data, limits=asn.Limits(size=10_000_000))
    except asn.AsnError as error:
        assert error.text
        return
    assert found
    for read in found:
        for flaw in read.flaws:
            assert flaw.text


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(GOOD),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 40), st.binary(max_size=12))),
)
def test_changed_files(data, changes):
    for at, length, put in changes:
        at %= len(data)
        data = data[:at] + put + data[at + length :]
    ends_well(data)


WORDS = sorted(
    {
        word
        for data in GOOD
        for word in data.decode().replace(">", "> ").replace("<", " <").split()
        if len(word) < 80
    }
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(GOOD),
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)), max_size=6),
)
def test_parts_in_the_wrong_place(data, swaps):
    for old, new in swaps:
        data = data.replace(old.encode(), new.encode(), 2)
    ends_well(data)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
NAMES = sorted({name for event in EVENTS for name in event} | {"inputEPCList", "errorDeclaration"})


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5), max_size=3),
    st.dictionaries(st.sampled_from(["type", "creationDate", "sender", "epcisHeader"]), VALUES),
)
def test_json_of_wrong_types(odd, root):
    events = [event | other for event, other in zip(EVENTS, [*odd, {}, {}, {}], strict=False)]
    ends_well(epcis_build.as_json(*events, **root))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"<", b"{", b"[", b"\xff\xfe<\0", b"<?xml "]))
def test_anything(data, start):
    ends_well(start + data)


# JSON

SHIP = epcis_build.as_json(epcis_build.ship(A))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_json_in_every_unicode(encoding):
    data = SHIP.decode().replace("DA-1", "DÄ-1").encode(encoding)
    assert read_one(data).number == "DÄ-1"


def test_json_that_is_not_unicode():
    read = read_one(SHIP.decode().replace("DA-1", "DÄ-1").encode("cp1252"))
    assert (read.number, read.flaw_counts["encoding"]) == ("DÄ-1", 1)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (SHIP[:-30], "broken_json", "line "),
        (SHIP + b"x", "broken_json", "Extra data"),
        (SHIP.replace(b'"action"', b'"epcList": [], "action"'), "broken_json", "'epcList' comes"),
        (SHIP.replace(b'"OBSERVE"', b"NaN"), "broken_json", "NaN is no JSON"),
        (SHIP.replace(b'"OBSERVE"', b"[" * 10_000 + b"]" * 10_000), "too_deep", "line 10, column"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "too_deep", "line 1"),
        (b'{"x": [' + b"1," * 2_000_001 + b"1]}", "too_many_elements", "2000000"),
        (b'{"name": "value"}', "wrong_document", "a JSON file of another kind"),
        (b"[1, 2, 3]", "wrong_document", "a JSON file of another kind"),
        (b"{", "broken_json", "Expecting a name"),
    ],
)
def test_json_that_is_refused(data, code, words):
    error = refusal(data)
    assert error.code == code
    assert words in error.text


def test_json_around_the_events():
    event = epcis_build.ship(A)
    for root in (event, [event]):
        assert read_one(json.dumps(root).encode()).number == "DA-1"
    bare = json.loads(SHIP)
    del bare["@context"]
    assert read_one(json.dumps(bare).encode()).flaw_counts["no_context"] == 1


def test_half_characters_and_zeros_do_not_get_through():
    data = epcis_build.as_json(epcis_build.ship(epcis_build.serial("A@")))
    serial = read_one(data.replace(b"@", b"\\ud800\\u0000")).lines[0].units[0].serial
    serial.encode()
    assert "\0" not in serial


def test_json_numbers():
    def quantity_of(text):
        data = epcis_build.as_json(epcis_build.ship(quantities=[(epcis_build.lot("L"), 77)]))
        return read_one(data.replace(b"77", text)).lines[0].quantity

    assert quantity_of(b"1.5e1") == 15
    assert quantity_of(b"0.1").as_tuple().digits == (1,)
    assert quantity_of(b"1e999999") is None
    assert quantity_of(b'"77"') == 77


# all formats


def test_endless_texts_are_cut():
    long = "S" * 5000
    read = read_one(advice(line(quantity=quantity(1), instances=instance(long, long))))
    (unit,) = read.lines[0].units
    assert (len(unit.serial), len(unit.lot)) == (100, 100)
    assert read.flaw_counts == {"too_long": 2}
    assert read.flaws[0].text.startswith("serial SSS")
    long_name = f"<cbc:Name>{long}</cbc:Name>"
    assert len(read_one(advice(line(item=long_name))).lines[0].name) == 500


def test_endless_kinds_of_elements():
    tags = "".join(f"<a{number}/>" for number in range(30_000))
    assert refusal(advice(head=f"<cbc:Note>{tags}</cbc:Note>")).code == "too_many_names"


def test_endless_notices_in_a_file():
    many = (epcis_build.ship(epcis_build.serial(n), number=f"DA-{n}") for n in range(2001))
    assert refusal(epcis_build.as_json(*many)).code == "too_many_notices"
