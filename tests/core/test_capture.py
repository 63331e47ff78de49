"""What of a label becomes the number of a product."""

import datetime

import pytest

from lot_serial_trace.core.capture import capture
from lot_serial_trace.core.gs1 import parse

FULL = "(01)09501101530003(17)271231(10)B7(21)SN-1"


@pytest.mark.parametrize(
    ("code", "tracking", "number", "batch", "problem"),
    [
        (FULL, "serial", "SN-1", "B7", ""),
        (FULL, "lot", "B7", "", ""),
        ("(01)09501101530003(10)B7", "serial", "B7", "", ""),
        ("(01)09501101530003(21)SN-1", "lot", "", "", "serial_for_lot"),
        ("9501101530003", "lot", "", "", "no_number"),
        ("SN-1", "serial", "SN-1", "", ""),
        ("01)09501101530003(21)SN-1", "serial", "01)09501101530003(21)SN-1", "", "garbled"),
        (FULL, "none", "", "", ""),
        ("A\x00B", "serial", "A\x00B", "", "invisible"),
        ("A\u202eB", "serial", "A\u202eB", "", "invisible"),
        ("A\nB", "lot", "A\nB", "", "invisible"),
        ("Ä 😀 50%", "lot", "Ä 😀 50%", "", ""),
        ("X" * 101, "lot", "X" * 100, "", "too_long"),
    ],
)
def test_number(code, tracking, number, batch, problem):
    taken = capture(parse(code), tracking)
    assert (taken.number, taken.batch, taken.problem) == (number, batch, problem)


def test_expiry_and_quantity():
    taken = capture(parse("(01)09501101530003(10)B7(17)271231(30)12"), "lot")
    assert (taken.expires, taken.quantity) == (datetime.date(2027, 12, 31), 12)
    assert capture(parse("(01)09501101530003(10)B7(15)271231"), "lot").expires.year == 2027
    assert capture(parse(FULL), "serial").quantity == 1
