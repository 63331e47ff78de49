from datetime import date, timedelta

import pytest

from lot_serial_trace.core import till
from lot_serial_trace.core.findings import KINDS

TODAY = date(2027, 3, 1)


def ask(**values):
    """A serial number that is here and may be sold, but for ``values``."""
    defaults = {"ref": 1, "product": "Device", "tracking": "serial", "number": "SN1", "key": "k"}
    return till.Ask(**{**defaults, "known": True, "here": 1.0, "shop": "Shop", **values})


def codes(*asks):
    return [finding.code for finding in till.examine(asks, TODAY)]


def test_nothing_to_say():
    assert codes(ask()) == []
    assert codes(ask(tracking="lot", here=5, quantity=5, taken=0)) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"number": ""}, "no_number"),
        ({"known": False, "here": 0, "other": "Cream"}, "wrong_product"),
        ({"here": 0, "sold": "S/1"}, "sold_already"),
        ({"here": 0, "sold": "S/1", "elsewhere": "Far"}, "sold_already"),
        ({"here": 0, "elsewhere": "Far"}, "not_in_shop"),
        ({"here": 0}, "unknown_number"),
        ({"here": -1}, "unknown_number"),
        ({"known": False, "here": 0}, "unknown_number"),
        ({"taken": 1, "order": "S/2"}, "in_other_order"),
        ({"tracking": "lot", "here": 5, "quantity": 3, "taken": 3, "order": "S"}, "in_other_order"),
        ({"tracking": "lot", "here": 5, "quantity": 6}, "too_few_left"),
        ({"hold": "leaks"}, "on_hold"),
        ({"expires": TODAY - timedelta(1)}, "expired"),
        ({"stop": TODAY - timedelta(1)}, "past_stop_sale"),
        ({"short": {"customer": "C", "days": 1, "wanted": 2, "day": ""}}, "short_life_customer"),
    ],
)
def test_each_reason(values, code):
    [finding] = till.examine([ask(**values)], TODAY)
    assert finding.code == code
    assert "%(" not in finding.text


def test_last_days_are_good_days():
    assert codes(ask(expires=TODAY, stop=TODAY)) == []


def test_an_unknown_number_may_be_on_another_order():
    unknown = ask(known=False, here=0, taken=1, order="S/2")
    assert codes(unknown) == ["in_other_order", "unknown_number"]


def test_a_serial_number_twice():
    assert codes(ask(), ask(ref=2)) == ["twice_on_order"] * 2
    assert codes(ask(tracking="lot"), ask(tracking="lot", ref=2)) == []
    assert codes(ask(number=""), ask(number="", ref=2)) == ["no_number"] * 2


def test_several_reasons_in_the_order_of_their_weight():
    bad = ask(here=0, sold="S", hold="leaks", expires=TODAY - timedelta(1))
    found = codes(bad)
    assert found == ["sold_already", "on_hold", "expired"]
    assert found == [code for code in till.CODES if code in found]


def test_each_code_has_words():
    assert set(till.CODES) <= KINDS.keys()
