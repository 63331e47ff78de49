"""A recall drill: which lot is drawn, how long it took without its pauses, and whether it passed.

Nothing is left to a feeling: a draw can be done again from its seed, and the verdict is a list of
checks with what was measured and what was wanted.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

#: Of schemes: key, name, hours within which the trace and its balance are to be done.
#: Clause 3.9 of BRCGS Food 9 (4 hours), IFS Food 8 (4 hours), SQF element 2.6 (commonly 2 hours),
#: 21 CFR 1.1455(c) (24 hours). None of them sets the percentages: those are the company's own.
SCHEMES = [
    ("brcgs", "BRCGS Food 9, 3.9", 4.0),
    ("ifs", "IFS Food 8", 4.0),
    ("sqf", "SQF 2.6", 2.0),
    ("fsma", "FSMA 204, 21 CFR 1.1455", 24.0),
    ("own", "Own limits", 4.0),
]
#: Hours that auditors ask about, whatever the limit of the drill was.
ASKED_HOURS = (2, 4, 24)
#: Percentages are compared with so much patience: floats.
_NOTHING = 1e-6


def point(seed, turn=0):
    """A number from 0 up to 1 that a seed gives: the same one on every machine, today and later.

    :param turn: 0 for the first number of the seed, 1 for the second, ...
    """
    source = Random(int(seed))
    for _earlier in range(turn):
        source.random()
    return source.random()


def sample(seed, things, most):
    """Some of ``things``, drawn by a seed, in their order; all of them if there are few.

    :param things: list in an order that is the same each time
    """
    if len(things) <= most:
        return list(things)
    source = Random(int(seed))
    keyed = sorted((source.random(), place) for place in range(len(things)))
    return [things[place] for place in sorted(place for _key, place in keyed[:most])]


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood.

    :param end: None while it lasts
    """

    begin: object
    end: object = None


def paused(pauses, start, end):
    """Seconds between ``start`` and ``end`` in which the clock stood; what overlaps counts once."""
    total, reached = timedelta(), start
    for one in sorted(pauses, key=lambda pause: pause.begin):
        begin, last = max(one.begin, reached), min(one.end or end, end)
        if last > begin:
            total += last - begin
            reached = last
    return total.total_seconds()


@dataclass(frozen=True)
class Measured:
    """What a drill came to; a percentage is None where there was nothing to measure.

    :param seconds: from the start of the clock to the end, with pauses
    :param paused: seconds of them in which the clock stood
    :param contacts: % of the known customers with an e-mail address or a telephone
    :param addresses: % of the addresses looked at that were right
    :param found: % of the units looked for that were where the stock says
    :param balance: % of what came or was made that is accounted for
    """

    seconds: float
    paused: float = 0
    contacts: float | None = None
    addresses: float | None = None
    found: float | None = None
    balance: float | None = None


@dataclass(frozen=True)
class Limits:
    """What a drill is to come to: hours at most, percentages at least.

    :param pauses_count: whether the clock is read with its pauses
    """

    hours: float
    contacts: float = 0
    addresses: float = 0
    found: float = 0
    balance: float = 0
    pauses_count: bool = True


@dataclass(frozen=True)
class Check:
    """One line of the verdict.

    :param name: ``hours``, ``contacts``, ``addresses``, ``found`` or ``balance``
    :param value: what was measured, or None: there was nothing to measure
    :param limit: what was wanted
    """

    name: str
    value: float | None
    limit: float
    passed: bool


def checks(measured, limits):
    """The verdict, line by line: list of :class:`Check`."""
    seconds = measured.seconds - (0 if limits.pauses_count else measured.paused)
    hours = seconds / 3600
    found = [Check("hours", hours, limits.hours, hours <= limits.hours + _NOTHING)]
    for name in ("contacts", "addresses", "found", "balance"):
        value, limit = getattr(measured, name), getattr(limits, name)
        found.append(Check(name, value, limit, value is None or value >= limit - _NOTHING))
    return found


def share(part, whole):
    """``part`` of ``whole`` in %; None of nothing."""
    return 100 * part / whole if whole else None


def closed_share(lines):
    """% of what came or was made that is accounted for; None where nothing came.

    :param lines: list of ``(came, difference)`` of each lot; a surplus is a difference, too
    """
    came = sum(one for one, _difference in lines)
    if not came:
        return None
    return max(0.0, 100 * (1 - sum(abs(difference) for _came, difference in lines) / came))
