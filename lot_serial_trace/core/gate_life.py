"""The gate about age: may this lot still be sold, and will it last long enough for this customer?

Whether a lot has expired is said by ``gate.py``. Here rules speak (``expiry.py``): the last day
of sale, and the life that a customer wants on the day of delivery.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .expiry import NO_LIMITS, Dates, Limits
from .findings import Finding

#: Codes that are asked about goods on the way to a customer, in the order of their weight.
CODES = ("past_stop_sale", "short_life_customer")


@dataclass(frozen=True, slots=True)
class LifeAsk:
    """A lot on the way to a customer.

    :param ref: caller's key, handed back in the finding
    :param product, lot, customer: names for sentences
    :param today: local day in the place that the goods leave
    :param day: local day of delivery
    :param limits: what rules say about these goods there, for this customer
    """

    ref: object
    product: str
    lot: str
    customer: str
    dates: Dates
    today: date
    day: date
    limits: Limits = NO_LIMITS


def unfit(limits, dates, today, day):
    """The codes of :data:`CODES` that apply to goods with these ``dates``."""
    found = []
    if limits.stop and limits.stop.passed(dates, today):
        found.append("past_stop_sale")
    if limits.min_life and limits.min_life.passed(dates, day):
        found.append("short_life_customer")
    return found


def examine(asks):
    """Return the findings about a batch of :class:`LifeAsk`, in their order."""
    return [
        Finding(code, _VALUES[code](ask), ref=ask.ref)
        for ask in asks
        for code in unfit(ask.limits, ask.dates, ask.today, ask.day)
    ]


def _past(ask):
    last = ask.limits.stop.due(ask.dates) - timedelta(days=1)
    return {"lot": ask.lot, "product": ask.product, "date": last.isoformat()}


def _short(ask):
    limit = ask.limits.min_life
    return {
        "lot": ask.lot,
        "product": ask.product,
        "customer": ask.customer,
        "days": limit.left(ask.dates, ask.day),
        "wanted": limit.wanted(ask.dates),
        "day": ask.day.isoformat(),
    }


_VALUES = {"past_stop_sale": _past, "short_life_customer": _short}
