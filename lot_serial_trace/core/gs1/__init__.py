"""GS1 barcodes: what a scan says, and the data for labels and links.

    >>> scan = parse("]d201095212345432131726123110A1\\x1d21S-7")
    >>> scan.gtin, scan.lot, scan.serial, scan.expiry.isoformat()
    ('09521234543213', 'A1', 'S-7', '2026-12-31')

Element strings, the bracketed form printed under barcodes, GS1 Digital Link URIs and
plain EAN/UPC numbers are read into one :class:`Gs1Result`. ``scan.py`` says what is
taken for GS1 data and what stays plain text.

The truth is the GS1 Syntax Dictionary, pinned beside this file. The browser's reader
(``static/src/gs1/``) works from tables generated out of the same files and must give the
same result, sentence by sentence: ``static/tests/gs1_vectors.json`` is read by both.

``biip`` does the arithmetic of keys (check digits, UPC-E) and is the second opinion in the
tests. It does not read the messages here, although it could, for four reasons: it tells
neither which AI nor where; its patterns are laxer than the dictionary (an empty (7004), a
GTIN with a wrong check digit); it takes several times as long; and the till needs the same
answers without Python.
"""

from .dictionary import AIS
from .keys import (
    check_digit,
    expand_upc_e,
    has_check_digit,
    is_restricted,
    is_sscc,
    normalise_gtin,
    same_gtin,
)
from .messages import ERRORS, WARNINGS, Gs1Error, Gs1Warning
from .result import Element, Gs1Result
from .scan import parse
from .sscc import SsccError, build_sscc, check_prefix, is_own_sscc
from .writing import build_bracketed, build_digital_link, build_element_string

__all__ = [
    "AIS",
    "ERRORS",
    "WARNINGS",
    "Element",
    "Gs1Error",
    "Gs1Result",
    "Gs1Warning",
    "SsccError",
    "build_bracketed",
    "build_digital_link",
    "build_element_string",
    "build_sscc",
    "check_digit",
    "check_prefix",
    "expand_upc_e",
    "has_check_digit",
    "is_own_sscc",
    "is_restricted",
    "is_sscc",
    "normalise_gtin",
    "parse",
    "same_gtin",
]
