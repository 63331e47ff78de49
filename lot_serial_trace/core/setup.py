"""A guided set-up: what people sell becomes rules.

Each trade wishes for something (``core/setup_trades.py``): policies, scan points, expiry rules,
classes of retention, deadlines and drills of recalls. Who sells several things gets what is
stricter of each. What is about goods counts for the categories that were named for the trade,
or for all goods; what is about the company counts once.
"""

from dataclasses import dataclass

from .findings import SEVERITIES
from .setup_trades import TRADES

#: Parts of the set-up, in the order in which people read them.
AREAS = (
    "policy",
    "scan",
    "expiry",
    "retention",
    "place",
    "recall",
    "deadline",
    "drill",
    "warranty",
)
#: Parts that are about goods, so that they can be limited to categories.
OF_GOODS = frozenset({"policy", "scan", "expiry", "retention", "warranty"})
#: Of these numbers the smaller one is stricter; 0 is none at all.
SMALLER = frozenset(
    {
        "months",
        "hold_hours",
        "notice_hours",
        "answered_hours",
        "accounted_hours",
        "closed_hours",
        "escalate_hours",
    }
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that the set-up wants.

    :param area: one of :data:`AREAS`
    :param name: what is set in that area: a finding, where something is scanned, a recall's class
    :param categ_id: category it is for; None: all goods, or the company
    :param values: dict field -> value
    :param whys: English sentences, marked for translation: why each trade wants it
    """

    area: str
    name: str
    categ_id: int | None
    values: dict
    whys: tuple

    @property
    def key(self):
        """What two settings have in common that are about the same."""
        return (AREAS.index(self.area), self.area, self.name, self.categ_id or 0)


def settings(chosen):
    """Return what several trades want together, in the order of :data:`AREAS`.

    :param chosen: iterable of ``(trade, category ids)``; no ids: all goods
    :return: list of :class:`Setting`

    >>> [(one.name, one.values) for one in settings([("general", ())]) if one.area == "retention"]
    [('goods', {'years': 10, 'basis': 'move'})]
    """
    found = {}
    order = list(TRADES)
    for trade, categ_ids in sorted(chosen, key=lambda one: order.index(one[0])):
        for one in _wanted(trade, categ_ids):
            found[one.key] = _both(found[one.key], one) if one.key in found else one
    return [found[key] for key in sorted(found)]


def _wanted(trade, categ_ids):
    for wish in TRADES[trade].wishes:
        goods = wish.area in OF_GOODS
        if wish.area == "warranty" and not categ_ids:
            continue  # there is no warranty "of all goods" to be set
        for categ_id in (categ_ids or (None,)) if goods else (None,):
            yield Setting(wish.area, wish.name, categ_id, dict(wish.values), (wish.why,))


def _both(one, other):
    values = {
        name: _stricter(name, one.values.get(name), other.values.get(name))
        for name in dict.fromkeys((*one.values, *other.values))
    }
    # Where one of them is stricter in everything, the other one's reason is beside the point.
    heard = [each for each in (one, other) if each.values == values] or [one, other]
    whys = tuple(dict.fromkeys(why for each in heard for why in each.whys))
    return Setting(one.area, one.name, one.categ_id, values, whys)


def _stricter(name, one, other):
    """The stricter of two values; of words the one of the trade that comes first."""
    if one is None or other is None:
        return other if one is None else one
    if name == "severity":
        return max(one, other, key=SEVERITIES.index)
    if isinstance(one, str):
        return one
    if name in SMALLER and one and other:
        return min(one, other)
    return max(one, other)


def covers(area, there, wanted):
    """Whether what is there for more goods is as strict as what is wanted for some.

    :param there: dict of the values of the record that is there
    :param wanted: dict of the values that would be set

    >>> covers("policy", {"severity": "block"}, {"severity": "warn"})
    True
    """
    return _COVERS[area](there, wanted)


def _covers_policy(there, wanted):
    if SEVERITIES.index(there["severity"]) < SEVERITIES.index(wanted["severity"]):
        return False
    limits = ("min_life_days", "min_life_percent")
    return all(there.get(name, 0) >= wanted.get(name, 0) for name in limits)


def _covers_expiry(there, wanted):
    return all(
        there[f"{name}_unit"] == "days" and there[f"{name}_at"] >= wanted[f"{name}_at"]
        for name in ("warn", "stop", "pull")
    )


def _covers_retention(there, wanted):
    return there["years"] * 12 + there["months"] >= wanted["years"] * 12


_COVERS = {
    "policy": _covers_policy,
    "scan": _covers_policy,
    "expiry": _covers_expiry,
    "retention": _covers_retention,
}
