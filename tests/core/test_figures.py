"""The arithmetic of the figures: quotients of sums, targets, best and worst."""

from datetime import date

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


def test_points_cover_the_time():
    """Weeks begin on Monday; the first one may have begun before the time."""
    assert figures.points(date(2026, 3, 4), date(2026, 3, 17), "week") == [
        date(2026, 3, 2),
        date(2026, 3, 9),
        date(2026, 3, 16),
    ]
    months = figures.points(date(2025, 12, 31), date(2026, 3, 1), "month")
    assert months == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert len(figures.points(date(2024, 2, 1), date(2024, 3, 1), "day")) == 30


@pytest.mark.parametrize(
    ("unit", "found", "said"),
    [
        (figures.SHARE, 0.99999, ("percent", 99.9, 1)),
        (figures.SHARE, 1, ("percent", 100, 0)),
        (figures.SHARE, 0.57, ("percent", 57, 0)),
        (figures.SECONDS, 0, ("moments", 0, 2)),
        (figures.SECONDS, 45, ("seconds", 45, 0)),
        (figures.SECONDS, 600, ("minutes", 10, 0)),
        (figures.SECONDS, 9000, ("hours", 2.5, 1)),
        (figures.SECONDS, 259200, ("days", 3, 1)),
    ],
)
def test_spoken(unit, found, said):
    assert figures.spoken(unit, found) == said
