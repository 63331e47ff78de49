"""Bounds on how often somebody asks."""

from lot_serial_trace.core.rate import Rate


class Clock:
    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now


def test_so_many_within_the_window():
    clock = Clock()
    rate = Rate(2, 60, clock=clock)
    assert [rate.allows("a") for _n in range(3)] == [True, True, False]
    assert rate.allows("b"), "others are not concerned"
    clock.now = 59
    assert not rate.allows("a")
    clock.now = 60
    assert rate.allows("a")


def test_memory_is_bounded():
    rate = Rate(1, 60, callers=3, clock=Clock())
    assert all(rate.allows(number) for number in range(10))
    assert not rate.allows(9)
    assert rate.allows(0), "forgotten: many others came since"
