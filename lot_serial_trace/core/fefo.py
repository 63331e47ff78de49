"""First expired, first out: was what was taken the right one to take?

A line is judged against what was free at that moment in the place that it could
have been taken from. Units that expire earlier and stayed are shared out once:
where one such unit was left behind, one unit of a whole delivery is wrong, not
all of them.
"""

from dataclasses import dataclass
from datetime import date

#: Quantities closer than this are equal; units of measure round coarser.
TINY = 1e-6


@dataclass(slots=True)
class Taken:
    """What a line took.

    :param ref: caller's key
    :param group: what it could have been taken from: the same as of :class:`Free`
    :param day: local day until which the goods last; None: for ever
    """

    ref: object
    group: object
    day: date | None
    quantity: float


@dataclass(slots=True)
class Free:
    """What was free, and is still on the shelf.

    :param lot: caller's key
    :param short: it has too short a life for this customer
    """

    lot: object
    day: date
    quantity: float
    short: bool = False


@dataclass(slots=True)
class Judgement:
    """What is to be said about a line.

    :param verdict: ``kept``, ``explained`` (what expires earlier does not last long enough
        for the customer) or ``broken``
    :param better: the :class:`Free` that should have gone, or that explains
    :param quantity: so much of the line should have been of others
    """

    ref: object
    verdict: str = "kept"
    better: Free | None = None
    quantity: float = 0.0


def correct(verdict, day, better, back):
    """The verdict about a line whose number is corrected.

    What was free then is not asked again; but what did not go after all was free, too.

    :param verdict: as it was judged
    :param day: of the lot that went, as corrected
    :param better: day of the lot that should have gone, or that explained; None: there was none
    :param back: day of the lot that did not go; None: as before
    :return: the verdict, and which of the two tells why: ``better``, ``back`` or None
    """
    day = day or date.max
    if back and back < day and not (verdict == "broken" and better and better < back):
        return "broken", "back"
    if better and better < day and verdict != "kept":
        return verdict, "better"
    return "kept", None


def judge(taken, free):
    """Return a :class:`Judgement` for each of ``taken``, in the same order.

    :param free: dict group -> list of :class:`Free`; one may be in several groups, its quantity
        is given out once
    """
    left = {id(one): one.quantity for ones in free.values() for one in ones}
    queues = {
        group: _Queue([one for one in ones if not one.short], left) for group, ones in free.items()
    }
    judgements = {}
    # The worst choice answers first for what was left behind.
    for one in sorted(taken, key=lambda one: one.day or date.max, reverse=True):
        queue = queues.get(one.group)
        better, quantity = queue.take(one) if queue else (None, 0.0)
        if better:
            judgements[id(one)] = Judgement(one.ref, "broken", better, quantity)
        else:
            judgements[id(one)] = _explained(one, free.get(one.group, ()))
    return [judgements[id(one)] for one in taken]


class _Queue:
    """Free units, the earliest first."""

    def __init__(self, ones, left):
        self.ones = sorted(ones, key=lambda one: one.day)
        self.left = left
        self.at = 0

    def take(self, taken):
        """The earliest unit that should have gone instead, and how many of such there were."""
        better, quantity = None, 0.0
        while self.at < len(self.ones) and taken.quantity - quantity > TINY:
            one = self.ones[self.at]
            if taken.day and one.day >= taken.day:
                break
            part = min(self.left[id(one)], taken.quantity - quantity)
            self.left[id(one)] -= part
            if part > TINY:
                better, quantity = better or one, quantity + part
            if self.left[id(one)] <= TINY:
                self.at += 1
        return better, quantity


def _explained(taken, ones):
    earlier = [one for one in ones if one.short and one.day < (taken.day or date.max)]
    if not earlier:
        return Judgement(taken.ref)
    return Judgement(taken.ref, "explained", min(earlier, key=lambda one: one.day))
