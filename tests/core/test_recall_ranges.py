"""Ranges and patterns of recall rules: case and zeros are kept, nothing is spelled out."""

import doctest
import random
import re
import time

import pytest

from lot_serial_trace.core.recall import patterns, ranges
from lot_serial_trace.core.recall.flaws import FLAWS, CriteriaError
from lot_serial_trace.core.recall.patterns import Pattern
from lot_serial_trace.core.recall.ranges import NumberRange, literal


def between(first, last):
    return NumberRange.between(first, last)


def refused(first, last):
    with pytest.raises(CriteriaError) as error:
        between(first, last)
    return error.value.key


@pytest.mark.parametrize(
    ("first", "last", "inside", "outside"),
    [
        (
            "A007",
            "A120",
            ("A007", "A010", "A099", "A120"),
            ("A006", "A121", "A10", "a010", "A0100"),
        ),
        ("00123", "00987", ("00123", "00500", "00987"), ("123", "0123", "000500", "00988", "500")),
        ("A007", "B120", ("A999", "B000", "B120"), ("A006", "B121", "C000", "AB07")),
        ("SN001-X", "SN050-X", ("SN001-X", "SN030-X"), ("SN030-Y", "SN030", "SN051-X")),
        ("L24A01", "L24C99", ("L24A01", "L24B00", "L24C99"), ("L24A00", "L25A01", "L24D01")),
        ("L24A01", "L24C01", ("L24B01",), ("L24B02",)),
        ("SN98", "SN1005", ("SN98", "SN100", "SN1005"), ("SN97", "SN1006", "SN0100", "SN099")),
        ("9", "110", ("9", "10", "110"), ("8", "111", "09", "010")),
        ("0A", "B3", ("0A", "0Z", "10", "AA", "B3"), ("09", "B4", "0a", "ab")),
        ("K1", "K1", ("K1",), ("K2", "k1")),
        ("2024/07-1", "2024/07-9", ("2024/07-5",), ("2024-07-5", "2024/08-5")),
        ("Größe1", "Größe5", ("Größe3",), ("Groesse3", "Größe6")),
        ("A.1", "A.5", ("A.3",), ("AX3",)),
    ],
)
def test_what_lies_between(first, last, inside, outside):
    found = between(first, last)
    for number in inside:
        assert number in found, number
    for number in (*outside, "", f"{first}\n", f" {first}"):
        assert number not in found, number


def test_how_many():
    assert between("A007", "A120").count == 114
    assert between("A007", "B120").count == 1000 + 120 - 7 + 1
    assert between("SN98", "SN1005").count == 908
    assert between("0A", "0Z").count == 26
    assert between("1", "9" * 40).count == 10**40 - 1


@pytest.mark.parametrize(
    ("first", "last", "flaw"),
    [
        ("A120", "A007", "backwards"),
        ("A1000", "A120", "backwards"),
        ("a1", "B1", "backwards"),
        ("A1", "b1", "not_alike"),
        ("A-1", "A/1", "not_alike"),
        ("007", "1000", "not_as_long"),
        ("0", "15", "not_as_long"),
        ("A9B9", "A10B10", "not_as_long"),
        ("A" * 201, "B" * 201, "too_long"),
    ],
)
def test_what_cannot_be_told_is_refused(first, last, flaw):
    assert refused(first, last) == flaw


def test_every_flaw_has_a_sentence_with_its_values():
    for key, sentence in FLAWS.items():
        names = dict.fromkeys(re.findall(r"%\((\w+)\)s", sentence), "x")
        assert "x" in str(CriteriaError(key, **names)) or not names


def test_spelled_out_it_is_the_same_random():
    """Against the plain way: count through all numbers of the same length."""
    dice = random.Random(7)
    for _round in range(200):
        first, last = sorted(f"{dice.choice('AB')}{dice.randrange(100):02d}" for _end in "ab")
        found = between(first, last)
        names = [f"{letter}{number:02d}" for letter in "ABC" for number in range(100)]
        inside = {name for name in names if name in found}
        same_letter = first[0] == last[0]
        wanted = {name for name in names if first <= name <= last}
        if not same_letter and first[1:] == last[1:]:
            wanted = {name for name in wanted if name[1:] == first[1:]}
        assert inside == wanted, (first, last)
        assert found.count == len(wanted)


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("HON-*", ("HON-", "HON-2601"), ("hon-2601", "AHON-1", "HON")),
        ("*-A", ("-A", "1-A"), ("-A1",)),
        ("A?C", ("ABC", "A C"), ("AC", "ABBC")),
        ("L##", ("L07",), ("L7", "L0A", "L077")),
        ("L@#", ("La7", "LA7"), ("L77", "LÄ7")),
        (r"A\*B", ("A*B",), ("AXB",)),
        (r"A\\*", ("A\\", "A\\x"), ("Ax",)),
        ("*a*b*", ("ab", "xaxbx"), ("ba",)),
        ("A.B", ("A.B",), ("AxB",)),
        ("100%_*", ("100%_1",), ("100x_1", "100%x1")),
    ],
)
def test_patterns(pattern, inside, outside):
    found = Pattern.of(pattern)
    regex = re.compile(found.regex, re.DOTALL)
    like = re.compile(
        re.sub(
            r"(\\.)|(%)|(_)|(.)",
            lambda m: (
                re.escape(m[1][1]) if m[1] else ".*" if m[2] else "." if m[3] else re.escape(m[4])
            ),
            found.like,
        ),
        re.DOTALL,
    )
    for number in inside:
        assert number in found and regex.fullmatch(number) and like.fullmatch(number), number
    for number in outside:
        assert number not in found and not regex.fullmatch(number), number


@pytest.mark.parametrize(
    ("pattern", "flaw"),
    [("*", "all_stars"), ("?*", "all_stars"), ("", "all_stars"), ("A\\", "open_escape")]
    + [("a*" * 9, "many_stars"), ("A" * 201, "too_long")],
)
def test_patterns_that_say_nothing_or_too_much(pattern, flaw):
    with pytest.raises(CriteriaError) as error:
        Pattern.of(pattern)
    assert error.value.key == flaw


def test_a_hostile_pattern_is_not_slow():
    found = Pattern.of("*a*a*a*a*a*a*a*b")
    begin = time.process_time()
    assert "a" * 500 not in found
    assert time.process_time() - begin < 5, "a regular expression would not end"


def test_literals_are_taken_as_they_are():
    for text in ("A-1", "a.b", "(x)", "[x]", "x y", "a\\b", "ß+", "^$", "#1", "a{2}"):
        assert re.fullmatch(literal(text), text)


@pytest.mark.parametrize("module", [ranges, patterns])
def test_examples(module):
    assert not doctest.testmod(module).failed
