"""Where all of a lot is: stock and ledger put together so that the sums close."""

from datetime import datetime

import pytest

from lot_serial_trace.core import whereabouts

EARLY, LATE = datetime(2026, 1, 1), datetime(2026, 2, 1)


def lying(quantity, place_id=1, **values):
    row = {
        "place_id": place_id,
        "usage": "internal",
        "shared": False,
        "quantity": quantity,
        "reserved": 0,
        "in_date": EARLY,
        "held": False,
        "quarantine": False,
        "subcontractor": False,
    }
    return {**row, **values}


def flow(usage, came=0, left=0, **values):
    row = {
        "usage": usage,
        "place_id": None,
        "partner_id": None,
        "way": None,
        "shared": False,
        "came": came,
        "left": left,
        "since": LATE,
        "biz_step": "shipping",
    }
    return {**row, **values}


def states(places):
    return {place["state"]: place["quantity"] for place in places}


def test_received_kept_and_sold():
    places, came, difference = whereabouts.account(
        [lying(4)],
        [
            flow("supplier", left=10),
            flow("internal", 10, 6, place_id=1, since=LATE),
            flow("customer", 7, 1, partner_id=5),
        ],
    )
    assert states(places) == {"on_hand": 4, "customer": 6}
    assert (came, difference) == ({"received": 10}, 0)
    assert places[0]["since"] == LATE, "the last arrival, not the date for first in, first out"


def test_what_is_missing_is_told():
    assert whereabouts.account([lying(4)], [flow("supplier", left=10)])[2] == 6
    assert whereabouts.account([lying(4)], [])[2] == -4


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"held": True}, "held"),
        ({"held": True, "quarantine": True}, "quarantine"),
        ({"usage": "transit"}, "in_transit"),
        ({"subcontractor": True}, "subcontractor"),
        ({}, "on_hand"),
    ],
)
def test_state_in_the_house(values, state):
    assert states(whereabouts.account([lying(1, **values)], [])[0]) == {state: 1}


def test_returned_by_somebody_else():
    """A till takes back without asking for a name: it is one of the sold ones, the latest."""
    places, came, _difference = whereabouts.account(
        [],
        [
            flow("customer", 5, partner_id=1, since=EARLY),
            flow("customer", 5, partner_id=2, since=LATE),
            flow("customer", 0, 7, partner_id=None),
        ],
    )
    assert [(place["partner_id"], place["quantity"]) for place in places] == [(1, 3)]
    assert came == {}


def test_came_back_without_having_been_sold():
    places, came, difference = whereabouts.account([lying(2)], [flow("customer", 0, 2)])
    assert (states(places), came, difference) == ({"on_hand": 2}, {"returned": 2}, 0)


def test_used_taken_apart_and_made_again():
    component = whereabouts.account(
        [lying(10)],
        [
            flow("supplier", left=10),
            flow("production", 4, 0, way="made"),
            flow("production", 0, 4, way="apart"),
        ],
    )
    assert (states(component[0]), component[2]) == ({"on_hand": 10}, 0)
    product = whereabouts.account(
        [],
        [flow("production", 0, 1, way="made"), flow("production", 1, 0, way="apart")],
    )
    assert (states(product[0]), product[1], product[2]) == ({"taken_apart": 1}, {"made": 1}, 0)


def test_more_comes_out_than_went_in():
    places, came, difference = whereabouts.account(
        [lying(3)], [flow("production", 0, 3, way="apart")]
    )
    assert (states(places), came, difference) == ({"on_hand": 3}, {"made": 3}, 0)


def test_parts_of_a_repair():
    places, came, difference = whereabouts.account(
        [lying(1)], [flow("supplier", left=2), flow("production", 2, 1, way="part")]
    )
    assert (states(places), difference) == ({"on_hand": 1, "built_in": 1}, 0)
    assert whereabouts.account([], [flow("production", 0, 1, way="part")])[1] == {"taken_out": 1}


def test_counts_are_summed_up_and_scrap_is_not_mixed_in():
    places, came, difference = whereabouts.account(
        [lying(5)],
        [
            flow("supplier", left=10),
            flow("inventory", 4, 1, way="count"),
            flow("inventory", 2, way="scrap"),
        ],
    )
    assert states(places) == {"on_hand": 5, "scrapped": 2, "lost": 3}
    assert (came, difference) == ({"received": 10}, 0)
    assert whereabouts.account([lying(2)], [flow("inventory", 0, 2, way="count")])[1] == {
        "found": 2
    }


def test_sent_straight_to_the_customer():
    places, came, difference = whereabouts.account(
        [], [flow("supplier", left=1), flow("customer", 1, partner_id=1)]
    )
    assert (states(places), came, difference) == ({"customer": 1}, {"received": 1}, 0)


def test_between_companies():
    """Five were sent to another company, which has taken two in: three are on the way."""
    seller = whereabouts.account(
        [lying(3, 9, usage="transit", shared=True)],
        [
            flow("supplier", left=5),
            flow("transit", 5, place_id=9, shared=True, partner_id=7),
        ],
    )
    assert states(seller[0]) == {"in_transit": 3, "handed_over": 2}
    assert seller[2] == 0
    buyer = whereabouts.account(
        [lying(2), lying(3, 9, usage="transit", shared=True)],
        [flow("transit", 0, 2, place_id=9, shared=True), flow("internal", 2, place_id=1)],
    )
    assert (states(buyer[0]), buyer[1], buyer[2]) == ({"on_hand": 2}, {"other_company": 2}, 0)
    stranger = whereabouts.account([lying(3, 9, usage="transit", shared=True)], [])
    assert stranger == ([], {}, 0)


def test_at_the_till():
    places = whereabouts.account([], [flow("customer", 1, biz_step="retail_selling")])[0]
    assert states(places) == {"till": 1}


def test_rounding_is_no_difference():
    assert whereabouts.account([lying(0.1 + 0.2)], [flow("supplier", left=0.3)])[2] == 0
