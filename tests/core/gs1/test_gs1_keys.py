"""GTIN, SSCC and check digits: the arithmetic is biip's, the edges are ours."""

import random

import pytest
from biip import ParseError
from biip.gtin import Gtin, GtinFormat
from biip.rcn import Rcn

from lot_serial_trace.core import gs1

RNG = random.Random(8)


def numbers(length, count=200):
    for _ in range(count):
        body = "".join(RNG.choice("0123456789") for _ in range(length - 1))
        yield body + gs1.check_digit(body)


@pytest.mark.parametrize(
    ("body", "digit"),
    [("376017128337", "0"), ("9638507", "4"), ("61414100734", "9"), ("10614141234567890", "8")],
)
def test_check_digit(body, digit):
    assert gs1.check_digit(body) == digit
    assert gs1.has_check_digit(body + digit)
    assert not gs1.has_check_digit(body + str((int(digit) + 1) % 10))


@pytest.mark.parametrize("text", ["", "12A", "\u0661\u0662", "-1", " 1"])
def test_a_check_digit_needs_digits(text):
    with pytest.raises(ValueError, match="digits"):
        gs1.check_digit(text)
    assert not gs1.has_check_digit(text)


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("96385074", "00000096385074"),
        ("614141007349", "00614141007349"),
        ("3760171283370", "03760171283370"),
        ("10614141007346", "10614141007346"),
        ("3 760171 283370", "03760171283370"),
        ("3-760171-283370", "03760171283370"),
        ("3760171283371", None),
        ("376017128337", None),
        ("106141412345678908", None),
        ("ABC", None),
        ("", None),
        (None, None),
        (False, None),
    ],
)
def test_a_gtin_has_fourteen_digits(text, gtin):
    assert gs1.normalise_gtin(text) == gtin


@pytest.mark.parametrize("length", [8, 12, 13, 14])
def test_biip_normalises_alike(length):
    for text in numbers(length):
        assert gs1.normalise_gtin(text) == Gtin.parse(text).as_gtin_14()


def test_the_same_item_in_two_lengths():
    assert gs1.same_gtin("614141007349", "00614141007349")
    assert gs1.same_gtin("614141007349", "0614141007349")
    assert not gs1.same_gtin("614141007349", "10614141007346")
    assert not gs1.same_gtin(False, False)
    assert not gs1.same_gtin("ABC", "ABC")


def test_sscc():
    assert gs1.is_sscc("106141412345678908")
    assert not gs1.is_sscc("106141412345678900")
    assert not gs1.is_sscc("00106141412345678908")


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [
        ("04252614", "042100005264"),
        ("425261", "042100005264"),
        ("0425261", "042100005264"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234558", "012345000058"),
        ("04252615", None),
        ("24252614", None),
        ("0425261A", None),
        ("042526", "004252000061"),
        ("04252", None),
    ],
)
def test_upc_e(upc_e, upc_a):
    assert gs1.expand_upc_e(upc_e) == upc_a


@pytest.mark.parametrize("length", [8, 12, 13, 14])
def test_restricted_numbers_are_those_of_biip(length):
    for text in numbers(length, 600):
        try:
            gtin = Gtin.parse(text)
        except ParseError:
            continue
        if gtin.format == GtinFormat.GTIN_12 and length != 12:
            continue
        assert gs1.is_restricted(text.zfill(14)) == isinstance(gtin, Rcn), text
