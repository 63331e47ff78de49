"""Who should have gone first is judged without a database."""

import random
from datetime import date, timedelta

from lot_serial_trace.core.fefo import Free, Taken, correct, judge

TODAY = date(2026, 11, 22)


def day(number):
    return TODAY + timedelta(days=number)


def taken(number, quantity=1.0, group="shelf"):
    return Taken(f"line {number}", group, day(number) if number is not None else None, quantity)


def free(number, quantity=1.0, short=False):
    return Free(f"lot {number}", day(number), quantity, short)


def verdicts(lines, *ones, group="shelf"):
    return [one.verdict for one in judge(lines, {group: list(ones)})]


def test_the_first_one_was_taken():
    assert verdicts([taken(5)], free(5), free(6)) == ["kept"]


def test_an_earlier_one_stayed():
    [judgement] = judge([taken(9)], {"shelf": [free(7), free(5), free(12)]})
    assert (judgement.verdict, judgement.better.lot, judgement.quantity) == ("broken", "lot 5", 1)


def test_the_same_day_is_as_good():
    assert verdicts([taken(5)], free(5)) == ["kept"]


def test_what_lasts_for_ever_goes_last():
    assert verdicts([taken(None)], free(400)) == ["broken"]


def test_one_unit_left_behind_is_one_wrong_line_and_it_is_the_worst():
    assert verdicts([taken(8), taken(20), taken(9)], free(5)) == ["kept", "broken", "kept"]


def test_part_of_a_line():
    [judgement] = judge([taken(9, 10)], {"shelf": [free(5, 3), free(6, 4)]})
    assert (judgement.better.lot, judgement.quantity) == ("lot 5", 7)


def test_the_customers_minimum_explains():
    assert verdicts([taken(9)], free(5, short=True)) == ["explained"]
    assert verdicts([taken(9)], free(5, short=True), free(7)) == ["broken"]
    assert verdicts([taken(4)], free(5, short=True)) == ["kept"]


def test_other_places_do_not_count():
    assert verdicts([taken(9, group="store")], free(5)) == ["kept"]


def test_what_is_in_two_groups_is_given_out_once():
    one = free(5)
    lines = [taken(9), taken(9, group="store")]
    found = judge(lines, {"shelf": [one], "store": [one]})
    assert sorted(judgement.verdict for judgement in found) == ["broken", "kept"]


def _slow(lines, ones):
    """Units one by one: each left behind accuses the worst line that is not accused yet."""
    units = sorted(
        (n for n, quantity in ones for _ in range(quantity)),
    )
    lines = sorted(
        ([index, n] for index, (n, quantity) in enumerate(lines) for _ in range(quantity)),
        key=lambda line: (-line[1], line[0]),
    )
    wrong = {}
    for index, n in lines:
        if units and units[0] < n:
            units.pop(0)
            wrong[index] = wrong.get(index, 0) + 1
    return wrong


def test_random_deliveries_as_if_unit_by_unit():
    rng = random.Random(4)
    for _round in range(500):
        lines = [(rng.randrange(8), rng.randrange(1, 4)) for _ in range(rng.randrange(1, 6))]
        ones = [(rng.randrange(8), rng.randrange(1, 4)) for _ in range(rng.randrange(5))]
        found = judge(
            [taken(n, quantity) for n, quantity in lines],
            {"shelf": [free(n, quantity) for n, quantity in ones]},
        )
        wrong = {i: one.quantity for i, one in enumerate(found) if one.verdict == "broken"}
        assert wrong == _slow(lines, ones), (lines, ones)


def test_corrected_numbers_are_judged_by_what_is_known():
    jan = [None, *(date(2027, 1, day) for day in range(1, 32))]
    # verdict, day as corrected, the better one, the one that had not gone
    assert correct("broken", jan[3], jan[3], jan[20]) == ("kept", None)
    assert correct("kept", jan[20], None, jan[3]) == ("broken", "back")
    assert correct("broken", jan[20], jan[3], jan[30]) == ("broken", "better")
    assert correct("broken", jan[20], jan[5], jan[3]) == ("broken", "back")
    assert correct("explained", jan[30], jan[3], jan[20]) == ("broken", "back")
    assert correct("explained", jan[30], jan[3], None) == ("explained", "better")
    assert correct("broken", None, jan[3], None) == ("broken", "better"), "it lasts for ever"
    assert correct("kept", jan[3], None, jan[20]) == ("kept", None)
