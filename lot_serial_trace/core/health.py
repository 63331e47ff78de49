"""What breaks a trace, how much each flaw counts, and the score.

The score is the share of done movements of tracked goods that can be traced end to end. Each
movement counts one. Where a flaw breaks its trace it counts nothing, where a flaw only weakens it
a half. A flaw in a number bears on all movements of that number, a flaw in a movement on that one.
"""

from dataclasses import dataclass


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: How much of a movement's trace a flaw takes away.
BREAKS, WEAKENS, TELLS = 1.0, 0.5, 0.0


@dataclass(frozen=True, slots=True)
class Flaw:
    """A kind of flaw.

    :param code: stable key
    :param title: a few words for lists and filters
    :param message: sentence with ``%(name)s`` placeholders for the finding's values
    :param meaning: what it means for a trace
    :param remedy: what the reader should do now
    :param weight: :data:`BREAKS`, :data:`WEAKENS` or :data:`TELLS`
    :param about: ``lot``: bears on all movements of the number; ``line``: on one; ``product``: on
        what was made of it; ``ledger``: on nothing that moved
    :param repair: how the button helps: ``fix`` does it, ``ask`` asks what it needs, ``open`` leads
        to where it is done
    """

    code: str
    title: str
    message: str
    meaning: str
    remedy: str
    weight: float
    about: str = "lot"
    repair: str = "open"


#: Movements that the ledger does not tell as they are; found and kept by ``trace.ledger.gap``.
GAP = "ledger_gap"

FLAWS = {
    flaw.code: flaw
    for flaw in (
        Flaw(
            "no_number",
            _("Moved without a number"),
            _("%(quantity)s of %(product)s moved with %(document)s, and nobody said which"),
            _("These goods belong to no lot: no recall finds them, and no trace passes here."),
            _("Give the movement the number on the label. If it is lost, say so by a lot for it."),
            BREAKS,
            "line",
            "ask",
        ),
        Flaw(
            GAP,
            _("Not in the ledger as it is"),
            _("%(document)s is not in the ledger as it is"),
            _("The ledger says something else than what moved, so its answers are wrong."),
            _("Look who moved goods past the ledger, then press Record Now."),
            BREAKS,
            "line",
        ),
        Flaw(
            "no_origin",
            _("Stock without an origin"),
            _("%(quantity)s of %(lot)s of %(product)s in %(place)s came from nowhere"),
            _("A trace back to the supplier ends before it began."),
            _("Find the delivery it came with and book it, or count the place."),
            BREAKS,
        ),
        Flaw(
            "no_edge",
            _("Operation without its link"),
            _("%(lot)s of %(product)s is not linked to %(document)s"),
            _("What went in and what came out are not tied together: the walk stops here."),
            _("Press Repair: the link is made from the movements."),
            BREAKS,
            repair="fix",
        ),
        Flaw(
            "stray_edge",
            _("Link without its movement"),
            _("%(lot)s of %(product)s is linked to %(document)s, but did not move so"),
            _("The walk goes where the goods did not: innocent lots are accused."),
            _("Press Repair: the link is made anew from the movements."),
            WEAKENS,
            repair="fix",
        ),
        Flaw(
            "chain_broken",
            _("Untracked between tracked"),
            _("%(product)s is made of tracked goods and goes into tracked goods, untracked itself"),
            _("Everything made of it loses its ingredients: the walk ends at this product."),
            _("Track the product by lots from now on. What was made before stays a gap."),
            BREAKS,
            "product",
        ),
        Flaw(
            "serial_twice",
            _("Serial number in two places"),
            _("%(lot)s of %(product)s is there %(quantity)s times, once in %(place)s"),
            _("One number stands for two things: nobody can say which one was sold."),
            _("Compare the labels. Correct the movement that took the wrong number, or count."),
            WEAKENS,
        ),
        Flaw(
            "serial_quantity",
            _("One serial number, many units"),
            _("%(quantity)s of %(product)s moved as one serial number, %(lot)s"),
            _("One number stands for several things."),
            _("Correct the movement: each unit has a number of its own."),
            WEAKENS,
            "line",
        ),
        Flaw(
            "time_reversal",
            _("Left before it came"),
            _("%(lot)s of %(product)s left %(place)s on %(date)s with %(document)s, "
              "before it came there"),
            _("The order of events is wrong: what was made or sold of it when cannot be told."),
            _("Correct the date or the number of the movement that is wrong."),
            WEAKENS,
        ),
        Flaw(
            "negative_stock",
            _("Less than nothing"),
            _("There are %(quantity)s of %(lot)s of %(product)s in %(place)s"),
            _("More left than came: another lot was taken than the one that was booked."),
            _("Count the place, and correct the number of the movement that took too much."),
            WEAKENS,
        ),
        Flaw(
            "unexplained",
            _("Stock that movements do not explain"),
            _("%(lot)s of %(product)s in %(place)s: %(quantity)s more than its movements say"),
            _("Goods became part of the lot without a movement, or left it."),
            _("Count the place: the difference is booked then."),
            WEAKENS,
        ),
        Flaw(
            "deleted_lot",
            _("Deleted number"),
            _("%(lot)s of %(product)s is in the ledger but was deleted"),
            _("Documents do not show the number any more. The ledger still does."),
            _("Nothing brings it back. Find out who deleted it; deleting is refused by now."),
            WEAKENS,
        ),
        Flaw(
            "renamed_past",
            _("Renamed past the ledger"),
            _("%(lot)s of %(product)s is %(other)s in the ledger"),
            _("Who asks for the number on the label does not find what the ledger has."),
            _("Press Repair: the ledger learns that both are the same."),
            WEAKENS,
            repair="fix",
        ),
        Flaw(
            "renamed",
            _("Renamed"),
            _("%(lot)s of %(product)s moved as %(other)s before"),
            _("The ledger knows both. Labels on the goods may show the old number."),
            _("Print new labels for what is on hand, if it is not done."),
            TELLS,
        ),
        Flaw(
            "no_supplier",
            _("Received from nobody"),
            _("%(quantity)s of %(lot)s of %(product)s came with %(document)s from nobody"),
            _("The trace ends at the dock: one step back is what every food law asks."),
            _("Enter the supplier on the receipt."),
            WEAKENS,
            "line",
        ),
        Flaw(
            "no_supplier_number",
            _("Not the supplier's number"),
            _("%(lot)s of %(product)s came with %(document)s, whose notice names other numbers"),
            _("If the supplier recalls a lot, its number is not found here."),
            _("Compare the label with the notice. Enter the supplier's lot as the batch or the "
              "number."),
            TELLS,
            "line",
        ),
        Flaw(
            "unsealed",
            _("Not sealed yet"),
            _("%(quantity)s events wait for their seal, the first since %(date)s"),
            _("What is not sealed can be changed by the owner of the database unseen."),
            _("See that the scheduled action that seals the ledger runs."),
            TELLS,
            "ledger",
        ),
    )
}  # fmt: skip


def weights(about):
    """List of ``(code, weight)`` of the flaws that bear on ``about`` and take something away."""
    return [(f.code, f.weight) for f in FLAWS.values() if f.about == about and f.weight]


def score(trusted, movements):
    """The share, between 0 and 1; 1 where nothing moved."""
    return trusted / movements if movements else 1.0
