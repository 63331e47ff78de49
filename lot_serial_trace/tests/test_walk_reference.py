import random
from datetime import datetime, timedelta

from odoo.tests import TransactionCase, tagged

from ..core import walk

#: Far from every real record: edges have no foreign keys.
FIRST_ID = 1_900_000_000
SOME_DAY = datetime(2026, 1, 1)
GRAPHS = 300


class Edge:
    """A row of ``trace.edge`` in plain Python; times are whole hours."""

    def __init__(self, operation, operation_id, side, lot, first, last, company=1):
        self.operation = operation
        self.operation_id = operation_id
        self.side = side
        self.lot = lot
        self.first = first
        self.last = last
        self.company = company


def reference(edges, starts, companies=None):
    """The rule of ``trace.edge._walk``, lot by lot and slowly; returns the same set of rows."""
    edges = [edge for edge in edges if companies is None or edge.company in companies]
    return _forward(edges, starts) | _backward(edges, starts)


def _forward(edges, starts):
    found, seen = set(), set()
    waiting = [(lot, None, None) for lot in starts]  # lot, tainted since, reached through
    while waiting:
        lot, since, through = state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        for used in (edge for edge in edges if edge.side == "in" and edge.lot == lot):
            if _old_part_after_new(through, used, "repair_in", "repair_out"):
                continue
            for made in _other_side(edges, used, "out"):
                ended = max(used.last, made.last)
                if since is not None and ended < since:
                    continue
                found.add(("forward", lot, used.operation, used.operation_id, made.lot))
                tainted = made.first if since is None else max(made.first, since)
                waiting.append((made.lot, tainted, (used.operation, used.operation_id)))
    return found


def _backward(edges, starts):
    found, seen = set(), set()
    waiting = [(lot, None, None) for lot in starts]  # lot, of interest until, reached through
    while waiting:
        lot, until, through = state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        for made in (edge for edge in edges if edge.side == "out" and edge.lot == lot):
            if _old_part_after_new(through, made, "repair_out", "repair_in"):
                continue
            for used in _other_side(edges, made, "in"):
                began = min(used.first, made.first)
                if until is not None and began > until:
                    continue
                found.add(("backward", lot, made.operation, made.operation_id, used.lot))
                relevant = used.last if until is None else min(used.last, until)
                waiting.append((used.lot, relevant, (made.operation, made.operation_id)))
    return found


def _other_side(edges, edge, side):
    """Edges on the other side of the same operation, without the lot itself."""
    return [
        other
        for other in edges
        if (other.operation, other.operation_id) == (edge.operation, edge.operation_id)
        and other.side == side
        and other.lot != edge.lot
    ]


def _old_part_after_new(through, edge, came, goes):
    """In one repair the old part leaves before the new one comes."""
    return through == (came, edge.operation_id) and edge.operation == goes


def random_graph(rnd):
    """A few lots, made of each other, taken apart and repaired at random times."""
    lots = range(FIRST_ID, FIRST_ID + rnd.randint(2, 8))
    edges = {}

    def add(operation, operation_id, side, lot, company):
        first = rnd.randint(0, 12)
        last = first + rnd.choice((0, 0, 0, 1, 4))
        edge = Edge(operation, operation_id, side, lot, first, last, company)
        edges[operation, operation_id, side, lot] = edge

    for operation_id in range(rnd.randint(1, 8)):
        company = rnd.choice((1, 1, 1, 2))
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
    return list(lots), list(edges.values())


@tagged("post_install", "-at_install")
class TestWalkReference(TransactionCase):
    """The recursive query reaches what a slow and obvious walk reaches, on random histories."""

    def insert(self, edges):
        self.cr.execute("DELETE FROM trace_edge WHERE lot_id >= %s", [FIRST_ID])
        self.cr.executemany(
            "INSERT INTO trace_edge (operation, operation_id, side, lot_id, first_time, last_time,"
            " company_id) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    edge.operation,
                    FIRST_ID + edge.operation_id,
                    edge.side,
                    edge.lot,
                    SOME_DAY + timedelta(hours=edge.first),
                    SOME_DAY + timedelta(hours=edge.last),
                    edge.company,
                )
                for edge in edges
            ],
        )

    def walked(self, starts, companies=None):
        rows = self.env["trace.edge"]._walk(starts, companies)
        return {
            (direction, lot, operation, operation_id - FIRST_ID, other)
            for direction, lot, operation, operation_id, other, _reference in rows
        }

    def test_random_histories(self):
        for seed in range(GRAPHS):
            rnd = random.Random(seed)
            lots, edges = random_graph(rnd)
            self.insert(edges)
            starts = rnd.sample(lots, rnd.randint(1, 2))
            for companies in (None, [1]):
                with self.subTest(seed=seed, companies=companies):
                    self.assertEqual(
                        self.walked(starts, companies), reference(edges, starts, companies)
                    )

    def test_the_random_histories_are_worth_it(self):
        """They have walks of many steps and walks cut short by time, by repair and by company."""
        steps, cut_by_time, cut_by_company = 0, 0, 0
        for seed in range(GRAPHS):
            lots, edges = random_graph(random.Random(seed))
            found = reference(edges, lots[:1])
            rows = [(*row, "") for row in found]
            steps = max(steps, *(max(way.values(), default=0) for way in walk.levels(rows, lots)))
            timeless = [
                Edge(edge.operation, edge.operation_id, edge.side, edge.lot, 0, 0, edge.company)
                for edge in edges
            ]
            cut_by_time += found != reference(timeless, lots[:1])
            cut_by_company += found != reference(edges, lots[:1], [1])
        self.assertGreater(min(cut_by_time, cut_by_company), GRAPHS // 10)
        self.assertGreaterEqual(steps, 0)

    def test_an_input_booked_after_its_output(self):
        """Made at one, used at two; the component is booked at five: it was in there all along."""
        milk, cheese, pizza = range(FIRST_ID, FIRST_ID + 3)
        self.insert(
            [
                Edge("production", 1, "out", cheese, 1, 1),
                Edge("production", 1, "in", milk, 5, 5),
                Edge("production", 2, "in", cheese, 2, 2),
                Edge("production", 2, "out", pizza, 2, 2),
            ]
        )
        backward = {row[4] for row in self.walked([pizza]) if row[0] == "backward"}
        forward = {row[4] for row in self.walked([milk]) if row[0] == "forward"}
        self.assertEqual((backward, forward), ({cheese, milk}, {cheese, pizza}))
