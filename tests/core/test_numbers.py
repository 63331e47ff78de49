"""Ranges mean exactly the numbers that somebody would have written out."""

import pytest

from lot_serial_trace.core.numbers import (
    MOST_IN_RANGE,
    flaw_of,
    parse_range,
    split_list,
)


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("SN001-SN050", "SN001", "SN050", 50),
        ("SN001..SN050", "SN001", "SN050", 50),
        ("SN001 – SN050", "SN001", "SN050", 50),
        ("SN001 to SN003", "SN001", "SN003", 3),
        ("SN001 bis SN003", "SN001", "SN003", 3),
        ("00098…00101", "00098", "00101", 4),
        ("12201 thru 12207", "12201", "12207", 7),
        ("A-2024-001-A-2024-010", "A-2024-001", "A-2024-010", 10),
        ("L1-01A..L1-03A", "L1-01A", "L1-03A", 3),
        ("SN098 x 3", "SN098", "SN100", 3),
        ("SN001*50", "SN001", "SN050", 50),
        ("123456-123460", "123456", "123460", 5),
    ],
)
def test_ranges(text, first, last, count):
    numbers = list(parse_range(text))
    assert (numbers[0], numbers[-1], len(numbers)) == (first, last, count)
    assert len(set(numbers)) == count


@pytest.mark.parametrize(
    "text",
    [
        "LOT-2024-7",
        "2024-2025",  # a season, not a range
        "SN001-SN1",  # not written alike
        "SN050-SN001",  # backwards
        "SN001-XX050",
        "SN001-SN001",
        "3-12",
        "A1-B2",
        "00392/174",
        "003P218",
        "SN001",
        "SN99*50",  # three digits would be needed
        f"S0000000..S{MOST_IN_RANGE + 1:07}",
        "",
        "-",
        "..",
    ],
)
def test_no_ranges(text):
    assert parse_range(text) is None


@pytest.mark.parametrize(
    ("text", "count", "parts"),
    [
        ("SN1, SN2\nSN3", None, ["SN1", "SN2", "SN3"]),
        ("SN1;SN2", None, ["SN1", "SN2"]),
        ("LOT 7", None, ["LOT 7"]),
        ("LOT 7", 2, ["LOT", "7"]),
        ("1234567 1234568 1234569", None, ["1234567", "1234568", "1234569"]),
        ("SN001 - SN050", None, ["SN001 - SN050"]),
        ("SN001 to SN050", 3, ["SN001 to SN050"]),
        ("A/1", None, ["A/1"]),
        ("", None, []),
    ],
)
def test_lists_in_a_cell(text, count, parts):
    assert split_list(text, count) == parts


@pytest.mark.parametrize(
    ("number", "flaw"),
    [
        ("SN1", ""),
        ("", "empty"),
        ("x" * 101, "too_long"),
        ("SN\u200b1", "invisible"),
        ("(10)ABC", "garbled"),
        ("4.0066E+12", "spreadsheet"),
        ("4006381333931", "product_code"),
        ("4006381333932", ""),
    ],
)
def test_flaws(number, flaw):
    assert flaw_of(number, gtin=True) == flaw
