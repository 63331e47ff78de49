"""The till: may this number be sold here, on this order?

The server asks with what the database knows (``trace.till.check``), the till with the book that it
carries (``static/src/pos/judge.js``): the same codes in the same order, so that a till without a
network says what it would have heard. Severities come from policy.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from .findings import Finding

#: What the till can be told of a number, in the order in which a cashier wants to hear it.
CODES = (
    "wrong_product",
    "twice_on_order",
    "sold_already",
    "in_other_order",
    "too_few_left",
    "not_in_shop",
    "unknown_number",
    "on_hold",
    "expired",
    "past_stop_sale",
    "short_life_customer",
    "no_number",
)

#: What the till is told the severity of: also whether the buyer is wanted, which it asks itself.
TOLD = (*CODES, "customer_wanted")

#: Quantities closer than this are the same.
EPSILON = 1e-6


@dataclass(slots=True)
class Ask:
    """A number that is about to be sold, with what is known about it.

    Quantities are in the product's unit and without what was sold and is not booked yet.

    :param ref: caller's key, handed back in the findings
    :param product: display name for sentences
    :param tracking: ``serial`` or ``lot``
    :param number: as captured; empty if none was
    :param quantity: to be sold, with all lines of the order that have this number
    :param shop: name of the place that the till sells from
    :param key: what makes two numbers of the order the same
    :param known: a lot record of that number and product exists
    :param other: name of another product that has the number, if this one has not
    :param here: quantity in the shop
    :param taken: so much of it is on other open orders
    :param order: one of these, by name
    :param sold: name of the order by which it was sold, if that is why it is not here
    :param elsewhere: name of another place of the company that has it
    :param hold: why it is on hold, empty if it is not
    :param expires: the last day on which it is good
    :param stop: last day of sale
    :param short: values for a customer who wants a longer life, None if nobody does
    """

    ref: object
    product: str
    tracking: str
    number: str
    quantity: float = 1.0
    shop: str = ""
    key: object = None
    known: bool = False
    other: str = ""
    here: float = 0.0
    taken: float = 0.0
    order: str = ""
    sold: str = ""
    elsewhere: str = ""
    hold: str = ""
    expires: date | None = None
    stop: date | None = None
    short: dict | None = None


def examine(asks, today):
    """Return the findings about the numbers of one order.

    :param asks: list of :class:`Ask`
    :param today: the local day in the shop
    :return: list of findings in the order of the asks, within one ask in that of :data:`CODES`
    """
    times = Counter(ask.key for ask in asks if ask.number)
    return [finding for ask in asks for finding in _examine_one(ask, today, times)]


def _examine_one(ask, today, times):
    values = {"lot": ask.number, "product": ask.product}
    if not ask.number:
        yield Finding("no_number", values, ref=ask.ref)
        return
    if ask.other and not ask.known:
        yield Finding("wrong_product", {**values, "other": ask.other}, ref=ask.ref)
    if ask.tracking == "serial" and times[ask.key] > 1:
        yield Finding("twice_on_order", values, ref=ask.ref)
    yield from _whereabouts(ask, values)
    if ask.hold:
        yield Finding("on_hold", {**values, "reason": ask.hold}, ref=ask.ref)
    if ask.expires and ask.expires < today:
        yield Finding("expired", {**values, "date": ask.expires.isoformat()}, ref=ask.ref)
    if ask.stop and ask.stop < today:
        yield Finding("past_stop_sale", {**values, "date": ask.stop.isoformat()}, ref=ask.ref)
    if ask.short:
        yield Finding("short_life_customer", {**values, **ask.short}, ref=ask.ref)


def _whereabouts(ask, values):
    """Why it cannot be sold from this shop: at most one reason."""
    if ask.here > EPSILON:
        yield from _enough(ask, values)
    elif ask.sold:
        yield Finding("sold_already", {**values, "order": ask.sold}, ref=ask.ref)
    elif ask.elsewhere:
        yield Finding("not_in_shop", {**values, "location": ask.elsewhere}, ref=ask.ref)
    elif not ask.other or ask.known:
        if ask.order:
            yield Finding("in_other_order", {**values, "order": ask.order}, ref=ask.ref)
        yield Finding("unknown_number", {**values, "location": ask.shop}, ref=ask.ref)


def _enough(ask, values):
    """Whether what is there is enough, for this order and for the others."""
    if ask.order and ask.here - ask.taken < ask.quantity - EPSILON:
        yield Finding("in_other_order", {**values, "order": ask.order}, ref=ask.ref)
    elif ask.tracking == "lot" and ask.here < ask.quantity - EPSILON:
        some = {"quantity": f"{ask.quantity:g}", "left": f"{ask.here:g}", "location": ask.shop}
        yield Finding("too_few_left", {**values, **some}, ref=ask.ref)
