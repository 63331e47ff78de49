"""What is said of goods that come back, and which lines of a transfer carry the faulty ones."""

from lot_serial_trace.core.findings import KINDS
from lot_serial_trace.core.returns import CODES, Faulty, Return, allot, examine, parts_back


def codes(**values):
    return [finding.code for finding in examine([Return("ref", "SN1", "Device", **values)])]


def test_sold_and_not_back_is_fine():
    assert codes(sold=1) == []


def test_never_sold():
    assert codes() == ["return_unknown"]


def test_back_already_names_the_return():
    [finding] = examine(
        [Return(7, "SN1", "Device", sold=1, back=1, order="Shop/0002", date="2026-03-04")]
    )
    assert (finding.code, finding.ref) == ("returned_already", 7)
    assert "Shop/0002" in finding.text and "2026-03-04" in finding.text


def test_sold_again_may_come_back_again():
    assert codes(sold=2, back=1) == []


def test_of_a_lot_not_more_comes_back_than_was_sold():
    assert codes(quantity=2, sold=5, back=3) == []
    assert codes(quantity=3, sold=5, back=3) == ["returned_already"]


def test_fractions_do_not_trip():
    assert codes(quantity=0.1, sold=0.3, back=0.1 + 0.1) == []


def test_other_customer():
    people = {"sold": 1, "buyer_name": "Ann", "customer_name": "Bob"}
    assert codes(buyer=1, customer=2, **people) == ["return_other_customer"]
    assert codes(buyer=1, customer=1, **people) == []
    assert codes(buyer=None, customer=2, **people) == []
    assert codes(buyer=1, customer=None, **people) == []


def test_every_code_has_words():
    for code in CODES:
        assert KINDS[code].severity == "warn"


def test_faulty_serials_are_found_by_number():
    lines = [("a", 1, "SN1", 1.0), ("b", 1, "SN2", 1.0), ("c", 2, "SN1", 1.0)]
    assert allot([Faulty(1, "SN2", 1.0, "cracked")], lines) == {"b": (None, "cracked")}


def test_faulty_part_of_a_lot():
    lines = [("a", 1, "L1", 2.0), ("b", 1, "L1", 3.0)]
    assert allot([Faulty(1, "L1", 3.0, "leaks")], lines) == {
        "a": (None, "leaks"),
        "b": (1, "leaks"),
    }


def test_several_reasons_meet_in_a_line():
    faulty = [Faulty(1, "L1", 1.0, "leaks"), Faulty(1, "L1", 1.0, "smells"), Faulty(1, "L1", 1.0)]
    assert allot(faulty, [("a", 1, "L1", 3.0)]) == {"a": (None, "leaks; smells")}


def test_goods_without_numbers():
    assert allot([Faulty(1, "", 2.0, "torn")], [("a", 1, "", 5.0)]) == {"a": (2.0, "torn")}


def test_nothing_faulty():
    assert allot([], [("a", 1, "L1", 3.0)]) == {}


def test_parts_of_a_kit_as_they_went_out():
    assert parts_back(2, {"SN1": 1, "SN2": 1}) == [("SN1", 1, "rest"), ("SN2", 1, "rest")]
    assert parts_back(3, {"L1": 2, "L2": 1}) == [("L1", 2, "rest"), ("L2", 1, "rest")]


def test_one_of_two_kits_is_a_guess_unless_scanned():
    left = {"SN1": 1, "SN2": 1}
    assert parts_back(1, left) == [("SN1", 1, "guess")]
    assert parts_back(1, left, {"SN2"}) == [("SN2", 1, "scanned")]
    assert parts_back(2, left, {"SN2"}) == [("SN2", 1, "scanned"), ("SN1", 1, "rest")]


def test_more_parts_than_left():
    assert parts_back(2, {"SN1": 1}) == [("SN1", 1, "rest")]
    assert parts_back(2, {}) == []


def test_a_scanned_number_of_another_kit_is_no_part_of_this_one():
    assert parts_back(1, {"SN1": 1, "SN2": 1}, {"SN9"}) == [("SN1", 1, "guess")]
