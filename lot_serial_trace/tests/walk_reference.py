"""The rule of the walk, lot by lot, slowly and plainly; and random histories to try it on.

No database and no Odoo here: what the database answers is compared with this.
"""

import random
from dataclasses import dataclass

INFINITY = float("inf")


@dataclass
class Edge:
    """A row of ``trace.edge`` in plain Python; times are numbers."""

    operation: str
    operation_id: int
    side: str
    lot: int
    first: float
    last: float
    company: int = 1

    @property
    def key(self):
        return (self.operation, self.operation_id)


class Walk:
    """Everything that can be reached from lots in one direction.

    A state is a lot, since when it is tainted (backward: until when it matters) and the
    operation through which it was reached; every state is visited, in order of the number of
    operations from the start.

    :param starts: list of ``(lot, time or None)``
    """

    def __init__(self, edges, starts, direction, companies=None, untracked=False):
        self.edges = [edge for edge in edges if companies is None or edge.company in companies]
        self.untracked = untracked
        self.step = {"forward": self._forward, "backward": self._backward}[direction]
        self.better = {"forward": min, "backward": max}[direction]
        always = {"forward": -INFINITY, "backward": INFINITY}[direction]
        self.lots = {}  # lot -> (time, number of operations)
        self.pairs = set()  # (lot, operation, lot)
        self._visit((lot, always if time is None else time, None) for lot, time in starts)

    def _visit(self, states):
        states = list(states)
        seen, level = set(states), 0
        while states:
            found = []
            for lot, time, through in states:
                known, steps = self.lots.get(lot, (time, level))
                self.lots[lot] = (self.better(known, time), steps)
                for edge, other, reached in self.step(lot, time, through):
                    self.pairs.add((lot, edge.key, other.lot))
                    state = (other.lot, reached, edge.key)
                    if state not in seen and (other.lot > 0 or self.untracked):
                        seen.add(state)
                        found.append(state)
            states, level = found, level + 1

    def _forward(self, lot, since, through):
        for used, made in self._through(lot, "in", through, "repair_in", "repair_out"):
            if max(used.last, made.last) >= since:
                yield used, made, max(made.first, since)

    def _backward(self, lot, until, through):
        for made, used in self._through(lot, "out", through, "repair_out", "repair_in"):
            if min(used.first, made.first) <= until:
                yield made, used, min(used.last, until)

    def _through(self, lot, side, through, came, goes):
        """Pairs of edges of one operation, the lot's own and another one's on the other side."""
        for mine in self.edges:
            # In one repair the old part leaves before the new one comes.
            closed = mine.operation == goes and through == (came, mine.operation_id)
            if mine.lot == lot and mine.side == side and not closed:
                for other in self.edges:
                    if other.key == mine.key and other.side != side and other.lot != lot:
                        yield mine, other


def random_graph(rnd, first_lot=1, companies=(1, 1, 1, 2)):
    """A few lots, made of each other, taken apart and repaired at random times.

    :return: ``(lots, edges)``; some of the goods have no number: negative ids
    """
    lots = [
        lot if rnd.random() < 0.9 else -lot
        for lot in range(first_lot, first_lot + rnd.randint(2, 10))
    ]
    edges = {}

    def add(operation, operation_id, side, lot, company):
        first = rnd.randint(0, 20)
        last = first + rnd.choice((0, 0, 0, 1, 4))
        edge = Edge(operation, operation_id, side, lot, first, last, company)
        edges[operation, operation_id, side, lot] = edge

    for operation_id in range(rnd.randint(1, 14)):
        company = rnd.choice(companies)
        if rnd.random() < 0.3:
            unit, new, old = (rnd.choice(lots) for _ in range(3))
            add("repair_in", operation_id, "in", new, company)
            add("repair_in", operation_id, "out", unit, company)
            add("repair_out", operation_id, "in", unit, company)
            add("repair_out", operation_id, "out", old, company)
        else:
            operation = rnd.choice(("production", "unbuild"))
            for side in ("in", "out"):
                for lot in rnd.sample(lots, rnd.randint(1, min(3, len(lots)))):
                    add(operation, operation_id, side, lot, company)
    return lots, list(edges.values())


def random_starts(rnd, lots):
    """One or two lots, tainted always or since some time."""
    tracked = [lot for lot in lots if lot > 0]
    chosen = rnd.sample(tracked, min(len(tracked), rnd.randint(1, 2)))
    return [(lot, rnd.choice((None, None, rnd.randint(0, 12)))) for lot in chosen]


def graphs(count, first_lot=1):
    """``(seed, lots, edges, starts)`` of random histories; their ids do not meet."""
    for seed in range(count):
        rnd = random.Random(seed)
        lots, edges = random_graph(rnd, first_lot + seed * 20)
        for edge in edges:
            edge.operation_id += first_lot + seed * 20
        yield seed, lots, edges, random_starts(rnd, lots)
