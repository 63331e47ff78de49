"""The figures that the process is measured by: what they mean, and how they are worked out.

A figure is a quotient: what was right of what could have been (a share), or the sum of times over
what was timed (a time). Quotients are kept as numerator and denominator by day and place, so that
any days and places can be put together without losing anything: nobody averages averages.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

#: Units: a share between 0 and 1, or seconds.
SHARE, SECONDS = "share", "seconds"
#: Nearly well enough: so many times of what the target lets be wrong, or of its time.
NEAR = {SHARE: 2, SECONDS: 1.5}
#: Places are compared when so much was counted there: fewer tell of chance.
ENOUGH = {SHARE: 10, SECONDS: 1}
#: Places that are named as best, and as worst.
PLACES = 3
#: Days after the first one of a point when the next has surely begun, and no other one after it.
_LONGEST = {"day": 1, "week": 7, "month": 31}


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


@dataclass(frozen=True, slots=True)
class Figure:
    """What is measured.

    :param code: stable key
    :param title: a few words
    :param definition: what counts, what does not, and the formula, in words
    :param unit: :data:`SHARE` or :data:`SECONDS`
    :param counted: what the records are
    :param day: what says on which day something counts
    :param begin: what to do where nothing has counted yet
    """

    code: str
    title: str
    definition: str
    unit: str
    counted: str
    day: str
    begin: str = ""


FIGURES = {
    figure.code: figure
    for figure in (
        Figure(
            "cycle_time",
            _("Lot Traceability Cycle Time"),
            _(
                "Lot Traceability Cycle Time = time from the request to the complete answer. A "
                "request is a question to the ledger, whether it was answered at once or waited "
                "for a person; the answer is complete when all of its parts are kept. The clock of "
                "a question that somebody else answers starts when it is requested. Requests "
                "without an answer count as open, with the time they have waited so far, and are "
                "no part of the average of those answered."
            ),
            SECONDS,
            _("questions answered"),
            _("the answer"),
            _("Ask where a lot came from and where it went: each question is timed."),
        ),
        Figure(
            "accuracy_quantity",
            _("Inventory Accuracy Rate"),
            _(
                "Inventory Accuracy Rate (quantity) = 1 - sum of |counted - books| / sum of the "
                "books, not below 0. All that was counted, whoever counted it and on whatever "
                "screen: in a campaign, with the scanner, or as an adjustment of Odoo. It is "
                "compared with what the books said at the moment of counting. What the books do "
                "not know and was found is wrong. A count that was counted again counts once."
            ),
            SHARE,
            _("rows counted"),
            _("the count"),
            _("Count what lies in a place, with the scanner or by a campaign."),
        ),
        Figure(
            "accuracy_location",
            _("Inventory Accuracy by Place"),
            _(
                "Inventory Accuracy Rate (place) = places where everything counted was as the "
                "books said / places counted. A place counts one each time it is counted; one lot "
                "that differs makes it wrong."
            ),
            SHARE,
            _("places counted"),
            _("the count"),
        ),
        Figure(
            "accuracy_lot",
            _("Inventory Accuracy by Lot"),
            _(
                "Inventory Accuracy Rate (lot identity) = lots and serial numbers that were where "
                "the books said / those counted. A right quantity of the wrong lot is wrong."
            ),
            SHARE,
            _("numbers counted"),
            _("the count"),
        ),
        Figure(
            "scan",
            _("Scan Compliance Rate"),
            _(
                "Scan Compliance Rate = required captures that were scanned / all required "
                "captures. A required capture is a line of a done transfer with a lot or serial "
                "number, where the policy \u201cNot scanned\u201d was on when it was done: numbers "
                "that were skipped or typed count against the rate. Scanned means read by a "
                "scanner or a camera, also at a till; typed, pasted, imported, taken from a "
                "shipping notice, generated, chosen from a list and inferred do not count."
            ),
            SHARE,
            _("captures required"),
            _("the movement"),
            _("Set a policy \u201cNot scanned\u201d where every number is to be scanned."),
        ),
        Figure(
            "recall_time",
            _("Recall Resolution Time"),
            _(
                "Recall Resolution Time = time from the initiation of a recall, when somebody "
                "first knew, to each of six moments: all goods on hand are on hold; the scope is "
                "known; the first notice is out; 95 % of those told have answered; all units are "
                "accounted for; the case is closed. The figure by itself is the time to the close. "
                "Cases that are still open count as open, with the time so far, and are no part of "
                "the average of a moment that they have not reached. Drills, cancelled and merged "
                "cases have rows of their own kind."
            ),
            SECONDS,
            _("recalls closed"),
            _("the close"),
            _("Cases that are closed count here. A drill shows how fast you would be."),
        ),
        Figure(
            "touchless_asn",
            _("Shipping Notice Lines without a Person"),
            _(
                "Lines of notices whose goods have been received and compared, where nobody had "
                "to choose the product and nothing about that product on that notice, or about "
                "the notice itself, came to the desk / all lines of such notices."
            ),
            SHARE,
            _("lines of notices"),
            _("the comparison"),
        ),
        Figure(
            "touchless_expiry",
            _("Expiry Actions without a Person"),
            _(
                "Holds, releases, pulls, donations, markdowns and scrap orders about expiring "
                "goods that a rule made and nobody has undone / all of them. Messages are no "
                "actions: they ask a person."
            ),
            SHARE,
            _("actions"),
            _("the action"),
        ),
        Figure(
            "touchless_notice",
            _("Recall Notices without a Person"),
            _(
                "Public recall notices of which comparing alone said that nothing of ours is "
                "among them / all notices that are settled. Where a product or lot was proposed, a "
                "person has judged it. Notices that still wait for a person, or could not be "
                "understood, are not settled yet."
            ),
            SHARE,
            _("notices settled"),
            _("the arrival"),
        ),
    )
}
#: The four that the process is measured by; accuracy has three definitions side by side.
MAIN = ("cycle_time", "accuracy_quantity", "scan", "recall_time")
BESIDE = {"accuracy_quantity": ("accuracy_location", "accuracy_lot")}
#: What is settled without a person; together they are the touchless rate.
TOUCHLESS = ("touchless_asn", "touchless_expiry", "touchless_notice")


def value(numerator, denominator):
    """The figure; None where nothing was counted.

    More may differ than there was to be by the books: that is no less than nothing right.
    """
    if denominator:
        return max(0, numerator / denominator)
    return 0 if numerator < 0 else None


def verdict(figure, found, target):
    """How a figure stands to its target: ``good``, ``near``, ``bad``; ``none`` without either.

    Near is a share where twice as much is wrong as the target allows, or a time that is half as
    long again.
    """
    if found is None or not target:
        return "none"
    much, allowed = (1 - found, 1 - target) if figure.unit == SHARE else (found, target)
    return _graded(much <= allowed + 1e-9, much <= allowed * NEAR[figure.unit] + 1e-9)


def _graded(reached, nearly):
    return "good" if reached else "near" if nearly else "bad"


def change(figure, now, before):
    """How a figure went: ``better``, ``worse``, ``same``; None where one of both is not known."""
    if now is None or before is None:
        return None
    if abs(now - before) <= 1e-9:
        return "same"
    return "better" if (now > before) == (figure.unit == SHARE) else "worse"


def ranked(figure, places):
    """The best and the worst of places.

    :param places: list of ``(place, numerator, denominator, records)``
    :return: ``(best, worst)``: lists of ``(place, value, records)``, the best and the worst
        first; no place is in both, and places where too little was counted are in none
    """
    enough = [one for one in places if one[3] >= ENOUGH[figure.unit]]
    rows = [(place, value(above, below), records) for place, above, below, records in enough]
    rows = [row for row in rows if row[1] is not None]
    rows.sort(key=lambda row: (row[1], -row[2]), reverse=figure.unit == SHARE)
    half = min(PLACES, (len(rows) + 1) // 2)
    worst = min(PLACES, len(rows) - half)
    return rows[:half], rows[::-1][:worst]


def bucket(days):
    """What the points of a trend are for a period of so many days: ``day``, ``week``, ``month``."""
    return "day" if days <= 45 else "week" if days <= 200 else "month"


def begin_of_bucket(day, kind):
    """The first day of the point of a trend to which a day belongs."""
    if kind == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if kind == "month" else day


def points(since, until, kind):
    """The first days of the points of a trend, from ``since`` to ``until``."""
    day, found = since, []
    while day <= until:
        first = begin_of_bucket(day, kind)
        found.append(first)
        day = begin_of_bucket(first + timedelta(days=_LONGEST[kind]), kind)
    return found


#: Units of time in which people say it: key, from how many seconds on, seconds, digits.
_UNITS = (
    ("days", 2 * 86400, 86400, 1),
    ("hours", 2 * 3600, 3600, 1),
    ("minutes", 120, 60, 0),
    ("seconds", 10, 1, 0),
    ("moments", 0, 1, 2),
)


def spoken(unit, found):
    """A figure as people say it: ``(key of the unit, number, digits)``.

    A share is never rounded up, so that 100 % is all of it.
    """
    if unit == SHARE:
        tenths = math.floor(found * 1000 + 1e-6) / 10
        return "percent", tenths, 0 if tenths == int(tenths) else 1
    return next(
        (key, found / seconds, digits)
        for key, least, seconds, digits in _UNITS
        if found >= least or not least
    )
