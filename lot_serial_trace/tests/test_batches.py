import random

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.lot_serial_trace.models.quant_batch import ONE_BY_ONE, in_batches

from .common import TraceCase

STRATEGIES = ("fifo", "lifo", "closest", "fefo", "least_packages")


class World(TraceCase):
    """Words for what a warehouse does, and a picture of what is there afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's own answers are compared: what an administrator, or the demo, forbids is aside.
        cls.env["trace.policy"].search([]).active = False
        cls.bins = cls.shelf | cls.env["stock.location"].create(
            [
                {"name": f"Bin {name}", "usage": "internal", "location_id": cls.stock.id}
                for name in "AB"
            ]
        )
        cls.owner = cls.env["res.partner"].create({"name": "Owner"})
        cls.packs = cls.env["stock.package"].create([{"name": f"TRT-PACK-{i}"} for i in range(4)])
        cls.screw = cls._product("Screw", "none")
        cls.products = cls.device | cls.milk | cls.screw
        cls.products.categ_id = cls.env["product.category"].create({"name": "Batches"})

    def one_by_one(self, on):
        """Switch batches off or on."""
        self.env["ir.config_parameter"].sudo().set_param(ONE_BY_ONE, on and "1")

    def put(self, product, quantity, place, **key):
        """Stock that just is there."""
        self.env["stock.quant"]._update_available_quantity(product, place, quantity, **key)

    def number(self, product, name, **values):
        """The lot of that name, made if need be."""
        return self.lot(product, name) or self.env["stock.lot"].create(
            {"product_id": product.id, "name": name, **values}
        )

    def transfer(self, kind, wanted, source=None, dest=None, owner=None):
        """A confirmed transfer; ``wanted`` is a list of ``(product, quantity)``."""
        places = {
            "in": (self.suppliers, self.stock),
            "out": (self.stock, self.customers),
            "int": (self.stock, self.bins[1]),
        }[kind]
        source, dest = source or places[0], dest or places[1]
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse[f"{kind}_type_id"].id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "owner_id": owner.id if owner else False,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": dest.id,
                        }
                    )
                    for product, quantity in wanted
                ],
            }
        )
        picking.action_confirm()
        return picking

    def finish(self, picking, backorder=True):
        """Validate without dialogs."""
        context = {"skip_backorder": True, "trace_confirmed": True, "skip_expired": True}
        if not backorder:
            context["picking_ids_not_to_backorder"] = picking.ids
        return picking.with_context(**context).button_validate()

    def picture(self):
        """All that stock consists of, by names, so that two runs can be compared."""
        self.env.flush_all()
        self.env.invalidate_all()
        quants = self.env["stock.quant"].search([("product_id", "in", self.products.ids)])
        lines = self.env["stock.move.line"].search([("product_id", "in", self.products.ids)])
        lots = self.env["stock.lot"].search([("product_id", "in", self.products.ids)])
        moves = self.env["stock.move"].search([("product_id", "in", self.products.ids)])
        return {
            "quants": self.rows(quants, "in_date", "quantity", "reserved_quantity", "company_id"),
            "dates": self.rows(quants, "removal_date", "expiration_date", "inventory_date"),
            "lines": self.rows(lines, "quantity", "location_dest_id", "result_package_id", "state"),
            "line dates": self.rows(lines, "date", "expiration_date", "removal_date", "lot_name"),
            "lots": sorted(
                str(
                    (
                        self.told(lot, "product_id", "name", "company_id", "location_id"),
                        lot.product_qty,
                        lot.expiration_date,
                    )
                )
                for lot in lots
            ),
            "moves": sorted(
                str(self.told(move, "product_id", "quantity", "state", "picked", "product_uom_qty"))
                for move in moves
            ),
            "packs": [self.told(pack, "location_id", "quant_ids") for pack in self.packs],
        }

    def rows(self, records, *names):
        """Sorted texts of key and values of quants or lines."""
        key = ("product_id", "location_id", "lot_id", "package_id", "owner_id")
        return sorted(str(self.told(record, *key, *names)) for record in records)

    def told(self, record, *names):
        """Values with records by their names."""
        values = [record[name] for name in names]
        return [
            sorted(value.mapped("display_name")) if hasattr(value, "_name") else value
            for value in values
        ]

    def both(self, story):
        """Run ``story`` in both ways and compare; returns the picture."""
        pictures = []
        for one_by_one in (False, True):
            self.one_by_one(one_by_one)
            self.env.flush_all()
            with self.env.cr.savepoint() as savepoint:
                self.assertEqual(in_batches(self.env), not one_by_one)
                with freeze_time("2026-03-04 05:06:07"):
                    told = story()
                pictures.append({**self.picture(), "told": told})
                savepoint.rollback()
            self.env.invalidate_all()
        for name, rows in pictures[0].items():
            self.assertEqual(rows, pictures[1][name], name)
        return pictures[0]


@tagged("post_install", "-at_install")
class TestBatches(World):
    """Booked in batches or one by one: what is there afterwards is the same to the last field."""

    def receipt(self, count, names=None, **values):
        """A receipt of devices with numbers on its lines."""
        picking = self.transfer("in", [(self.device, count)], **values)
        for index, line in enumerate(picking.move_line_ids):
            line.lot_name = names[index] if names else f"TRT-{index}"
        return picking

    def test_receipt_and_delivery(self):
        def story():
            self.finish(self.receipt(5))
            out = self.transfer("out", [(self.device, 3)])
            out.action_assign()
            self.finish(out)

        seen = self.both(story)
        self.assertEqual(len(seen["lots"]), 5)
        self.assertEqual(len([row for row in seen["quants"] if "Customers" in row]), 3)

    def test_known_numbers_are_matched(self):
        def story():
            lots = [self.number(self.device, f"TRT-{index}") for index in range(3)]
            picking = self.receipt(5)
            self.finish(picking)
            return len(picking.move_line_ids.lot_id & self.env["stock.lot"].union(*lots))

        self.assertEqual(self.both(story)["told"], 3)

    def test_number_twice_in_a_receipt(self):
        def story():
            with self.assertRaisesRegex(UserError, "unique"), self.env.cr.savepoint():
                self.finish(self.receipt(3, ["TRT-1", "TRT-2", "TRT-1"]))

        self.both(story)

    def test_serial_that_is_there_already(self):
        def story():
            self.finish(self.receipt(2))
            with self.assertRaisesRegex(UserError, "already been assigned"):
                with self.env.cr.savepoint():
                    self.finish(self.receipt(2))

        self.both(story)

    def test_packages_and_owner(self):
        def story():
            picking = self.receipt(4, owner=self.owner)
            picking.move_line_ids[:2].result_package_id = self.packs[0]
            self.finish(picking)
            out = self.transfer("int", [(self.device, 4)])
            out.action_assign()
            self.finish(out)

        seen = self.both(story)
        self.assertTrue(any("TRT-PACK-0" in row for row in seen["quants"]))

    def test_more_than_there_is(self):
        """Forced lines: stock without a number makes up, then stock turns negative."""

        def story():
            self.put(self.milk, 3, self.stock)
            self.put(self.milk, 2, self.stock, lot_id=self.number(self.milk, "L1"))
            out = self.picking("out", [(self.milk, "L1", 4), (self.milk, "L1", 7)])
            self.finish(out)

        seen = self.both(story)
        self.assertTrue(any(", -" in row and "TRT/Stock" in row for row in seen["quants"]))

    def test_reserved_by_others_is_freed(self):
        def story():
            lots = [self.number(self.device, f"TRT-{index}") for index in range(4)]
            for lot in lots:
                self.put(self.device, 1, self.stock, lot_id=lot)
            waiting = self.transfer("out", [(self.device, 3)])
            waiting.action_assign()
            self.finish(self.picking("out", [(self.device, f"TRT-{i}", 1) for i in range(3)]))
            return sorted(waiting.move_line_ids.lot_id.mapped("name"))

        self.assertEqual(self.both(story)["told"], ["TRT-3"])

    def test_unreserve(self):
        def story():
            self.finish(self.receipt(4))
            out = self.transfer("out", [(self.device, 4)])
            out.action_assign()
            out.do_unreserve()

        self.both(story)

    def test_lots_of_another_company(self):
        """Told as Odoo tells it, although not each line is checked by itself."""
        company = self.env["res.company"].create({"name": "Other"})

        def story():
            picking = self.receipt(4)
            lots = [self.number(self.device, f"X-{index}", company_id=False) for index in range(4)]
            for line, lot in zip(picking.move_line_ids, lots, strict=True):
                line.lot_id = lot
            self.env["stock.lot"].union(*lots[2:]).company_id = company
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                self.finish(picking)
            return str(caught.exception)

        told = self.both(story)["told"]
        self.assertIn("X-2", told)
        self.assertIn("X-3", told)
        self.assertNotIn("X-1", told)

    def test_quants_that_are_there_twice(self):
        """Two transactions at once leave two quants of one thing; both ways use the same one."""

        def story():
            lot = self.number(self.milk, "L1")
            values = {"product_id": self.milk.id, "location_id": self.stock.id, "lot_id": lot.id}
            for day, quantity in ((3, 2), (1, 5), (2, -1)):
                self.env["stock.quant"].create(
                    {
                        **values,
                        "quantity": quantity,
                        "in_date": fields.Datetime.to_datetime(f"2026-01-0{day}"),
                    }
                )
            out = self.transfer("out", [(self.milk, 4)])
            out.action_assign()
            self.finish(out)

        self.both(story)

    def test_random_histories(self):
        """Receipts, moves and deliveries of all kinds, partial and forced, in any order."""
        for seed in range(6):
            with self.subTest(seed=seed):
                self.both(lambda seed=seed: self.history(random.Random(seed)))

    def history(self, dice):
        """Do random things; returns the errors they met."""
        self.products.categ_id.removal_strategy_id = self.env["product.removal"].search(
            [("method", "=", dice.choice(STRATEGIES))], limit=1
        )
        errors = []
        for turn in range(8):
            act = dice.choice(
                [self.random_receipt, self.random_move, self.random_move, self.random_force]
            )
            try:
                with self.env.cr.savepoint():
                    act(dice, turn)
            except UserError as error:
                errors.append(str(error).splitlines()[0])
        return errors

    def random_receipt(self, dice, turn):
        wanted = [(p, dice.randint(1, 4)) for p in self.products if dice.random() < 0.7]
        owner = self.owner if dice.random() < 0.2 else None
        picking = self.transfer("in", wanted, owner=owner)
        fresh = dice.random() < 0.7
        for index, line in enumerate(picking.move_line_ids):
            if line.product_id != self.screw:
                line.lot_name = f"TRT-{turn if fresh else 0}-{index}"
            if dice.random() < 0.3:
                line.result_package_id = dice.choice(self.packs)
        self.finish(picking)

    def random_move(self, dice, _turn):
        kind = dice.choice(["int", "out"])
        wanted = [(p, dice.randint(1, 5)) for p in self.products if dice.random() < 0.7]
        source = self.stock if kind == "out" or dice.random() < 0.6 else self.bins[1]
        dest = dice.choice(self.bins) if kind == "int" else None
        picking = self.transfer(kind, wanted, source, dest)
        picking.action_assign()
        lines = picking.move_line_ids
        for line in lines:
            line.picked = dice.random() < 0.8
            if dice.random() < 0.2:
                line.result_package_id = dice.choice(self.packs)
        if dice.random() < 0.2:
            picking.do_unreserve()
        elif lines:
            self.finish(picking, backorder=dice.random() < 0.5)

    def random_force(self, dice, turn):
        units = [
            (self.device, f"TRT-{dice.randint(0, turn)}-{dice.randint(0, 2)}", 1),
            (self.milk, f"TRT-{dice.randint(0, turn)}-{dice.randint(0, 4)}", dice.randint(1, 6)),
        ]
        for product, name, _quantity in units:
            self.number(product, name)
        if dice.random() < 0.3:
            self.put(self.milk, dice.randint(1, 5), self.stock)
        self.finish(self.picking(dice.choice(["int", "out"]), units))


@tagged("post_install", "-at_install")
class TestBatchQueries(World):
    """A batch costs the same number of queries, however many numbers are in it."""

    def queries(self, count):
        """Queries of a receipt, a move and a delivery of ``count`` devices."""
        picking = self.transfer("in", [(self.device, count)])
        for index, line in enumerate(picking.move_line_ids):
            line.lot_name = f"TRT-{count}-{index}"
        numbers = [self.counted(self.finish, picking)]
        for kind in ("int", "out"):
            source = self.stock if kind == "int" else self.bins[1]
            picking = self.transfer(kind, [(self.device, count)], source)
            numbers.append(self.counted(picking.action_assign))
            numbers.append(self.counted(self.finish, picking))
        return numbers

    def counted(self, call, *args):
        """How many queries a call needs."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_constant(self):
        self.queries(5)
        few, many = self.queries(20), self.queries(120)
        for before, after in zip(few, many, strict=True):
            self.assertLess(after, before + 15)

    def test_switched_off(self):
        self.one_by_one(True)
        self.queries(5)
        self.assertGreater(self.queries(40)[0], self.queries(10)[0] + 50)
