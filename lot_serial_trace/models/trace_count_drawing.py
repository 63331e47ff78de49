from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, groupby

from .trace_hold_sql import covers


class Place(NamedTuple):
    """What is to be counted in a place; without products: all that lies there."""

    location_id: int
    product_ids: tuple = ()
    lot_ids: tuple = ()


#: Stock of a company in its places, one row for each thing in a place, and where it lies.
STOCK = """
WITH stock AS (
    SELECT q.location_id, q.product_id, q.lot_id, sum(q.quantity) AS quantity
    FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
    WHERE q.quantity <> 0 AND %(places)s
    GROUP BY q.location_id, q.product_id, q.lot_id
)
"""
#: Worth of what lies in stock, or of what left it, by product.
VALUE = """
SELECT q.product_id, sum(q.quantity * %(cost)s) AS worth
FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
    JOIN product_product p ON p.id = q.product_id
WHERE l.usage IN ('internal', 'transit') AND q.company_id = %(company)s AND q.quantity > 0
GROUP BY q.product_id
"""
TURNOVER = """
SELECT m.product_id, sum(m.quantity_product_uom * %(cost)s) AS worth
FROM stock_move_line m JOIN stock_location a ON a.id = m.location_id
    JOIN stock_location b ON b.id = m.location_dest_id
    JOIN product_product p ON p.id = m.product_id
WHERE m.state = 'done' AND m.date >= %(since)s AND m.company_id = %(company)s
    AND a.usage = 'internal' AND b.usage IN ('customer', 'production')
GROUP BY m.product_id
"""
#: A product belongs to the class in which its share of the whole begins, the dearest first.
CLASSES = """
SELECT product_id, CASE WHEN before < %(a)s * total / 100 THEN 'a'
    WHEN before < %(b)s * total / 100 THEN 'b' ELSE 'c' END AS class
FROM (
    SELECT product_id, sum(worth) OVER () AS total, COALESCE(sum(worth) OVER (
        ORDER BY worth DESC, product_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) AS before
    FROM (%(worth)s) w
) x
"""

#: What was counted of the stock ``s``.
COUNTED = """
SELECT FROM trace_count_result r WHERE r.location_id = s.location_id
    AND r.product_id = s.product_id AND r.lot_id IS NOT DISTINCT FROM s.lot_id
    AND NOT r.superseded
"""
#: Field of the campaign, without ``risk_``: condition on the stock ``s``.
RISKS = {
    "hold": """EXISTS (SELECT FROM trace_hold h WHERE h.lot_id = s.lot_id AND h.state = 'active'
        AND h.company_id = %(company)s AND %(covers)s)""",
    "exception": """EXISTS (SELECT FROM trace_exception e WHERE e.lot_id = s.lot_id
        AND e.company_id = %(company)s AND e.state <> 'resolved')""",
    "negative": "s.quantity < 0",
    "twice": """EXISTS (SELECT FROM stock_quant o JOIN stock_location w ON w.id = o.location_id
            JOIN product_product p ON p.id = o.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id
        WHERE o.lot_id = s.lot_id AND o.location_id <> s.location_id AND o.quantity > 0
            AND s.quantity > 0 AND t.tracking = 'serial' AND w.usage IN ('internal', 'transit')
            AND w.company_id = %(company)s)""",
    "never": f"NOT EXISTS ({COUNTED})",
}


