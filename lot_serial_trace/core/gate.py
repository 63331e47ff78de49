"""The gate: may this number go from here to there now?

Every road asks the same question: validation of a transfer, scrap, production,
the till, a call by an interface. The model ``trace.gate`` collects the facts of
a whole batch with a constant number of queries; this module decides, without a
database, and answers with findings. What a finding then does (nothing, a note,
a warning, a block) is policy.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from .findings import Finding

#: Codes that the gate can find, in the order in which a person wants to hear them.
CODES = (
    "on_hold",
    "duplicate_serial",
    "known_number",
    "expired",
    "past_stop_sale",
    "short_life_customer",
    "unknown_number",
    "no_number",
    # gate_storage.py
    "wrong_neighbour",
    "wrong_storage",
    "mixed_lots",
    "mixed_dates",
    # models/trace_gate_recall.py
    "outside_case",
)

#: Asked once more when a person is done capturing.
AT_VALIDATION = (*CODES, "other_number", "later_expiry", "not_scanned")

#: Asked about goods that have just moved: where they were before can no longer be told.
AFTERWARDS = ("on_hold", "expired", "past_stop_sale", "short_life_customer", "no_number")

_STOCK = ("internal", "transit")
_OUTSIDE = ("supplier", "customer", "production", "inventory")


@dataclass(slots=True)
class Ask:
    """One number on its way, with what is known about it.

    :param ref: caller's key, handed back in the finding (a move line id)
    :param product: display name for sentences
    :param tracking: ``serial``, ``lot`` or ``none``
    :param lot: the number as written, empty if none was captured
    :param quantity: in the product's unit of measure
    :param source, dest: usages of the two places
    :param source_name: for sentences
    :param dest_quarantine: the destination is a quarantine place, or lies in one
    :param stays: source and destination are one place: repaired or repacked there
    :param known: a lot record of that number exists
    :param hold: reason of the hold in force at the source, empty if none
    :param expires: the last day on which it is good, None if it does not expire
    :param today: the local day at the source
    :param on_hand: quantity of this number at the source or below
    :param elsewhere: name of the place where this serial number is in stock, empty if none
    :param counted: an inventory adjustment, which records what is there
    :param unscanned: how the number was captured instead of scanned, in words; empty if it
        was scanned, or if nobody asked
    :param excuse: why it was typed
    """

    ref: object
    product: str
    tracking: str
    lot: str = ""
    quantity: float = 0.0
    source: str = "internal"
    dest: str = "internal"
    source_name: str = ""
    dest_quarantine: bool = False
    stays: bool = False
    known: bool = False
    hold: str = ""
    expires: date | None = None
    today: date | None = None
    on_hand: float = 0.0
    elsewhere: str = ""
    counted: bool = False
    unscanned: str = ""
    excuse: str = ""
    key: object = None


def examine(asks):
    """Return the findings about a batch of :class:`Ask`.

    Findings come in the order of the asks, worst kind first within one ask.
    """
    arriving = Counter(_arrival(ask) for ask in asks if _arrives(ask))
    findings = []
    for ask in asks:
        findings.extend(_examine_one(ask, arriving))
    return findings


def _examine_one(ask, arriving):
    if ask.tracking == "none":
        return
    values = {"lot": ask.lot, "product": ask.product}
    if not ask.lot:
        yield Finding("no_number", values, ref=ask.ref)
        return
    if ask.hold and not _held_may_go(ask):
        yield Finding("on_hold", {**values, "reason": ask.hold}, ref=ask.ref)
    if _arrives(ask):
        yield from _arriving(ask, values, arriving)
    if ask.unscanned:
        how = f"{ask.unscanned}: {ask.excuse}" if ask.excuse else ask.unscanned
        yield Finding("not_scanned", {**values, "how": how, "excuse": ask.excuse}, ref=ask.ref)
    if _expired(ask) and ask.dest in ("customer", "production"):
        yield Finding("expired", {**values, "date": ask.expires.isoformat()}, ref=ask.ref)
    if _leaves(ask) and (not ask.known or ask.on_hand <= 0):
        yield Finding("unknown_number", {**values, "location": ask.source_name}, ref=ask.ref)


def _arriving(ask, values, arriving):
    """What is odd about a number that comes in."""
    if ask.tracking == "serial" and ask.elsewhere:
        yield Finding("duplicate_serial", {**values, "location": ask.elsewhere}, ref=ask.ref)
    elif ask.tracking == "serial" and arriving[_arrival(ask)] > 1:
        yield Finding("duplicate_serial", {**values, "location": ask.source_name}, ref=ask.ref)
    elif ask.known and ask.source == "supplier":
        yield Finding("known_number", values, ref=ask.ref)


def _held_may_go(ask):
    """Held goods may come in, be counted, scrapped, sent back or put into quarantine."""
    if ask.counted or ask.stays or ask.dest_quarantine or ask.dest in ("supplier", "inventory"):
        return True
    return ask.source in _OUTSIDE and ask.dest in _STOCK


def _expired(ask):
    return bool(ask.expires and ask.today) and ask.expires < ask.today


def _arrives(ask):
    return ask.source in _OUTSIDE and ask.dest in _STOCK


def _leaves(ask):
    return ask.source in _STOCK and not ask.counted


def _arrival(ask):
    return (ask.key, ask.lot)
