"""Notices find own goods by numbers, names and dates, and say by which words."""

import notice_shapes as shapes
import pytest
from notice_shapes import as_json

from lot_serial_trace.core.notices import read
from lot_serial_trace.core.notices.as_criteria import alternatives
from lot_serial_trace.core.notices.form import Item, Mark
from lot_serial_trace.core.notices.matching import (
    Catalogue,
    Lot,
    Product,
    in_range,
    lot_evidence,
    matches_of,
    plain_lot,
    score_of,
)

HONEY = Product(
    1, "Meadow Gold Star Honey 250 g", ["012345678905"], ["HON-250"], ["Imaginary Apiaries"]
)
OATS = Product(2, "Rolled Oats 1 kg", ["4006381333931"])
CASE = Product(3, "Carton of honey", ["10012345678902"])  # twelve of product 1
KETTLE = Product(4, "Kettle", [], ["IK-200"])


def notice_of(record, kind="openfda_food"):
    return read(as_json(record), kind).notices[0]


@pytest.fixture
def catalogue():
    return Catalogue([HONEY, OATS, CASE, KETTLE])


def find(catalogue, notice, lots=(), least=40):
    candidates = [catalogue.products_of(notice, item) for item in notice.items]
    by_product, named = {}, {}
    for lot in lots:
        by_product.setdefault(lot.product, []).append(lot)
        named.setdefault(plain_lot(lot.name), []).append(lot)
    return matches_of(candidates, notice.items, by_product, named, least)


def kinds(match):
    return {piece.kind for piece in match.evidence}


def test_a_lot_is_found_with_the_words_that_say_so(catalogue):
    lots = [Lot(10, 1, "HX221", "2026-08-15"), Lot(11, 1, "HX225", "2026-09-01")]
    best, *others = find(catalogue, notice_of(shapes.OPENFDA), lots)
    assert (best.product, best.lot) == (1, 10) and best.score >= 95
    assert kinds(best) == {"gtin", "words", "firm", "lot_range", "date"}
    words = {piece.kind: (piece.theirs, piece.ours, piece.field) for piece in best.evidence}
    assert words["lot_range"] == ("HX220 through HX224", "HX221", "code_info")
    assert words["gtin"][0] == "0 12345 67890 5"
    assert 11 not in [match.lot for match in others]  # same product, another lot


def test_ours_but_none_of_our_lots(catalogue):
    matches = find(catalogue, notice_of(shapes.OPENFDA), [Lot(11, 1, "HX999", "2027-01-01")])
    match = next(match for match in matches if match.product == 1)
    assert match.lot is None and "no_lot" in kinds(match) and match.score < 70


def test_the_case_of_our_unit(catalogue):
    found = catalogue.products_of(notice_of(shapes.OPENFDA), notice_of(shapes.OPENFDA).items[0])
    assert "level" in {piece.kind for piece in found[3]}


def test_a_model_is_our_reference(catalogue):
    matches = find(catalogue, notice_of([shapes.CPSC], "cpsc"), least=20)
    match = next(match for match in matches if match.product == 4)
    assert {"model", "no_lot"} <= kinds(match)


def test_a_long_number_of_a_product_nobody_spoke_of(catalogue):
    notice = notice_of({"title": "Something else", "lot": "QX-2026-77812A"}, "generic")
    (match,) = find(catalogue, notice, [Lot(20, 2, "QX-2026-77812A")])
    assert (match.product, match.lot) == (2, 20) and match.score < 60
    short = notice_of({"title": "Something else", "lot": "2179"}, "generic")
    assert find(catalogue, short, [Lot(21, 2, "2179")]) == []  # too likely by chance


def test_words_alone_need_nearly_all_of_the_name(catalogue):
    near = notice_of({"title": "Meadow Gold Star Honey 250 g jars recalled"}, "generic")
    assert {match.product for match in find(catalogue, near)} == {1}
    far = notice_of({"title": "Gold necklace recalled"}, "generic")
    assert find(catalogue, far) == []


def test_all_lots(catalogue):
    notice = notice_of(
        {"title": "Rolled Oats", "gtin": "4006381333931", "lot": "All lots"}, "generic"
    )
    (match,) = find(catalogue, notice, [Lot(30, 2, "X1")])
    assert match.lot is None and {"gtin", "all"} <= kinds(match)


@pytest.mark.parametrize(
    ("name", "first", "last", "inside"),
    [
        ("V230", "V220", "V241", True),
        ("v230", "V220", "V241", True),
        ("V0230", "V220", "V241", False),
        ("V242", "V220", "V241", False),
        ("W230", "V220", "V241", False),
        ("10-300", "10-270", "10-335", True),
        ("0264SDL0317", "0264SDL0315", "0264SDL0319", True),
        ("A9", "A8", "A10", True),
        ("A08", "A8", "A10", False),
    ],
)
def test_ranges_keep_zeros(name, first, last, inside):
    assert in_range(name, first, last) is inside


@pytest.mark.parametrize(
    ("mark", "name", "kind"),
    [
        (Mark("lot", "lpl1064"), "LPL1064", "lot_like"),  # some authorities write all small
        (Mark("lot", "LPL1064"), "LPL1064", "lot"),
        (Mark("lot", "201014.103364"), "201014 103364", "lot_like"),
        (Mark("serial_prefix", "57V"), "57V0001", "lot_prefix"),
    ],
)
def test_spellings_of_a_lot(mark, name, kind):
    (piece,) = lot_evidence(Item(marks=[mark]), Lot(1, 1, name))
    assert piece.kind == kind


@pytest.mark.parametrize(
    ("mark", "day", "hit"),
    [
        (Mark("date", "2026-08", meaning="best_by"), "2026-08-31", True),
        (Mark("date_range", "", "2026-08-15", meaning="best_by"), "2026-08-15", True),
        (Mark("date_range", "2026-08-16", ""), "2026-08-15", False),
        (Mark("date", "2026-08-15", meaning="made"), "2026-08-15", False),
        (Mark("date", "2026-08-15", meaning="best_by"), "", False),
    ],
)
def test_dates(mark, day, hit):
    assert bool(lot_evidence(Item(marks=[mark]), Lot(1, 1, "X", day))) is hit


def test_no_evidence_makes_a_certainty():
    pieces = find(
        Catalogue([HONEY]), notice_of(shapes.OPENFDA), [Lot(10, 1, "HX221", "2026-08-15")]
    )
    assert score_of(pieces[0].evidence * 5) == 99


@pytest.mark.parametrize(
    ("marks", "conditions"),
    [
        (
            [Mark("lot", "lpl1"), Mark("date", "2026-08", meaning="best_by")],
            [{"kind": "list", "numbers": "lpl1\nLPL1"}],
        ),
        ([Mark("serial_prefix", "57V")], [{"kind": "pattern", "numbers": "57V*"}]),
        (
            [Mark("date_range", "", "2026-08", meaning="best_by")],
            [{"kind": "expires", "day_to": "2026-08-31"}],
        ),
        ([Mark("date_range", "2026-08-01", "", meaning="sold")], []),
        ([Mark("all")], []),
    ],
)
def test_what_is_said_becomes_conditions(marks, conditions):
    assert alternatives(Item(marks=marks)) == conditions
