import random
from datetime import timedelta

from odoo.tests import tagged

from .test_trace import GenealogyCase
from .test_walk_reference import SOME_DAY, WalkCase
from .walk_reference import Edge, Walk

HISTORIES = 3
DOCUMENTS = 8
WAYS = ("forward", "backward")


@tagged("post_install", "-at_install")
class TestWalkDocuments(WalkCase, GenealogyCase):
    """Random histories of real documents: the walk reaches what the movements themselves say.

    Edges are kept while orders are done, taken apart, corrected, set to nothing and dated anew;
    the reference knows nothing of edges and reads the movements when all is over.
    """

    def furnish(self):
        super().furnish()
        self.orders = []  # not taken apart
        self.hour = 0

    def test_random_documents(self):
        for seed in range(HISTORIES):
            self.history(random.Random(seed), seed)
            edges = self.movements()
            lots = sorted({edge.lot for edge in edges if edge.lot > 0})
            self.assertGreater(len(lots), 4)
            for lot in lots:
                for direction in WAYS:
                    asked = ([(lot, None)], direction)
                    expected = Walk(edges, *asked).lots
                    self.assertEqual(self.reached(*asked), expected, (seed, *asked))

    def history(self, rnd, seed):
        self.numbers = {
            product: [f"{product.name}-{seed}-{n}" for n in range(2)]
            for product in (self.milk, self.cheese)
        }
        self.receive(
            *((product, name, 50) for product, names in self.numbers.items() for name in names)
        )
        self.orders = []
        for number in range(DOCUMENTS):
            deed = rnd.choice((self.do_cheese, self.do_pizza, self.do_pizza, self.do_unbuild))
            lines = deed(rnd, f"{seed}-{number}")
            self.hour += rnd.choice((0, 1, 2))
            lines.date = SOME_DAY + timedelta(hours=self.hour)
            if rnd.random() < 0.4:
                self.do_correct(rnd)
        self.env.flush_all()

    def do_cheese(self, rnd, _number):
        """Cheese of milk, into one of two lots: they are filled again and again."""
        name = rnd.choice(self.numbers[self.cheese])
        return self.done(self.make(self.cheese, name, self.some(rnd, self.milk)))

    def do_pizza(self, rnd, number):
        parts = [self.some(rnd, product) for product in (self.milk, self.cheese)]
        order = self.make(self.pizza, f"P-{number}", *parts)
        self.orders.append(order)
        return self.done(order)

    def do_unbuild(self, rnd, number):
        if not self.orders:
            return self.do_pizza(rnd, number)
        order = self.orders.pop(rnd.randrange(len(self.orders)))
        unbuild = self.unbuild(order)
        return self.env["stock.move"].search([("unbuild_id", "=", unbuild.id)]).move_line_ids

    def do_correct(self, rnd):
        """Another lot, nothing at all, or another day."""
        if not self.orders:
            return
        order = self.orders.pop(rnd.randrange(len(self.orders)))
        line = rnd.choice(order.move_raw_ids.move_line_ids)
        what = rnd.choice(("lot", "nothing", "back", "date"))
        if what == "lot":
            line.lot_id = self.lot(line.product_id, rnd.choice(self.numbers[line.product_id]))
        elif what == "date":
            self.done(order).date = SOME_DAY + timedelta(hours=rnd.randint(0, self.hour))
        else:
            line.quantity = 0
            line.quantity = 1 if what == "back" else 0

    def some(self, rnd, product):
        return (product, rnd.choice(self.numbers[product]), 1)

    def done(self, order):
        return (order.move_raw_ids | order.move_finished_ids).move_line_ids

    def movements(self):
        """What done movements say of operations, in plain Python."""
        found = {}
        domain = [("state", "=", "done"), ("lot_id.product_id", "in", self.products().ids)]
        for line in self.env["stock.move.line"].search(domain):
            move = line.move_id
            order = move.raw_material_production_id or move.production_id
            if not (order or move.unbuild_id) or not line.quantity:
                continue
            operation = ("production", order.id) if order else ("unbuild", move.unbuild_id.id)
            side = "in" if line.location_dest_id.usage == "production" else "out"
            hours = round((line.date - SOME_DAY).total_seconds() / 3600)
            key = (*operation, side, line.lot_id.id)
            edge = found.setdefault(key, Edge(*key, hours, hours))
            edge.first, edge.last = min(edge.first, hours), max(edge.last, hours)
        return list(found.values())

    def products(self):
        return self.milk | self.cheese | self.pizza
