"""What a notice says about lots, as conditions of a recall rule.

Any of the alternatives, all of the conditions in it; the products are added by whoever
knows which of ours are meant.
"""

from .form import Item
from .text_dates import first_day, last_day


def alternatives(item: Item, names=()):
    """Conditions for the lots of one product of a notice.

    >>> from .form import Mark
    >>> alternatives(Item(marks=[Mark("lot_range", "V220", "V241")]))
    [{'kind': 'range', 'first': 'V220', 'last': 'V241'}]

    :param names: numbers of ours that a person has confirmed, in our spelling
    :returns: list of dicts with the names of a condition's fields; empty: every lot
    """
    found = _numbers(item, names)
    # What is numbered is known by its numbers: its dates would only let other lots in.
    return found or _dates(item)


def _numbers(item, names):
    found = []
    listed = [mark.value for mark in item.of_kind("lot", "serial") if mark.meaning != "bare"]
    listed = list(dict.fromkeys([*names, *listed, *(one.upper() for one in listed)]))
    if listed:
        found.append({"kind": "list", "numbers": "\n".join(listed)})
    for mark in item.of_kind("lot_range", "serial_range"):
        if mark.meaning != "maybe":
            kind = "range" if mark.kind == "lot_range" else "serial_range"
            found.append({"kind": kind, "first": mark.value, "last": mark.last})
    prefixes = [f"{mark.value}*" for mark in item.of_kind("lot_prefix", "serial_prefix")]
    if prefixes:
        found.append({"kind": "pattern", "numbers": "\n".join(prefixes)})
    return found


def _dates(item):
    found = []
    for mark in item.of_kind("date", "date_range"):
        if mark.meaning == "sold":
            continue
        last = mark.last if mark.kind == "date_range" else mark.value
        kind = "made" if mark.meaning == "made" else "expires"
        span = {"day_from": first_day(mark.value), "day_to": last_day(last)}
        found.append({"kind": kind, **{name: day for name, day in span.items() if day}})
    return found
