"""What a recall rule says of a lot, as plain values, and whether a lot is meant.

A rule is alternatives of conditions: *any* of the alternatives, *all* of the conditions in
it, each as it is or negated. That is every combination of and, or and not.

``models/trace_recall_rule_sql.py`` says the same in SQL, for a million lots at once; a test
compares both on random data. Here one number is judged, also one that the database does not
know yet: then what is not known of it (its supplier, its dates) is neither true nor false.
"""

from dataclasses import dataclass
from datetime import date, datetime

from ..gs1.keys import normalise_gtin
from ..numbers import split_list
from .flaws import CriteriaError
from .patterns import Pattern
from .ranges import LONGEST, NumberRange

#: Numbers in a list, patterns, records named by one condition.
MOST_NUMBERS, MOST_PATTERNS, MOST_RECORDS = 20_000, 50, 2_000

#: Conditions that name records, with the facts in which one of them must be found.
NAMED = {
    "product": "products",
    "category": "categories",
    "supplier": "suppliers",
    "asn": "asns",
    "origin": "countries",
    "ancestor": "ancestors",
}
#: Conditions on the number itself.
NUMBERED = ("list", "pattern", "range", "serial_range")
#: Conditions on a day.
DATED = ("made", "expires", "received")

KINDS = (*NAMED, "gtin", *NUMBERED, *DATED, "place")

#: What a number says of itself although nobody has received it.
TOLD_BY_NUMBER = NUMBERED

#: What the product says, if anybody says which product it is.
TOLD_BY_PRODUCT = ("product", "category", "gtin", "serial_range")

#: Quantities below are nothing: sums of fractions do not always come to zero.
NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Stay:
    """A movement to or from a place, for "was there".

    :param at: when
    :param source: ids of the place it left and of those around it
    :param dest: the same of the place it reached
    """

    at: datetime
    source: frozenset
    dest: frozenset
    quantity: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a lot or serial number.

    :param batch: manufacturer's batch of a serial number
    :param categories: the product's category and those above it
    :param barcodes: of the product and its packagings
    :param suppliers: who sent it, with the companies of these contacts
    :param countries: the product's country of origin and those of its suppliers
    :param ancestors: itself, and of the lots that rules ask about those it was made from
    :param received: days on which it came from a supplier
    :param known: whether the database has the number
    """

    number: str
    batch: str = ""
    serial: bool = False
    products: frozenset = frozenset()
    categories: frozenset = frozenset()
    barcodes: frozenset = frozenset()
    suppliers: frozenset = frozenset()
    countries: frozenset = frozenset()
    asns: frozenset = frozenset()
    ancestors: frozenset = frozenset()
    made: date | None = None
    expires: date | None = None
    received: frozenset = frozenset()
    stays: tuple = ()
    known: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, ready to be asked.

    :param ids: records named
    :param texts: numbers, or barcodes by which a GTIN may be stored
    :param spans: ranges and patterns
    :param since: first day or moment, None: always
    :param until: last day or moment, None: for ever
    """

    kind: str
    negated: bool = False
    ids: frozenset = frozenset()
    texts: frozenset = frozenset()
    spans: tuple = ()
    since: date | datetime | None = None
    until: date | datetime | None = None

    def judge(self, facts):
        """Whether the condition is met; None where that cannot be known yet."""
        if not facts.known and not self._told(facts):
            return None
        return self._holds(facts) != self.negated

    def _told(self, facts):
        """Whether a number that nobody has received tells it."""
        if self.kind in TOLD_BY_PRODUCT:
            return bool(facts.products)
        return self.kind in TOLD_BY_NUMBER

    def _holds(self, facts):
        if self.kind in NAMED:
            return not self.ids.isdisjoint(getattr(facts, NAMED[self.kind]))
        if self.kind == "gtin":
            return not self.texts.isdisjoint(facts.barcodes)
        if self.kind in NUMBERED:
            return self._names(facts)
        if self.kind == "place":
            return self._was_there(facts.stays)
        days = getattr(facts, self.kind)
        days = days if self.kind == "received" else {days} - {None}
        return any(self._within(day) for day in days)

    def _names(self, facts):
        if self.kind == "serial_range":
            return facts.serial and self._numbers(facts.number)
        return self._numbers(facts.number) or (bool(facts.batch) and self._numbers(facts.batch))

    def _numbers(self, number):
        return number in self.texts or any(number in span for span in self.spans)

    def _within(self, day):
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )

    def _was_there(self, stays):
        """Whether some was there when the time began, or came before it ended."""
        before = 0.0
        for stay in stays:
            came = not self.ids.isdisjoint(stay.dest)
            if came != self.ids.isdisjoint(stay.source):  # within the place, or never near it
                continue
            if self.since is not None and stay.at < self.since:
                before += stay.quantity if came else -stay.quantity
            elif came and self._within(stay.at) and stay.quantity > NOTHING:
                return True
        return before > NOTHING


