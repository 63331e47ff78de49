"""How much of a lot is in each lot that it reached, as far as the records can say.

An operation passes on what went into it in proportion to what came out. That is a sum where it is
known what was mixed with what; where it is not (a lot that several operations filled, outputs in
different units, single units of which some hold the asked lot and some do not), nothing is
guessed: the share is unknown, the reason is told, and at most how much it can be.

Nothing is lost on the way: what went in is what lies in the lots reached, plus what is somewhere
among those of which it cannot be said.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace

#: Quantities below are nothing: rounding of floats.
NOTHING = 0.000001


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: Why a share cannot be said.
WHYS = {
    "mixed": _("Several operations filled a lot on the way, and only a part of it was used."),
    "units": _("What came out of an operation on the way is counted in different units."),
    "single": _(
        "Several lots of one product went into several units; which unit got which is not recorded."
    ),
    "elsewhere": _("More of a lot on the way was used than was made of it."),
    "order": _("The times of the operations do not tell which one came first."),
    "asked_units": _("The lots asked about are counted in different units."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What one operation took or gave of one lot.

    :param single: the lot is one unit with a serial number
    """

    lot: int
    quantity: float
    product: int = 0
    unit: str = ""
    single: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """Goods that became other goods.

    :param time: when it ended, anything that can be sorted
    """

    key: tuple
    time: object
    inputs: tuple
    outputs: tuple


@dataclass(frozen=True, slots=True)
class Share:
    """How much it is: a quantity, or why there is none and at most how much it can be."""

    quantity: float | None
    at_most: float
    why: str = ""

    @property
    def certain(self):
        """Whether the quantity is known."""
        return self.quantity is not None


NONE = Share(0.0, 0.0)


@dataclass
class Sums:
    """Shares of all lots, and what lies among those of which it cannot be said.

    :param used: what operations took of the lots asked about
    :param left: of the share of a lot, what no later operation took
    :param back: what came back to the lots asked about
    """

    shares: dict = field(default_factory=dict)
    left: dict = field(default_factory=dict)
    unsaid: float = 0.0
    back: float = 0.0
    used: float = 0.0

    def total(self):
        """All that was passed on: it equals what was used."""
        return sum(self.left.values()) + self.unsaid + self.back


def forward(operations, asked):
    """Say how much of the asked lots is in each lot made of them, in the unit of the asked lots.

    :param operations: :class:`Operation` objects: those that the asked lots reached in full, of
        others at least what they gave of lots that were reached
    :param asked: ids of lots
    :return: :class:`Sums`
    """
    sums = Sums()
    parcels = defaultdict(list)  # lot -> [(quantity that came, share of it)]
    overdrawn = _overdrawn(operations)
    for operation in _in_order(operations):
        taken = [(part, _taken(part, parcels, asked, overdrawn, sums)) for part in operation.inputs]
        _give(operation, taken, parcels, asked, sums)
    return sums


def _in_order(operations):
    return sorted(operations, key=lambda operation: operation.time)


def _overdrawn(operations):
    """Lots of which more was used, at some time, than had been made until then."""
    there = defaultdict(float)
    found = set()
    for operation in _in_order(operations):
        for part in operation.inputs:
            there[part.lot] -= part.quantity
            if there[part.lot] < -NOTHING:
                found.add(part.lot)
        for part in operation.outputs:
            there[part.lot] += part.quantity
    return found


def _taken(part, parcels, asked, overdrawn, sums):
    """The share of the asked lots in what an operation took of a lot."""
    if part.lot in asked:
        sums.used += part.quantity
        return Share(part.quantity, part.quantity)
    share = _out_of(parcels[part.lot], part.quantity, part.lot in overdrawn)
    if share.certain:
        if share.quantity:
            sums.left[part.lot] = sums.left.get(part.lot, 0.0) - share.quantity
    else:
        sums.unsaid += sums.left.pop(part.lot, 0.0)
    return share


def _out_of(parcels, quantity, overdrawn):
    """The share in a quantity taken of a lot that came in parcels."""
    whole = _added(share for _quantity, share in parcels)
    came = sum(came for came, _share in parcels)
    if not whole.at_most or not whole.certain:
        return whole
    if overdrawn:
        return Share(None, whole.at_most, "elsewhere")
    if abs(quantity - came) <= NOTHING:
        return whole
    rates = [share.quantity / came for came, share in parcels if came > NOTHING]
    if not rates or max(rates) - min(rates) > NOTHING:
        return Share(None, min(whole.at_most, quantity * max(rates, default=0)), "mixed")
    return Share(quantity * rates[0], quantity * rates[0])


def _added(shares):
    """The sum of shares: unknown if one of them is."""
    shares = list(shares)
    at_most = sum(share.at_most for share in shares)
    unknown = next((share for share in shares if not share.certain), None)
    if unknown:
        return Share(None, at_most, unknown.why)
    return Share(sum(share.quantity for share in shares), at_most)


