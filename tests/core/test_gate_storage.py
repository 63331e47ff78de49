"""Storage rules: what may lie where, and beside what."""

from datetime import date

import pytest

from lot_serial_trace.core.findings import KINDS
from lot_serial_trace.core.gate_storage import (
    CODES,
    LOT_PER_PRODUCT,
    ONE_DATE,
    ONE_LOT,
    Goods,
    Plan,
    Room,
    StorageClass,
    examine,
)

CHILLED, FROZEN, FLAMMABLE, OXIDISING = 1, 2, 3, 4
CLASSES = {
    CHILLED: StorageClass(CHILLED, "Chilled", temperature=True),
    FROZEN: StorageClass(FROZEN, "Frozen", temperature=True),
    FLAMMABLE: StorageClass(FLAMMABLE, "Flammable", hazard=True, apart=frozenset({OXIDISING})),
    OXIDISING: StorageClass(OXIDISING, "Oxidising", hazard=True, apart=frozenset({FLAMMABLE})),
}
BIN = 7


def goods(lot, product=1, day=None, classes=(), batch=None):
    """Goods of a lot; serial numbers have a batch of their own."""
    batch = lot if batch is None else batch
    return Goods(product, f"P{product}", lot, batch, day, frozenset(classes))


def plan(**room):
    """A plan of one place."""
    takes = frozenset(room.pop("takes", ()))
    return Plan({BIN: Room("Bin", takes, area=BIN, **room)}, CLASSES)


def codes(planned, *arriving):
    """Codes found about goods that come together."""
    return [f.code for f in examine([(one.lot, one, BIN) for one in arriving], planned)]


def there(planned, *lying):
    """The plan with goods that lie in the place already."""
    for one in lying:
        planned.put(one, BIN)
    return planned


def test_every_code_has_words():
    for code in CODES:
        assert KINDS[code].severity == "warn"


@pytest.mark.parametrize(
    ("takes", "has", "found"),
    [
        ((), (CHILLED,), []),
        ((CHILLED,), (CHILLED,), []),
        ((CHILLED,), (FROZEN,), ["wrong_storage"]),
        ((CHILLED, FROZEN), (FROZEN,), []),
        ((CHILLED,), (), []),
        # of hazards a place says nothing that only speaks of temperature
        ((CHILLED,), (FLAMMABLE,), []),
        ((CHILLED, FLAMMABLE), (CHILLED, OXIDISING), ["wrong_storage"]),
    ],
)
def test_classes(takes, has, found):
    assert codes(plan(takes=takes), goods("A", classes=has)) == found


def test_the_sentence_names_both_sides():
    (finding,) = examine([(1, goods("A", classes=(FROZEN,)), BIN)], plan(takes=(CHILLED,)))
    assert finding.text == "A of P1 needs Frozen, but Bin takes Chilled"
    assert finding.ref == 1


def test_hazards_that_must_not_lie_together():
    planned = there(plan(), goods("A", product=2, classes=(OXIDISING,)))
    assert codes(planned, goods("B", classes=(FLAMMABLE,))) == ["wrong_neighbour"]


def test_hazards_that_arrive_together():
    assert codes(
        plan(), goods("A", classes=(OXIDISING,)), goods("B", product=2, classes=(FLAMMABLE,))
    ) == ["wrong_neighbour"]


def test_neighbours_count_in_the_whole_area():
    rooms = {1: Room("Shelf 1", area=9), 2: Room("Shelf 2", area=9), 3: Room("Far", area=3)}
    planned = Plan(rooms, CLASSES)
    planned.put(goods("A", classes=(OXIDISING,)), 1)
    assert planned.conflicts(goods("B", product=2, classes=(FLAMMABLE,)), 2)
    assert not planned.conflicts(goods("B", product=2, classes=(FLAMMABLE,)), 3)


@pytest.mark.parametrize(
    ("mixing", "lying", "arriving", "found"),
    [
        ("anything", goods("A"), goods("B"), []),
        (LOT_PER_PRODUCT, goods("A"), goods("A"), []),
        (LOT_PER_PRODUCT, goods("A"), goods("B"), ["mixed_lots"]),
        (LOT_PER_PRODUCT, goods("A"), goods("B", product=2), []),
        (ONE_LOT, goods("A"), goods("A"), []),
        (ONE_LOT, goods("A"), goods("A", product=2), ["mixed_lots"]),
        # serial numbers are one lot if they are of one batch, and unknown if that is not known
        (LOT_PER_PRODUCT, goods("S1", batch="X"), goods("S2", batch="X"), []),
        (LOT_PER_PRODUCT, goods("S1", batch="X"), goods("S2", batch="Y"), ["mixed_lots"]),
        (LOT_PER_PRODUCT, goods("S1", batch=""), goods("S2", batch="Y"), []),
        (ONE_LOT, goods("S1", batch=""), goods("S2", batch=""), []),
        (ONE_LOT, goods("S1", batch=""), goods("S2", batch="", product=2), ["mixed_lots"]),
    ],
)
def test_lots(mixing, lying, arriving, found):
    assert codes(there(plan(mixing=mixing), lying), arriving) == found


def test_lots_that_arrive_together():
    planned = plan(mixing=LOT_PER_PRODUCT)
    assert codes(planned, goods("A"), goods("A"), goods("B")) == ["mixed_lots"]


@pytest.mark.parametrize(("window", "found"), [(0, ["mixed_dates"]), (1, ["mixed_dates"]), (2, [])])
def test_dates(window, found):
    planned = there(plan(mixing=ONE_DATE, window=window), goods("A", day=date(2027, 3, 1)))
    assert codes(planned, goods("B", day=date(2027, 3, 3))) == found


def test_dates_that_are_not_known_or_of_another_product():
    planned = there(plan(mixing=ONE_DATE), goods("A", day=date(2027, 3, 1)))
    assert codes(planned, goods("B"), goods("C", product=2, day=date(2027, 5, 1))) == []


def test_places_without_rule_take_everything():
    assert examine([(1, goods("A", classes=(FROZEN,)), 99)], plan(takes=(CHILLED,))) == []


def test_wanted_places_say_so():
    assert plan(takes=(CHILLED, FROZEN)).wants(goods("A", classes=(CHILLED,)), BIN)
    assert not plan().wants(goods("A", classes=(CHILLED,)), BIN)
    assert not plan(takes=(CHILLED,)).wants(goods("A"), BIN)
