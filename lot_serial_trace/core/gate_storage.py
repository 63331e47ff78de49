"""Storage rules: may these goods lie in that place, and beside what is there?

A place says which storage classes it takes (temperature, hazard) and what it may mix: one
lot of each product, one lot at all, one expiry date of each product. Putaway asks before it
chooses a place and the gate before goods come in. A :class:`Plan` knows what lies in the
places and learns what is put there, so that a batch is judged as a whole.

What is not known is no finding: goods without a class, a lot or a date lie anywhere, and a
place that says nothing takes everything.
"""

from dataclasses import dataclass, field
from datetime import date

from .findings import Finding

#: Codes found here, worst first.
CODES = ("wrong_neighbour", "wrong_storage", "mixed_lots", "mixed_dates")

#: What a place may mix.
ANYTHING, LOT_PER_PRODUCT, ONE_LOT, ONE_DATE = "anything", "lot_per_product", "one_lot", "one_date"


@dataclass(frozen=True, slots=True)
class StorageClass:
    """How some goods must be stored.

    :param temperature, hazard: whether the class says something about these
    :param apart: ids of classes that must not lie beside this one
    """

    id: int
    name: str
    temperature: bool = False
    hazard: bool = False
    apart: frozenset = frozenset()


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods of one number.

    :param batch: what counts as one lot: the lot, or the batch of a serial number; empty if
        that is not known
    :param day: local day on which they expire
    :param classes: ids of their storage classes
    """

    product: int
    name: str = ""
    lot: str = ""
    batch: str = ""
    day: date | None = None
    classes: frozenset = frozenset()


@dataclass(frozen=True, slots=True)
class Room:
    """What is said of a place, by itself or by the places around it.

    :param takes: ids of the classes that it takes; empty: all
    :param area: id of the place that says so; in it goods lie beside each other
    :param window: days by which dates of one product may differ, where one date is wanted
    """

    name: str
    takes: frozenset = frozenset()
    area: int = 0
    mixing: str = ANYTHING
    window: int = 0


@dataclass(slots=True)
class Shelf:
    """What lies in one place, as far as its rules ask."""

    batches: dict = field(default_factory=dict)
    days: dict = field(default_factory=dict)

    def put(self, goods):
        """Remember goods."""
        if goods.batch:
            self.batches.setdefault((goods.product, goods.batch), goods)
        else:
            self.batches.setdefault((goods.product, ""), goods)
        if goods.day:
            self.days.setdefault(goods.product, {}).setdefault(goods.day, goods)


class Plan:
    """What lies where, and what may be added.

    :param rooms: dict place id -> :class:`Room`
    :param classes: dict id -> :class:`StorageClass`
    """

    def __init__(self, rooms, classes):
        self.rooms = rooms
        self.classes = classes
        self.shelves = {}
        self.areas = {}

    def put(self, goods, place):
        """Note that goods lie in a place, or will."""
        room = self.rooms.get(place)
        if room:
            self.shelves.setdefault(place, Shelf()).put(goods)
            self.note_class(room.area, goods)

    def note_class(self, area, goods):
        """Note that goods of some classes lie somewhere in an area."""
        for class_id in goods.classes:
            self.areas.setdefault(area, {}).setdefault(class_id, goods)

    def holds_same(self, goods, place):
        """Whether goods of the same lot lie in a place."""
        shelf = self.shelves.get(place)
        return bool(shelf and goods.batch and (goods.product, goods.batch) in shelf.batches)

    def conflicts(self, goods, place):
        """What speaks against goods in a place: list of (code, values), worst first."""
        room = self.rooms.get(place)
        if not room:
            return []
        shelf = self.shelves.get(place) or Shelf()
        base = {"lot": goods.lot, "product": goods.name, "location": room.name}
        found = (
            ("wrong_neighbour", self._beside(goods, room)),
            ("wrong_storage", self._refused(goods, room)),
            ("mixed_lots", self._other_lot(goods, room, shelf)),
            ("mixed_dates", self._other_date(goods, room, shelf)),
        )
        return [(code, {**base, **values}) for code, values in found if values]

    def wants(self, goods, place):
        """Whether a place says that it takes all that is known of how the goods are stored."""
        room = self.rooms.get(place)
        return bool(room and goods.classes and goods.classes <= room.takes)

    def _beside(self, goods, room):
        present = self.areas.get(room.area, {})
        for class_id in sorted(goods.classes):
            for other_id in sorted(self.classes[class_id].apart & present.keys()):
                other = present[other_id]
                return {
                    "needs": self.classes[class_id].name,
                    "other": f"{other.name} ({self.classes[other_id].name})",
                }
        return None

    def _refused(self, goods, room):
        takes = [self.classes[class_id] for class_id in sorted(room.takes)]
        for aspect in ("temperature", "hazard"):
            taken = [one for one in takes if getattr(one, aspect)]
            for class_id in sorted(goods.classes):
                mine = self.classes[class_id]
                if taken and getattr(mine, aspect) and mine not in taken:
                    return {"needs": mine.name, "takes": ", ".join(one.name for one in takes)}
        return None

    def _other_lot(self, goods, room, shelf):
        if room.mixing not in (LOT_PER_PRODUCT, ONE_LOT):
            return None
        for (product, batch), other in shelf.batches.items():
            if product == goods.product:
                unlike = batch and goods.batch and batch != goods.batch
            else:
                unlike = room.mixing == ONE_LOT
            if unlike:
                return {"other": f"{other.lot or other.batch} ({other.name})"}
        return None

    def _other_date(self, goods, room, shelf):
        if room.mixing != ONE_DATE or not goods.day:
            return None
        for day, other in sorted(shelf.days.get(goods.product, {}).items()):
            if abs((day - goods.day).days) > room.window:
                return {
                    "other": other.lot,
                    "date": goods.day.isoformat(),
                    "other_date": day.isoformat(),
                }
        return None


def examine(arrivals, plan):
    """Return the findings about a batch of goods that come into places.

    :param arrivals: list of (ref, :class:`Goods`, place id)
    :param plan: :class:`Plan` with what lies there; what arrives is added
    """
    findings = []
    for ref, goods, place in arrivals:
        findings += [
            Finding(code, values, ref=ref) for code, values in plan.conflicts(goods, place)
        ]
        plan.put(goods, place)
    return findings
