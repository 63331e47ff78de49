from odoo import api, models
from odoo.tools import SQL

from ..core import putaway
from .trace_calendar import Dates
from .trace_putaway_rule import path_of

#: Severities of an exception that make goods trouble.
GRAVE = ("warn", "quarantine", "block")


class TracePutaway(models.AbstractModel):
    """What is the matter with goods that want a place, and the place that a rule gives them.

    For any number of lines a constant number of queries, and none where there is no rule
    (``trace.putaway.rule``) and no place says anything about its goods (``trace.storage``).
    """

    _name = "trace.putaway"
    _description = "Putaway by Lot"

    @api.model
    def _worth_asking(self, _records):
        """Whether rules or places have anything to say about where ``lines`` go."""
        if self.env["trace.putaway.rule"]._rules():
            return True
        return bool(self.env["trace.storage"]._said())

    @api.model
    def _choices(self, lines, goods, trouble=()):
        """dict line -> the rules that apply, the one that wins first; only lines with some.

        :param goods: dict line -> ``core.gate_storage.Goods``
        :param trouble: lines that are known to be in trouble
        """
        companies = set(lines.company_id.ids)
        rules = [
            rule
            for rule in self.env["trace.putaway.rule"]._rules()
            if rule.company_id in (None, *companies)
        ]
        if not rules or not lines:
            return {}
        matters = self._matters(lines, {rule.matter for rule in rules}, trouble)
        today = Dates(self.env).today
        chains = self.env["trace.policy"]._category_chains(lines.product_id.ids)
        cases = {
            line: self._case(line, goods[line], matters.get(line, ()), chains, today)
            for line in lines
        }
        found = {line: putaway.ranking(rules, case) for line, case in cases.items()}
        return {line: ranked for line, ranked in found.items() if ranked}

    @api.model
    def _case(self, line, goods, matters, chains, today):
        product = line.product_id
        place = line.move_id.location_dest_id or line.location_dest_id
        return putaway.Case(
            product_id=product.id,
            company_id=line.company_id.id,
            categ_ids=chains.get(product.id, ()),
            class_ids=goods.classes,
            arriving_ids=path_of(place),
            matters=frozenset(matters),
            days_left=(goods.day - today(place)).days if goods.day else None,
            whole_life=product.expiration_time,
        )

    # -- what is the matter ---------------------------------------------------

    @api.model
    def _matters(self, lines, wanted, trouble):
        """dict line -> what is the matter with it, of ``wanted``: at most three queries."""
        matters = {line: {putaway.TROUBLE} for line in trouble}
        numbered = lines.filtered(lambda line: line.lot_id or line.lot_name)
        if wanted & {putaway.HELD, putaway.RECALLED}:
            quarantine = self.env["trace.quarantine"]
            recalled = quarantine._suspects(numbered, "recalled")
            for line in quarantine._held(numbered):
                matters.setdefault(line, set()).add(putaway.HELD)
                if line.id in recalled:
                    matters[line].add(putaway.RECALLED)
        if putaway.TROUBLE in wanted:
            for line in numbered.browse(self._in_trouble(numbered)):
                matters.setdefault(line, set()).add(putaway.TROUBLE)
        return matters

    @api.model
    def _in_trouble(self, lines):
        """Ids of the lines about whose number, or whose whole notice, the desk complains."""
        self.env["trace.exception"].flush_model()
        asns = [(line.id, asn_id) for line in lines for asn_id in line.picking_id.trace_asn_ids.ids]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id
                FROM unnest(%(ids)s::int[], %(companies)s::int[], %(products)s::int[],
                    %(names)s::varchar[]) AS c(id, company_id, product_id, name)
                JOIN trace_exception e ON e.product_id = c.product_id AND e.lot_name = c.name
                    AND e.company_id = c.company_id
                WHERE e.state != 'resolved' AND e.severity = ANY(%(grave)s)
                    AND (e.asn_id IS NOT NULL OR e.kind LIKE 'asn!_%%' ESCAPE '!')
                UNION
                SELECT a.line_id
                FROM unnest(%(lines)s::int[], %(asns)s::int[]) AS a(line_id, asn_id)
                JOIN trace_exception e ON e.asn_id = a.asn_id
                WHERE e.state != 'resolved' AND e.severity = ANY(%(grave)s)
                    AND e.lot_name IS NULL AND e.product_id IS NULL
                """,
                ids=lines.ids,
                companies=[line.company_id.id for line in lines],
                products=[line.product_id.id for line in lines],
                names=[line.lot_id.name or line.lot_name for line in lines],
                lines=[line_id for line_id, _asn_id in asns],
                asns=[asn_id for _line_id, asn_id in asns],
                grave=list(GRAVE),
            )
        )
        return [line_id for (line_id,) in rows]
