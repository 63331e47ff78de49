"""What tells two versions of a notice apart."""

import hashlib
from decimal import Decimal

_NOTICE = "type_code shipment tracking despatched expected_from expected_until orders".split()
_LINE = (
    "number quantity unit outstanding pack_size name gtin_sent supplier_code buyer_code "
    "order order_line packages"
).split()
_UNIT = "lot serial quantity expiry best_before made package".split()


def content_key(advice):
    """SHA-256 over what a notice says about goods and their way.

    Layout, envelope and flaws do not count, nor whether it calls itself a copy: the
    same notice sent again in other bytes has the same key.

    :param advice: :class:`~.form.Advice`
    :rtype: str
    """
    digest = hashlib.sha256()

    def add(record, fields):
        values = [_plain(getattr(record, name)) for name in fields]
        digest.update(repr(values).encode())

    add(advice, ["number", *_NOTICE])
    digest.update(repr((advice.action == "cancel", _gln(advice.ship_to))).encode())
    for package in advice.packages:
        add(package, ("number", "sscc", "type_code", "parent"))
    for line in advice.lines:
        add(line, _LINE)
        for unit in line.units:
            add(unit, _UNIT)
    return digest.hexdigest()


def _gln(party):
    return party.gln if party else ""


def _plain(value):
    """2 and 2.0 are the same quantity."""
    return value.normalize() if isinstance(value, Decimal) else value
