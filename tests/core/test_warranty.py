from datetime import date

import pytest

from lot_serial_trace.core.warranty import MOST_MONTHS, last_day, state_of, take_back


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 3, 5), 24, date(2028, 3, 5)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 2, 28), 12, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 31), 1, date(2026, 6, 30)),
        (date(2026, 7, 7), 0, date(2026, 7, 7)),
        (date(9990, 1, 1), MOST_MONTHS, date.max),
    ],
)
def test_last_day(start, months, end):
    assert last_day(start, months) == end


@pytest.mark.parametrize("months", [-1, MOST_MONTHS + 1])
def test_no_such_term(months):
    with pytest.raises(ValueError, match=str(months)):
        last_day(date(2026, 1, 1), months)


def test_every_day_ends_in_the_right_month_and_never_later_than_its_number():
    for day in range(date(2023, 12, 1).toordinal(), date(2025, 3, 5).toordinal()):
        start = date.fromordinal(day)
        for months in range(30):
            end = last_day(start, months)
            assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
            assert end.day <= start.day


def test_the_last_day_is_covered():
    end = date(2026, 3, 5)
    assert state_of(end, None, end) == "running"
    assert state_of(end, False, date(2026, 3, 6)) == "ended"


def test_what_was_closed_stays_so():
    later = date(2030, 1, 1)
    assert state_of(later, "returned", date(2026, 1, 1)) == "ended"
    assert state_of(later, "moved", date(2026, 1, 1)) == "moved"
    assert state_of(later, "void", date(2040, 1, 1)) == "void"


@pytest.mark.parametrize(
    ("left", "back", "taken"),
    [
        ([("a", 3), ("b", 2)], 2, {"a": 2}),
        ([("a", 3), ("b", 2)], 4, {"a": 3, "b": 1}),
        ([("a", 3)], 9, {"a": 3}),
        ([("a", 0), ("b", 1)], 1, {"b": 1}),
        ([], 1, {}),
    ],
)
def test_units_come_back(left, back, taken):
    assert take_back(left, back) == taken
