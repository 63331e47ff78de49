"""GTINs and UPCs as printed in notices: with spaces, hyphens, missing ends."""

import re

from ..gs1.keys import GTIN_LENGTHS, check_digit, expand_upc_e, normalise_gtin

_NO_DIGIT = re.compile(r"[^0-9]")


def digits_of(text):
    """Only the digits of a text."""
    return _NO_DIGIT.sub("", str(text or ""))


def read_gtin(text):
    """What a number under a barcode stands for.

    >>> read_gtin("0 12345 67890 5")
    ('gtin', '00012345678905')
    >>> read_gtin("0-11213-90380")
    ('upc', '00011213903801')

    :returns: kind of mark and 14 digits; kind ``upc`` if they had to be completed, and an
        empty text if they are no such number
    """
    digits = digits_of(text)
    whole = normalise_gtin(digits)
    if whole and digits.strip("0"):
        return "gtin", whole
    return "upc", _completed(digits)


def _completed(digits):
    """14 digits of a number of which an end was left out."""
    if len(digits) == 11:  # the number system 0 in front, else the check digit behind
        return normalise_gtin("0" + digits) or (digits + check_digit(digits)).zfill(14)
    if len(digits) == 10:
        return ("0" + digits + check_digit("0" + digits)).zfill(14)
    if len(digits) in (6, 7, 8):
        wide = expand_upc_e(digits)
        return wide.zfill(14) if wide else ""
    return ""


def quick_gtin(text):
    """As :func:`..gs1.keys.normalise_gtin`, for tens of thousands of our own barcodes.

    >>> quick_gtin("3760171283370")
    '03760171283370'
    """
    if len(text) not in GTIN_LENGTHS or not text.isascii() or not text.isdigit():
        return None
    whole = text.zfill(14)
    signs = whole.encode()  # weights 3 and 1; 48 is the sign of zero
    if (3 * sum(signs[0::2]) + sum(signs[1::2]) - 48 * 28) % 10:
        return None
    return whole
