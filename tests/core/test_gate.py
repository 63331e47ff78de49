"""The gate decides without a database: who may go where."""

from datetime import date, timedelta

import pytest

from lot_serial_trace.core.gate import Ask, examine

TODAY = date(2026, 11, 22)


def codes(*asks):
    return [finding.code for finding in examine(asks)]


def ask(**values):
    facts = {
        "ref": 1,
        "product": "Milk",
        "tracking": "lot",
        "lot": "L1",
        "known": True,
        "on_hand": 5,
        "dest": "customer",
        "today": TODAY,
    }
    return Ask(**{**facts, **values})


def test_nothing_to_say():
    assert codes(ask()) == []


@pytest.mark.parametrize(
    ("source", "dest", "extra", "stopped"),
    [
        ("internal", "customer", {}, True),
        ("internal", "internal", {}, True),
        ("internal", "production", {}, True),
        ("internal", "transit", {}, True),
        ("supplier", "customer", {}, True),
        ("internal", "internal", {"dest_quarantine": True}, False),
        ("internal", "internal", {"stays": True}, False),
        ("internal", "supplier", {}, False),
        ("internal", "inventory", {}, False),
        ("internal", "inventory", {"counted": True}, False),
        ("supplier", "internal", {}, False),
        ("customer", "internal", {}, False),
        ("production", "internal", {}, False),
    ],
)
def test_held_goods(source, dest, extra, stopped):
    found = codes(ask(hold="leaking", source=source, dest=dest, **extra))
    assert ("on_hold" in found) is stopped


def test_expired_is_asked_only_where_it_is_used_up_or_leaves():
    past = TODAY - timedelta(days=1)
    assert codes(ask(expires=past)) == ["expired"]
    assert codes(ask(expires=past, dest="production")) == ["expired"]
    assert codes(ask(expires=past, dest="internal")) == []
    assert codes(ask(expires=TODAY)) == [], "until the day is over"


def test_unknown_number():
    assert codes(ask(known=False, on_hand=0)) == ["unknown_number"]
    assert codes(ask(on_hand=0)) == ["unknown_number"]
    assert codes(ask(on_hand=0, source="production", dest="internal")) == []
    assert codes(ask(on_hand=0, counted=True, dest="inventory")) == []


def test_serial_that_is_here_already_or_comes_twice():
    coming = {"tracking": "serial", "source": "supplier", "dest": "internal", "key": 7}
    coming["known"] = False
    assert codes(ask(**coming, elsewhere="WH/Stock")) == ["duplicate_serial"]
    assert codes(ask(**coming), ask(**coming)) == ["duplicate_serial"] * 2
    assert codes(ask(**coming), ask(**{**coming, "lot": "L2"})) == []
    assert codes(ask(**coming), ask(**{**coming, "key": 8})) == [], "another product"


def test_number_that_exists_and_comes_from_a_supplier():
    coming = {"source": "supplier", "dest": "internal"}
    assert codes(ask(**coming)) == ["known_number"]
    assert codes(ask(**coming, known=False)) == []
    assert codes(ask(**{**coming, "source": "customer"})) == [], "a unit that comes back"
    assert codes(ask(**coming, tracking="serial", elsewhere="WH/Stock")) == ["duplicate_serial"]


def test_number_missing():
    assert codes(ask(lot="")) == ["no_number"]
    assert codes(ask(lot="", tracking="none")) == []


def test_worst_comes_first():
    found = codes(ask(hold="x", expires=TODAY - timedelta(days=1), on_hand=0))
    assert found == ["on_hold", "expired", "unknown_number"]
