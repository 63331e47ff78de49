"""Any text gives a result or a Gs1Error, at once: scanners send anything."""

import json
import time

import pytest
from gs1_compact import VECTORS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lot_serial_trace.core import gs1

PIECES = [
    *("01", "02", "00", "10", "21", "17", "37", "3103", "422", "8010", "8110", "89"),
    *("]C1", "]d2", "]E0", "]E3", "]E4", "]Q1", "]X", "[)>\x1e05\x1d"),
    *("\x1d", "<GS>", "Alt029", "^", "|", "#", " ", "\\", "(", ")", "(10)", "(01)", "\\("),
    *("https://", "http://a/", "HTTPS://", "/01/", "/10/", "?", "&", "=", "%", "%2F", "+", "#"),
    *("09521234543213", "106141412345678908", "261231", "000000", "A", "é", "\U0001f4e6", "\ud800"),
    *(vector["text"] for vector in VECTORS["vectors"][::7]),
]
texts = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(PIECES), max_size=9).map("".join),
    st.text(alphabet="0123456789\x1d^()/%=&?]", max_size=60),
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, st.booleans(), st.booleans(), st.integers(1, 9000))
def test_a_result_or_the_one_error(text, lenient, marked, year):
    try:
        scan = gs1.parse(text, year=year, lenient=lenient, marked=marked)
    except gs1.Gs1Error as error:
        assert str(error)
        assert 0 <= error.position <= len(text)
        json.dumps(error.as_dict())
    else:
        assert scan.raw == text
        assert all(0 <= element.position <= len(text) for element in scan.elements)
        assert all(warning.text for warning in scan.warnings)
        json.dumps(scan.as_dict())
        hash(scan)


@pytest.mark.parametrize(
    "text",
    [
        "(10)" + "(" * 4000,
        "(10)" + "\\" * 4000,
        "]d2" + "10A\x1d" * 1000,
        "]d2" + "91A" * 30 + "\x1d" * 4000,
        "]d2" + "0109521234543213" * 200,
        "https://a/" + "01/" * 1300,
        "https://a/" + "01/09521234543213/" * 200,
        "https://a/01/09521234543213?" + "99=A&" * 800,
        "https://a/" + "%" * 4000,
        "01095212345432131" + "^" * 4000,
        "]d210" + "17261231" * 500,
        "]d2" + "24017261231" * 300,
        "0109521234543213" + "|" * 2000 + "~" * 2000,
    ],
    ids=lambda text: text[:24],
)
@pytest.mark.parametrize("lenient", [False, True])
def test_nothing_takes_long(text, lenient):
    start = time.process_time()
    try:
        gs1.parse(text[:4296], lenient=lenient)
    except gs1.Gs1Error:
        pass
    assert time.process_time() - start < 0.5


def test_a_label_takes_microseconds():
    """A thousand ordinary labels in a second, with much to spare on a slow machine."""
    label = "]d2010952123454321317261231" + "10A1\x1d" + "21S-7"
    start = time.process_time()
    for _ in range(1000):
        gs1.parse(label, year=2026)
    assert time.process_time() - start < 1
