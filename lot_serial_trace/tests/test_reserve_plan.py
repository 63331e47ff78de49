import random

from odoo import fields
from odoo.tests import tagged

from .test_batches import STRATEGIES, World

#: Days from today until lots expire, or None.
LIVES = (None, -3, 1, 5, 60)


@tagged("post_install", "-at_install")
class TestReservePlan(World):
    """Movements reserved together get what each would have got by itself, to the last field."""

    def strategy(self, method):
        """Set the removal strategy of all products."""
        self.products.categ_id.removal_strategy_id = self.env["product.removal"].search(
            [("method", "=", method)], limit=1
        )

    def lots(self, product, count, **values):
        """New lots."""
        return self.env["stock.lot"].create(
            [
                {"name": f"RP-{number:03}", "product_id": product.id, **values}
                for number in range(count)
            ]
        )

    def waiting(self, wanted, **values):
        """Confirmed transfers, none of them reserved."""
        transfers = self.env["stock.picking"]
        for product, quantity in wanted:
            transfers |= self.transfer("out", [(product, quantity)], **values)
        transfers.do_unreserve()
        return self.env["stock.move"].browse(transfers.move_ids.ids)

    # -- the same, whatever there is -------------------------------------------

    def test_random_stocks(self):
        """Places, packages, owners, dates, negative and unnumbered stock, units and strategies.

        Of packages that hold the same Odoo takes any: that strategy has a test of its own.
        """
        for seed in range(12):
            with self.subTest(seed=seed):
                self.both(lambda seed=seed: self.story(random.Random(seed)))

    def story(self, dice):
        """Make a stock, let many reserve it, hold some of it and release it again."""
        self.strategy(dice.choice(STRATEGIES[:4]))
        self.warehouse.action_trace_make_quarantine()
        lots = self.random_stock(dice)
        moves = self.random_moves(dice)
        moves._trace_assign_together()
        told = [self.reserved(moves)]
        for move in moves:
            if dice.random() < 0.1:
                move.move_line_ids[:1].picked = True
        some = self.env["stock.lot"].union(*dice.sample(list(lots), len(lots) // 3))
        holds = self.env["trace.hold"]._place(
            some, "leaking", goods=dice.choice(["move", "stay"]), location=self.some_place(dice)
        )
        told += [self.reserved(moves), self.effects(holds)]
        holds[::2]._release("looked at")
        return [*told, self.reserved(moves), self.effects(holds)]

    def some_place(self, dice):
        return dice.choice(self.bins) if dice.random() < 0.3 else None

    def random_stock(self, dice):
        lots = self.env["stock.lot"]
        for product in (self.device, self.milk):
            lots |= self.lots(product, 9)
        self.env.flush_all()
        for lot in lots:
            life = dice.choice(LIVES)
            if life is not None and lot.product_id == self.milk:
                lot.expiration_date = fields.Datetime.add(fields.Datetime.now(), days=life)
                lot.removal_date = fields.Datetime.add(lot.expiration_date, days=-2)
            self.random_put(dice, lot.product_id, lot)
        for product in self.products:
            if dice.random() < 0.3:
                self.random_put(dice, product, None)
        return lots

    def random_put(self, dice, product, lot):
        quantity = 1 if product == self.device and lot else dice.choice([1, 2, 3.5, 5])
        key = {"lot_id": lot} if lot else {}
        if dice.random() < 0.2:
            key["package_id"] = dice.choice(self.packs)
        if dice.random() < 0.1:
            key["owner_id"] = self.owner
        self.put(product, quantity, dice.choice([self.stock, *self.bins]), **key)
        if dice.random() < 0.1 and product == self.milk:
            self.put(product, -2 * quantity, dice.choice(self.bins), **key)

    def random_moves(self, dice):
        wanted = [
            (dice.choice(self.products), dice.choice([1, 2, 3, 4.5]))
            for _n in range(dice.randint(3, 9))
        ]
        wanted = [(p, int(q) if p == self.device else q) for p, q in wanted]
        moves = self.waiting(wanted, source=dice.choice([self.stock, self.stock, self.shelf]))
        for move in moves:
            if dice.random() < 0.2:
                move.product_uom = self.env.ref("uom.product_uom_dozen")
                move.product_uom_qty = 1
            if dice.random() < 0.4:
                move.date = fields.Datetime.add(move.date, days=dice.choice([-1, 3, 30]))
        return moves

    def reserved(self, moves):
        """What each movement has, by its place in the list."""
        return [
            (move.state, move.quantity, self.rows(move.move_line_ids, "quantity", "product_uom_id"))
            for move in moves
        ]

    def effects(self, holds):
        """What placing and releasing did."""
        return sorted(
            (effect.kind, effect.lot_id.name, effect.quantity, bool(effect.undone_at))
            for effect in holds.effect_ids
        )

    # -- the same, where other rules take part ---------------------------------

    def test_next_to_each_other(self):
        """A movement that goes on with what was brought takes it away from those that choose."""

        def story():
            for lot in self.lots(self.milk, 4):
                self.put(self.milk, 2, self.stock, lot_id=lot)
            first, last = self.waiting([(self.milk, 3), (self.milk, 5)])
            brought = self.transfer("int", [(self.milk, 2)], self.stock, self.stock).move_ids
            brought._do_unreserve()
            chained = self.waiting([(self.milk, 2)])
            chained.move_orig_ids = brought
            brought._action_assign()
            brought.picked = True
            brought._action_done()
            chained._do_unreserve()
            (first | chained | last)._trace_assign_together()
            return self.reserved(first | chained | last)

        self.both(story)

    def test_more_of_what_a_movement_has(self):
        def story():
            for lot in self.lots(self.milk, 3):
                self.put(self.milk, 5, self.stock, lot_id=lot)
            moves = self.waiting([(self.milk, 2), (self.milk, 2), (self.milk, 2)])
            moves._action_assign()
            moves[0].product_uom_qty = 4
            moves[1].product_uom_qty = 7
            moves._trace_assign_together()
            return self.reserved(moves)

        self.both(story)

    def test_least_packages(self):
        """Which package is chosen depends on the quantity: that is left to Odoo."""

        def story():
            self.strategy("least_packages")
            lots = self.lots(self.milk, 3)
            for lot, pack, quantity in zip(lots, self.packs[:3], (2, 6, 3), strict=True):
                self.put(self.milk, quantity, self.stock, lot_id=lot, package_id=pack)
            moves = self.waiting([(self.milk, 6), (self.milk, 3)])
            moves._trace_assign_together()
            return [move.move_line_ids.lot_id.name for move in moves]

        self.assertEqual(self.both(story)["told"], ["RP-001", "RP-002"])

    def test_dates_of_each_movement(self):
        """Each movement is given what is fresh on its own day."""

        def story():
            self.strategy("fefo")
            for lot, days in zip(self.lots(self.milk, 4), (2, 10, 20, 40), strict=True):
                lot.expiration_date = fields.Datetime.add(fields.Datetime.now(), days=days)
                lot.removal_date = lot.expiration_date
                self.put(self.milk, 1, self.stock, lot_id=lot)
            moves = self.waiting([(self.milk, 1), (self.milk, 1), (self.milk, 1)])
            for move, days in zip(moves, (15, 1, 15), strict=True):
                move.date = fields.Datetime.add(fields.Datetime.now(), days=days)
            moves._trace_assign_together()
            return [moves.move_line_ids.filtered(lambda line, move=move: line.move_id == move)
                    .lot_id.mapped("name") for move in moves]  # fmt: skip

        told = self.both(story)["told"]
        self.assertEqual(told, [["RP-002"], ["RP-000"], ["RP-003"]])

    # -- fast -------------------------------------------------------------------

    def test_stock_is_read_once(self):
        """A hundred movements cost what ten do; one by one they cost something each."""

        def queries(count):
            moves = self.waiting([(self.device, 1)] * count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            moves._trace_assign_together()
            self.env.flush_all()
            self.assertEqual(set(moves.mapped("state")), {"assigned"})
            return self.env.cr.sql_log_count - before

        for lot in self.lots(self.device, 200):
            self.put(self.device, 1, self.stock, lot_id=lot)
        queries(2)
        few, many = queries(10), queries(100)
        self.assertLess(many, few + 10)
        self.one_by_one(True)
        self.assertGreater(queries(40), queries(10) + 60)
