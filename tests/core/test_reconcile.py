"""Ordered, advised, captured: each way to differ is one finding, and no difference is none."""

import time
from datetime import date
from decimal import Decimal

import pytest

from lot_serial_trace.core.condense import condense, plain
from lot_serial_trace.core.findings import KINDS
from lot_serial_trace.core.reconcile import Item, Known, look, reconcile
from lot_serial_trace.core.tolerance import Leeway, Tolerance

TODAY = date(2026, 11, 20)


def lot(number, quantity=1, product="milk", **options):
    return Item(
        product,
        number,
        None if quantity is None else Decimal(quantity),
        label=product.title(),
        **options,
    )


def advised(*args, **options):
    return lot(*args, source="DA-1", **options)


def serial(number, quantity=1, **options):
    return lot(number, quantity, serial=True, **options)


def codes(*args, **options):
    found = reconcile(*args, **options)
    for finding in found:
        assert finding.code in KINDS
        assert finding.text  # the sentence can be filled
    return [(finding.code, finding.values["lot"]) for finding in found]


def test_equal_is_nothing():
    assert codes([], []) == []
    both = [lot("A", 3), lot("B", 2)]
    assert codes(both, both[::-1], ordered=[lot("", 5)], today=TODAY) == []


def test_split_captures_and_notices_add_up():
    notices = [advised("A", 3), lot("A", 2, source="DA-2")]
    assert codes(notices, [lot("A", 4), lot("A", 1)]) == []


def test_missing():
    (finding,) = reconcile([advised("A", 3, ref=7)], [])
    assert finding.code == "asn_missing"
    assert finding.ref.ref == 7
    assert finding.text == "A of Milk (3) was advised on DA-1 but not received"


def test_unexpected():
    (finding,) = reconcile([advised("A")], [lot("A"), lot("B", "2.50", ref=9)])
    assert finding.code == "asn_unexpected"
    assert finding.ref.ref == 9
    assert finding.text == "B of Milk (2.5) was received but is not on DA-1"


def test_over_and_under():
    found = reconcile([advised("A", 3), advised("B", 3)], [lot("A", 4), lot("B", 1)])
    assert [finding.text for finding in found] == [
        "A of Milk: received 4, advised 3 on DA-1",
        "B of Milk: received 1, advised 3 on DA-1",
    ]
    assert [finding.code for finding in found] == ["asn_over", "asn_under"]


def test_captured_nothing_is_missing():
    assert codes([advised("A")], [lot("A", 0)]) == [("asn_missing", "A")]


@pytest.mark.parametrize(
    ("captured", "found"),
    [("102", []), ("102.01", ["asn_over"]), ("95", []), ("94.99", ["asn_under"])],
)
def test_tolerance(captured, found):
    tolerances = {
        "milk": Tolerance(over=Leeway(Decimal("0.02")), under=Leeway(Decimal("0.05"), Decimal(1)))
    }
    result = codes([lot("A", 100)], [lot("A", captured)], tolerances=tolerances)
    assert [code for code, _lot in result] == found
    general = {None: tolerances["milk"]}
    assert codes([lot("A", 100)], [lot("A", captured)], tolerances=general) == result


def test_the_larger_of_share_and_quantity_is_let_pass():
    leeway = Leeway(Decimal("0.02"), Decimal(3))
    assert (leeway.of(Decimal(100)), leeway.of(Decimal(1000))) == (3, 20)
    tolerances = {None: Tolerance(over=leeway)}
    assert codes([lot("A", 100)], [lot("A", 103)], tolerances=tolerances) == []
    assert codes([lot("A", 100)], [lot("A", 104)], tolerances=tolerances) == [("asn_over", "A")]


@pytest.mark.parametrize(("told", "came"), [(10, 240), (240, 10)])
@pytest.mark.parametrize("number", ["A", ""])
def test_packs_for_pieces(told, came, number):
    tolerances = {None: Tolerance(packs=(Decimal(6), Decimal(24)))}
    (finding,) = reconcile([advised(number, told)], [lot("A", came)], tolerances=tolerances)
    assert (finding.code, finding.values["pack"]) == ("asn_unit_mismatch", "24")
    assert finding.text.endswith("a pack holds 24")
    (other,) = reconcile([advised(number, told)], [lot("A", came + 1)], tolerances=tolerances)
    assert other.code in ("asn_over", "asn_under")


def test_rounding_of_the_unit():
    tolerances = {None: Tolerance(rounding=Decimal("0.01"))}
    assert codes([lot("A", "0.3")], [lot("A", "0.30499")], tolerances=tolerances) == []
    assert codes([lot("A", "0.3")], [lot("A", "0.31")], tolerances=tolerances) != []