def _give(operation, taken, parcels, asked, sums):
    """Pass what an operation took on to what came out of it."""
    whole = _added(share for _part, share in taken)
    why = whole.why or _indivisible(operation, taken)
    outputs = [part for part in operation.outputs if part.quantity > NOTHING]
    if not outputs:
        sums.unsaid += whole.quantity or 0.0
        return
    if why:  # what is known of the inputs is somewhere among the outputs
        sums.unsaid += sum(share.quantity for _part, share in taken if share.certain)
    amount = sum(part.quantity for part in outputs)
    for part in outputs:
        if why:
            share = Share(None, min(whole.at_most, sums.used), why)
        else:
            given = whole.quantity * part.quantity / amount if len(outputs) > 1 else whole.quantity
            share = Share(given, given)
        _take_in(part, share, parcels, asked, sums)


def _take_in(part, share, parcels, asked, sums):
    """Add to a lot what an operation gave; the asked lots hold all of themselves anyway."""
    if part.lot in asked:
        sums.back += share.quantity or 0.0
        return
    parcels[part.lot].append((part.quantity, share))
    was_known = sums.shares.get(part.lot, NONE).certain
    total = _added(share for _quantity, share in parcels[part.lot])
    sums.shares[part.lot] = replace(total, at_most=min(total.at_most, sums.used))
    if total.certain:
        sums.left[part.lot] = sums.left.get(part.lot, 0.0) + share.quantity
    else:
        sums.unsaid += (share.quantity or 0.0) + (sums.left.pop(part.lot, 0.0) if was_known else 0)


def _indivisible(operation, taken):
    """Why an operation's outputs cannot be told apart, if they cannot."""
    outputs = [part for part in operation.outputs if part.quantity > NOTHING]
    if len(outputs) < 2 or not any(share.at_most for _part, share in taken):
        return ""
    if len({part.unit for part in outputs}) > 1:
        return "units"
    if any(part.single for part in outputs) and _several(taken):
        return "single"
    return ""


def _several(taken):
    """Whether lots of one product differ in how much they hold of what is asked about."""
    rates = defaultdict(set)
    for part, share in taken:
        if part.quantity > NOTHING:
            rates[part.product].add(round(share.at_most / part.quantity, 6))
    return any(len(found) > 1 for found in rates.values())


def backward(operations, asked):
    """Say how much of each earlier lot is in the asked lots, in the earlier lot's own unit.

    :param operations: :class:`Operation` objects: those that made the asked lots in full, of
        others at least what they gave of lots that are on the way
    :param asked: ids of lots
    :return: dict lot id -> :class:`Share`
    """
    made = defaultdict(list)  # lot -> quantities, by operation that made it
    for operation in operations:
        for part in operation.outputs:
            made[part.lot].append(part.quantity)
    needs = defaultdict(list)  # lot -> shares that later operations passed on to the asked lots
    overdrawn = _overdrawn(operations)
    for operation in reversed(_in_order(operations)):
        needed = [
            (part, _needed(part, made[part.lot], needs.get(part.lot, ()), asked, overdrawn))
            for part in operation.outputs
        ]
        fraction = _fraction(needed)
        if fraction.at_most:
            for part in operation.inputs:
                needs[part.lot].append(_passed(part, fraction, operation))
    return {lot: _added(shares) for lot, shares in needs.items() if lot not in asked}


def _needed(part, made, needs, asked, overdrawn):
    """How much of what an operation gave of a lot is in the asked lots.

    :param made: how much of the lot each of its operations gave
    """
    if part.lot in asked:
        return Share(part.quantity, part.quantity)
    whole = _added(needs)
    at_most = min(whole.at_most, part.quantity)
    if not at_most:
        return NONE
    if part.lot in overdrawn:
        return Share(None, at_most, whole.why or "elsewhere")
    if not whole.certain or len(made) == 1:
        return whole
    if abs(whole.quantity - sum(made)) <= NOTHING:
        return Share(part.quantity, part.quantity)
    return Share(None, at_most, "mixed")


def _fraction(needed):
    """Which fraction of an operation went into the asked lots."""
    needed = [(part, share) for part, share in needed if part.quantity > NOTHING]
    if not any(share.at_most for _part, share in needed):
        return NONE
    whole = _added(share for _part, share in needed)
    if not whole.certain:
        return Share(None, 1.0, whole.why)
    amount = sum(part.quantity for part, _share in needed)
    if abs(amount - whole.quantity) <= NOTHING:
        return Share(1.0, 1.0)
    if len({part.unit for part, _share in needed}) > 1:
        return Share(None, 1.0, "units")
    return Share(whole.quantity / amount, whole.quantity / amount)


def _passed(part, fraction, operation):
    """How much of an input is in the asked lots."""
    at_most = part.quantity * fraction.at_most
    if not fraction.certain:
        return Share(None, at_most, fraction.why)
    others = any(
        other.product == part.product and other.lot != part.lot for other in operation.inputs
    )
    if fraction.quantity < 1 and others and any(out.single for out in operation.outputs):
        return Share(None, part.quantity, "single")
    return Share(part.quantity * fraction.quantity, at_most)
