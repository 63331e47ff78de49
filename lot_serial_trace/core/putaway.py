"""Which putaway rule applies to goods: the most specific one wins.

A rule names what is the matter with the goods (recalled, on hold, in trouble with their
shipping notice, soon to expire), and any of product, category, storage class and arriving
place. It applies where all that it names agrees. Of those that apply the graver matter wins,
then product, category (nearest first), storage class, arriving place (nearest first), the
tighter limit of life, and then the order in the list.
"""

from dataclasses import dataclass, field

#: What may be the matter with goods, gravest first.
RECALLED, HELD, TROUBLE, LIFE, ANY = "recalled", "held", "trouble", "life", "any"
MATTERS = (RECALLED, HELD, TROUBLE, LIFE, ANY)


@dataclass(frozen=True, slots=True)
class Rule:
    """A putaway rule as plain values; ``None`` means "any".

    :param place_id: where the goods go
    :param place_path: ids of that place and those around it
    :param life: for :data:`LIFE`: they have less left than this
    :param percent: whether ``life`` is a share of the whole life instead of days
    """

    id: int
    matter: str
    place_id: int
    sequence: int = 10
    life: float = 0.0
    percent: bool = False
    product_id: int | None = None
    categ_id: int | None = None
    class_id: int | None = None
    arriving_id: int | None = None
    company_id: int | None = None
    place_path: tuple = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Goods that want a place.

    :param matters: what is the matter with them, of :data:`MATTERS`
    :param days_left: until they expire; None if that is not known
    :param whole_life: in days, as the product says; 0 if it does not
    :param categ_ids: the product's category and its parents, nearest first
    :param arriving_ids: the place where they arrive and those around it, nearest first
    """

    product_id: int
    company_id: int
    categ_ids: tuple = ()
    class_ids: frozenset = frozenset()
    arriving_ids: tuple = ()
    matters: frozenset = field(default_factory=frozenset)
    days_left: int | None = None
    whole_life: int = 0


def applies(rule, case):
    """Whether everything that ``rule`` names agrees with ``case``."""
    return (
        rule.company_id in (None, case.company_id)
        and rule.product_id in (None, case.product_id)
        and (rule.categ_id is None or rule.categ_id in case.categ_ids)
        and (rule.class_id is None or rule.class_id in case.class_ids)
        and (rule.arriving_id is None or rule.arriving_id in case.arriving_ids)
        and _matters(rule, case)
        and _reaches(rule, case)
    )


def _reaches(rule, case):
    """Whether goods may go to the rule's place from where they arrive.

    Good goods take their steps: from the dock they are not put on a shelf past the steps
    between, unless the rule names the dock. Bad ones leave the way that good ones go.
    """
    if rule.matter not in (LIFE, ANY) or not rule.place_path or not case.arriving_ids:
        return True
    return case.arriving_ids[0] in (rule.arriving_id, *rule.place_path)


def _matters(rule, case):
    if rule.matter == ANY:
        return True
    if rule.matter == LIFE:
        return _short(rule, case)
    return rule.matter in case.matters


def _short(rule, case):
    """Whether less than the rule's limit is left; a share needs to know the whole."""
    if case.days_left is None or (rule.percent and not case.whole_life):
        return False
    return case.days_left < _days(rule, case)


def _days(rule, case):
    return rule.life * case.whole_life / 100 if rule.percent else rule.life


def _rank(rule, case):
    """Sort key: the lower, the more specific."""
    return (
        MATTERS.index(rule.matter),
        rule.product_id is None,
        _distance(rule.categ_id, case.categ_ids),
        rule.class_id is None,
        _distance(rule.arriving_id, case.arriving_ids),
        _days(rule, case) if rule.matter == LIFE else 0,
        rule.sequence,
        rule.id,
    )


def _distance(named, chain):
    return chain.index(named) if named is not None else len(chain)


def ranking(rules, case):
    """The rules that apply to ``case``, the one that wins first."""
    return sorted(
        (rule for rule in rules if applies(rule, case)), key=lambda rule: _rank(rule, case)
    )
