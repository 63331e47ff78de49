import random
from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import tagged

from ..core.recall import criteria
from .rule_case import RuleCase

DAY = date(2026, 5, 1)


@tagged("post_install", "-at_install")
class TestRecallRuleRandom(RuleCase):
    """Random rules mean the same random lots to the database and in memory."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(20260501)
        cls.food = cls.env["product.category"].create({"name": "Food"})
        cls.dairy = cls.env["product.category"].create({"name": "D", "parent_id": cls.food.id})
        cls.milk.categ_id = cls.dairy
        cls.cheese.categ_id = cls.food
        cls.senders = cls.env["res.partner"].create(
            [
                {"name": f"S{n}", "country_id": cls.env.ref(f"base.{c}").id}
                for n, c in enumerate(("pe", "fr", "pe"))
            ]
        )
        cls.senders[2].parent_id = cls.senders[1]

    def furnish(self):
        super().furnish()
        for sender in self.senders:
            self.receive(
                *[(self.milk, self.name(), self.dice.randrange(20, 30)) for _n in range(8)],
                *[(self.device, f"{self.name()}-{n}", 1) for n in range(5)],
                partner=sender,
            )
        self.lots = self.env["stock.lot"].search([("product_id", "in", self.goods().ids)])
        for lot in self.lots:
            lot.trace_made = self.day()
            lot.trace_batch = self.dice.choice((False, self.name()))
            lot.expiration_date = self.day() and datetime.combine(
                self.day() or DAY, datetime.min.time()
            )
        for number, lot in enumerate(
            self.lots.filtered(lambda lot: lot.product_id == self.milk)[:6]
        ):
            self.make(self.cheese, f"C{number}", (self.milk, lot.name, 2))
            move = self.picking("int", [(self.milk, lot.name, 5)])
            self.validate(move)
            move.move_line_ids.date = datetime(2026, 5, self.dice.randrange(1, 20), 12)
        for line in self.env["stock.move.line"].search([("product_id", "=", self.device.id)]):
            line.date = datetime(2026, 5, self.dice.randrange(1, 28), self.dice.randrange(24))
        self.env.flush_all()

    def name(self):
        return f"{self.dice.choice('ABab')}{self.dice.randrange(1000):03d}"

    def day(self):
        return self.dice.choice((None, DAY + timedelta(days=self.dice.randrange(30))))

    def some(self, records):
        return [
            Command.set(self.dice.sample(records.ids, min(len(records), self.dice.choice((1, 2)))))
        ]

    def condition(self):
        kind = self.dice.choice(criteria.KINDS)
        values = {"kind": kind, "negated": self.dice.random() < 0.3}
        if kind in ("range", "serial_range"):
            values["first"], values["last"] = sorted(
                f"A{self.dice.randrange(1000):03d}" for _n in "ab"
            )
        days = sorted(DAY + timedelta(days=self.dice.randrange(30)) for _n in "ab")
        records = {
            "product": ("product_ids", self.goods()),
            "category": ("categ_ids", self.food | self.dairy),
            "supplier": ("partner_ids", self.senders),
            "origin": ("country_ids", self.senders.country_id),
            "ancestor": ("lot_ids", self.lots),
            "place": ("location_ids", self.shelf | self.stock | self.customers),
        }
        if kind in records:
            name, choice = records[kind]
            values[name] = self.some(choice)
        if kind == "asn":
            return self.condition()
        values |= {
            "gtin": {"numbers": "09501101530003"},
            "list": {
                "numbers": ", ".join([*self.dice.sample(self.lots.mapped("name"), 5), "A100..A500"])
            },
            "pattern": {"numbers": self.dice.choice(("A*", "?1*", "@#0#", "*5", "[a]*", "a#*0"))},
            "place": {"time_from": datetime.combine(days[0], datetime.min.time())},
        }.get(kind, {})
        if kind in criteria.DATED:
            values |= self.dice.choice(
                ({"day_from": days[0]}, {"day_from": days[0], "day_to": days[1]})
            )
        return values

    def test_both_agree(self):
        sizes = set()
        for _round in range(80):
            shape = [self.dice.choice((1, 2, 2, 3)) for _n in range(self.dice.choice((1, 1, 2, 3)))]
            rule = self.rule(*[[self.condition() for _n in range(count)] for count in shape])
            found = self.meant(rule)
            self.assertEqual(found, self.meant_one_by_one(rule), rule.sentence)
            sizes.add(len(found))
        self.assertGreater(len(sizes), 8, "rules that mean none, some and all")
