"""What people sell becomes rules: the stricter of two, each for its own goods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lot_serial_trace.core import setup
from lot_serial_trace.core.findings import KINDS, SEVERITIES
from lot_serial_trace.core.setup_trades import TRADES

CHOSEN = st.dictionaries(
    st.sampled_from(list(TRADES)), st.lists(st.integers(1, 3), unique=True, max_size=2), min_size=1
)


def found(*chosen):
    return {(one.area, one.name, one.categ_id): one for one in setup.settings(chosen)}


@pytest.mark.parametrize("trade", TRADES)
def test_each_trade_is_whole_and_sensible(trade):
    wishes = TRADES[trade].wishes
    assert len({(wish.area, wish.name) for wish in wishes}) == len(wishes), "each thing once"
    for wish in wishes:
        assert wish.area in setup.AREAS
        assert wish.why.endswith(".")
        if wish.area == "policy":
            assert wish.name in KINDS
            assert wish.values["severity"] in SEVERITIES
        if wish.area == "expiry":
            values = wish.values
            assert values["warn_at"] >= values["stop_at"] >= values["pull_at"] >= 0
    areas = {wish.area for wish in wishes}
    assert {"policy", "scan", "retention", "drill"} <= areas


def test_the_stricter_of_two_trades_counts():
    both = found(("food", ()), ("medicine", ()))
    assert both["policy", "duplicate_serial", None].values["severity"] == "block"
    assert both["scan", "in", None].values["severity"] == "warn"
    short = both["policy", "short_life", None].values
    assert (short["min_life_days"], short["min_life_percent"]) == (180, 33)
    assert both["expiry", "goods", None].values["warn_at"] == 180
    assert both["retention", "goods", None].values["years"] == 6
    assert both["deadline", "I", None].values["notice_hours"] == 4
    assert both["drill", "plan", None].values == {"months": 12, "drill_scheme": "brcgs"}
    assert both["policy", "duplicate_serial", None].whys == (
        "A serial number exists once in the world.",
    ), "the stricter one says why"
    assert len(both["policy", "short_life", None].whys) == 2, "both have a say"


def test_goods_of_named_categories_only():
    some = found(("food", (7, 8)), ("electronics", ()))
    assert some["policy", "expired", 7].values == some["policy", "expired", 8].values
    assert ("policy", "expired", None) not in some
    assert some["policy", "duplicate_serial", None].values["severity"] == "block"
    assert some["policy", "duplicate_serial", 7].values["severity"] == "warn"
    assert some["deadline", "I", None], "deadlines are the company's"
    assert not any(area == "warranty" for area, _name, _categ in some), "of all goods: none"


def test_warranty_of_a_category():
    assert found(("electronics", (5,)))["warranty", "goods", 5].values == {
        "trace_warranty_months": 24
    }


@given(CHOSEN)
def test_any_choice_is_in_one_order_and_says_each_thing_once(chosen):
    forward = setup.settings(chosen.items())
    backward = setup.settings(reversed(list(chosen.items())))
    assert forward == backward, "the order of answers does not matter"
    keys = [one.key for one in forward]
    assert keys == sorted(set(keys))


@given(CHOSEN, st.sampled_from(list(TRADES)))
def test_one_more_trade_never_makes_anything_milder(chosen, trade):
    before = found(*((one, ()) for one in chosen))
    after = found(*((one, ()) for one in {*chosen, trade}))
    for key, one in before.items():
        then, now = one.values.get("severity"), after[key].values.get("severity")
        if then:
            assert SEVERITIES.index(now) >= SEVERITIES.index(then)
        for name in set(one.values) & setup.SMALLER:
            assert after[key].values[name] <= one.values[name]


def test_what_is_as_strict_for_more_goods_covers():
    assert setup.covers("scan", {"severity": "warn"}, {"severity": "warn"})
    assert not setup.covers("policy", {"severity": "note"}, {"severity": "warn"})
    life = {"severity": "warn", "min_life_days": 90, "min_life_percent": 0}
    assert setup.covers("policy", life, {"severity": "warn", "min_life_days": 90})
    assert not setup.covers("policy", life, {"severity": "warn", "min_life_percent": 33})
    assert setup.covers("retention", {"years": 9, "months": 12}, {"years": 10})
    assert not setup.covers("retention", {"years": 5, "months": 6}, {"years": 10})
    rule = {f"{name}_unit": "days" for name in ("warn", "stop", "pull")}
    rule |= {"warn_at": 30, "stop_at": 3, "pull_at": 1}
    assert setup.covers("expiry", rule, rule)
    assert not setup.covers("expiry", rule, {**rule, "stop_at": 4})
    assert not setup.covers("expiry", {**rule, "pull_unit": "percent"}, rule)