@dataclass(frozen=True, slots=True)
class Criteria:
    """The alternatives of a rule: tuples of conditions."""

    alternatives: tuple

    def judge(self, facts):
        """What each condition says of a lot: list of lists of True, False or None."""
        return [[one.judge(facts) for one in conditions] for conditions in self.alternatives]

    def matching(self, facts):
        """Places of the alternatives that mean the lot."""
        return [
            place
            for place, conditions in enumerate(self.alternatives)
            if all(one.judge(facts) for one in conditions)
        ]

    @property
    def kinds(self):
        """Kinds of conditions that are asked."""
        return {one.kind for conditions in self.alternatives for one in conditions}

    def ids(self, kind):
        """Records that conditions of a kind name."""
        return frozenset().union(
            *(one.ids for some in self.alternatives for one in some if one.kind == kind)
        )


# -- reading ------------------------------------------------------------------


def parse(tree):
    """The :class:`Criteria` that a JSON tree tells: ``{"any": [{"all": [condition, …]}, …]}``.

    A condition is a dict of ``is`` (its kind), ``not``, and what it names: ``ids``,
    ``numbers`` (text as typed), ``first`` and ``last``, ``since`` and ``until`` (ISO).

    :raises CriteriaError: it cannot be understood
    """
    alternatives = tuple(
        tuple(condition(one) for one in alternative.get("all", ()))
        for alternative in tree.get("any", ())
    )
    if not alternatives or not all(alternatives):
        raise CriteriaError("no_conditions")
    return Criteria(alternatives)


def condition(tree):
    """One :class:`Condition` of such a tree."""
    kind, negated = tree.get("is"), bool(tree.get("not"))
    if kind not in KINDS:
        raise CriteriaError("unknown_kind", kind=kind)
    if kind in DATED:
        since, until = _span(tree, kind, date)
        return Condition(kind, negated, since=since, until=until)
    if kind in NUMBERED:
        texts, spans = _numbers(tree, kind)
        return Condition(kind, negated, texts=texts, spans=spans)
    if kind == "gtin":
        return Condition(kind, negated, texts=_barcodes(tree))
    ids = frozenset(tree.get("ids") or ())
    if not ids:
        raise CriteriaError("empty", kind=kind)
    _not_more(kind, ids, MOST_RECORDS)
    since, until = _span(tree, kind, datetime, True) if kind == "place" else (None, None)
    return Condition(kind, negated, ids, since=since, until=until)


def _not_more(kind, some, most):
    if len(some) > most:
        raise CriteriaError("too_many", kind=kind, count=most)


def _span(tree, kind, type_, open_=False):
    since, until = (
        type_.fromisoformat(tree[name]) if tree.get(name) else None for name in ("since", "until")
    )
    if since is None and until is None and not open_:
        raise CriteriaError("no_days", kind=kind)
    if since is not None and until is not None and until < since:
        raise CriteriaError("days_backwards", kind=kind)
    return since, until


def _numbers(tree, kind):
    """Numbers and spans of a condition on numbers."""
    if kind in ("range", "serial_range"):
        first, last = ((tree.get(name) or "").strip() for name in ("first", "last"))
        if not first or not last:
            raise CriteriaError("empty", kind=kind)
        return frozenset(), (NumberRange.between(first, last),)
    written = tree.get("numbers") or ""
    if kind == "pattern":
        patterns = tuple(Pattern.of(one) for one in dict.fromkeys(_lines(written)))
        if not patterns:
            raise CriteriaError("empty", kind=kind)
        _not_more(kind, patterns, MOST_PATTERNS)
        return frozenset(), patterns
    return _listed(written)


def _lines(text):
    return filter(None, (line.strip() for line in text.splitlines()))


def _listed(text):
    """Numbers of a list, and its ranges: only two dots part their ends."""
    numbers, spans = set(), []
    for one in split_list(text):
        first, dots, last = one.partition("..")
        if dots and first.strip() and last.strip("."):
            spans.append(NumberRange.between(first.strip(), last.strip(".").strip()))
        else:
            numbers.add(one)
    if not numbers and not spans:
        raise CriteriaError("empty", kind="list")
    _not_more("list", numbers, MOST_NUMBERS)
    _not_more("list", spans, MOST_PATTERNS)
    too_long = next((one for one in numbers if len(one) > LONGEST), None)
    if too_long:
        raise CriteriaError("too_long", text=f"{too_long[:40]}…")
    return frozenset(numbers), tuple(spans)


def _barcodes(tree):
    """The ways in which barcodes of the GTINs may be stored."""
    forms = set()
    texts = split_list(tree.get("numbers") or "")
    if not texts:
        raise CriteriaError("empty", kind="gtin")
    _not_more("gtin", texts, MOST_RECORDS)
    for text in texts:
        gtin = normalise_gtin(text)
        if gtin is None:
            raise CriteriaError("not_gtin", text=text[:40])
        forms |= {gtin[-length:] for length in (14, 13, 12, 8) if gtin[:-length].strip("0") == ""}
    return frozenset(forms)
