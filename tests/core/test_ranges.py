"""A range stands for exactly its numbers, and its numbers stand for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lot_serial_trace.core.gs1.keys import is_sscc
from lot_serial_trace.core.ranges import Range, SsccRange, collapse


@pytest.mark.parametrize(
    ("first", "last", "numbers"),
    [
        ("SN098", "SN101", ["SN098", "SN099", "SN100", "SN101"]),
        ("9", "11", ["9", "10", "11"]),
        ("A1-07X", "A1-09X", ["A1-07X", "A1-08X", "A1-09X"]),
        ("2024/1", "2024/2", ["2024/1", "2024/2"]),
    ],
)
def test_ranges(first, last, numbers):
    found = Range.between(first, last)
    assert list(found) == numbers
    assert found.count == len(numbers)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("SN10", "SN09"),
        ("SN1", "SX2"),
        ("ABC", "XYZ"),
        ("SN01", "SN1"),
        ("09", "100"),
        ("1-1", "2-2"),
        ("A", "A1"),
        ("1", "9" * 50),
    ],
)
def test_no_ranges(first, last):
    assert Range.between(first, last) is None


def test_long_ranges_are_counted_not_made():
    assert Range.between("1", "9" * 20).count == 10**20 - 1


def test_sscc():
    found = list(SsccRange.between("354123450000000014", "354123450000000106"))
    assert len(found) == 10 and all(map(is_sscc, found))
    assert (found[0], found[-1]) == ("354123450000000014", "354123450000000106")
    assert SsccRange.between("354123450000000106", "354123450000000014") is None
    assert SsccRange.between("354123450000000015", "354123450000000106") is None


prefixes = st.text("AB-/", max_size=3)


@given(prefixes, prefixes, st.integers(0, 10**6), st.integers(1, 60), st.integers(0, 8))
def test_there_and_back(before, after, start, count, width):
    first, last = (f"{before}{n:0{width}d}{after}" for n in (start, start + count))
    found = Range.between(first, last)
    if found is not None:
        numbers = list(found)
        assert (numbers[0], numbers[-1], len(set(numbers))) == (first, last, count + 1)
        assert collapse(numbers) == [(first, last)]


@given(st.lists(st.text("A019-", min_size=1, max_size=5), max_size=30))
def test_nothing_is_lost_or_added(numbers):
    found = []
    for first, last in collapse(numbers):
        found += Range.between(first, last) or [first]
    assert found == numbers
