"""Whatever comes: a notice with flaws or a refusal with a reason, and within bounds."""

import pytest
from edifact_build import LINE, desadv, interchange, message
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydifact.parser import Parser
from stratedi_build import flat_file, header, item
from x12_build import ITEM, ORDER, SHIPMENT, notice
from x12_build import interchange as x12

from lot_serial_trace.core import asn
from lot_serial_trace.core.asn import edi, edifact, edifact_syntax, stratedi, x12_syntax
from lot_serial_trace.core.asn import x12 as x12_reader

GOOD = [
    desadv("CPS+1\nPAC+1++201\nPCI+33E\nGIN+BJ+340123450000000017", LINE, "GIN+BN+A1:A9+B:C"),
    x12(notice(SHIPMENT, ORDER, "HL*3*2*P\nMAN*GM*340123450000000017", "HL*4*3*I", ITEM)).encode(),
    flat_file(*header(), *item("1", "1", ("L", "20270101", "1"))),
]
READERS = [edifact, x12_reader, stratedi]
#: Signs for the separators and for what is in the file.
SOME = st.sampled_from(list("+:'?*~|!\n\r \x1c\x1d\x00"))


def settle(read, data):
    """Read; every flaw and every link must hold."""
    try:
        advices = read(data)
    except asn.AsnError as error:
        assert error.text
        return
    for advice in advices:
        assert all(flaw.text for flaw in advice.flaws)
        for line in advice.lines:
            assert all(advice.packages[key] for key in line.packages)


@st.composite
def damaged(draw):
    """A good file with pieces cut out, doubled, shuffled or overwritten."""
    data = bytearray(draw(st.sampled_from(GOOD)))
    for _change in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(len(data) - 1, 0)))
        end = draw(st.integers(start, min(len(data), start + 60)))
        piece = bytes(data[start:end])
        data[start:end] = draw(
            st.sampled_from([b"", piece * 2, piece.lower(), piece[::-1], b"\xff\xfe"])
            | st.binary(max_size=8)
        )
    return bytes(data)


@given(damaged())
@settings(max_examples=300, deadline=None)
def test_damaged_files(data):
    settle(asn.read, data)


@pytest.mark.parametrize("reader", READERS)
@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_random_bytes(reader, data):
    reader.recognises(data)
    settle(reader.read, data)


@pytest.mark.parametrize("reader", READERS)
@given(st.lists(st.sampled_from(["UNB+UNOC:3", "UNH+1+DESADV:D:96A", "ISA", "ST*856", "HL*1*2*I",
    "HL*2*1*I", "LIN", "CPS+1+2", "CPS+2+1", "GIN+BN+1:9", "QTY+12:1", "DTM+36:1", "MAN*GM*1*9",
    "REF*LT*1", "DTM*036*1", "000", "100", "500", "580", "PCI+36E", "PAC+9"]) | SOME))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_segments_in_any_order(reader, pieces):
    settle(reader.read, "".join(pieces).encode())


texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@given(st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=4))
@settings(deadline=None)
def test_released_signs_come_back(elements):
    def released(text):
        return "".join(f"?{sign}" if sign in "?+:'" else sign for sign in text)

    body = "+".join(":".join(map(released, parts)) for parts in elements)
    text = f"UNA:+.? 'UNB+UNOY:3+1+2'UNH+1+DESADV'FTX+{body}'UNT+1+1'"
    (found,) = [seg for seg in edifact_syntax.segments(text) if seg.tag == "FTX"]
    assert found.elements == elements


