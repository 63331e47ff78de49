"""How much of a lot is in others: said where it can be, with a reason where it cannot."""

import random

import pytest

from lot_serial_trace.core.attribution import (
    WHYS,
    Operation,
    Part,
    Share,
    backward,
    forward,
)

MILK, OTHER, CHEESE, PIZZA, TART = 1, 2, 11, 21, 22


def operation(time, inputs, outputs):
    """Inputs and outputs are ``(lot, quantity)`` or whole parts; a tenth of the id is a product."""
    return Operation(("production", time), time, _parts(inputs), _parts(outputs))


def _parts(parts):
    return tuple(
        part if isinstance(part, Part) else Part(*part, part[0] // 10, "kg") for part in parts
    )


def said(shares):
    return {lot: share.quantity if share.certain else share.why for lot, share in shares.items()}


def test_a_share_follows_the_quantities():
    """4 of milk are 2 cheeses; one of them is in a pizza: it holds 2 of milk."""
    history = [
        operation(1, [(MILK, 4)], [(CHEESE, 2)]),
        operation(2, [(CHEESE, 1)], [(PIZZA, 1)]),
    ]
    sums = forward(history, {MILK})
    assert said(sums.shares) == {CHEESE: 4, PIZZA: 2}
    assert sums.left == {CHEESE: 2, PIZZA: 2}
    assert said(backward(history, {PIZZA})) == {CHEESE: 1, MILK: 2}


def test_several_outputs_share_what_went_in():
    history = [operation(1, [(MILK, 10), (OTHER, 30)], [(PIZZA, 3), (TART, 1)])]
    assert said(forward(history, {MILK}).shares) == {PIZZA: 7.5, TART: 2.5}
    assert said(backward(history, {TART})) == {MILK: 2.5, OTHER: 7.5}


def test_outputs_in_different_units_cannot_be_told_apart():
    outputs = [Part(PIZZA, 3, 2, "Units"), Part(TART, 1, 2, "kg")]
    history = [operation(1, [(MILK, 10)], outputs)]
    sums = forward(history, {MILK})
    assert sums.shares[PIZZA] == Share(None, 10, "units")
    assert sums.unsaid == sums.total() == 10
    assert backward(history, {TART})[MILK] == Share(None, 10, "units")
    assert said(backward(history, {PIZZA, TART})) == {MILK: 10}, "all of it is in both together"


def test_single_units_of_one_lot_or_another():
    """Ten screws of two lots in two devices: nobody wrote down which got which."""
    devices = [Part(PIZZA, 1, 2, "Units", True), Part(TART, 1, 2, "Units", True)]
    history = [operation(1, [(MILK, 4), (OTHER, 6)], devices)]
    assert forward(history, {MILK}).shares[PIZZA] == Share(None, 4, "single")
    assert backward(history, {PIZZA})[MILK] == Share(None, 4, "single")
    both = forward(history, {MILK, OTHER})
    assert said(both.shares) == {PIZZA: 5, TART: 5}, "both lots are asked about: half of all"


def test_a_lot_that_several_operations_filled():
    history = [
        operation(1, [(MILK, 4)], [(CHEESE, 2)]),
        operation(2, [(OTHER, 4)], [(CHEESE, 2)]),
        operation(3, [(CHEESE, 1)], [(PIZZA, 1)]),
    ]
    sums = forward(history, {MILK})
    assert said(sums.shares) == {CHEESE: 4, PIZZA: "mixed"}
    assert sums.shares[PIZZA].at_most == 2
    assert sums.total() == 4
    assert said(backward(history, {PIZZA})) == {CHEESE: 1, MILK: "mixed", OTHER: "mixed"}


def test_a_mixed_lot_that_is_used_up():
    history = [
        operation(1, [(MILK, 4)], [(CHEESE, 2)]),
        operation(2, [(OTHER, 4)], [(CHEESE, 2)]),
        operation(3, [(CHEESE, 4)], [(PIZZA, 1)]),
    ]
    assert said(forward(history, {MILK}).shares)[PIZZA] == 4
    assert said(backward(history, {PIZZA})) == {CHEESE: 4, MILK: 4, OTHER: 4}


def test_what_was_mixed_later_does_not_count():
    history = [
        operation(1, [(MILK, 4)], [(CHEESE, 2)]),
        operation(2, [(CHEESE, 1)], [(PIZZA, 1)]),
        operation(3, [(OTHER, 4)], [(CHEESE, 2)]),
    ]
    assert said(forward(history, {MILK}).shares) == {CHEESE: 4, PIZZA: 2}


def test_more_used_than_made():
    history = [
        operation(1, [(MILK, 4)], [(CHEESE, 2)]),
        operation(2, [(CHEESE, 3)], [(PIZZA, 1)]),
    ]
    assert forward(history, {MILK}).shares[PIZZA] == Share(None, 4, "elsewhere")
    assert backward(history, {PIZZA})[MILK] == Share(None, 4, "elsewhere")


def test_what_comes_back_is_no_news():
    """Taken apart again: the milk is milk."""
    history = [
        operation(1, [(MILK, 4)], [(PIZZA, 1)]),
        operation(2, [(PIZZA, 1)], [(MILK, 4)]),
    ]
    sums = forward(history, {MILK})
    assert said(sums.shares) == {PIZZA: 4}
    assert (sums.left[PIZZA], sums.back, sums.total()) == (0, 4, 4)


def random_history(rnd):
    """Operations in order of time over a few lots, each from earlier to later ones."""
    lots = list(range(1, 16))
    history = []
    for time in range(rnd.randint(1, 12)):
        cut = rnd.randint(1, len(lots) - 1)
        some = rnd.sample(lots[:cut], min(cut, rnd.randint(1, 3)))
        made = rnd.sample(lots[cut:], min(len(lots) - cut, rnd.randint(1, 2)))
        kinds = ["kg", "kg", rnd.choice(("kg", "Units"))]
        history.append(
            Operation(
                ("production", time),
                time,
                tuple(Part(lot, rnd.randint(1, 5), lot % 3, "kg") for lot in some),
                tuple(
                    Part(lot, rnd.randint(1, 5), lot % 3, kinds[lot % 3], rnd.random() < 0.1)
                    for lot in made
                ),
            )
        )
    return history


def random_histories():
    for seed in range(500):
        yield seed, random_history(random.Random(seed))


def test_random_sums_close():
    """What was used of a lot is in what was made of it, or among what cannot be said: all of it."""
    for seed, history in random_histories():
        for lot in range(1, 6):
            used = sum(part.quantity for step in history for part in step.inputs if part.lot == lot)
            sums = forward(history, {lot})
            assert sums.used == used
            assert sums.total() == pytest.approx(used), (seed, lot)
            assert all(left >= -1e-9 for left in sums.left.values()), (seed, lot)
            for share in sums.shares.values():
                assert share.at_most <= used + 1e-9, (seed, lot)
                assert share.certain or share.why in WHYS


def test_random_both_ways_agree():
    """How much of A is in B is the same, asked from A or from B, where both can be said."""
    agreed = 0
    for seed, history in random_histories():
        for late in range(6, 16):
            origins = backward(history, {late})
            for early, share in origins.items():
                there = forward(history, {early}).shares.get(late)
                if share.certain and there and there.certain:
                    assert there.quantity == pytest.approx(share.quantity), (seed, early, late)
                    agreed += 1
    assert agreed > 500
