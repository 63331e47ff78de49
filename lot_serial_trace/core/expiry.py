"""When goods are too old to sell, to keep or to send to a customer.

A rule names any of product, product category, place, customer and company, and
sets any of four boundaries: warn, stop selling, pull, and the least life that a
customer wants at delivery. A boundary is a number of days, or a share of the
whole life: it is passed once *fewer* days are left. ``stop = 3 days`` means
that the last day of sale is the third day before the date; ``stop = 0 days``
that goods are sold until the date's day ends.

Each boundary is taken from the most specific rule that sets it: customer,
product, category (nearest first), place (nearest first), company, general; then
the one higher up in the list, then the younger one. So a rule that only says
what one customer wants leaves the rest as it is, and one that says "never"
stops the search.

A date on a label is a day, not a moment: what is kept as the last second of
that day in the company's time zone is read there. Whether the day is over is
said by the clock of the place where the goods are.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil

#: How far goods are, the worst last.
STAGES = ("ok", "warn", "stop", "pull", "expired")

BOUNDARIES = ("warn", "stop", "pull", "min_life")

#: Which date of a lot a rule counts to.
EXPIRATION, BEST_BEFORE, REMOVAL = "expiration", "use", "removal"

NEVER, DAYS, PERCENT = "never", "days", "percent"


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of a lot's life, as local days.

    :param made: day of production
    :param received: day on which the number was first seen here
    :param shelf: whole life in days as the product says, by kind of date; 0 or absent: unknown
    """

    expiration: date | None = None
    use: date | None = None
    removal: date | None = None
    made: date | None = None
    received: date | None = None
    shelf: tuple = ()

    def last(self, kind):
        """The last good day by ``kind`` of date; the next best where that one is empty."""
        return getattr(self, kind) or self.expiration or self.use or self.removal

    def life(self, kind):
        """The whole life in days: from production, as the product says, or from receipt."""
        last = self.last(kind)
        if last is None:
            return 0
        if self.made:
            return max((last - self.made).days, 0)
        shelf = dict(self.shelf).get(kind, 0)
        if shelf > 0:
            return shelf
        return max((last - self.received).days, 0) if self.received else 0


@dataclass(frozen=True, slots=True)
class Limit:
    """One boundary, as a rule sets it.

    :param unit: ``days``, ``percent`` or ``never``
    :param at: so many days, or so many percent of the whole life
    :param kind: date that is counted to
    :param rule_id: who says so
    """

    unit: str
    at: float = 0.0
    kind: str = EXPIRATION
    rule_id: int | None = None

    def days(self, life=0):
        """Days that must be left, at least; None where the boundary is never passed."""
        if self.unit == NEVER:
            return None
        days = self.at if self.unit == DAYS else life * self.at / 100
        return ceil(round(days, 6))

    def wanted(self, dates):
        """The same for a lot."""
        return self.days(dates.life(self.kind))

    def left(self, dates, today):
        """Days left to the date that counts; None without a date."""
        last = dates.last(self.kind)
        return None if last is None else (last - today).days

    def due(self, dates):
        """The first day on which the boundary is passed; None if it never is."""
        last, wanted = dates.last(self.kind), self.wanted(dates)
        return None if last is None or wanted is None else last - timedelta(days=wanted - 1)

    def passed(self, dates, today):
        """Whether fewer days are left than wanted; not known without a date: no."""
        due = self.due(dates)
        return due is not None and due <= today


@dataclass(frozen=True, slots=True)
class Limits:
    """The boundaries that hold for a case; None where no rule sets one."""

    warn: Limit | None = None
    stop: Limit | None = None
    pull: Limit | None = None
    min_life: Limit | None = None


#: Where no rule says anything.
NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Rule:
    """An expiry rule as plain values; ``None`` means "any", an empty unit "as others say"."""

    id: int
    sequence: int = 10
    product_id: int | None = None
    categ_id: int | None = None
    location_id: int | None = None
    partner_id: int | None = None
    company_id: int | None = None
    date_by: str = EXPIRATION
    warn_unit: str | None = None
    warn_at: float = 0.0
    stop_unit: str | None = None
    stop_at: float = 0.0
    pull_unit: str | None = None
    pull_at: float = 0.0
    min_life_unit: str | None = None
    min_life_at: float = 0.0

    def limit(self, boundary):
        """The :class:`Limit` that the rule sets for ``boundary``, or None."""
        unit = getattr(self, f"{boundary}_unit")
        if not unit:
            return None
        return Limit(unit, getattr(self, f"{boundary}_at"), self.date_by, self.id)


@dataclass(frozen=True, slots=True)
class Case:
    """Which goods, where, and for whom.

    :param categ_ids: the product's category and its parents, nearest first
    :param location_ids: the place and those around it, nearest first
    :param partner_ids: the customer and its commercial parent; empty for goods in stock
    """

    product_id: int | None = None
    categ_ids: tuple = ()
    location_ids: tuple = ()
    partner_ids: tuple = ()
    company_id: int | None = None


def applies(rule, case):
    """Whether everything that ``rule`` names agrees with ``case``."""
    return (
        rule.company_id in (None, case.company_id)
        and rule.product_id in (None, case.product_id)
        and (rule.categ_id is None or rule.categ_id in case.categ_ids)
        and (rule.location_id is None or rule.location_id in case.location_ids)
        and (rule.partner_id is None or rule.partner_id in case.partner_ids)
    )


def specificity(rule, case):
    """Sort key: the higher, the more specific."""
    return (
        rule.partner_id is not None,
        rule.product_id is not None,
        _nearness(rule.categ_id, case.categ_ids),
        _nearness(rule.location_id, case.location_ids),
        rule.company_id is not None,
        -rule.sequence,
        rule.id,
    )


def _nearness(named, chain):
    return len(chain) - chain.index(named) if named is not None else 0


def ranking(rules, case):
    """The rules that apply to ``case``, the most specific first."""
    fitting = [rule for rule in rules if applies(rule, case)]
    return sorted(fitting, key=lambda rule: specificity(rule, case), reverse=True)


def limits(rules, case):
    """Return the :class:`Limits` for ``case``: each from the most specific rule that sets it."""
    ranked = ranking(rules, case)
    return Limits(*(_first(ranked, boundary) for boundary in BOUNDARIES))


def _first(ranked, boundary):
    return next(filter(None, (rule.limit(boundary) for rule in ranked)), None)


def stage(wanted, dates, today):
    """How far a lot is on ``today`` (the place's local day): one of :data:`STAGES`."""
    last = dates.last(EXPIRATION)
    if last is not None and last < today:
        return "expired"
    for name in ("pull", "stop", "warn"):
        limit = getattr(wanted, name)
        if limit and limit.passed(dates, today):
            return name
    return "ok"


def day_of(moment, zone):
    """The local day of a moment (UTC, naive); None for none."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date() if moment else None


def begin_of(day, zone):
    """The first moment of a local day (UTC, naive), also where the clocks change at midnight."""
    return datetime.combine(day, time.min, zone).astimezone(UTC).replace(tzinfo=None)


def end_of(day, zone):
    """The last second of a local day (UTC, naive)."""
    return begin_of(day + timedelta(days=1), zone) - timedelta(seconds=1)


def earliest_good(limit, today, zone, life=0):
    """The earliest date (UTC, naive) that a lot may carry and not have passed ``limit``.

    For conditions on stored dates; ``life`` is the whole life as the product says. None where
    any date will do.
    """
    wanted = limit.days(life)
    return None if wanted is None else begin_of(today + timedelta(days=wanted), zone)
