"""Which goods an event is about: one entry for each identifier, by which it is found again."""

from typing import NamedTuple

from ..asn.epc import parse_epc
from .links import canonical

#: Field of an event -> the part that its goods have in it.
_UNITS = {
    "epcList": "thing", "childEPCs": "child", "inputEPCList": "input", "outputEPCList": "output",
}  # fmt: skip
_CLASSES = {
    "quantityList": "thing", "childQuantityList": "child", "inputQuantityList": "input",
    "outputQuantityList": "output",
}  # fmt: skip


class Item(NamedTuple):
    """An identifier in an event.

    :param part: thing, parent, child, input or output
    :param epc: in canonical form, as it is looked for
    :param kind: ``serial``, ``lot``, ``class`` (of a GTIN), ``sscc`` or ``other``
    """

    part: str
    epc: str
    kind: str
    gtin: str
    number: str
    quantity: float | None
    uom: str


def items(event):
    """The identifiers of an event, each of them once in a part.

    :rtype: list of Item
    """
    found = {}
    if event.get("parentID"):
        _add(found, "parent", event["parentID"])
    for field, part in _UNITS.items():
        for text in event.get(field) or ():
            _add(found, part, text)
    for field, part in _CLASSES.items():
        for each in event.get(field) or ():
            _add(found, part, each["epcClass"], each.get("quantity"), each.get("uom", ""))
    return list(found.values())


def _add(found, part, text, quantity=None, uom=""):
    name = canonical(text)
    epc, _lot = parse_epc(text)
    number = epc.number if epc.kind in ("serial", "lot", "sscc") else ""
    found.setdefault((part, name), Item(part, name, epc.kind, epc.gtin, number, quantity, uom))
