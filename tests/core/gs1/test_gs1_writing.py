"""What is written can be read back, and nothing wrong is written."""

from datetime import date

import pytest

from lot_serial_trace.core import gs1

WHOLE = {
    "gtin": "9521234543213",
    "lot": "A/1",
    "serial": "S(7)",
    "expiry": date(2026, 12, 31),
    "production": "260115",
}


def test_element_string():
    text = gs1.build_element_string(**WHOLE)
    assert text == "01095212345432131126011517261231" + "10A/1\x1d" + "21S(7)"


def test_separator_only_where_needed():
    assert gs1.build_element_string(gtin="96385074", lot="A") == "010000009638507410A"
    assert gs1.build_element_string({"10": "A", "17": "261231"}, fnc1="^") == "10A^17261231"


def test_bracketed():
    assert gs1.build_bracketed(lot="A(10)", serial="7") == "(10)A\\(10)(21)7"


def test_digital_link():
    link = gs1.build_digital_link({"3103": "000195"}, **WHOLE)
    assert link == (
        "https://id.gs1.org/01/09521234543213/10/A%2F1/21/S%287%29?11=260115&17=261231&3103=000195"
    )


def test_digital_link_on_an_own_domain():
    link = gs1.build_digital_link(sscc="106141412345678908", stem="https://example.com/t/")
    assert link == "https://example.com/t/00/106141412345678908"


@pytest.mark.parametrize(
    "write",
    [
        gs1.build_element_string,
        gs1.build_bracketed,
        gs1.build_digital_link,
    ],
)
def test_reads_back(write):
    scan = gs1.parse(write(**WHOLE), year=2026)
    assert (scan.gtin, scan.lot, scan.serial) == ("09521234543213", "A/1", "S(7)")
    assert (scan.expiry, scan.production) == (date(2026, 12, 31), date(2026, 1, 15))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"gtin": "9521234543214"}, "check_digit"),
        ({"gtin": "ABC"}, "not_digit"),
        ({"gtin": "9521234543213", "lot": "A" * 21}, "too_long"),
        ({"gtin": "9521234543213", "lot": "A B"}, "not_cset82"),
        ({"expiry": "261331", "gtin": "9521234543213"}, "bad_date"),
        ({"lot": "A"}, "no_key"),
        ({"gtin": "9521234543213", "fields": {"8200": "http://a"}}, "uri_attribute"),
        ({"gtin": "9521234543213", "fields": {"89": "1"}}, "no_ai"),
    ],
)
def test_nothing_wrong_is_written(fields, code):
    with pytest.raises(gs1.Gs1Error) as caught:
        gs1.build_digital_link(**fields)
    assert caught.value.code == code


def test_empty_fields_are_left_out():
    assert gs1.build_element_string(gtin="96385074", lot="", serial=None) == "0100000096385074"


def test_a_misspelled_field_is_the_programmers_error():
    with pytest.raises(TypeError, match="batch"):
        gs1.build_element_string(batch="A")