def test_exact_decimals():
    tenths = [lot("A", "0.1")] * 3
    assert codes([lot("A", "0.3")], tenths, tolerances={None: Tolerance(rounding=Decimal(0))}) == []


def test_case_matters_but_is_hinted_at():
    found = reconcile([advised("ABC-1")], [lot("abc 1")])
    assert [(finding.code, finding.values["similar"]) for finding in found] == [
        ("asn_missing", "abc 1"),
        ("asn_unexpected", "ABC-1"),
    ]
    assert found[0].text.endswith(
        "abc 1 is the other number: only letter case, spaces or signs differ."
    )


def test_leading_zeros_are_not_similar():
    found = reconcile([advised("0042")], [lot("42")])
    assert [finding.values.get("similar") for finding in found] == [None, None]


def test_wrong_product():
    (finding,) = reconcile([advised("A", 2)], [lot("A", 2, product="cream")])
    assert finding.code == "asn_wrong_product"
    assert finding.text == "A was received as Cream but is on DA-1 as Milk"


def test_same_number_of_two_products_is_no_mistake():
    both = [lot("A"), lot("A", product="cream")]
    assert codes(both, both) == []


def test_serial_twice():
    assert codes([serial("S1"), serial("S1")], [serial("S1")]) == [("asn_duplicate", "S1")]
    assert codes([serial("S1")], [serial("S1"), serial("S1")]) == [("captured_twice", "S1")]
    assert codes([serial("S1")], [serial("S1", 2)]) == [("captured_twice", "S1")]
    assert codes([lot("A"), lot("A")], [lot("A", 2)]) == [], "a lot may come in parts"


def test_expiry_mismatch():
    (finding,) = reconcile(
        [advised("A", expiry=date(2028, 3, 31))], [lot("A", expiry=date(2028, 3, 30))]
    )
    assert finding.code == "asn_expiry_mismatch"
    assert finding.text == "A of Milk: label says 2028-03-30, DA-1 says 2028-03-31"
    assert codes([lot("A", expiry=date(2028, 3, 31))], [lot("A")]) == []
    assert codes([lot("A")], [lot("A", expiry=date(2028, 3, 31))]) == []


@pytest.mark.parametrize(("days", "short"), [(89, True), (90, False), (-1, True)])
def test_short_life(days, short):
    expiry = date.fromordinal(TODAY.toordinal() + days)
    tolerances = {"milk": Tolerance(min_life_days=90)}
    options = {"tolerances": tolerances, "today": TODAY}
    expected = [("short_life", "A")] if short else []
    assert codes([lot("A")], [lot("A", expiry=expiry)], **options) == expected
    advised_only = codes([lot("A", expiry=expiry)], [lot("A")], **options)
    assert advised_only == expected, "the notice's date counts where none was captured"
    assert codes([lot("A")], [lot("A", expiry=expiry)], tolerances=tolerances) == []


def test_short_life_speaks_of_days():
    (finding,) = reconcile(
        [lot("A")],
        [lot("A", expiry=date(2027, 1, 4))],
        tolerances={None: Tolerance(min_life_days=90)},
        today=TODAY,
    )
    assert finding.text == "A of Milk expires on 2027-01-04: 45 days left, 90 wanted"


@pytest.mark.parametrize(
    ("days", "share", "total", "wanted"),
    [(90, "0", 0, 90), (0, "0.5", 365, 183), (90, "0.5", 30, 90), (90, "0.5", 0, 90)],
)
def test_wanted_life(days, share, total, wanted):
    tolerance = Tolerance(min_life_days=days, min_life_share=Decimal(share), total_life_days=total)
    assert tolerance.wanted_days == wanted


def test_short_life_as_a_share_of_the_whole():
    tolerances = {None: Tolerance(min_life_share=Decimal("0.5"), total_life_days=100)}
    expiries = [date.fromordinal(TODAY.toordinal() + days) for days in (49, 50)]
    both = [lot("A", expiry=expiries[0]), lot("B", expiry=expiries[1])]
    assert codes(both, both, tolerances=tolerances, today=TODAY) == [("short_life", "A")]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"place": "WH/Stock"}, "asn_in_stock"),
        ({"sold": True}, "asn_sold_before"),
        ({"place": "WH/Stock", "sold": True}, "asn_in_stock"),
        ({"hold": "dirty"}, "asn_held"),
        ({"hold": "dirty", "recalled": True}, "asn_recalled"),
        ({"hold": "dirty", "place": "WH/Stock"}, "asn_held"),
    ],
)
def test_what_was_known_before(facts, found):
    known = {("milk", "S1"): Known(**facts), ("milk", "S2"): Known(**facts)}
    assert codes([serial("S1")], [serial("S1")], known=known) == [(found, "S1")]


