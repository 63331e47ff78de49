from odoo import api, models
from odoo.tools import SQL

from .trace_question_sql import LOT, goods, lot_columns, told, unit

#: Quantities below are nothing: rounding of floats.
NOTHING = 0.000001

#: The sides of the balance: what came, and where it is.
CAME = ("received", "made", "from_other")
WENT = (
    "on_hand",
    "in_transit",
    "sold",
    "returned",
    "consumed",
    "scrapped",
    "adjusted",
    "sent_back",
    "handed_over",
)
_BALANCE = (*LOT, "uom", *CAME, *WENT, "difference", "lines")


class TraceQuestion(models.AbstractModel):
    """Mass balance: all of a lot that came or was made is somewhere, or the difference is told.

    What went through the doors (suppliers, customers, production, counts, scrap, other companies)
    is the ledger's word; what lies in the house is the stock's. Where the ledger says that more
    or less lies in a place than the stock says is a line of the difference: the lines add up
    to it, because inside the house the ledger only shifts.

    Goods in places that are no company's (between companies) are ours as far as our ledger gives
    them to us: what left there for another company was handed over, what came was theirs.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.question"

    @api.model
    def _sections(self):
        return {**super()._sections(), "balance": (self._sql_balance, _BALANCE)}

    @api.model
    def _sql_balance(self, scope, page):
        """One row for each lot asked about and what became of it; of a page only its lots."""
        return SQL(
            """
            WITH lots AS MATERIALIZED (
                SELECT lot_id, level FROM %(ahead)s ORDER BY level, lot_id %(page)s
            ), told AS MATERIALIZED (
                SELECT e.lot_id, e.quantity, e.source_id, e.dest_id, e.source_usage, e.dest_usage,
                    e.biz_step
                FROM lots JOIN trace_event e ON e.lot_id = lots.lot_id
                WHERE e.kind IN ('movement', 'correction') AND e.source_id != e.dest_id AND %(told)s
            ), door AS (
                SELECT lot_id, %(doors)s FROM told GROUP BY lot_id
            ), ledger AS (
                SELECT lot_id, place_id, sum(quantity) AS quantity FROM (
                    SELECT lot_id, dest_id AS place_id, quantity FROM told
                    WHERE dest_usage IN ('internal', 'transit')
                    UNION ALL
                    SELECT lot_id, source_id, -quantity FROM told
                    WHERE source_usage IN ('internal', 'transit')
                ) shift GROUP BY lot_id, place_id
            ), stock AS (
                SELECT q.lot_id, q.location_id AS place_id, sum(q.quantity) AS quantity
                FROM lots JOIN stock_quant q ON q.lot_id = lots.lot_id
                JOIN stock_location a ON a.id = q.location_id
                WHERE a.usage IN ('internal', 'transit')
                    AND (a.company_id IS NULL OR a.company_id = ANY(%(companies)s))
                GROUP BY q.lot_id, q.location_id
            ), place AS (
                SELECT lot_id, place_id, a.complete_name AS name, a.usage,
                    a.company_id IS NULL AS shared, COALESCE(ledger.quantity, 0) AS ledger,
                    CASE WHEN a.company_id IS NOT NULL THEN COALESCE(stock.quantity, 0)
                        ELSE LEAST(GREATEST(ledger.quantity, 0), COALESCE(stock.quantity, 0))
                        END AS stock
                FROM ledger FULL JOIN stock USING (lot_id, place_id)
                JOIN stock_location a ON a.id = place_id
            ), house AS (
                SELECT lot_id, sum(stock) FILTER (WHERE usage = 'internal') AS on_hand,
                    sum(stock) FILTER (WHERE usage = 'transit') AS in_transit,
                    sum(ledger - stock) FILTER (WHERE shared AND ledger > 0) AS handed_over,
                    sum(-ledger) FILTER (WHERE shared AND ledger < 0) AS from_other,
                    sum(ledger - stock) FILTER (WHERE NOT shared) AS difference,
                    json_agg(json_build_object('place', name, 'place_id', place_id,
                        'ledger', ledger::float, 'stock', stock::float,
                        'difference', (ledger - stock)::float) ORDER BY name, place_id)
                        FILTER (WHERE NOT shared AND abs(ledger - stock) > %(nothing)s) AS lines
                FROM place GROUP BY lot_id
            )
            SELECT %(lot)s, %(uom)s, %(came)s, %(went)s, %(difference)s AS difference,
                COALESCE(house.lines, '[]') AS lines
            FROM lots
            JOIN stock_lot l ON l.id = lots.lot_id
            %(goods)s
            LEFT JOIN door ON door.lot_id = lots.lot_id
            LEFT JOIN house ON house.lot_id = lots.lot_id
            ORDER BY lots.level, lots.lot_id
            """,
            ahead=scope.ahead,
            page=page,
            told=told(scope.companies),
            companies=scope.companies,
            nothing=NOTHING,
            doors=_doors(),
            lot=lot_columns(),
            uom=unit(),
            goods=goods(),
            came=SQL(", ").join(_plain(name) for name in CAME),
            went=SQL(", ").join(_plain(name) for name in WENT),
            difference=_rounded(SQL("difference")),
        )


def _doors():
    """SQL of what went through each door."""
    counted = SQL("biz_step IS DISTINCT FROM 'destroying'")
    return SQL(
        """
        sum(quantity) FILTER (WHERE source_usage = 'supplier') AS received,
        sum(quantity) FILTER (WHERE source_usage = 'production') AS made,
        sum(quantity) FILTER (WHERE dest_usage = 'customer') AS sold,
        sum(quantity) FILTER (WHERE source_usage = 'customer') AS returned,
        sum(quantity) FILTER (WHERE dest_usage = 'production') AS consumed,
        sum(quantity) FILTER (WHERE dest_usage = 'inventory' AND NOT %(counted)s) AS scrapped,
        COALESCE(sum(quantity) FILTER (WHERE dest_usage = 'inventory' AND %(counted)s), 0)
            - COALESCE(sum(quantity) FILTER (WHERE source_usage = 'inventory'), 0) AS adjusted,
        sum(quantity) FILTER (WHERE dest_usage = 'supplier') AS sent_back
        """,
        counted=counted,
    )


def _plain(name):
    return SQL("%s AS %s", _rounded(SQL.identifier(name)), SQL.identifier(name))


def _rounded(column):
    """A float without the noise of sums."""
    return SQL("round(COALESCE(%s, 0)::numeric, 6)::float", column)
