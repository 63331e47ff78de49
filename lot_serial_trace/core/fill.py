"""Which line of a transfer takes which number, when many numbers come at once.

The lines of one product are the places: those that wait for just this number, those
that wait for any number, and new ones. Nothing is put twice: a number that is picked
already is left alone, so that the same list can be sent again.
"""

from collections import defaultdict
from dataclasses import dataclass, field

#: Quantities closer than this are the same: databases keep them as floats.
EPSILON = 1e-9


@dataclass(slots=True)
class Spot:
    """A line of the transfer.

    :param line: its id
    :param move: id of the move it belongs to
    :param quantity: in the product's unit, as all quantities here
    :param package: name of the destination package, or empty
    """

    line: int
    move: int
    number: str = ""
    quantity: float = 0.0
    picked: bool = False
    package: str = ""


@dataclass(frozen=True, slots=True)
class Want:
    """A number to be put on the transfer.

    :param index: the caller's key
    :param quantity: None for all that waits there; a serial number is always one
    """

    index: int
    number: str
    quantity: float | None = None
    package: str = ""


@dataclass(frozen=True, slots=True)
class Put:
    """A number on a line; ``line`` is None where one is to be made."""

    index: int
    move: int
    quantity: float
    line: int | None = None


@dataclass(slots=True)
class Plan:
    """What to do.

    :param puts: list of :class:`Put`
    :param left: line id -> quantity that stays on it without a number
    :param again: indexes of numbers that are picked already
    :param unclear: indexes of lots without a quantity for which nothing is left
    """

    puts: list = field(default_factory=list)
    left: dict = field(default_factory=dict)
    again: list = field(default_factory=list)
    unclear: list = field(default_factory=list)


def fill(wants, spots, demand, serial, replace=False):
    """Plan where the numbers of one product go.

    :param wants: list of :class:`Want`
    :param spots: list of :class:`Spot`, in the order in which they are to be filled; used up
    :param demand: dict move id -> quantity asked for, at least one
    :param serial: the product is tracked by serial number
    :param replace: lines that wait for another number may be taken, too
    :rtype: Plan
    """
    return _Filler(wants, spots, demand, serial, replace).plan


class _Filler:
    def __init__(self, wants, spots, demand, serial, replace):
        self.plan = Plan()
        self.serial = serial
        self.room = dict(demand)
        self.by_number = defaultdict(list)
        wanted = {want.number for want in wants}
        empty, other = [], []
        for spot in spots:
            if spot.number:
                self.by_number[spot.number].append(spot)
            if spot.picked:
                self._use(spot.move, spot.quantity)
            elif not spot.number:
                empty.append(spot)
            elif spot.number not in wanted:
                other.append(spot)
        #: last first, so that the next one is popped
        self.spare = [*empty, *(other if replace else ())][::-1]
        for want in wants:
            self._want(want)
        self.plan.again.sort()

    def _use(self, move, quantity):
        if move in self.room:
            self.room[move] -= quantity

    def _want(self, want):
        same = self.by_number[want.number]
        if any(spot.picked and self._is_same(spot, want) for spot in same):
            self.plan.again.append(want.index)
            return
        waiting = [spot for spot in same if not spot.picked]
        if waiting:
            self._put_on_waiting(want, waiting)
        else:
            self._put_on_spare(want)

    def _is_same(self, spot, want):
        """A serial number is one wherever it is packed; a lot may be in several packages."""
        return self.serial or not (want.package and spot.package) or want.package == spot.package

    def _put_on_waiting(self, want, waiting):
        """Fill the lines that wait for the number one after the other; the last takes the rest."""
        rest = 1.0 if self.serial else want.quantity
        for place, spot in enumerate(waiting):
            last = place == len(waiting) - 1
            quantity = spot.quantity if rest is None else rest if last else min(spot.quantity, rest)
            if quantity <= EPSILON:
                return
            self._put(want, spot.move, quantity, spot)
            if rest is not None:
                rest -= quantity

    def _put_on_spare(self, want):
        spare = self.spare[-1] if self.spare else None
        move = spare.move if spare else self._roomiest()
        quantity = 1.0 if self.serial else want.quantity
        if quantity is None:
            quantity = spare.quantity if spare else self.room[move]
        if quantity <= EPSILON:
            self.plan.unclear.append(want.index)
        elif spare and spare.quantity <= quantity + EPSILON:
            self._put(want, move, quantity, self.spare.pop())
            self.plan.left.pop(spare.line, None)
        else:
            if spare:
                spare.quantity -= quantity
                self.plan.left[spare.line] = spare.quantity
            self._put(want, move, quantity)

    def _roomiest(self):
        """The first move that is not full yet, else the first one."""
        return next(
            (move for move, room in self.room.items() if room > EPSILON), next(iter(self.room))
        )

    def _put(self, want, move, quantity, spot=None):
        self.plan.puts.append(Put(want.index, move, quantity, spot and spot.line))
        self._use(move, quantity)
        if spot is None:
            spot = Spot(0, move)
            self.by_number[want.number].append(spot)
        elif spot.number != want.number:
            self.by_number[want.number].append(spot)
        spot.number, spot.picked, spot.package = want.number, True, want.package
