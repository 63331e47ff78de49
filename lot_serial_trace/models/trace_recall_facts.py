from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..core import expiry
from ..core.recall.criteria import Facts, Stay
from . import trace_recall_rule_sql as rule_sql
from .marks import RECORDED_NOW

#: Facts that are looked up only where a rule asks for them, by kind of condition.
CAME = {"supplier", "origin", "received"}
#: Kinds for which the clocks of companies are needed.
DATED = {"expires", "received"}


class TraceRecallFacts(models.AbstractModel):
    """What is known of some lots, so far as rules ask for it: one query for each kind of fact.

    For goods that are just moving, and for numbers that somebody tries. All stock is looked
    through by the database itself (``trace_recall_rule_sql.py``).
    """

    _name = "trace.recall.facts"
    _description = "What Recall Rules Ask"

    @api.model
    def _of(self, lots, rules, scope=None):
        """Map lot id -> :class:`core.recall.criteria.Facts`.

        :param rules: list of :class:`core.recall.criteria.Criteria` that will be asked
        :param scope: ids of the companies in which something must have happened; None: any
        """
        kinds = set().union(*(one.kinds for one in rules))
        rule_sql.flush(self.env, kinds)
        ids = lots.ids
        zones = self._zones() if kinds & DATED else None
        facts = self._plain(ids, zones)
        if kinds & CAME:
            self._add_came(facts, ids, scope, zones)
        if "asn" in kinds:
            self._add_notices(facts, ids, scope)
        if "ancestor" in kinds:
            self._add_ancestors(facts, ids, rules, scope)
        if "place" in kinds:
            self._add_stays(facts, ids, rules, scope)
        return {
            lot_id: Facts(**{name: _frozen(value) for name, value in values.items()})
            for lot_id, values in facts.items()
        }

    @api.model
    def _of_numbers(self, pairs):
        """Facts of numbers that the database does not know.

        :param pairs: (``product.product`` record or empty one, number)
        :return: list of :class:`core.recall.criteria.Facts` in the same order
        """
        products = self.env["product.product"].union(*(product for product, _number in pairs))
        goods = {row["product_id"]: row for row in self._goods(products.ids)}
        return [
            Facts(
                **{
                    name: _frozen(value)
                    for name, value in self._said(goods.get(product.id)).items()
                },
                number=number,
                known=False,
            )
            for product, number in pairs
        ]

    # -- products and labels --------------------------------------------------

    @api.model
    def _goods_columns(self):
        country = "t.country_of_origin" if rule_sql.country_known(self.env) else "NULL::int"
        return SQL(
            """
            p.id AS product_id, t.tracking = 'serial' AS serial, c.parent_path AS path,
            p.barcode, %s AS country_id, (
                SELECT array_agg(u.barcode) FROM product_uom u WHERE u.product_id = p.id
            ) AS packagings
            """,
            SQL(country),
        )

    @api.model
    def _goods_joins(self):
        return SQL(
            "JOIN product_template t ON t.id = p.product_tmpl_id "
            "LEFT JOIN product_category c ON c.id = t.categ_id"
        )

    @api.model
    def _goods(self, product_ids):
        if not product_ids:
            return []
        rule_sql.flush(self.env, ())
        return self.env.execute_query_dict(
            SQL(
                "SELECT %s FROM product_product p %s WHERE p.id = ANY(%s)",
                self._goods_columns(),
                self._goods_joins(),
                product_ids,
            )
        )

    @api.model
    def _said(self, row):
        """What the product says."""
        if not row:
            return {}
        return {
            "serial": row["serial"],
            "products": {row["product_id"]},
            "categories": {int(part) for part in (row["path"] or "").split("/") if part},
            "barcodes": {row["barcode"], *(row["packagings"] or ())} - {None},
            "countries": {row["country_id"]} - {None},
        }

    @api.model
    def _plain(self, ids, zones):
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.name, l.trace_batch, l.company_id, l.trace_made AS made,
                    COALESCE(l.expiration_date, l.use_date) AS expires, %s
                FROM stock_lot l JOIN product_product p ON p.id = l.product_id %s
                WHERE l.id = ANY(%s)
                """,
                self._goods_columns(),
                self._goods_joins(),
                ids,
            )
        )
        return {
            row["id"]: {
                **self._said(row),
                "number": row["name"],
                "batch": row["trace_batch"] or "",
                "made": row["made"],
                "expires": expiry.day_of(row["expires"], zones[row["company_id"]])
                if zones
                else None,
                "ancestors": {row["id"]},
                "suppliers": set(),
                "received": set(),
                "asns": set(),
                "stays": [],
            }
            for row in rows
        }

    @api.model
    def _zones(self):
        """Map company id -> zone in which its labels are read; None: goods of none."""
        calendar = self.env["trace.calendar"]
        companies = (
            self.env["res.company"].sudo().with_context(active_test=False).search([("id", ">", 0)])
        )
        zones = {company.id: calendar._zone(company) for company in companies}
        return {**zones, None: calendar._zone(calendar._company_of(companies.browse()))}

    @api.model
    def _zone_groups(self):
        """The same as ``Statement`` wants it."""
        groups = defaultdict(list)
        for company_id, zone in self._zones().items():
            groups[zone].append(company_id)
        return [(ids, zone) for zone, ids in groups.items()]

    # -- what happened to them ------------------------------------------------

    @api.model
    def _add_came(self, facts, ids, scope, zones):
        """Suppliers, their countries, and the days of receipt."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT e.lot_id, e.event_time, e.company_id, s.id, s.commercial_partner_id,
                    COALESCE(s.country_id, c.country_id)
                FROM trace_event e
                LEFT JOIN res_partner s ON s.id = e.supplier_id
                LEFT JOIN res_partner c ON c.id = s.commercial_partner_id
                WHERE e.lot_id = ANY(%s) AND e.source_usage = 'supplier' AND %s
                """,
                ids,
                rule_sql.told(scope),
            )
        )
        for lot_id, moment, company_id, supplier_id, parent_id, country_id in rows:
            lot = facts[lot_id]
            if zones:
                lot["received"].add(expiry.day_of(moment, zones[company_id]))
            lot["suppliers"] |= {supplier_id, parent_id} - {None}
            lot["countries"] |= {country_id} - {None}

    @api.model
    def _add_notices(self, facts, ids, scope):
        for asn_id, lot_id in self.env.execute_query(
            SQL(
                "SELECT DISTINCT a.asn_id, a.lot_id FROM (%s) a WHERE a.lot_id = ANY(%s)",
                rule_sql.advised(self.env, scope),
                ids,
            )
        ):
            facts[lot_id]["asns"].add(asn_id)

    @api.model
    def _add_ancestors(self, facts, ids, rules, scope):
        """Which of the lots that rules ask about the lots were made from."""
        starts = set().union(*(one.ids("ancestor") for one in rules))
        for lot_id, start_id in self.env.execute_query(
            SQL(
                "SELECT r.lot_id, start.id FROM unnest(%s::int[]) AS start(id), LATERAL "
                "trace_reach(ARRAY[start.id], ARRAY[NULL]::timestamp[], TRUE, %s::int[]) AS r "
                "WHERE r.lot_id = ANY(%s)",
                sorted(starts),
                None if scope is None else list(scope),
                ids,
            )
        ):
            facts[lot_id]["ancestors"].add(start_id)

    @api.model
    def _add_stays(self, facts, ids, rules, scope):
        """Their movements, with the places of rules that they touch."""
        asked = set().union(*(one.ids("place") for one in rules))
        around = SQL(
            "ARRAY(SELECT top.id FROM stock_location top WHERE top.id = ANY(%s) "
            "AND a.parent_path LIKE top.parent_path || '%%')",
            list(asked),
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH place AS MATERIALIZED (SELECT a.id, %(around)s AS inside FROM stock_location a)
                SELECT m.lot_id, m.date, a.inside, b.inside, m.quantity_product_uom
                FROM stock_move_line m
                JOIN place a ON a.id = m.location_id
                JOIN place b ON b.id = m.location_dest_id
                WHERE m.lot_id = ANY(%(lots)s) AND (m.state = 'done' OR m.id = ANY(%(moved)s))
                    AND a.inside != b.inside %(mine)s
                """,
                around=around,
                lots=ids,
                moved=list(self._moved_now()),
                mine=SQL() if scope is None else SQL("AND m.company_id = ANY(%s)", list(scope)),
            )
        )
        for lot_id, moment, source, dest, quantity in rows:
            stay = Stay(moment, frozenset(source), frozenset(dest), float(quantity))
            facts[lot_id]["stays"].append(stay)

    @api.model
    def _moved_now(self):
        """Ids of lines that are done, although their state does not tell so yet."""
        return self.env.cr.cache.get(RECORDED_NOW, ())


def _frozen(value):
    if isinstance(value, set):
        return frozenset(value)
    return tuple(value) if isinstance(value, list) else value
