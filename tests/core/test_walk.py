"""Levels of the walk: how many operations away a lot is, each way."""

from lot_serial_trace.core.walk import levels


def edge(way, source, target):
    return (way, source, "production", 1, target, "MO")


def test_levels_are_shortest_distances():
    edges = [edge("forward", 1, 2), edge("forward", 2, 3), edge("forward", 1, 3)]
    assert levels(edges, [1]) == ({}, {2: 1, 3: 1})


def test_directions_do_not_mix():
    edges = [edge("forward", 1, 2), edge("backward", 1, 9)]
    assert levels(edges, [1]) == ({9: 1}, {2: 1})


def test_cycles_end_and_starts_are_left_out():
    edges = [edge("forward", 1, 2), edge("forward", 2, 1)]
    assert levels(edges, [1]) == ({}, {2: 1})