class TraceCountDrawing(models.AbstractModel):
    """What a campaign counts, read from the stock of now in one query.

    ABC classes are those of the whole company, whatever places are counted; what has no worth, or
    did not move, is of class C.
    """

    _name = "trace.count.drawing"
    _description = "Drawing of Counts"

    @api.model
    def _draw(self, campaign):
        """List of :class:`Place`, in the order of their names."""
        self.env.flush_all()
        rows = self.env.execute_query(self._sql(campaign))
        places = [
            self._place(campaign, location_id, group)
            for location_id, group in groupby(rows, lambda row: row[0])
        ]
        return places[: campaign.task_limit or None]

    @api.model
    def _place(self, campaign, location_id, rows):
        if campaign.method == "place":
            return Place(location_id)
        products = tuple(dict.fromkeys(row[1] for row in rows))
        lots = ()
        if campaign.method in ("expiry", "risk", "lot"):
            lots = tuple(dict.fromkeys(row[2] for row in rows if row[2]))
        return Place(location_id, products, lots)

    @api.model
    def _sql(self, campaign):
        query = SQL(
            """
            %(stock)s
            SELECT s.location_id, s.product_id, s.lot_id FROM stock s
            JOIN stock_location l ON l.id = s.location_id
            WHERE %(wanted)s AND %(stale)s
            """,
            stock=SQL(STOCK, places=self._in_places(campaign)),
            wanted=getattr(self, f"_wanted_{campaign.method}")(campaign),
            stale=self._stale(campaign),
        )
        if campaign.method == "place" and campaign.include_empty:
            query = SQL("%s UNION ALL %s", query, self._empty(campaign))
        return SQL(
            "SELECT w.* FROM (%s) w JOIN stock_location l ON l.id = w.location_id"
            " ORDER BY l.complete_name, l.id, w.product_id, w.lot_id",
            query,
        )

    @api.model
    def _in_places(self, campaign):
        """Condition: the location ``l`` is one of the campaign's."""
        usage = SQL(
            "l.usage IN ('internal', 'transit') AND l.active AND l.company_id = %s",
            campaign.company_id.id,
        )
        if not campaign.location_ids:
            return usage
        return SQL(
            "%s AND EXISTS (SELECT FROM stock_location top WHERE top.id = ANY(%s)"
            " AND l.parent_path LIKE top.parent_path || '%%')",
            usage,
            campaign.location_ids.ids,
        )

    @api.model
    def _empty(self, campaign):
        return SQL(
            "SELECT l.id, NULL::int, NULL::int FROM stock_location l WHERE %s"
            " AND l.usage = 'internal' AND NOT EXISTS (SELECT FROM stock s"
            " WHERE s.location_id = l.id)"
            " AND NOT EXISTS (SELECT FROM stock_location c WHERE c.location_id = l.id"
            " AND c.active)",
            self._in_places(campaign),
        )

    @api.model
    def _stale(self, campaign):
        """Condition: the stock ``s`` was not counted lately."""
        if not campaign.fresh_days:
            return SQL("TRUE")
        since = fields.Datetime.now() - timedelta(days=campaign.fresh_days)
        return SQL("NOT EXISTS (%s AND r.counted_at >= %s)", SQL(COUNTED), since)

    # -- methods --------------------------------------------------------------

    @api.model
    def _wanted_place(self, campaign):
        return SQL("TRUE")

    @api.model
    def _wanted_product(self, campaign):
        return SQL("s.product_id = ANY(%s)", campaign.product_ids.ids)

    @api.model
    def _wanted_lot(self, campaign):
        return SQL("s.lot_id = ANY(%s)", campaign.lot_ids.ids)

    @api.model
    def _wanted_expiry(self, campaign):
        until = fields.Datetime.now() + timedelta(days=campaign.expiry_days)
        return SQL(
            "EXISTS (SELECT FROM stock_lot o WHERE o.id = s.lot_id AND o.expiration_date <= %s)",
            until,
        )

    @api.model
    def _wanted_abc(self, campaign):
        classes = [name for name in "abc" if campaign[f"abc_{name}"]]
        listed = SQL("SELECT product_id FROM (%s) k", self._classes(campaign))
        chosen = SQL("%s WHERE k.class = ANY(%s)", listed, classes)
        wanted = SQL("s.product_id IN (%s)", chosen)
        if campaign.abc_c:
            return SQL("(%s OR s.product_id NOT IN (%s))", wanted, listed)
        return wanted

    @api.model
    def _classes(self, campaign):
        """SQL of the class of each product that has a worth."""
        company = campaign.company_id
        worth = SQL(
            VALUE if campaign.abc_by == "value" else TURNOVER,
            company=company.id,
            cost=SQL("COALESCE((p.standard_price->>%s)::float, 0)", str(company.id)),
            since=fields.Datetime.now() - timedelta(days=campaign.abc_days),
        )
        return SQL(
            CLASSES,
            a=campaign.abc_a_percent,
            b=campaign.abc_b_percent,
            worth=worth,
        )

    @api.model
    def _wanted_risk(self, campaign):
        company = campaign.company_id.id
        covering = covers(self.env, "h", "l")
        conditions = [
            SQL(condition, company=company, covers=covering)
            for name, condition in RISKS.items()
            if campaign[f"risk_{name}"]
        ]
        return SQL("(%s)", SQL(" OR ").join(conditions)) if conditions else SQL("FALSE")
