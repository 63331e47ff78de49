"""Which policy applies: the most specific one wins.

A policy names a finding code and any of supplier or customer, product, product
category, operation type and company. It applies where all that it names agrees
with the case. Of those that apply the most specific wins, in this order:
partner, product, category (nearest first), operation type, company, general.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy as plain values; ``None`` means "any".

    What follows ``company_id`` is for some codes only; see the fields of ``trace.policy``.
    """

    id: int
    code: str
    severity: str
    partner_id: int | None = None
    product_id: int | None = None
    categ_id: int | None = None
    picking_type_id: int | None = None
    company_id: int | None = None
    min_life_days: int = 0
    min_life_percent: float = 0.0
    tolerance_percent: float = 0.0
    tolerance_quantity: float = 0.0
    spot_check: int = 0
    reason_counts: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Where a severity is wanted.

    :param partner_ids: the partner and its commercial parents
    :param categ_ids: the product's category and its parents, nearest first
    """

    code: str
    company_id: int | None = None
    product_id: int | None = None
    picking_type_id: int | None = None
    partner_ids: tuple = ()
    categ_ids: tuple = ()


def applies(rule, case):
    """Whether everything that ``rule`` names agrees with ``case``."""
    return (
        rule.code == case.code
        and rule.company_id in (None, case.company_id)
        and rule.product_id in (None, case.product_id)
        and rule.picking_type_id in (None, case.picking_type_id)
        and (rule.partner_id is None or rule.partner_id in case.partner_ids)
        and (rule.categ_id is None or rule.categ_id in case.categ_ids)
    )


def specificity(rule, case):
    """Sort key: the higher, the more specific. Ties go to the younger policy."""
    nearness = -case.categ_ids.index(rule.categ_id) if rule.categ_id is not None else 0
    return (
        rule.partner_id is not None,
        rule.product_id is not None,
        rule.categ_id is not None,
        nearness,
        rule.picking_type_id is not None,
        rule.company_id is not None,
        rule.id,
    )


def choose(rules, case):
    """Return the :class:`Rule` that wins for ``case``, or None."""
    fitting = [rule for rule in rules if applies(rule, case)]
    return max(fitting, key=lambda rule: specificity(rule, case), default=None)
