"""Which policy applies: the most specific one wins.

A policy names a finding code and any of supplier or customer, product, product
category, operation type, place and company. It applies where all that it names
agrees with the case. Of those that apply the most specific wins: the one that
names the partner (nearest first), then product, category (nearest first),
operation type, place (nearest first), company. Of equals the younger wins.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

#: What a policy can name, most specific first.
LEVELS = ("partner_id", "product_id", "categ_id", "picking_type_id", "location_id", "company_id")


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy as plain values; ``None`` means "any".

    What follows ``location_id`` is for some codes only; see the fields of ``trace.policy``.
    """

    id: int
    code: str
    severity: str
    partner_id: int | None = None
    product_id: int | None = None
    categ_id: int | None = None
    picking_type_id: int | None = None
    company_id: int | None = None
    location_id: int | None = None
    min_life_days: int = 0
    min_life_percent: float = 0.0
    tolerance_percent: float = 0.0
    tolerance_quantity: float = 0.0
    spot_check: int = 0
    reason_counts: bool = False
    goods: str | bool = False

    @property
    def named(self):
        """What the policy names, in the order of :data:`LEVELS`."""
        return tuple(getattr(self, level) for level in LEVELS)


@dataclass(frozen=True, slots=True)
class Case:
    """Where a severity is wanted.

    :param partner_ids: the partner and its commercial parents, nearest first
    :param categ_ids: the product's category and its parents, nearest first
    :param location_ids: the places that goods leave and reach with all they lie in, nearest first
    """

    code: str
    company_id: int | None = None
    product_id: int | None = None
    picking_type_id: int | None = None
    partner_ids: tuple = ()
    categ_ids: tuple = ()
    location_ids: tuple = ()

    @property
    def answers(self):
        """What would agree with the case: ids per level of :data:`LEVELS`, nearest first."""
        return (
            self.partner_ids,
            _only(self.product_id),
            self.categ_ids,
            _only(self.picking_type_id),
            self.location_ids,
            _only(self.company_id),
        )


class Rules:
    """Policies put in order once, so that the one that wins is found without trying them all.

    A tree: finding code, then for each of :data:`LEVELS` what is named there, then the
    policies that name just that. A case walks down the most specific way first, so the
    first policy that it meets wins, and going on gives the others in their order.
    """

    def __init__(self, rules):
        self.rules = tuple(rules)

    def __len__(self):
        return len(self.rules)

    def __iter__(self):
        return iter(self.rules)

    @cached_property
    def _trees(self):
        trees = {}
        for rule in sorted(self.rules, key=lambda rule: -rule.id):
            node = trees.setdefault(rule.code, {})
            *path, last = rule.named
            for named in path:
                node = node.setdefault(named, {})
            node.setdefault(last, []).append(rule)
        return trees

    @cached_property
    def _codes_on(self):
        """Company id -> codes that some policy of it switches on; None: of no company."""
        codes = defaultdict(set)
        for rule in self.rules:
            if rule.severity != "off":
                codes[rule.company_id].add(rule.code)
        return dict(codes)

    @cached_property
    def levels(self):
        """Those of :data:`LEVELS` that any policy names."""
        return {level for level in LEVELS if any(getattr(rule, level) for rule in self.rules)}

    def codes_on(self, company_ids):
        """Codes that some policy switches on for any of the companies."""
        sets = (self._codes_on.get(company_id, ()) for company_id in (None, *company_ids))
        return set(chain.from_iterable(sets))

    def ranked(self, case):
        """Yield the policies that apply to ``case``, the one that wins first."""
        tree = self._trees.get(case.code)
        return _walk(tree, case.answers) if tree else iter(())

    def choose(self, case):
        """Return the :class:`Rule` that wins for ``case``, or None."""
        return next(self.ranked(case), None)


def _walk(node, answers):
    """Yield the rules under ``node`` that agree with ``answers``, most specific first."""
    if not answers:
        yield from node
        return
    first, *rest = answers
    for answer in (*first, None):
        if answer in node:
            yield from _walk(node[answer], rest)


def _only(value):
    return () if value is None else (value,)


def choose(rules, case):
    """Return the :class:`Rule` of ``rules`` that wins for ``case``, or None."""
    return Rules(rules).choose(case)


def beats(rule, case, other):
    """Why ``rule`` comes before ``other`` for ``case``.

    :return: (level, how): ``names`` (the other one names nothing there), ``nearer``, or, with
        None for the level, ``younger``
    """
    for level, mine, its in zip(LEVELS, rule.named, other.named, strict=True):
        if mine != its:
            return level, "names" if its is None else "nearer"
    return None, "younger"


def misses(rule, case):
    """Levels at which ``rule`` names something else than ``case``; empty: it applies."""
    return [
        level
        for level, named, answers in zip(LEVELS, rule.named, case.answers, strict=True)
        if named is not None and named not in answers
    ]