def test_more_of_a_lot_that_is_in_stock_or_was_sold_is_no_finding():
    known = {("milk", "A"): Known(place="WH/Stock", sold=True)}
    assert codes([lot("A")], [lot("A")], known=known) == []


def test_notice_without_numbers_takes_any():
    notice = [advised("", 10)]
    assert codes(notice, [lot("A", 6), lot("B", 4)]) == []
    assert codes(notice, [lot("A", 6), lot("B", 5)]) == [("asn_over", "–")]
    assert codes(notice, [lot("A", 6)]) == [("asn_under", "–")]
    assert codes(notice, []) == [("asn_missing", "–")]
    assert codes(notice, [lot("", 10)]) == [], "products without tracking"


def test_notice_with_numbers_for_a_part():
    notice = [advised("A", 4), advised("", 6)]
    assert codes(notice, [lot("A", 4), lot("B", 6)]) == []
    assert codes(notice, [lot("A", 10)]) == [], "the rest may be of the same lot"
    assert codes(notice, [lot("B", 10)]) == [("asn_over", "–"), ("asn_missing", "A")]


def test_lots_without_quantities():
    notice = [advised("A", None), advised("B", None), advised("", 10)]
    assert codes(notice, [lot("A", 7), lot("B", 3)]) == []
    assert codes(notice, [lot("A", 7), lot("B", 4)]) == [("asn_over", "–")]
    assert codes(notice, [lot("A", 10)]) == [("asn_missing", "B")]
    assert codes([advised("A", None)], [lot("A", 7)]) == [], "nothing said, nothing wrong"


def test_notice_without_any_quantity():
    assert codes([advised("", None)], [lot("A", 7)]) == []
    assert codes([advised("", None), advised("B", 1)], [lot("A", 7)]) == [("asn_missing", "B")]


def test_product_that_is_not_advised():
    assert codes([advised("", 10)], [lot("", 10), lot("", 2, product="cream")]) == [
        ("asn_unexpected", "–")
    ]


def test_order():
    both = [lot("A", 3), lot("B", 3)]
    assert codes(both, both, ordered=[lot("", 6)]) == []
    (over,) = reconcile(both, both, ordered=[lot("", 2), lot("", 3)])
    assert (over.code, over.text) == ("over_order", "Milk: received 6, ordered 5")
    (other,) = reconcile(both, both, ordered=[lot("", 6, product="cream")])
    assert (other.code, other.text) == (
        "not_ordered",
        "Milk (6) was received but is not on the order",
    )
    assert codes(both, both, ordered=None) == []
    tolerances = {None: Tolerance(order=Leeway(Decimal("0.2")))}
    assert codes(both, both, ordered=[lot("", 5)], tolerances=tolerances) == []
    assert codes(both, both, ordered=[lot("", 4)], tolerances=tolerances) == [("over_order", "–")]


def test_many_of_a_kind_are_condensed():
    notice = [advised(f"A{i}", 2, ref=i) for i in range(5)] + [advised("C", product="cream")]
    found = reconcile(notice, [])
    assert condense(found, limit=5) == found
    milk, cream = condense(found, limit=4)
    assert milk.text == "A0, A1, A2, … (5) of Milk (10) was advised on DA-1 but not received"
    assert (milk.ref.product, milk.ref.number) == ("milk", "")
    assert cream.values["lot"] == "C"


def test_look():
    assert look("ab-12 c") == look("AB12C")
    assert look("ab12") != look("ab21")


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        ("12.500", "12.5"),
        ("100", "100"),
        ("0.0000001", "0.0000001"),
        ("1E+3", "1000"),
        ("3.0", "3"),
    ],
)
def test_quantities_as_people_write_them(quantity, text):
    assert plain(Decimal(quantity)) == text


@pytest.mark.parametrize("shape", ["equal", "disjoint", "swapped", "case"])
def test_ten_thousand_serials(shape):
    names = [f"Sn{i:06d}" for i in range(10_000)]
    other = {
        "equal": lambda name: serial(name),
        "disjoint": lambda name: serial(f"X{name}"),
        "swapped": lambda name: serial(name, product="cream"),
        "case": lambda name: serial(name.upper()),
    }[shape]
    notice, captures = [serial(name) for name in names], [other(name) for name in names]
    started = time.process_time()
    found = reconcile(notice, captures, ordered=[lot("", 10_000)], today=TODAY)
    assert time.process_time() - started < 1
    assert len(found) == {"equal": 0, "disjoint": 20_000, "swapped": 10_001, "case": 20_000}[shape]
