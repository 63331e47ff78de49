from odoo import Command

from ..models.trace_recall_condition import RECORDS
from .test_trace import GenealogyCase


class RuleCase(GenealogyCase):
    """Words for recall rules: alternatives of conditions, and what they mean."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.rules = cls.env["trace.recall.rule"]
        cls.hits = cls.env["trace.recall.rule.hit"]

    def rule(self, *alternatives, start=False, **values):
        """A rule of alternatives, each a list of conditions (``self.so(...)``) or one alone."""
        lines = []
        for some in alternatives:
            for place, condition in enumerate(some if isinstance(some, list) else [some]):
                joined = "or" if lines and not place else "and"
                lines.append({**condition, "joined": joined, "sequence": len(lines)})
        rule = self.rules.create(
            {"name": "Glass", "condition_ids": list(map(Command.create, lines)), **values}
        )
        if start:
            rule.action_start()
        return rule

    def so(self, kind, *named, **values):
        """Values of a condition; records are named as they are."""
        if named and isinstance(named[0], str):
            if kind in ("range", "serial_range"):
                return {"kind": kind, "first": named[0], "last": named[1], **values}
            return {"kind": kind, "numbers": "\n".join(named), **values}
        if named:
            ids = [record.id for record in named]
            return {"kind": kind, RECORDS[kind]: [Command.set(ids)], **values}
        return {"kind": kind, **values}

    def never(self, *args, **values):
        """The opposite of a condition."""
        return self.so(*args, negated=True, **values)

    def meant(self, rule, companies=None):
        """Names of the lots of our products that a rule means, by the statement over all lots."""
        self.env.flush_all()
        rows = self.env.execute_query(rule._sql_lots(companies or self.env.companies))
        lots = self.env["stock.lot"].browse(lot_id for lot_id, _why in rows)
        return set(lots.filtered(lambda lot: lot.product_id in self.goods()).mapped("name"))

    def meant_one_by_one(self, rule):
        """The same by looking at each lot in memory."""
        lots = self.env["stock.lot"].search([("product_id", "in", self.goods().ids)])
        facts = self.env["trace.recall.facts"]._of(lots, [rule._parsed()], rule._scope())
        return {facts[lot_id].number for lot_id in rule._why_of(facts)}

    def goods(self):
        """Products of the test."""
        return self.device | self.milk | self.cheese | self.pizza

    def assertMeans(self, rule, *names):
        self.assertEqual(self.meant(rule), set(names), rule.sentence)
        self.assertEqual(self.meant_one_by_one(rule), set(names), "in memory, too")

    def look(self):
        """Have the job look through the stock."""
        self.rules._look_through(lambda *_done, **_left: True)

    def caught(self, *domain):
        """What rules have caught, in the order of catching."""
        return self.hits.search(list(domain), order="id")

    def on_desk(self, kind):
        """Open exceptions of a kind."""
        return self.env["trace.exception"].search([("kind", "=", kind), ("state", "=", "new")])