@given(st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=4))
@settings(deadline=None)
def test_pydifact_reads_the_same(elements):
    """An independent reader of the syntax as second opinion."""
    assume(not any(text[0] in "'" for parts in elements for text in parts))

    def released(text):
        return "".join(f"?{sign}" if sign in "?+:'" else sign for sign in text)

    body = "+".join(":".join(map(released, parts)) for parts in elements)
    text = f"UNA:+.? 'UNH+1+DESADV'FTX+{body}'UNT+1+1'"
    ours = [(seg.tag, seg.elements) for seg in edifact_syntax.segments(text) if seg.tag]
    theirs = [(seg.tag, seg.elements) for seg in Parser().parse(text) if seg.tag != "UNA"]
    assert [tag for tag, _elements in ours] == [tag for tag, _elements in theirs]
    for (_tag, our), (_same, their) in zip(ours, theirs, strict=True):
        assert our == [part if isinstance(part, list) else [part] for part in their]


def test_pydifact_reads_the_same_message():
    text = desadv("CPS+1\nPAC+2:1++201", LINE, "PIA+1+A?+B:NB::91", "GIN+BN+1:2+3").decode()
    ours = [(seg.tag, seg.elements) for seg in edifact_syntax.segments(text) if seg.tag]
    theirs = [
        (seg.tag, [part if isinstance(part, list) else [part] for part in seg.elements])
        for seg in Parser().parse(text)
        if seg.tag != "UNA"
    ]
    assert ours == theirs


@given(st.lists(texts, min_size=1, max_size=5), st.sampled_from("*|+^"), st.sampled_from("~!$\n"))
@settings(deadline=None)
def test_x12_elements_come_back(elements, sign, end):
    assume(not any(set(text) & {sign, end, "\n"} for text in elements))
    body = sign.join(["ISA", *["00"] * 15, ">"]) + end + sign.join(["REF", *elements]) + end
    found = [seg for seg in x12_syntax.segments(body) if seg.tag == "REF"]
    assert [part for (part,) in found[0].elements] == elements


@pytest.mark.parametrize("una", ["", "UNA:+.? '", "UNA:+.?'\n", "UNA:+,? '\r\n", "UNA:+.?*'"])
def test_service_string_advice(una):
    (read,) = asn.read(interchange(message("CPS+1", LINE), una=una).encode())
    assert read.lines[0].quantity == 10
    assert not read.flaws


@pytest.mark.parametrize("signs", ["*;~!", "|^\n!", "\x1d\x1f\x1c!"])  # in the places of + : ' ?
@pytest.mark.parametrize("told", [True, False])
def test_other_signs(signs, told):
    una = "UNA:+.? '" if told else ""
    text = interchange(message("CPS+1", LINE, "FTX+LIN+++all?+well"), una=una)
    if not told:
        text = text.replace("?+", "")
    if "\n" in signs:
        text = text.replace("'\n", "'").strip()
    text = text.strip().translate(str.maketrans("+:'?", signs))
    (read,) = asn.read(text.encode())
    assert (read.supplier.name, read.lines[0].quantity) == ("Sender", 10)
    assert not read.flaws


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", ""),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", "\n\n   "),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("UNA:+.? '", "").lower(),
        lambda text: "\n".join(text.replace("\n", "")[at : at + 70] for at in range(0, 999, 70)),
    ],
)
def test_ways_to_write_it(change):
    data = change(desadv("CPS+1", LINE, "PIA+1+A1:NB").decode()).encode()
    (read,) = asn.read(data)
    assert [unit.lot.upper() for unit in read.lines[0].units] == ["A1"]
    assert not read.flaws


def test_utf_16():
    assert asn.read(desadv().decode().encode("utf-16"))[0].number == "DA-1"


@pytest.mark.parametrize(
    ("syntax", "encoding", "flawed"),
    [
        ("UNOC:3", "cp1252", False),
        ("UNOC:3", "utf-8", True),
        ("UNOY:4", "utf-8", False),
        ("UNOY:4", "cp1252", True),
        ("UNOA:1", "cp1252", True),
    ],
)
def test_characters(syntax, encoding, flawed):
    text = interchange(message("CPS+1", LINE.replace("Thing", "Käse")), syntax=syntax)
    (read,) = asn.read(text.encode(encoding))
    assert read.lines[0].name == "Käse"
    assert ("charset" in read.flaw_counts) is flawed


