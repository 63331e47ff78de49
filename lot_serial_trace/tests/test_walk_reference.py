from datetime import datetime, timedelta
from itertools import product

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .walk_reference import INFINITY, Edge, Walk, graphs

#: Far from every real record: edges have no foreign keys.
FIRST_ID = 1_900_000_000
SOME_DAY = datetime(2026, 1, 1)
GRAPHS = 400
#: Direction, companies, through goods without a number.
CASES = list(product(("forward", "backward"), (None, [1]), (False, True)))


class WalkCase(TransactionCase):
    """Puts edges of plain Python into the database and asks it."""

    def insert(self, edges):
        self.cr.execute("DELETE FROM trace_edge WHERE abs(lot_id) >= %s", [FIRST_ID])
        rows = [
            (e.operation, e.operation_id, e.side, e.lot, _moment(e.first), _moment(e.last))
            + (e.company,)
            for e in edges
        ]
        self.cr.execute(
            SQL(
                "INSERT INTO trace_edge (operation, operation_id, side, lot_id, first_time,"
                " last_time, company_id) VALUES %s",
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )

    def reached(self, starts, direction, companies=None, untracked=False):
        """What the database reaches: lot -> (hours, level)."""
        reach = self.env["trace.edge"]._reach(
            _starts(starts), direction == "forward", companies, untracked
        )
        always = {True: INFINITY, False: -INFINITY}
        rows = self.env.execute_query(
            SQL(
                "SELECT lot_id, CASE WHEN isfinite(at) THEN extract(epoch FROM at - %s) END,"
                " at > now(), level FROM %s",
                SOME_DAY,
                reach,
            )
        )
        return {
            lot: (always[late] if seconds is None else round(seconds / 3600), level)
            for lot, seconds, late, level in rows
        }

    def linked(self, starts, direction, companies=None, untracked=False):
        """What the links say: operation -> (inputs, outputs)."""
        links = self.env["trace.edge"]._links(
            _starts(starts), direction, companies, untracked=untracked
        )
        return {
            (link["operation"], link["operation_id"]): tuple(
                {*link[side], *(-product for product in link[f"untracked_{side}"])}
                for side in ("inputs", "outputs")
            )
            for link in links
        }


@tagged("post_install", "-at_install")
class TestWalkReference(WalkCase):
    """The database reaches what a slow and obvious walk reaches, on random histories."""

    def test_random_histories(self):
        """Lots, times, levels and operations are the same, both ways, by company or not."""
        histories = list(graphs(GRAPHS, FIRST_ID))
        self.insert([edge for _seed, _lots, edges, _starts in histories for edge in edges])
        for seed, _lots, edges, starts in histories:
            for case in (seed, seed + 5):  # both ways, with two of the other choices
                direction, companies, untracked = CASES[case % len(CASES)]
                asked = (starts, direction, companies, untracked)
                walk = Walk(edges, *asked)
                self.assertEqual(self.reached(*asked), walk.lots, (seed, *asked))
                linked = _operations(walk, direction)
                self.assertEqual(self.linked(*asked), linked, (seed, *asked))

    def test_the_random_histories_are_worth_it(self):
        """They have long walks, and walks cut short by time, repair, company, missing numbers."""
        longest, cut = 0, dict.fromkeys(("time", "repair", "company", "untracked"), 0)
        for _seed, _lots, edges, starts in graphs(GRAPHS):
            found = Walk(edges, starts, "forward", untracked=True).lots.keys()
            walk = Walk(edges, starts, "forward")
            longest = max(longest, *(level for _time, level in walk.lots.values()))
            timeless = [Edge(*edge.key, edge.side, edge.lot, 0, 0) for edge in edges]
            always = [(lot, None) for lot, _time in starts]
            rest = Walk(timeless, always, "forward", untracked=True)
            cut["time"] += found != rest.lots.keys()
            cut["repair"] += rest.lots.keys() != _without_repairs(timeless, always)
            cut["company"] += walk.lots != Walk(edges, starts, "forward", [1]).lots
            cut["untracked"] += found != walk.lots.keys()
        self.assertGreater(longest, 3)
        for reason, count in cut.items():
            self.assertGreater(count, GRAPHS // 100, reason)

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
        self.assertEqual(
            self.reached([(pizza, None)], "backward"),
            {pizza: (INFINITY, 0), cheese: (2, 1), milk: (2, 2)},
        )
        self.assertEqual(
            self.reached([(milk, None)], "forward"),
            {milk: (-INFINITY, 0), cheese: (1, 1), pizza: (2, 2)},
        )

    def test_nothing_asked_nothing_reached(self):
        self.assertEqual(self.reached([], "forward"), {})
        self.assertEqual(self.linked([], "backward"), {})


@tagged("post_install", "-at_install")
class TestWalkSize(WalkCase):
    """Long, wide and knotted histories are walked once, not once for each way through them."""

    def test_reworked_a_thousand_times(self):
        """A unit that is built and taken apart again and again: the first time counts."""
        part, unit = FIRST_ID, FIRST_ID + 1
        self.insert(
            [
                Edge(operation, FIRST_ID + turn, side, lot, 2 * turn + odd, 2 * turn + odd)
                for turn in range(1000)
                for odd, operation, used, made in (
                    (0, "production", part, unit),
                    (1, "unbuild", unit, part),
                )
                for side, lot in (("in", used), ("out", made))
            ]
        )
        self.assertEqual(self.reached([(part, 999)], "forward"), {part: (999, 0), unit: (1000, 1)})
        self.assertEqual(self.reached([(unit, 998)], "backward"), {unit: (998, 0), part: (998, 1)})

    def test_a_chain_of_thousands(self):
        """Each batch starts from a bit of the one before."""
        length = 3000
        self.insert(
            [
                Edge("production", FIRST_ID + n, side, FIRST_ID + n + (side == "out"), n, n)
                for n in range(length)
                for side in ("in", "out")
            ]
        )
        reached = self.reached([(FIRST_ID, None)], "forward")
        self.assertEqual(len(reached), length + 1)
        self.assertEqual(reached[FIRST_ID + length], (length - 1, length))

    def test_an_operation_of_many_by_many(self):
        """A thousand units of a thousand parts are two thousand rows, not a million."""
        many = 1000
        parts = range(FIRST_ID + 1, FIRST_ID + 1 + many)
        units = range(FIRST_ID + many + 1, FIRST_ID + 2 * many + 1)
        self.insert(
            [
                Edge("unbuild", FIRST_ID, "in", FIRST_ID, 1, 1),
                *(Edge("unbuild", FIRST_ID, "out", part, 1, 1) for part in parts),
                *(Edge("production", FIRST_ID, "in", part, 2, 2) for part in parts),
                *(Edge("production", FIRST_ID, "out", unit, 2, 2) for unit in units),
            ]
        )
        reached = self.reached([(FIRST_ID, None)], "forward")
        self.assertEqual(len(reached), 2 * many + 1)
        with self.assertQueryCount(1):
            links = self.linked([(FIRST_ID, None)], "forward")
        self.assertEqual(links["production", FIRST_ID], (set(parts), set(units)))

    def test_the_nearest_links_first(self):
        self.insert(
            [
                Edge("production", FIRST_ID + n, side, FIRST_ID + n + (side == "out"), n, n)
                for n in range(5)
                for side in ("in", "out")
            ]
        )
        links = self.env["trace.edge"]._links([(FIRST_ID, None)], "forward", limit=2)
        self.assertEqual(
            [(link["level"], link["inputs"], link["outputs"]) for link in links],
            [(0, [FIRST_ID], [FIRST_ID + 1]), (1, [FIRST_ID + 1], [FIRST_ID + 2])],
        )

    def test_it_reads_only(self):
        """A replica answers, and so does a transaction that may not write."""
        self.insert(
            [
                Edge("production", FIRST_ID, "in", FIRST_ID, 1, 1),
                Edge("production", FIRST_ID, "out", FIRST_ID + 1, 1, 1),
            ]
        )
        self.cr.execute("SET TRANSACTION READ ONLY")
        self.assertEqual(len(self.reached([(FIRST_ID, None)], "forward")), 2)


def _moment(hours):
    return SOME_DAY + timedelta(hours=hours)


def _starts(starts):
    return [(lot, None if hours is None else _moment(hours)) for lot, hours in starts]


def _operations(walk, direction):
    """The pairs that a walk went through, by operation: (inputs, outputs)."""
    found = {}
    for near, operation, far in walk.pairs:
        inputs, outputs = found.setdefault(operation, (set(), set()))
        (inputs if direction == "forward" else outputs).add(near)
        (outputs if direction == "forward" else inputs).add(far)
    return found


def _without_repairs(edges, starts):
    """What would be reached if a repair were an operation like any other."""
    plain = [
        Edge("production" if edge.operation == "production" else edge.operation + "_", *rest)
        for edge in edges
        for rest in [(edge.operation_id, edge.side, edge.lot, edge.first, edge.last)]
    ]
    return Walk(plain, starts, "forward", untracked=True).lots.keys()
