"""Which putaway rule wins."""

import pytest

from lot_serial_trace.core.putaway import (
    ANY,
    HELD,
    LIFE,
    RECALLED,
    TROUBLE,
    Case,
    Rule,
    applies,
    ranking,
)


def case(**values):
    return Case(
        **{
            "product_id": 1,
            "company_id": 1,
            "categ_ids": (11, 10),
            "class_ids": frozenset({5}),
            "arriving_ids": (22, 21, 20),
            **values,
        }
    )


def winner(case_, *rules):
    """Id of the rule that wins, or None."""
    found = ranking(rules, case_)
    return found[0].id if found else None


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({}, True),
        ({"product_id": 1}, True),
        ({"product_id": 2}, False),
        ({"categ_id": 10}, True),
        ({"categ_id": 12}, False),
        ({"class_id": 5}, True),
        ({"class_id": 6}, False),
        ({"arriving_id": 20}, True),
        ({"arriving_id": 23}, False),
        ({"company_id": 1}, True),
        ({"company_id": 2}, False),
        ({"matter": HELD}, False),
    ],
)
def test_all_that_a_rule_names_must_agree(values, fits):
    assert applies(Rule(**{"id": 1, "matter": ANY, "place_id": 9, **values}), case()) is fits


@pytest.mark.parametrize(
    ("matter", "path", "arriving", "fits"),
    [
        (ANY, (30, 22, 21), None, True),
        (ANY, (22, 21), None, True),
        # past a step: only where the rule says so, or where something is the matter
        (ANY, (40, 21), None, False),
        (ANY, (40, 21), 21, False),
        (ANY, (40, 21), 22, True),
        (TROUBLE, (40, 21), None, True),
    ],
)
def test_good_goods_skip_no_step(matter, path, arriving, fits):
    rule = Rule(1, matter, path[0], arriving_id=arriving, place_path=path)
    assert applies(rule, case(matters=frozenset({matter}))) is fits


@pytest.mark.parametrize(
    ("life", "percent", "left", "whole", "fits"),
    [
        (10, False, 9, 0, True),
        (10, False, 10, 0, False),
        (10, False, -1, 0, True),
        (10, False, None, 0, False),
        (50, True, 49, 100, True),
        (50, True, 50, 100, False),
        (50, True, 1, 0, False),
    ],
)
def test_remaining_life(life, percent, left, whole, fits):
    rule = Rule(1, LIFE, 9, life=life, percent=percent)
    assert applies(rule, case(days_left=left, whole_life=whole)) is fits


def test_the_graver_matter_wins():
    bad = case(matters=frozenset({RECALLED, HELD, TROUBLE}), days_left=1)
    rules = [
        Rule(number, matter, 9, life=10, product_id=1)
        for number, matter in enumerate((ANY, LIFE, TROUBLE, HELD))
    ]
    assert winner(bad, *rules, Rule(7, RECALLED, 9)) == 7
    assert [rule.id for rule in ranking(rules, bad)] == [3, 2, 1, 0]


def test_the_more_specific_wins():
    rules = [
        Rule(1, ANY, 9),
        Rule(2, ANY, 9, arriving_id=20),
        Rule(3, ANY, 9, arriving_id=22),
        Rule(4, ANY, 9, class_id=5),
        Rule(5, ANY, 9, categ_id=10),
        Rule(6, ANY, 9, categ_id=11),
        Rule(7, ANY, 9, product_id=1),
    ]
    assert [rule.id for rule in ranking(rules, case())] == [7, 6, 5, 4, 3, 2, 1]


def test_the_tighter_limit_wins_whatever_its_unit():
    rules = [Rule(1, LIFE, 9, life=30), Rule(2, LIFE, 9, life=10, percent=True)]
    assert winner(case(days_left=5, whole_life=100), *rules) == 2
    assert winner(case(days_left=20, whole_life=100), *rules) == 1


def test_equals_go_by_their_order():
    assert winner(case(), Rule(1, ANY, 9, sequence=20), Rule(2, ANY, 9, sequence=10)) == 2
