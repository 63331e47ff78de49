"""What a drill draws, measures and says of itself; expected values are worked out by hand."""

from datetime import datetime, timedelta

import pytest

from lot_serial_trace.core import drill
from lot_serial_trace.core.drill import Limits, Measured, Pause

NINE = datetime(2026, 11, 23, 9)


def at(hours):
    return NINE + timedelta(hours=hours)


def test_a_seed_gives_the_same_number_everywhere():
    """The figures are those of Python 3.11 on Linux: a change would make draws irreproducible."""
    assert drill.point(42) == 0.6394267984578837
    assert drill.point("42", 1) == 0.025010755222666936
    assert drill.point(2**63 - 1) != drill.point(2**63 - 2)


def test_samples():
    places = [f"P{number}" for number in range(20)]
    drawn = drill.sample(7, places, 5)
    assert len(drawn) == len(set(drawn)) == 5
    assert drawn == sorted(drawn, key=places.index), "in their own order"
    assert drawn == drill.sample(7, places, 5)
    assert any(drill.sample(seed, places, 5) != drawn for seed in range(8, 12))
    assert drill.sample(7, places[:5], 5) == places[:5]
    assert drill.sample(7, [], 5) == []


def test_every_place_can_be_drawn():
    """None is left out by the way it is drawn: 2,000 draws of 1 in 10."""
    counts = [0] * 10
    for seed in range(2000):
        counts[drill.sample(seed, list(range(10)), 1)[0]] += 1
    assert min(counts) > 140 and max(counts) < 260


@pytest.mark.parametrize(
    ("pauses", "hours"),
    [
        ([], 0),
        ([(1, 2)], 1),
        ([(1, 2), (3, 3.5)], 1.5),
        ([(1, 3), (2, 4)], 3),
        ([(1, 4), (2, 3)], 3),
        ([(-1, 1)], 1),
        ([(5, None)], 1),
        ([(7, 8)], 0),
    ],
)
def test_pauses(pauses, hours):
    """From 9 to 15 o'clock; what overlaps counts once, what is outside not at all."""
    mine = [Pause(at(begin), None if end is None else at(end)) for begin, end in pauses]
    assert drill.paused(mine, at(0), at(6)) == hours * 3600


def test_all_is_well():
    measured = Measured(3.9 * 3600, 0, 100, 80, 100, 99.95)
    found = drill.checks(measured, Limits(4, 95, 80, 100, 99.9))
    assert all(check.passed for check in found)
    assert [check.name for check in found] == [
        "hours",
        "contacts",
        "addresses",
        "found",
        "balance",
    ]


@pytest.mark.parametrize(
    ("measured", "failed"),
    [
        (Measured(4 * 3600), []),
        (Measured(4 * 3600 + 1), ["hours"]),
        (Measured(60, 0, 94.9), ["contacts"]),
        (Measured(60, 0, 100, 79), ["addresses"]),
        (Measured(60, 0, 100, 100, 99.99), ["found"]),
        (Measured(60, 0, 100, 100, 100, 99.8), ["balance"]),
        (Measured(60, 0, None, None, None, None), []),
        (Measured(5 * 3600, 0, 0, 0, 0, 0), ["hours", "contacts", "addresses", "found", "balance"]),
    ],
)
def test_what_fails(measured, failed):
    """What could not be measured fails nothing: a lot that is all sold has no unit to be found."""
    found = drill.checks(measured, Limits(4, 95, 80, 100, 99.9))
    assert [check.name for check in found if not check.passed] == failed


def test_pauses_count_unless_the_plan_says_otherwise():
    measured = Measured(5 * 3600, 2 * 3600)
    [strict] = [one for one in drill.checks(measured, Limits(4)) if one.name == "hours"]
    [kind] = [
        one for one in drill.checks(measured, Limits(4, pauses_count=False)) if one.name == "hours"
    ]
    assert (strict.value, strict.passed) == (5, False)
    assert (kind.value, kind.passed) == (3, True)


def test_shares():
    assert drill.share(3, 4) == 75
    assert drill.share(0, 0) is None
    assert drill.closed_share([(10, 0), (5, 0)]) == 100
    assert drill.closed_share([(10, 1), (10, -1)]) == 90, "a surplus does not pay for a loss"
    assert drill.closed_share([(1, 5)]) == 0
    assert drill.closed_share([]) is None
