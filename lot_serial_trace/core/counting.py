"""When a difference has to be counted once more, and when somebody has to approve it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecountRule:
    """Counted once more is what differs by more than a share *and* is worth more than a sum.

    :param percent: of what the books say; what they do not know differs by all of it
    :param worth: in the company's currency; 0: worth is not asked
    """

    percent: float = 0.0
    worth: float = 0.0

    def wants(self, theory, difference, value):
        """Whether this difference (rounded; 0 for none) is counted once more."""
        if not difference:
            return False
        if self.worth and abs(value) <= self.worth:
            return False
        return theory <= 0 or abs(difference) / theory * 100 > self.percent


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """Approved by a person is every difference, none, or what is over a quantity *or* a worth.

    :param mode: ``all``, ``none`` or ``over``
    :param quantity: 0: the quantity is not asked
    :param worth: 0: the worth is not asked
    """

    mode: str = "all"
    quantity: float = 0.0
    worth: float = 0.0

    def wants(self, difference, value):
        """Whether somebody has to approve this difference."""
        if not difference or self.mode == "none":
            return False
        if self.mode == "all" or not (self.quantity or self.worth):
            return True
        over_quantity = self.quantity and abs(difference) > self.quantity
        return bool(over_quantity or self.worth and abs(value) > self.worth)


def deal(count, people):
    """Deal ``count`` things in a row to ``people`` in equal runs, neighbours to the same person.

    :return: list of people, one for each thing; None ones if there are no people
    """
    if not people:
        return [None] * count
    return [people[index * len(people) // count] for index in range(count)]
