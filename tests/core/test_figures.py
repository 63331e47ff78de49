"""The arithmetic of the figures: quotients of sums, targets, best and worst."""

import pytest

from lot_serial_trace.core import figures
from lot_serial_trace.core.figures import FIGURES

SCAN, TIME = FIGURES["scan"], FIGURES["recall_time"]


def test_every_figure_says_what_it_means():
    for code, figure in FIGURES.items():
        assert figure.code == code
        assert len(figure.definition) > 80
        assert figure.unit in (figures.SHARE, figures.SECONDS)
    assert {*figures.MAIN, *figures.TOUCHLESS} < set(FIGURES)


@pytest.mark.parametrize(
    ("above", "below", "found"),
    [(6, 10, 0.6), (0, 10, 0), (0, 0, None), (-5, 10, 0), (-5, 0, 0)],
)
def test_value(above, below, found):
    assert figures.value(above, below) == found


@pytest.mark.parametrize(
    ("figure", "found", "target", "verdict"),
    [
        (SCAN, 0.95, 0.95, "good"),
        (SCAN, 0.9, 0.95, "near"),
        (SCAN, 0.89, 0.95, "bad"),
        (SCAN, 0.999, 1, "bad"),
        (SCAN, None, 0.95, "none"),
        (SCAN, 0.5, 0, "none"),
        (TIME, 3600, 3600, "good"),
        (TIME, 5400, 3600, "near"),
        (TIME, 5401, 3600, "bad"),
    ],
)
def test_verdict(figure, found, target, verdict):
    assert figures.verdict(figure, found, target) == verdict


def test_change_knows_what_is_better():
    assert figures.change(SCAN, 0.9, 0.8) == "better"
    assert figures.change(TIME, 9, 8) == "worse"
    assert figures.change(TIME, 8, 8) == "same"
    assert figures.change(TIME, 8, None) is None


def test_best_and_worst_are_different_places():
    places = [("a", 9, 10, 10), ("b", 5, 10, 10), ("c", 20, 20, 20), ("few", 1, 1, 1)]
    best, worst = figures.ranked(SCAN, places)
    assert best == [("c", 1, 20), ("a", 0.9, 10)]
    assert worst == [("b", 0.5, 10)]
    best, worst = figures.ranked(TIME, [("x", 10, 1, 1), ("y", 30, 2, 2)])
    assert best == [("x", 10, 1)]
    assert worst == [("y", 15, 2)]
    assert figures.ranked(SCAN, []) == ([], [])


@pytest.mark.parametrize(
    ("days", "points"), [(7, "day"), (30, "day"), (90, "week"), (365, "month")]
)
def test_points_of_a_trend(days, points):
    assert figures.bucket(days) == points
