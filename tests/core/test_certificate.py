"""What a certificate for everybody leaves out, and which part of a proof is whose."""

import json
from hashlib import sha256

from lot_serial_trace.core import merkle
from lot_serial_trace.core.certificate import sealed, seals, strangers_names_gone

STEP = {"event": 1, "when": "", "step": "", "from": "A", "to": "B", "quantity": 1}


def step(source, dest, **values):
    return {
        **STEP,
        "from_usage": source,
        "to_usage": dest,
        "partner": "P",
        "document": "D",
        **values,
    }


def place(state, **values):
    return {
        "state": state,
        "place": "W",
        "quantity": 1,
        "since": "2026-01-01",
        "partner": "P",
        "document": "D",
        **values,
    }


def gone(**values):
    return strangers_names_gone({"path": [], "places": [], "holds": [], **values})


def test_customers_have_no_names():
    path = gone(path=[step("internal", "customer"), step("customer", "internal")])["path"]
    assert [(one["partner"], one["document"]) for one in path] == [("", "")] * 2


def test_suppliers_have():
    [one] = gone(path=[step("supplier", "internal")])["path"]
    assert (one["partner"], one["document"]) == ("P", "D")


def test_who_a_transfer_within_the_house_is_for_is_not_told():
    [one] = gone(path=[step("internal", "internal")])["path"]
    assert one["partner"] == ""


def test_customers_are_one_row():
    places = [
        place("customer", quantity=2, since="2026-01-03"),
        place("customer", partner="Q", document="E", quantity=3, since="2026-01-02"),
        place("on_hand", quantity=5),
    ]
    rows = gone(places=places)["places"]
    assert [(one["state"], one["quantity"], one["since"]) for one in rows] == [
        ("customer", 5, "2026-01-03"),
        ("on_hand", 5, "2026-01-01"),
    ]
    assert not any(one["partner"] for one in rows)
    assert rows[0]["document"] == rows[0]["place"] == ""


def test_reasons_are_not_for_everybody():
    hold = {"reason": "Mrs. Doe is ill", "release_reason": "well again", "source": "quality"}
    [one] = gone(holds=[hold])["holds"]
    assert (one["reason"], one["release_reason"], one["source"]) == ("", "", "quality")


def bundle(count, with_leaves):
    """A block of ``count`` events with the ids 101, 102 ..."""
    texts = [json.dumps([f"name {n}", str(101 + n)]) for n in range(count)]
    leaves = b"".join(merkle.leaf_hash(text.encode()) for text in texts)
    tree = merkle.levels(leaves)
    events = [{"index": n, "text": text} for n, text in enumerate(texts)]
    block = {
        "number": 1,
        "header": json.dumps(
            {"version": 1, "number": 1, "root": "r", "sealed_at": "t", "key": "k"}
        ),
        "signature": "s" * 88,
        "path": [],
        "events": events,
    }
    if with_leaves:
        block["leaves"] = [leaves[n * 32 : n * 32 + 32].hex() for n in range(count)]
    else:
        for event in events:
            event["path"] = [one.hex() for one in merkle.inclusion(tree, event["index"])]
    fields = {"1": ["name", "id"]}
    return {"fields": fields, "blocks": [block], "unsealed": 0}, tree


def test_each_gets_its_own_events():
    for with_leaves in (False, True):
        whole, tree = bundle(7, with_leaves)
        mine = sealed(whole, {103, 107, 999})
        [block] = mine["blocks"]
        assert "leaves" not in block
        assert [event["index"] for event in block["events"]] == [2, 6]
        assert mine["unsealed"] == 1
        for event in block["events"]:
            leaf = sha256(b"\x00" + event["text"].encode()).digest()
            path = [bytes.fromhex(one) for one in event["path"]]
            assert merkle.includes(leaf, event["index"], 7, path, merkle.split(tree[-1])[0])


def test_blocks_without_are_left_out():
    whole, _tree = bundle(3, False)
    assert sealed(whole, {1})["blocks"] == []


def test_what_is_told_of_seals():
    [told] = seals(bundle(3, False)[0])
    assert (told["number"], told["root"], told["key"], told["events"]) == (1, "r", "k", 3)
    assert told["signature"] == "s" * 16
