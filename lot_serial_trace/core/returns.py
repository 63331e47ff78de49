"""Goods that come back to a shop: were they sold here, are they back already, who bought them?

The till asks before it gives money back, and the server once more when it books: two tills may
have taken the same unit at the same moment. What a finding then does is policy.
"""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta

from .findings import Finding

#: Codes that can be found, in the order in which a cashier wants to hear them.
CODES = ("return_unknown", "returned_already", "return_other_customer")

#: Quantities below are nothing: rounding of floats.
NOTHING = 0.000001


@dataclass(frozen=True, slots=True)
class Return:
    """One number that somebody brings back.

    :param ref: caller's key, handed back in the finding
    :param lot, product: names for sentences
    :param quantity: how much of it comes back now
    :param sold: how much of it was ever sold here, on any road
    :param back: how much of that came back before
    :param order, date: the return that came last, for sentences
    :param buyer, customer: ids of who bought it and who brings it, companies for their people;
        None if nobody was named
    :param buyer_name, customer_name: for sentences
    """

    ref: object
    lot: str
    product: str
    quantity: float = 1.0
    sold: float = 0.0
    back: float = 0.0
    order: str = ""
    date: str = ""
    buyer: object = None
    customer: object = None
    buyer_name: str = ""
    customer_name: str = ""


def examine(returns):
    """Yield the findings about a batch of :class:`Return`, in its order."""
    for one in returns:
        values = {"lot": one.lot, "product": one.product}
        if one.sold <= NOTHING:
            yield Finding("return_unknown", values, ref=one.ref)
            continue
        if one.back + one.quantity > one.sold + NOTHING:
            again = {**values, "order": one.order or "–", "date": one.date or "–"}
            yield Finding("returned_already", again, ref=one.ref)
        if one.buyer and one.customer and one.buyer != one.customer:
            people = {"buyer": one.buyer_name, "customer": one.customer_name}
            yield Finding("return_other_customer", {**values, **people}, ref=one.ref)


def last_good(limits, dates, today):
    """The last day of sale, if it is over; None while goods may be sold.

    :param limits: ``core.expiry.Limits``
    :param dates: ``core.expiry.Dates``
    """
    if limits.stop and limits.stop.passed(dates, today):
        return limits.stop.due(dates) - timedelta(days=1)
    return None


@dataclass(frozen=True, slots=True)
class Faulty:
    """Faulty goods among those that a till took back.

    :param product_id: of which product
    :param number: which lot or serial number, empty for goods without numbers
    :param quantity: how much of it
    :param why: the cashier's words
    """

    product_id: int
    number: str
    quantity: float
    why: str = ""


def allot(faulty, lines):
    """Say which lines of a transfer carry the faulty goods.

    A transfer knows products, numbers and quantities; which line of an order made which line
    of the transfer it does not say.

    :param faulty: list of :class:`Faulty`
    :param lines: tuples of the caller's key, product id, number and quantity
    :return: dict key -> (quantity, why), the quantity None where all of the line is faulty
    """
    waiting = {}
    for one in faulty:
        waiting.setdefault((one.product_id, one.number), deque()).append([one.quantity, one.why])
    found = {}
    for key, product_id, number, quantity in lines:
        taken, reasons = _take(waiting.get((product_id, number)), quantity)
        if taken > NOTHING:
            part = None if taken >= quantity - NOTHING else taken
            found[key] = part, "; ".join(dict.fromkeys(filter(None, reasons)))
    return found


def _take(waiting, wanted):
    """Take up to ``wanted`` from the front of a queue: how much it was, and why."""
    taken, reasons = 0.0, []
    while waiting and wanted - taken > NOTHING:
        part = min(waiting[0][0], wanted - taken)
        taken += part
        reasons.append(waiting[0][1])
        waiting[0][0] -= part
        if waiting[0][0] <= NOTHING:
            waiting.popleft()
    return taken, reasons


def parts_back(wanted, left, scanned=()):
    """Say which numbers of the parts of a kit come back.

    :param wanted: how much of the part comes back
    :param left: dict number -> quantity that is with the buyer, in the order in which it left
    :param scanned: numbers that the cashier read off the parts
    :return: list of (number, quantity, how); ``how`` is ``scanned``, ``rest`` for what is all
        that is left, ``guess`` where it may as well be another one

    >>> parts_back(1, {"SN1": 1, "SN2": 1}, {"SN2"})
    [('SN2', 1, 'scanned')]
    """
    found = []
    for number in sorted(left, key=lambda one: one not in scanned):
        part = min(left[number], wanted)
        if part > NOTHING:
            found.append((number, part, "scanned" if number in scanned else "guess"))
            wanted -= part
    taken = sum(quantity for _number, quantity, _how in found)
    if taken < sum(left.values()) - NOTHING:
        return found
    return [(one, part, "rest" if how == "guess" else how) for one, part, how in found]
