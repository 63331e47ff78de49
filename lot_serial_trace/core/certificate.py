"""What a certificate may say to whom, and which part of a proof belongs to whom."""

import json

from . import merkle

#: Where somebody is who has a name that is not for everybody.
OUTSIDE = ("customer",)
#: What a place says of goods that somebody outside has.
THEIRS = ("customer", "till", "handed_over")


def strangers_names_gone(facts):
    """The facts without customers: their names, and documents that lead to them."""
    return {
        **facts,
        "path": [_step(step) for step in facts["path"]],
        "places": _together([_place(place) for place in facts["places"]]),
        "holds": [{**hold, "reason": "", "release_reason": ""} for hold in facts["holds"]],
    }


def _step(step):
    if step["from_usage"] in OUTSIDE or step["to_usage"] in OUTSIDE:
        return {**step, "partner": "", "document": ""}
    return {**step, "partner": step["partner"] if step["from_usage"] == "supplier" else ""}


def _place(place):
    theirs = place["state"] in THEIRS
    return {**place, "partner": "", **({"document": "", "place": ""} if theirs else {})}


def _together(places):
    """One row for all that customers have: a row for each would tell how many there are."""
    found = {}
    for place in places:
        key = (place["state"], place["place"], place["document"])
        known = found.get(key)
        if known:
            place = {
                **place,
                "quantity": known["quantity"] + place["quantity"],
                "since": max(known["since"], place["since"]),
            }
        found[key] = place
    return list(found.values())


def sealed(bundle, wanted):
    """The part of a proof that is about some events.

    :param bundle: as ``trace.block._proof`` gives it
    :param wanted: set of event ids
    :return: a bundle of the same form; blocks without any of the events are left out
    """
    blocks = [
        {**_without(block, "leaves"), "events": events}
        for block in bundle["blocks"]
        if (events := _events(block, bundle["fields"], wanted))
    ]
    count = sum(len(block["events"]) for block in blocks)
    return {**bundle, "blocks": blocks, "unsealed": len(wanted) - count}


def _events(block, fields, wanted):
    header = json.loads(block["header"])
    place = fields[str(header["version"])].index("id")
    mine = [one for one in block["events"] if int(json.loads(one["text"])[place]) in wanted]
    if mine and "leaves" in block:
        tree = block.setdefault(
            "_tree", merkle.levels(b"".join(map(bytes.fromhex, block["leaves"])))
        )
        mine = [
            {**one, "path": [step.hex() for step in merkle.inclusion(tree, one["index"])]}
            for one in mine
        ]
    return mine


def _without(block, name):
    return {key: value for key, value in block.items() if key not in (name, "_tree")}


def seals(bundle):
    """What is told of the seals: list of ``number``, ``root``, ``hash`` and ``key`` of blocks."""
    return [
        {
            "number": header["number"],
            "root": header["root"],
            "sealed_at": header["sealed_at"],
            "key": header.get("key", ""),
            "signature": (block["signature"] or "")[:16],
            "events": len(block["events"]),
        }
        for block in bundle["blocks"]
        for header in [json.loads(block["header"])]
    ]
