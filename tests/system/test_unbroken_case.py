"""A recall of thousands of lots, whose server dies while the case is confirmed."""

import signal
import time

import pytest

#: Lots of the case; the request that confirms holds the first two thousand.
LOTS, FIRST = 2_600, 2_000
#: Some of them have goods on a shelf.
STOCKED = 20


@pytest.fixture
def server(start):
    """A running server with the demo data."""
    server = start()
    server.wait_for("is running:")
    return server


def call(server, session, model, method, *args, **kwargs):
    """Call a model's method as the browser does; None where it answers nothing."""
    body = {
        "jsonrpc": "2.0",
        "params": {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
    }
    path = f"{server.url}/web/dataset/call_kw/{model}/{method}"
    answer = session.post(path, json=body, timeout=120).json()
    assert "error" not in answer, answer["error"]
    return answer.get("result")


def goods(server, session):
    """Lots, some of them in stock; returns their ids."""
    product = {"name": "Unbroken", "is_storable": True, "tracking": "lot"}
    [product_id] = call(server, session, "product.product", "create", [product])
    lots = []
    for first in range(0, LOTS, LOTS // 2):
        names = [
            {"name": f"UB{number:05}", "product_id": product_id}
            for number in range(first, first + LOTS // 2)
        ]
        lots += call(server, session, "stock.lot", "create", names)
    [house] = call(server, session, "stock.warehouse", "search_read", [], ["lot_stock_id"], limit=1)
    stock = {"product_id": product_id, "location_id": house["lot_stock_id"][0]}
    quants = [{**stock, "lot_id": lot, "inventory_quantity": 3} for lot in lots[-STOCKED:]]
    mode = {"context": {"inventory_mode": True}}
    counted = call(server, session, "stock.quant", "create", quants, **mode)
    call(server, session, "stock.quant", "action_apply_inventory", counted)
    return lots


def confirmed(server, session, lots):
    """A case about them that was confirmed a moment ago."""
    said = {"title": "Unbroken", "reason": "glass in the jar", "lot_ids": [[6, 0, lots]]}
    [case] = call(server, session, "trace.recall", "create", [said])
    call(server, session, "trace.recall", "action_preview", [case])
    call(server, session, "trace.recall", "action_confirm", [case])
    return case


def holds(server, session, case):
    """How many holds of the case are in force."""
    mine = [["origin_model", "=", "trace.recall"], ["origin_id", "=", case]]
    return call(server, session, "trace.hold", "search_count", [*mine, ["state", "=", "active"]])


def wake(server, session):
    """Odoo looks for jobs once a minute; notices of the demo's case have it look now."""
    told = [["is_telling", "=", True], ["state", "=", "running"]]
    cases = call(server, session, "trace.recall", "search", told, limit=1)
    call(server, session, "trace.recall", "action_tell", cases)


def wait(ready, seconds=240):
    """Ask until it is so."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it is not so"
        time.sleep(0.05)


def test_a_case_whose_server_is_killed_goes_on_where_it_was(server, start):
    admin = server.login()
    lots = goods(server, admin)
    case = confirmed(server, admin, lots)
    # The goods on hand were held before whoever pressed the button had his answer.
    assert holds(server, admin, case) >= FIRST
    server.odoo.send_signal(signal.SIGKILL)
    server.make.wait(60)

    again = start()
    again.wait_for("is running:")
    admin = again.login()
    wake(again, admin)
    wait(
        lambda: call(again, admin, "trace.recall", "read", [case], ["phase"])[0]["phase"] == "done"
    )
    [told] = call(again, admin, "trace.recall", "read", [case], ["state", "error", "held_at"])
    assert (told["state"], told["error"]) == ("running", False)
    assert told["held_at"]
    rows = call(
        again,
        admin,
        "trace.recall.lot",
        "search_read",
        [["recall_id", "=", case]],
        ["lot_id", "state", "hold_id", "on_hand_qty"],
    )
    assert sorted(row["lot_id"][0] for row in rows) == sorted(lots), "the scope is what it was"
    assert {row["state"] for row in rows} == {"held"}
    assert len({row["hold_id"][0] for row in rows}) == LOTS == holds(again, admin, case)
    assert sum(row["on_hand_qty"] for row in rows) == 3 * STOCKED
    steps = call(
        again, admin, "trace.recall.step", "search_read", [["recall_id", "=", case]], ["kind"]
    )
    kinds = [step["kind"] for step in steps]
    assert {kind: kinds.count(kind) for kind in ("running", "held", "traced", "tasks")} == {
        "running": 1,
        "held": 1,
        "traced": 1,
        "tasks": 1,
    }
