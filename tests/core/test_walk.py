"""One place in the picture for each lot reached: the shorter way counts."""

from lot_serial_trace.core.walk import nearest


def test_the_nearest_come_first():
    assert list(nearest([1], {2: 2}, {3: 1}).items()) == [(1, 0), (3, 1), (2, -2)]


def test_reached_both_ways_the_shorter_counts():
    assert nearest([1], {2: 3, 3: 1}, {2: 1, 3: 2}) == {1: 0, 2: 1, 3: -1}


def test_the_asked_stay_in_the_middle():
    assert nearest([1, 2], {1: 1}, {2: 1}) == {1: 0, 2: 0}
