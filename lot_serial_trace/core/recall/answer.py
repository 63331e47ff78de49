"""What a consignee answers: read from a form, checked, and judged."""

import re
from dataclasses import dataclass, field

from . import sold_on

#: What may have become of goods.
KINDS = ("found", "sold_on", "destroyed", "returned")
#: Differences that are none.
NOTHING = 1e-6
#: Greatest number, and letters of a remark that are kept.
MOST, REMARK = 1e9, 2000
_NUMBER = re.compile(r"\d{1,10}(?:[.,]\d{1,6})?")


def _(text):
    """Mark a text for translation; who shows it translates it."""
    return text


NOT_A_NUMBER = _("“%(value)s” is no quantity. Write a number such as 12 or 1.5.")
NOTHING_SAID = _("Say what became of the goods, or that you have none of them.")
NONE_AND_FOUND = _("You say that you have none, and that you found some. Which is right?")
TOTAL_DIFFERS = _(
    "In total you say %(total)s, lot by lot it makes %(lots)s. Correct one, or leave one empty."
)
TOO_MANY = _("More than %(most)s buyers cannot be named here. Tell us how many there are instead.")


@dataclass(frozen=True)
class Goods:
    """What somebody got of one lot.

    :param ref: what the fields of the form call it
    """

    ref: int
    unit: str
    quantity: float


@dataclass
class Answer:
    """What somebody says.

    :param units: dict unit -> dict kind -> quantity
    :param lots: dict ref -> the same; empty where nothing was said lot by lot
    :param buyers: list of :class:`sold_on.Buyer`
    :param buyer_count: how many buyers there are, as far as they are not named
    :param flaws: list of ``(sentence, its values)``; an answer with flaws is not kept
    """

    units: dict = field(default_factory=dict)
    lots: dict = field(default_factory=dict)
    none: bool = False
    buyers: list = field(default_factory=list)
    buyer_count: int = 0
    remark: str = ""
    flaws: list = field(default_factory=list)

    def total(self, kind):
        """Over all units."""
        return sum(told.get(kind, 0.0) for told in self.units.values())


def units_of(goods):
    """The units of goods, in an order that a form can rely on."""
    return sorted({one.unit for one in goods})


def read(form, goods):
    """Read a form.

    Fields: ``unit-0-found`` (of the first of :func:`units_of`), ``lot-17-found`` and so on for
    each kind, ``none``, ``sold_to``, ``buyers``, ``remark``.

    :param form: dict name -> text
    :param goods: list of :class:`Goods`
    """
    answer = Answer(none=bool(form.get("none")), remark=(form.get("remark") or "").strip()[:REMARK])
    totals = {}
    for index, unit in enumerate(units_of(goods)):
        totals[unit] = _numbers(form, f"unit-{index}", answer)
    for one in goods:
        told = _numbers(form, f"lot-{one.ref}", answer)
        if told:
            answer.lots[one.ref] = told
    answer.units = _together(totals, _sums(answer.lots, goods), answer)
    _read_buyers(form, answer)
    _check(answer)
    return answer


def _numbers(form, prefix, answer):
    """dict kind -> number, of the fields that are filled in."""
    told = {}
    for kind in KINDS:
        text = str(form.get(f"{prefix}-{kind}") or "")
        plain = re.sub(r"[\s\u00a0\u202f'’]", "", text)
        if not plain:
            continue
        if not _NUMBER.fullmatch(plain) or float(plain.replace(",", ".")) > MOST:
            answer.flaws.append((NOT_A_NUMBER, {"value": text.strip()[:30]}))
            continue
        told[kind] = float(plain.replace(",", "."))
    return told


def _sums(lots, goods):
    """What was said lot by lot, by unit."""
    sums = {}
    for one in goods:
        for kind, value in lots.get(one.ref, {}).items():
            of_unit = sums.setdefault(one.unit, {})
            of_unit[kind] = of_unit.get(kind, 0.0) + value
    return sums


def _together(totals, sums, answer):
    """Totals and what was said lot by lot, which must not tell different things."""
    units = {}
    for unit in {**totals, **sums}:
        total, lots = totals.get(unit, {}), sums.get(unit, {})
        for kind in KINDS:
            both = kind in total and kind in lots
            if both and abs(total[kind] - lots[kind]) > NOTHING:
                values = {"total": f"{total[kind]:g}", "lots": f"{lots[kind]:g}"}
                answer.flaws.append((TOTAL_DIFFERS, values))
        if total or lots:
            units[unit] = {**total, **lots}
    return units


def _read_buyers(form, answer):
    answer.buyers = sold_on.read(form.get("sold_to"))
    if len(answer.buyers) > sold_on.MOST:
        answer.flaws.append((TOO_MANY, {"most": sold_on.MOST}))
    count = re.sub(r"\s", "", str(form.get("buyers") or ""))
    if count and not re.fullmatch(r"\d{1,7}", count):
        answer.flaws.append((NOT_A_NUMBER, {"value": count[:30]}))
    elif count:
        answer.buyer_count = int(count)


def _check(answer):
    if answer.flaws:
        return
    if answer.none and answer.total("found") > NOTHING:
        answer.flaws.append((NONE_AND_FOUND, {}))
    elif not (answer.none or answer.units or answer.buyers or answer.buyer_count):
        answer.flaws.append((NOTHING_SAID, {}))


def is_effective(received, told, none):
    """Whether somebody who knows has accounted for all he got.

    :param received: dict unit -> quantity
    :param told: dict unit -> dict kind -> quantity
    :param none: he says that nothing is left with him
    """
    if none:
        return True
    return all(
        sum((told.get(unit) or {}).values()) >= quantity - NOTHING
        for unit, quantity in received.items()
    )
