"""What of a label becomes the number of a product."""

import datetime

import pytest

from lot_serial_trace.core.capture import capture, complete, is_part, net_measures, numbers
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


def test_day_of_production():
    made = datetime.date(2026, 11, 1)
    assert capture(parse(FULL + "(11)261101"), "serial").made == made
    part = capture(parse("(11)261101"), "lot")
    assert is_part(parse("(11)261101")) and part.made == made
    assert complete(capture(parse(FULL), "serial"), part).made == made


def test_expiry_and_quantity():
    taken = capture(parse("(01)09501101530003(10)B7(17)271231(30)12"), "lot")
    assert (taken.expires, taken.quantity) == (datetime.date(2027, 12, 31), 12)
    assert capture(parse("(01)09501101530003(10)B7(15)271231"), "lot").expires.year == 2027
    assert capture(parse(FULL), "serial").quantity == 1


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("(17)271231", True),
        ("(15)271231", True),
        ("(37)12", True),
        ("(3103)000500", True),
        ("(10)A(17)271231", False),
        ("(21)S(17)271231", False),
        (FULL, False),
        ("(02)09501101530003(37)12", False),
        ("271231", False),
    ],
)
def test_part_of_a_label(code, part):
    assert is_part(parse(code)) is part


def test_weight_of_the_goods_not_of_the_pallet():
    assert net_measures(parse("(01)09501101530003(3103)000500")) == (("KGM", 0.5),)
    assert net_measures(parse("(00)340123450000000017(3303)000500")) == ()


def test_numbers_of_a_label():
    assert numbers(parse(FULL)) == ("SN-1", "B7")
    assert numbers(parse("SN-1")) == ("SN-1",)
    assert numbers(parse("9501101530003")) == ()


def test_second_barcode_fills_in_what_is_missing_and_nothing_else():
    first = capture(parse("(17)271231"), "lot")
    taken = complete(capture(parse("(10)B7(30)4"), "lot"), first)
    assert (taken.number, taken.expires, taken.quantity) == ("B7", datetime.date(2027, 12, 31), 4)
    own = complete(capture(parse("(10)B7(17)281231"), "lot"), first)
    assert own.expires.year == 2028
    assert complete(own, None) is own
    product_only = capture(parse("9501101530003"), "serial")
    number = capture(parse("SN-1"), "serial")
    assert product_only.problem == "no_number"
    assert complete(product_only, number).number == "SN-1"
    assert complete(product_only, number).problem == ""
