"""How long a warranty lasts, and what is left of it.

A warranty is counted in months and ends with the day that has the number of the first one: what
is sold on 5 March for 24 months is covered to the end of 5 March two years later. Where the last
month has no such day its last day counts (31 January and one month: 28 or 29 February), as law
counts such terms (Regulation 1182/71, article 3).
"""

from calendar import monthrange
from datetime import date

#: What a warranty says of itself.
RUNNING, ENDED, VOID, MOVED = "running", "ended", "void", "moved"
#: Longest warranty: a hundred years.
MOST_MONTHS = 1200


def last_day(start, months):
    """The last day covered.

    >>> last_day(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)

    :param start: the day on which it starts
    :param months: 0 to :data:`MOST_MONTHS`
    """
    if not 0 <= months <= MOST_MONTHS:
        raise ValueError(f"A warranty lasts 0 to {MOST_MONTHS} months, not {months}")
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    month += 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def state_of(end, closed_as, today):
    """What a warranty is on a day.

    :param end: the last day covered
    :param closed_as: how it ended before its time: ``returned``, ``moved``, ``void``, or nothing
    """
    if closed_as:
        return {"returned": ENDED, "moved": MOVED, "void": VOID}[closed_as]
    return RUNNING if today <= end else ENDED


def take_back(coverages, quantity):
    """From which of several coverages of one number units come back.

    :param coverages: list of ``(key, units left)``, the likeliest first
    :param quantity: how many units came back
    :return: dict key -> units; what nobody was sold is left out
    """
    taken = {}
    for key, left in coverages:
        if quantity <= 0:
            break
        units = min(left, quantity)
        if units > 0:
            taken[key] = units
            quantity -= units
    return taken
