"""Errors say which field, where and what to do, in sentences that can be translated."""

import re

import pytest
from gs1_compact import VECTORS

from lot_serial_trace.core import gs1

PLACE = re.compile(r"%\((\w+)\)s")


def every_problem():
    """Errors and warnings of all shared vectors, read strictly and leniently."""
    for vector in VECTORS["vectors"]:
        for lenient in (False, True):
            options = {"year": 2026} | vector.get("options", {}) | {"lenient": lenient}
            try:
                yield from gs1.parse(vector["text"], **options).warnings
            except gs1.Gs1Error as error:
                yield error


@pytest.mark.parametrize("problem", list(every_problem()), ids=lambda problem: problem.code)
def test_a_sentence_has_all_its_values(problem):
    assert set(PLACE.findall(problem.template)) <= set(problem.values)
    text = problem.template % problem.values
    assert "None" not in text
    assert "%(" not in text


@pytest.mark.parametrize("code", gs1.ERRORS)
def test_an_error_says_what_is_wrong_and_what_to_do(code):
    assert len(re.split(r"[.;] ", gs1.ERRORS[code])) >= 2
    assert gs1.ERRORS[code].endswith(".")


def test_position_field_and_expected_digit():
    with pytest.raises(gs1.Gs1Error) as caught:
        gs1.parse("]d2010952123454321417261231")
    error = caught.value
    assert (error.code, error.ai, error.position) == ("check_digit", "01", 5)
    assert error.values["expected"] == "3"
    assert str(error).startswith(
        "(01) GTIN, character 6: the check digit of 09521234543214 must be 3"
    )


def test_the_position_is_the_character():
    text = "]d2010952123454321321S1\x1d10AB\u00b0C"
    with pytest.raises(gs1.Gs1Error) as caught:
        gs1.parse(text)
    assert text[caught.value.position] == "\u00b0"


def test_framing_and_spelled_separators_count():
    text = "\x02]d2010952123454321310A1<GS>17261331\r"
    with pytest.raises(gs1.Gs1Error) as caught:
        gs1.parse(text)
    assert text[caught.value.position :].startswith("261331")


@pytest.mark.parametrize(
    "text", ["A" * 4297, "(10)" * 2000, "\x1d" * 5000, "https://a/" + "/01" * 3000]
)
def test_too_much_is_refused(text):
    with pytest.raises(gs1.Gs1Error) as caught:
        gs1.parse(text)
    assert caught.value.code == "too_much"


def test_lenient_reading_never_bends_the_numbers():
    for text in (
        "]d20109521234543214",
        "]d2010952123454321317261331",
        "]C100106141412345678900",
        "]d2010952123454321310A1\x1d10A2",
        "]d2010952123454321321S1\x1d21S2",
    ):
        with pytest.raises(gs1.Gs1Error):
            gs1.parse(text, lenient=True)