def test_cyrillic():
    text = interchange(message("CPS+1", LINE.replace("Thing", "Сыр")), syntax="UNOE:3")
    assert asn.read(text.encode("iso8859-5"))[0].lines[0].name == "Сыр"


def test_remarks_written_by_hand():
    text = desadv().decode().replace("RFF+ON:PO-1'", "RFF+ON:PO-1'   the order of Monday")
    (read,) = asn.read(("Dear all, see below\n\n" + text + "\nRegards").encode())
    assert read.orders == ["PO-1"] and len(read.lines) == 1
    assert set(read.flaw_counts) == {"annotation"}
    assert {flaw.values["text"] for flaw in read.flaws} >= {"the order of Monday"}


def test_forgotten_end_signs():
    text = desadv().decode().replace("RFF+ON:PO-1'", "RFF+ON:PO-1")
    (read,) = asn.read(text.encode())
    assert read.orders == ["PO-1"] and read.supplier.name == "Sender"
    assert set(read.flaw_counts) == {"no_terminator"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (desadv().replace(b"Thing", b"x" * 200_000), "long_segment"),
        (desadv("CPS+1", *[LINE] * 60), "too_much"),
        (desadv("CPS+1", LINE, *["GIN+BN+1+2+3"] * 40), "too_much"),
        (desadv("CPS+1", *["GIN+BJ+340123450000000017"] * 101, LINE), "too_much"),
        (interchange(*[message("CPS+1", LINE)] * 11).encode(), "too_much"),
        (desadv("CPS+1", LINE, *["MEA"] * 1000), "too_many_segments"),
        (x12(notice(SHIPMENT, ORDER, *["HL*3*2*I\nLIN"] * 40)).encode(), "too_much"),
        (x12(notice(SHIPMENT, ORDER, "HL*3*2*I", *["REF*SE*1"] * 101)).encode(), "too_much"),
        (x12(notice(SHIPMENT, ORDER, *["MEA"] * 1000)).encode(), "too_many_segments"),
        (flat_file(*header(), *item("1", "1") * 60), "too_much"),
    ],
)
def test_files_that_are_no_notice(data, code, monkeypatch):
    for module in (edifact, x12_reader, stratedi):
        monkeypatch.setattr(module, "Budget", lambda: edi.Budget(100, 50, 100, 10))
    for module in (edifact_syntax, x12_syntax):
        monkeypatch.setattr(module, "MOST_SEGMENTS", 500)
    with pytest.raises(asn.AsnError) as caught:
        asn.read(data)
    assert caught.value.code == code
    assert caught.value.line


def test_lines_times_packages_are_bounded(monkeypatch):
    monkeypatch.setattr(edifact, "Budget", lambda: edi.Budget(links=50))
    pallets = "GIN+BJ+354123450000000014:354123450000000106"
    with pytest.raises(asn.AsnError, match="links"):
        asn.read(desadv("CPS+1", "PAC+10", pallets, *[LINE] * 6))


def test_100_000_serials():
    serials = [f"GIN+BN+SN{at:06d}" for at in range(100_000)]
    (read,) = asn.read(desadv("CPS+1", LINE.replace("10:PCE", "100000:PCE"), *serials))
    assert len(read.lines[0].units) == 100_000
    assert not read.flaws
    ranges = desadv("CPS+1", LINE.replace("10:PCE", "100000:PCE"), "GIN+BN+SN000000:SN099999")
    (short,) = asn.read(ranges)
    assert [unit.serial for unit in short.lines[0].units] == [
        unit.serial for unit in read.lines[0].units
    ]


def test_ranges_have_one_budget_for_the_file(monkeypatch):
    monkeypatch.setattr(edifact, "Budget", lambda: edi.Budget(numbers=50))
    (read,) = asn.read(desadv("CPS+1", LINE, "GIN+BN+A01:A30", "GIN+BN+B01:B30"))
    assert len(read.lines[0].units) == 30
    assert read.flaw_counts["range_too_long"] == 1
