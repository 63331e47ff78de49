"""Identifiers in EPCIS events: EPC URNs and GS1 Digital Links, as one comparable key.

The same box may be packed under ``urn:epc:id:sscc:4012345.1112223334`` and shipped as
``https://id.gs1.org/00/140123451122233341``: both become the same :class:`Epc`.

An EPC URN splits a GS1 key after the company prefix, moves the indicator or extension
digit behind the prefix and leaves the check digit out [EPC Tag Data Standard 2.0, 6.3].
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from .. import gs1
from .values import gtin14

_URN = re.compile(r"urn:epc:(id|idpat|class):([a-z]+):(.+)", re.DOTALL)
_GTIN_LINK = re.compile(
    r"https?://[^/?#]+/(?:[^?#]*/)?01/(\d{8,14})(?:/10/([^/?#]+))?(?:/21/([^/?#]+))?"
)


class Epc(NamedTuple):
    """What an identifier names; equal keys mean the same thing.

    :param kind: ``serial`` (an item of a GTIN), ``sscc``, ``lot`` and ``class`` (any
        number of items of a GTIN, of one lot or of whatever lot), or ``other``
    :param gtin: 14 digits
    :param number: serial, SSCC or lot; the text itself for ``other``
    """

    kind: str
    gtin: str = ""
    number: str = ""

    @property
    def label(self):
        """The number as printed under the barcode."""
        if self.kind == "sscc":
            return self.number
        if self.kind == "other":
            return self.number
        field = {"serial": "(21)", "lot": "(10)"}.get(self.kind)
        return f"(01){self.gtin}" + (f"{field}{self.number}" if field else "")


def parse_epc(text):
    """Read an identifier of goods.

    :returns: ``(Epc, lot)``; a Digital Link may tell the lot of a serial. ``Epc`` is of
        kind ``other`` for everything that is neither goods nor a logistic unit
    :rtype: tuple
    """
    urn = _URN.fullmatch(text)
    if urn:
        return _from_urn(urn, text), ""
    link = _GTIN_LINK.fullmatch(text)
    gtin = link and gtin14(link[1])
    if gtin:
        return _item(gtin, unquote(link[2] or ""), unquote(link[3] or ""))
    return _from_link(text)


def is_misread(epc):
    """Whether an ``other`` has the form of a GTIN or SSCC, but is none."""
    forms = ("urn:epc:id:sgtin:", "urn:epc:id:sscc:", "urn:epc:class:lgtin:", "urn:epc:idpat:")
    return epc.kind == "other" and (
        epc.number.startswith(forms) or _GTIN_LINK.fullmatch(epc.number) is not None
    )


def parse_gln(text):
    """The GLN of a party or place: SGLN, PGLN, Digital Link, or 13 digits; or ``""``."""
    urn = _URN.fullmatch(text)
    if urn and urn[2] in ("sgln", "pgln"):
        prefix, _, rest = urn[3].partition(".")
        return _keyed(prefix + rest.partition(".")[0], 12)
    if len(text) == 13 and gs1.normalise_gtin(text):
        return text
    found = _scan(text)
    return (found and found.gln) or ""


def parse_number(text):
    """The plain number in a business transaction's identifier.

    >>> parse_number("urn:epcglobal:cbv:bt:0614141073467:PO%2F7")
    'PO/7'
    >>> parse_number("http://transaction.acme.com/po/12345678")
    '12345678'
    """
    if text.startswith("urn:epcglobal:cbv:bt:"):
        return unquote(text.split(":", 5)[-1])
    urn = _URN.fullmatch(text)
    if urn:
        return unquote(urn[3].split(".", 2)[-1]) or text
    if re.match(r"https?://", text):
        parts = [part for part in re.split(r"[/?#]", text)[3:] if part]
        return unquote(parts[-1]) if parts else text
    return text.rpartition(":")[2] if text.startswith("urn:") else text


def _from_urn(urn, text):
    scheme, value = urn[1] + ":" + urn[2], urn[3]
    prefix, _, rest = value.partition(".")
    if scheme == "id:sscc":
        digits = _keyed(rest[:1] + prefix + rest[1:], 17)
        return Epc("sscc", number=digits) if digits else Epc("other", number=text)
    if scheme in ("id:sgtin", "class:lgtin", "idpat:sgtin"):
        reference, _, number = rest.partition(".")
        gtin = _gtin(prefix, reference)
        if gtin and number:
            kind = {"id:sgtin": "serial", "class:lgtin": "lot"}.get(scheme, "class")
            return Epc(kind, gtin, "" if kind == "class" else unquote(number))
    return Epc("other", number=text)


@lru_cache(maxsize=4096)
def _gtin(prefix, reference):
    return _keyed(reference[:1] + prefix + reference[1:], 13)


def _keyed(body, length):
    """The key with its check digit, or ``""`` when the parts do not make one."""
    if len(body) != length or not (body.isascii() and body.isdigit()):
        return ""
    return body + gs1.check_digit(body)


def _item(gtin, lot, serial):
    if serial:
        return Epc("serial", gtin, serial), lot
    return (Epc("lot", gtin, lot) if lot else Epc("class", gtin)), ""


@lru_cache(maxsize=65536)
def _from_link(text):
    found = _scan(text)
    if found and found.sscc:
        return Epc("sscc", number=found.sscc), ""
    if found and found.gtin:
        return _item(found.gtin, found.lot or "", found.serial or "")
    return Epc("other", number=text), ""


def _scan(text):
    if not re.match(r"https?://", text, re.IGNORECASE) or len(text) > 2000:
        return None
    try:
        return gs1.parse(text)
    except gs1.Gs1Error:
        return None
