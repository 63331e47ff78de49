"""GTIN, SSCC and their check digits: a thin layer over ``biip``.

``biip`` (Apache-2.0) computes check digits and expands UPC-E; what is added here is
that any text may be given and the 14-digit form by which this add-on compares GTINs.
"""

from biip import ParseError
from biip.checksums import gs1_standard_check_digit
from biip.upc import Upc

#: Lengths of a GTIN.
GTIN_LENGTHS = (8, 12, 13, 14)


def is_digits(text):
    """Whether the text consists of the digits 0 to 9 (and no other script's)."""
    return text.isascii() and text.isdigit()


def check_digit(body):
    """The GS1 check digit (modulo 10, weights 3 and 1 from the right) for ``body``.

    >>> check_digit("376017128337")
    '0'

    :param body: digits without the check digit
    :raise ValueError: if ``body`` is not digits
    """
    if not is_digits(body):
        raise ValueError(f"A check digit needs digits, not {body!r}")
    return str(gs1_standard_check_digit(body))


def has_check_digit(text):
    """Whether the last digit of a GTIN, SSCC, GLN… is its right check digit."""
    return len(text) > 1 and is_digits(text) and check_digit(text[:-1]) == text[-1]


def normalise_gtin(text):
    """A GTIN-8, -12, -13 or -14 as 14 digits, or None if ``text`` is none of them.

    Spaces and hyphens as printed under a barcode are dropped; None and False are no GTIN.

    >>> normalise_gtin("3 760171 283370")
    '03760171283370'
    """
    digits = str(text or "").replace(" ", "").replace("-", "")
    if len(digits) in GTIN_LENGTHS and has_check_digit(digits):
        return digits.zfill(14)
    return None


def same_gtin(first, second):
    """Whether both are valid GTINs of the same item, whatever their length."""
    gtin = normalise_gtin(first)
    return gtin is not None and gtin == normalise_gtin(second)


def is_sscc(text):
    """Whether ``text`` is a serial shipping container code: 18 digits with check digit."""
    return len(text) == 18 and has_check_digit(text)


def expand_upc_e(text):
    """The UPC-A (12 digits) of a UPC-E with 6, 7 or 8 digits, or None.

    With 6 digits the number system is 0; with 6 or 7 there is no check digit to verify.

    >>> expand_upc_e("04252614")
    '042100005264'
    """
    if len(text) not in (6, 7, 8) or not is_digits(text):
        return None
    try:
        return Upc.parse(text).as_upc_a()
    except ParseError:
        return None


def is_restricted(gtin):
    """Whether a 14-digit GTIN is numbered inside a shop or company (often with a price inside).

    GS1 prefixes 02, 04 and 20 to 29, and GTIN-8 beginning with 0 or 2
    (GS1 General Specifications, 1.4).
    """
    if gtin[0] != "0":
        return False
    if gtin.startswith("000000"):
        return gtin[6] in "02"
    return gtin[1:3] in ("02", "04") or gtin[1] == "2"
