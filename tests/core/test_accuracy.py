import pytest

from lot_serial_trace.core.accuracy import identity_right, quantity_accuracy, share


class TestQuantity:
    """1 - sum of absolute differences / sum of the books; never below 0."""

    @pytest.mark.parametrize(
        ("pairs", "rate"),
        [
            ([(10, 10), (5, 5)], 1.0),
            ([(10, 8), (10, 12)], 0.8),  # too much does not make up for too little
            ([(10, 40)], 0.0),
            ([(0, 3)], 0.0),
            ([(0, 0)], 1.0),
            ([(100, 100), (0, 5)], 0.95),
            ([(-5, 0), (20, 20)], 0.75),  # books below zero say nothing, and are wrong
            ([], None),
        ],
    )
    def test_rate(self, pairs, rate):
        assert quantity_accuracy(pairs) == (rate if rate is None else pytest.approx(rate))


class TestShare:
    def test_unasked_ones_are_left_out(self):
        assert share([True, None, False, True]) == pytest.approx(2 / 3)
        assert share([None]) is None


class TestIdentity:
    """Right lot in the right place, however many of it."""

    @pytest.mark.parametrize(
        ("tracked", "known", "theory", "counted", "right"),
        [
            (False, False, 5, 0, None),
            (True, True, 5, 3, True),
            (True, True, 5, 0, False),
            (True, True, 0, 1, False),
            (True, True, 0, 0, True),
            (True, True, -1, 0, True),
            (True, False, 0, 1, False),
            (True, False, 3, 3, False),
        ],
    )
    def test_cases(self, tracked, known, theory, counted, right):
        assert identity_right(tracked, known, theory, counted) is right
