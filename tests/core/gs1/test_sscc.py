import pytest
from hypothesis import given
from hypothesis import strategies as st

from lot_serial_trace.core.gs1 import SsccError, build_sscc, check_prefix, is_sscc
from lot_serial_trace.core.gs1.sscc import capacity, is_own_sscc


@pytest.mark.parametrize("prefix", ["9521", "95212", "952123456789"])
def test_prefixes_have_4_to_12_digits(prefix):
    check_prefix(prefix)


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("", "prefix_digits"),
        ("95x1", "prefix_digits"),
        ("٩٥٢١", "prefix_digits"),
        ("952", "prefix_length"),
        ("9521234567890", "prefix_length"),
        ("21234", "prefix_restricted"),
        ("0212345", "prefix_restricted"),
    ],
)
def test_what_is_no_prefix_is_refused_with_a_sentence(prefix, code):
    with pytest.raises(SsccError) as caught:
        check_prefix(prefix)
    assert caught.value.code == code
    assert str(caught.value)


def test_the_example_of_the_general_specifications():
    # GS1 General Specifications: 0 0614141 123456789 -> check digit 0
    assert build_sscc("0", "0614141", 123456789) == "006141411234567890"


def test_numbers_that_are_used_up_are_said_to_be():
    last = capacity("952123456789") - 1
    assert build_sscc("9", "952123456789", last)[13:17] == "9999"
    with pytest.raises(SsccError, match="All 10000 numbers of GS1 Company Prefix 952123456789"):
        build_sscc("9", "952123456789", last + 1)


@pytest.mark.parametrize("extension", ["", "12", "a"])
def test_the_extension_is_one_digit(extension):
    with pytest.raises(SsccError):
        build_sscc(extension, "9521", 1)


@given(st.from_regex(r"\A[35-9][0-9]{3,11}\Z"), st.integers(0, 9999), st.integers(0, 9))
def test_every_number_is_an_sscc_of_its_own(prefix, serial, extension):
    made = build_sscc(str(extension), prefix, serial)
    assert is_sscc(made)
    assert is_own_sscc(made, [prefix])
    assert made[1:17] == prefix + str(serial).zfill(16 - len(prefix))
    assert not is_own_sscc(made, ["1" + prefix[1:]])
