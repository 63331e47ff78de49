import pytest

from lot_serial_trace.core.counting import ApprovalRule, RecountRule, deal


class TestRecount:
    """More than a share of the books and worth more than a sum."""

    @pytest.mark.parametrize(
        ("rule", "theory", "difference", "value", "wanted"),
        [
            (RecountRule(), 10, 0, 0, False),
            (RecountRule(), 10, -1, 0, True),
            (RecountRule(percent=10), 10, -1, 5, False),
            (RecountRule(percent=10), 10, -1.5, 5, True),
            (RecountRule(percent=10), 0, 1, 5, True),
            (RecountRule(percent=10), -3, 3, 5, True),
            (RecountRule(worth=50), 10, -5, -50, False),
            (RecountRule(worth=50), 10, -5, -50.01, True),
            (RecountRule(percent=90, worth=50), 10, -5, -500, False),
        ],
    )
    def test_wanted(self, rule, theory, difference, value, wanted):
        assert rule.wants(theory, difference, value) is wanted


class TestApproval:
    @pytest.mark.parametrize(
        ("rule", "difference", "value", "wanted"),
        [
            (ApprovalRule(), 0, 0, False),
            (ApprovalRule(), 1, 0, True),
            (ApprovalRule("none"), 1000, 1000, False),
            (ApprovalRule("over", quantity=5), -5, -900, False),
            (ApprovalRule("over", quantity=5), -6, 0, True),
            (ApprovalRule("over", worth=100), 900, 100, False),
            (ApprovalRule("over", worth=100), -1, -101, True),
            (ApprovalRule("over", quantity=5, worth=100), 1, 101, True),
            (ApprovalRule("over"), 1, 0, True),  # no threshold is given: everything is over it
        ],
    )
    def test_wanted(self, rule, difference, value, wanted):
        assert rule.wants(difference, value) is wanted


class TestDeal:
    def test_neighbours_go_to_the_same_person(self):
        assert deal(5, ["a", "b"]) == ["a", "a", "a", "b", "b"]
        assert deal(2, ["a", "b", "c"]) == ["a", "b"]
        assert deal(2, []) == [None, None]
        assert deal(0, ["a"]) == []
