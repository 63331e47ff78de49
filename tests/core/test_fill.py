"""Many numbers find their lines, each once."""

from lot_serial_trace.core.fill import Put, Spot, Want, fill


def wants(*numbers):
    return [Want(index, *_tuple(number)) for index, number in enumerate(numbers)]


def _tuple(number):
    return number if isinstance(number, tuple) else (number,)


def places(plan):
    return [(put.index, put.line, put.quantity) for put in plan.puts]


def test_empty_lines_first_then_new_ones():
    plan = fill(
        wants("A", "B", "C"), [Spot(1, 9, quantity=1), Spot(2, 9, quantity=1)], {9: 2}, True
    )
    assert plan.puts == [Put(0, 9, 1, 1), Put(1, 9, 1, 2), Put(2, 9, 1)]


def test_the_same_list_again_changes_nothing():
    spots = [Spot(1, 9, "A", 1, picked=True), Spot(2, 9, quantity=1)]
    plan = fill(wants("A", "B", "B"), spots, {9: 2}, True)
    assert places(plan) == [(1, 2, 1)]
    assert plan.again == [0, 2]


def test_a_line_that_waits_for_the_number_takes_it():
    spots = [Spot(1, 9, quantity=1), Spot(2, 9, "B", 1)]
    assert places(fill(wants("B"), spots, {9: 2}, True)) == [(0, 2, 1)]


def test_lots_share_one_line():
    plan = fill(wants(("A", 10), ("B", 15), ("C", 5)), [Spot(1, 9, quantity=30)], {9: 30}, False)
    assert places(plan) == [(0, None, 10), (1, None, 15), (2, 1, 5)]
    assert plan.left == {}


def test_what_no_lot_takes_stays_on_the_line():
    plan = fill(wants(("A", 10)), [Spot(1, 9, quantity=30)], {9: 30}, False)
    assert plan.left == {1: 20}


def test_a_lot_without_quantity_takes_all_and_the_next_one_nothing():
    plan = fill(wants("A", "B"), [Spot(1, 9, quantity=30)], {9: 30}, False)
    assert places(plan) == [(0, 1, 30)]
    assert plan.unclear == [1]


def test_one_lot_in_two_packages():
    spots = [Spot(1, 9, quantity=30)]
    plan = fill(wants(("A", 10, "P1"), ("A", 20, "P2"), ("A", 10, "P1")), spots, {9: 30}, False)
    assert places(plan) == [(0, None, 10), (1, 1, 20)]
    assert plan.again == [2]


def test_a_lot_in_several_places_is_taken_from_one_after_the_other():
    def spots():
        return [Spot(1, 9, "A", 10), Spot(2, 9, "A", 20), Spot(3, 9, "A", 5)]

    assert places(fill(wants(("A", 15)), spots(), {9: 35}, False)) == [(0, 1, 10), (0, 2, 5)]
    assert places(fill(wants(("A", 40)), spots(), {9: 35}, False))[-1] == (0, 3, 10)
    assert places(fill(wants("A"), spots(), {9: 35}, False))[-1] == (0, 3, 5)


def test_reserved_numbers_give_way_only_where_they_may():
    spots = [Spot(1, 9, "X", 1)]
    assert places(fill(wants("A"), spots, {9: 1}, True)) == [(0, None, 1)]
    assert places(fill(wants("A"), spots, {9: 1}, True, replace=True)) == [(0, 1, 1)]


def test_a_reserved_number_that_is_wanted_gives_way_to_none():
    spots = [Spot(1, 9, "B", 1)]
    plan = fill(wants("A", "B"), spots, {9: 2}, True, replace=True)
    assert places(plan) == [(0, None, 1), (1, 1, 1)]


def test_new_lines_go_where_something_is_still_asked_for():
    spots = [Spot(1, 7, "X", 1, picked=True)]
    plan = fill(wants("A", "B"), spots, {7: 1, 8: 1}, True)
    assert [put.move for put in plan.puts] == [8, 7]
