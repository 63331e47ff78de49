"""StratEDI's fixed columns are read, with several lots a line and lines that did not come."""

from datetime import date

import pytest
from stratedi_build import RECEIVER, SENDER, SSCCS, flat_file, header, item, pallet

from lot_serial_trace.core import asn

LINES = [
    *item("1", "0"),
    pallet(SSCCS[0]),
    *item("2", "64", ("100701-P/05", "20270706", "40"), ("00329", "20270801", "24")),
    pallet(SSCCS[1]),
    *item("3", "2.5", ("L3", "20270101", "2.5"), order_line="138"),
]


def advice(*lines, **options):
    (read,) = asn.read(flat_file(*header(), *lines, **options))
    return read


def test_header():
    read = advice(*LINES)
    assert (read.format, read.number, read.type_code) == ("stratedi", "DA-1", "351")
    assert (read.issued, read.expected_from) == (date(2026, 11, 20), date(2026, 11, 24))
    assert (read.orders, read.shipment) == (["PO-1"], "LS-1")
    assert (read.supplier.gln, read.ship_to.gln) == (SENDER, RECEIVER)
    assert set(read.flaw_counts) == {"no_unit"}, "the format has none"


def test_lines():
    nothing, wheat, rye = advice(*LINES).lines
    assert (nothing.quantity, nothing.units, nothing.packages) == (0, [], [])
    assert (wheat.number, wheat.gtin, wheat.quantity) == ("2", "09501101530003", 64)
    assert [(unit.lot, unit.quantity, unit.best_before) for unit in wheat.units] == [
        ("100701-P/05", 40, date(2027, 7, 6)),
        ("00329", 24, date(2027, 8, 1)),
    ]
    assert {unit.package for unit in wheat.units} == {0}
    assert (rye.packages, rye.order, rye.order_line) == ([1], "PO-1", "138")
    assert rye.note == f"UC {RECEIVER}"
    assert (rye.source_line, rye.source_path) == (18, "100[1]/500[3]")


def test_packages():
    assert [(package.sscc, package.type_code) for package in advice(*LINES).packages] == [
        (SSCCS[0], "201"),
        (SSCCS[1], "201"),
    ]


@pytest.mark.parametrize("options", [{"end": "\n"}, {"encoding": "utf-8-sig"}, {"end": "\n\n"}])
def test_ways_to_write_it(options):
    assert len(advice(*LINES, **options).lines) == 3


def test_several_messages():
    lines = [*header(), *item("1", "1"), *header("DA-2"), *item("1", "2")]
    first, second = asn.read(flat_file(*lines))
    assert (first.number, second.number) == ("DA-1", "DA-2")
    assert second.lines[0].source_path == "100[2]/500[1]"


def test_other_message():
    with pytest.raises(asn.AsnError, match="StratEDI INVOIC"):
        asn.read(flat_file(*header(kind="INVOIC")))


def test_what_is_wrong_is_told():
    lot = ("L", "20271332", "1x")
    read = advice(pallet("340123450000000018"), *item("1", "3", lot, gtin="9501101530004"))
    places = {flaw.code: flaw.where for flaw in read.flaws}
    assert places["bad_sscc"] == "line 8, 100[1]/410"
    assert places["bad_gtin"] == "line 9, 100[1]/500[1]"
    assert places["bad_date"] == "line 12, 100[1]/500[1]/580"
    assert places["bad_number"] == "line 12, 100[1]/500[1]/580"


def test_lots_that_do_not_add_up():
    read = advice(*item("1", "3", ("A", "20270101", "1"), ("B", "20270101", "1")))
    assert "lot_sum" in read.flaw_counts
