"""Recall criteria: alternatives of conditions, negation, and what is not known yet."""

from datetime import date, datetime

import pytest

from lot_serial_trace.core.recall import criteria
from lot_serial_trace.core.recall.criteria import Facts, Stay
from lot_serial_trace.core.recall.flaws import CriteriaError

HONEY = {"is": "product", "ids": [7]}
RANGE = {"is": "range", "first": "A007", "last": "A120"}


def rule(*alternatives):
    return criteria.parse({"any": [{"all": list(some)} for some in alternatives]})


def one(**tree):
    return rule([tree])


def means(found, **facts):
    return bool(found.matching(Facts(**{"number": "A010", **facts})))


def refused(tree):
    with pytest.raises(CriteriaError) as error:
        criteria.parse(tree)
    return error.value.key


def test_and_or_not():
    found = rule([HONEY, RANGE], [{"is": "list", "numbers": "B1"}, {**HONEY, "not": True}])
    assert means(found, products=frozenset({7}))
    assert not means(found, products=frozenset({8}))
    assert not means(found, number="B1", products=frozenset({7}))
    facts = Facts(number="B1", products=frozenset({8}))
    assert found.matching(facts) == [1]
    assert found.judge(facts) == [[False, False], [True, True]]


def test_both_alternatives_are_told():
    found = rule([HONEY], [RANGE])
    assert found.matching(Facts(number="A010", products=frozenset({7}))) == [0, 1]


@pytest.mark.parametrize(("kind", "fact"), criteria.NAMED.items())
def test_records_named(kind, fact):
    found = one(**{"is": kind, "ids": [3, 4]})
    assert means(found, **{fact: frozenset({4, 9})})
    assert not means(found, **{fact: frozenset({5})})
    assert not means(found)
    assert means(one(**{"is": kind, "ids": [3], "not": True}))


def test_gtins_are_found_however_they_are_stored():
    found = one(**{"is": "gtin", "numbers": "00036000291452"})
    for barcode in ("036000291452", "0036000291452", "00036000291452"):
        assert means(found, barcodes=frozenset({barcode}))
    assert not means(found, barcodes=frozenset({"36000291452"}))
    assert refused({"any": [{"all": [{"is": "gtin", "numbers": "036000291453"}]}]}) == "not_gtin"


def test_lists_have_ranges_in_them():
    found = one(**{"is": "list", "numbers": "X1; X2\nA007..A120, LOT-2024-7"})
    for number in ("X1", "X2", "A010", "LOT-2024-7"):
        assert means(found, number=number), number
    for number in ("x1", "A121", "LOT-2024-5", "A007..A120"):
        assert not means(found, number=number), number


def test_the_manufacturers_batch_counts_as_the_number():
    for tree in (RANGE, {"is": "list", "numbers": "A010"}, {"is": "pattern", "numbers": "A01*"}):
        assert means(one(**tree), number="SN1", batch="A010")
        assert not means(one(**tree), number="SN1", batch="B010")


def test_serial_ranges_are_for_serial_numbers():
    found = one(**{**RANGE, "is": "serial_range"})
    assert means(found, serial=True)
    assert not means(found)
    assert not means(found, number="X", batch="A010", serial=True)


@pytest.mark.parametrize("kind", criteria.DATED)
def test_days(kind):
    def at(day):
        return {kind: frozenset({day}) if kind == "received" else day}

    found = one(**{"is": kind, "since": "2026-05-01", "until": "2026-05-31"})
    for day in (date(2026, 5, 1), date(2026, 5, 31)):
        assert means(found, **at(day))
    for day in (date(2026, 4, 30), date(2026, 6, 1)):
        assert not means(found, **at(day))
    assert not means(found), "no date is not in May"
    assert means(one(**{"is": kind, "since": "2026-05-01"}), **at(date(2030, 1, 1)))
    assert means(one(**{"is": kind, "until": "2026-05-01", "not": True}))


PLACE = {"is": "place", "ids": [5]}
INSIDE, OUTSIDE = frozenset({1, 5, 51}), frozenset({2})


def came(day, quantity=2.0):
    return Stay(datetime(2026, 5, day), OUTSIDE, INSIDE, quantity)


def left(day, quantity=2.0):
    return Stay(datetime(2026, 5, day), INSIDE, OUTSIDE, quantity)


@pytest.mark.parametrize(
    ("stays", "was_there"),
    [
        ((came(1),), True),
        ((came(10),), True),
        ((came(12),), True),
        ((came(13),), False),
        ((came(1), left(9)), False),
        ((came(1), left(9, 1.5)), True),
        ((came(1), left(10)), True),
        ((came(1, 0.1), came(2, 0.2), left(3, 0.3)), False),
        ((Stay(datetime(2026, 5, 11), INSIDE, INSIDE, 2.0),), False),
        ((came(11), left(11)), True),
        ((), False),
    ],
)
def test_was_at_a_place_between_two_moments(stays, was_there):
    found = one(**PLACE, since="2026-05-10T00:00:00", until="2026-05-12T00:00:00")
    assert means(found, stays=stays) is was_there
    assert means(one(**PLACE), stays=stays) is any(
        one_.dest == INSIDE != one_.source for one_ in stays
    )


def test_what_is_not_known_is_neither_true_nor_false():
    found = rule([HONEY, {"is": "supplier", "ids": [3]}], [{"is": "made", "since": "2026-01-01"}])
    facts = Facts(number="NEW", products=frozenset({7}), known=False)
    assert found.judge(facts) == [[True, None], [None]]
    assert found.matching(facts) == []
    nobody_says_which = Facts(number="A010", known=False)
    assert rule([HONEY, RANGE]).judge(nobody_says_which) == [[None, True]]
    assert one(**{**RANGE, "is": "serial_range"}).judge(nobody_says_which) == [[None]]
    negated = one(**{"is": "supplier", "ids": [3], "not": True})
    assert negated.judge(facts) == [[None]]


@pytest.mark.parametrize(
    ("tree", "flaw"),
    [
        ({}, "no_conditions"),
        ({"any": [{"all": []}]}, "no_conditions"),
        ({"any": [{"all": [{"is": "product"}]}]}, "empty"),
        ({"any": [{"all": [{"is": "list", "numbers": " \n"}]}]}, "empty"),
        ({"any": [{"all": [{"is": "range", "first": "A1"}]}]}, "empty"),
        ({"any": [{"all": [{"is": "made"}]}]}, "no_days"),
        (
            {"any": [{"all": [{"is": "made", "since": "2026-02-01", "until": "2026-01-01"}]}]},
            "days_backwards",
        ),
        ({"any": [{"all": [{"is": "colour"}]}]}, "unknown_kind"),
        ({"any": [{"all": [{"is": "product", "ids": list(range(2001))}]}]}, "too_many"),
    ],
)
def test_rules_that_say_nothing_are_refused(tree, flaw):
    assert refused(tree) == flaw


def test_a_rule_asks_only_for_what_it_needs():
    found = rule([HONEY, RANGE], [{"is": "ancestor", "ids": [1, 2]}])
    assert found.kinds == {"product", "range", "ancestor"}
    assert found.ids("ancestor") == {1, 2}
    assert found.ids("place") == frozenset()
