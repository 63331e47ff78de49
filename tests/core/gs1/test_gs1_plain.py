"""What is no GS1 data stays what it is: an ordinary number must never lose its first digits."""

import random

import pytest

from lot_serial_trace.core import gs1

RNG = random.Random(5)


@pytest.mark.parametrize(
    "text",
    [
        "10ABC123",
        "21000042",
        "17261231",
        "3103001250",
        "91-7",
        "00-15",
        "01/2026",
        "01ABCDEFGHIJKLMN",
        "240-B",
        "(A1)B",
        "(555) 0100",
        "[2]",
        "^",
        "^A",
        "~10A",
        "#2101",
        "|21",
        "http:example",
        "10 ABC",
        "SN|10|21",
        "]",
        "]]",
        "]ZZ",
        "10-05^21",
    ],
)
def test_stays_text(text):
    scan = gs1.parse(text)
    assert (scan.form, scan.text, scan.elements) == ("plain", text, ())
    assert (scan.lot, scan.serial) == (None, None)


def test_a_number_without_mark_is_no_message():
    """Whatever digits a serial number begins with, only GTIN and SSCC count.

    A wrong check digit in front of fields that can be read is an error, not a number.
    """
    for _ in range(3000):
        text = "".join(RNG.choice("0123456789") for _ in range(RNG.randint(1, 24)))
        try:
            scan = gs1.parse(text)
        except gs1.Gs1Error as error:
            assert (error.code, error.position) == ("check_digit", 2)
            assert text.startswith(("00", "01", "02"))
            continue
        if scan.form != "plain":
            key = scan.elements[0]
            assert key.ai in ("00", "01", "02")
            assert gs1.has_check_digit(key.value)


def test_framing_is_dropped():
    scan = gs1.parse("\x02 SN-1\r\n\x03")
    assert (scan.raw, scan.text) == ("\x02 SN-1\r\n\x03", "SN-1")


def test_symbology_is_told():
    scan = gs1.parse("]C0SN-1")
    assert (scan.symbology, scan.form, scan.text) == ("]C0", "plain", "SN-1")
    assert gs1.parse("]d2" + "0109521234543213").carrier == "GS1 DataMatrix"
    assert scan.carrier is None


def test_the_caller_may_know_better():
    assert gs1.parse("10ABC123", marked=True).lot == "ABC123"


def test_near_misses_say_why():
    scan = gs1.parse("010952123454321317261331")
    (warning,) = scan.warnings
    assert (warning.code, warning.cause.code, warning.cause.ai) == ("almost", "bad_date", "17")
    assert str(warning.cause) in warning.text
