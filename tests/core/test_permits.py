"""What a permission lets pass, and what it does not."""

from dataclasses import replace

import pytest

from lot_serial_trace.core.permits import Blocked, Permit, Permits

SN = (7, "SN1")
PERMIT = Permit(
    1,
    company_id=1,
    code="on_hold",
    numbers=frozenset([SN]),
    picking_type_id=20,
    partner_id=30,
    dest_path="1/5/",
    left=10.0,
    holds_until=100,
)
BLOCKED = Blocked(
    ref=1,
    code="on_hold",
    company_id=1,
    number=SN,
    picking_id=50,
    picking_type_id=20,
    partner_ids=(31, 30),
    dest_path="1/5/9/",
    quantity=4.0,
    hold_id=100,
)


def admitted(blocked, *permits):
    return Permits(permits or [PERMIT]).admit(blocked)


def test_what_is_named_passes():
    assert admitted(BLOCKED) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"code": "expired"},
        {"company_id": 2},
        {"number": (7, "SN2")},
        {"number": (8, "SN1")},
        {"picking_type_id": 21},
        {"partner_ids": (31,)},
        {"partner_ids": ()},
        {"dest_path": "1/6/"},
        {"dest_path": "1/55/"},
        {"quantity": 10.001},
        {"hold_id": 101},
    ],
)
def test_anything_else_does_not(change):
    assert admitted(replace(BLOCKED, **change)) is None


def test_a_later_hold_stops_only_what_is_on_hold():
    permit = replace(PERMIT, code=None)
    assert admitted(replace(BLOCKED, hold_id=101, code="expired"), permit) == 1
    assert admitted(replace(BLOCKED, hold_id=101), permit) is None


def test_a_document_lets_all_on_it_pass_and_nothing_else():
    permit = Permit(2, company_id=1, picking_id=50, holds_until=100)
    assert admitted(BLOCKED, permit) == 2
    assert admitted(replace(BLOCKED, number=(9, "")), permit) == 2
    assert admitted(replace(BLOCKED, picking_id=51), permit) is None
    assert admitted(replace(BLOCKED, picking_id=None), permit) is None


def test_a_quantity_is_used_up():
    permits = Permits([PERMIT])
    lines = [replace(BLOCKED, ref=number) for number in range(3)]
    assert [permits.admit(line) for line in lines] == [1, 1, None]
    assert permits.left[1] == pytest.approx(2.0)


def test_one_movement_stopped_twice_counts_once():
    permits = Permits([replace(PERMIT, code=None, left=4.0)])
    assert permits.admit(BLOCKED) == permits.admit(replace(BLOCKED, code="expired")) == 1
    assert permits.left[1] == 0.0


def test_tenths_add_up():
    permits = Permits([replace(PERMIT, left=0.3)])
    lines = [replace(BLOCKED, ref=number, quantity=0.1) for number in range(3)]
    assert [permits.admit(line) for line in lines] == [1, 1, 1]


def test_the_next_permission_takes_over():
    permits = Permits([replace(PERMIT, left=4.0), replace(PERMIT, id=2, left=None)])
    lines = [replace(BLOCKED, ref=number) for number in range(3)]
    assert [permits.admit(line) for line in lines] == [1, 2, 2]
