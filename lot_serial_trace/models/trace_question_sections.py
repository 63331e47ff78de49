from odoo import api, models
from odoo.tools import SQL

from .trace_event_sql import plain_name
from .trace_question_sql import (
    CONTACT,
    DOCUMENT,
    LOT,
    PARTNER,
    contact,
    goods,
    lot_columns,
    told,
)

_AMOUNT = ("quantity", "uom")
_DELIVERED = (*LOT, "event_time", *_AMOUNT, "biz_step", *PARTNER, *DOCUMENT)
_MOVED = (*_DELIVERED, "disposition", "source_name", "dest_name")
#: What is counted over all products, and stands beside each of them.
ONCE = ("customers", "places")


class TraceQuestion(models.AbstractModel):
    """What the ledger tells: where lots came from, to whom they went, what was scrapped.

    Each section is a function of the scope and a piece of SQL that cuts a page out of it, and
    the names of its columns, which are those of ``trace.run.line``.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.question"

    @api.model
    def _sections(self):
        return {
            **super()._sections(),
            "lots": (self._sql_lots, _LOTS),
            "suppliers": (self._sql_suppliers, _SUPPLIERS),
            "customers": (self._sql_customers, _CUSTOMERS),
            "deliveries": (self._sql_deliveries, _DELIVERED),
            "returned": (self._sql_returned, _MOVED),
            "scrapped": (self._sql_scrapped, _MOVED),
            "history": (self._sql_history, _MOVED),
        }

    # -- lots -----------------------------------------------------------------

    @api.model
    def _sql_lots(self, scope, page):
        """The lots that were reached, and the first operation that made one of a nearer one."""
        return SQL(
            """
            WITH reached AS MATERIALIZED (%(reached)s), via AS (
                SELECT DISTINCT ON (r.role, r.lot_id) r.role, r.lot_id, mine.operation_name,
                    other.lot_name
                FROM reached r
                JOIN trace_edge mine ON mine.lot_id = r.lot_id
                    AND mine.side = CASE r.role WHEN 'made_into' THEN 'out' ELSE 'in' END
                JOIN trace_edge other ON other.operation = mine.operation
                    AND other.operation_id = mine.operation_id AND other.side != mine.side
                WHERE r.level > 0 AND mine.company_id = ANY(%(companies)s)
                    -- in a CASE these are looked up and not joined: one level has many lots
                    AND CASE r.role WHEN 'made_into' THEN (other.lot_id, r.level - 1) IN (
                            SELECT lot_id, level FROM reached WHERE role != 'made_from')
                        ELSE (other.lot_id, r.level - 1) IN (
                            SELECT lot_id, level FROM reached WHERE role != 'made_into') END
                ORDER BY r.role, r.lot_id, mine.first_time, mine.id, other.lot_name
            )
            SELECT r.role, r.level, %(lot)s, NULLIF(NULLIF(r.at, '-infinity'), 'infinity')
                AS event_time, via.operation_name AS origin, via.lot_name AS document,
                l.expiration_date, l.trace_status AS status
            FROM reached r
            JOIN stock_lot l ON l.id = r.lot_id
            %(goods)s
            LEFT JOIN via ON via.role = r.role AND via.lot_id = r.lot_id
            ORDER BY r.role, r.level, l.name, l.id %(page)s
            """,
            reached=self._sql_reached(scope),
            companies=scope.companies,
            lot=lot_columns(),
            goods=goods(),
            page=page,
        )

    @api.model
    def _sql_reached(self, scope):
        """Role, lot, moment and level; what went into the operations asked about is asked, too."""
        behind_only = [one.lot_id for one in scope.starts if not one.ahead]
        return SQL(
            """
            SELECT CASE level WHEN 0 THEN 'asked' ELSE 'made_into' END AS role, lot_id, at, level
            FROM %s
            UNION ALL
            SELECT 'made_from', lot_id, at, level FROM %s WHERE level > 0
            UNION ALL
            SELECT 'asked', lot_id, 'infinity', 0 FROM unnest(%s::int[]) AS lot_id
            """,
            scope.ahead,
            scope.behind,
            behind_only,
        )

    # -- partners -------------------------------------------------------------

    @api.model
    def _sql_suppliers(self, scope, page):
        """What came from suppliers, by lot and receipt, with whom to call."""
        columns, joins = contact(scope.companies)
        return SQL(
            """
            SELECT w.*, %(contact)s, (
                SELECT string_agg(a.name, ', ' ORDER BY a.id)
                FROM stock_picking_trace_asn_rel n JOIN trace_asn a ON a.id = n.trace_asn_id
                WHERE w.document_model = 'stock.picking' AND n.stock_picking_id = w.document_id
            ) AS notice
            FROM (
                SELECT e.lot_id, max(e.lot_name) AS lot_name, max(e.product_id) AS product_id,
                    max(e.product_name) AS product_name, min(e.event_time) AS event_time,
                    sum(e.quantity)::float AS quantity, max(e.uom) AS uom,
                    COALESCE(e.supplier_id, e.partner_id) AS partner_id,
                    max(COALESCE(e.supplier_name, e.partner_name)) AS partner_name,
                    max(e.document) AS document, e.document_model, e.document_id,
                    max(e.origin) AS origin
                FROM %(behind)s
                JOIN trace_event e ON e.lot_id = reach.lot_id AND e.event_time <= reach.at
                WHERE e.source_usage = 'supplier' AND e.dest_usage != 'supplier' AND %(told)s
                GROUP BY e.lot_id, 8, e.document_model, e.document_id
            ) w
            %(joins)s
            ORDER BY w.partner_name, w.event_time, w.lot_name, w.lot_id, w.document_id %(page)s
            """,
            contact=columns,
            behind=scope.behind,
            told=told(scope.companies),
            joins=joins,
            page=page,
        )

    @api.model
    def _sql_customers(self, scope, page):
        """Whom to call: how much each customer got, of which product, since when.

        Read from the partial index over deliveries alone; the ledger's name of the customer
        stands where the partner is no longer there.
        """
        columns, joins = contact(scope.companies)
        return SQL(
            """
            SELECT w.partner_id, COALESCE(c.complete_name, c.name, e.partner_name) AS partner_name,
                %(contact)s, p.id AS product_id, e.product_name, w.quantity::float AS quantity,
                w.returned::float AS returned, e.uom, w.first_time AS event_time, w.last_time,
                w.deliveries::int AS deliveries
            FROM (%(sold)s) w
            JOIN trace_event e ON e.id = w.last_id
            LEFT JOIN product_product p ON p.id = w.product_id
            %(joins)s
            ORDER BY partner_name, w.partner_id, e.product_name, w.product_id %(page)s
            """,
            contact=columns,
            sold=self._sql_sold(scope),
            joins=joins,
            page=page,
        )

    @api.model
    def _sql_sold(self, scope):
        """What went to customers and came back, by customer and product: an index-only scan."""
        return SQL(
            """
            SELECT e.partner_id, e.product_id,
                COALESCE(sum(e.quantity) FILTER (WHERE e.dest_usage = 'customer'), 0) AS quantity,
                COALESCE(sum(e.quantity) FILTER (WHERE e.dest_usage != 'customer'), 0) AS returned,
                min(e.event_time) FILTER (WHERE e.dest_usage = 'customer') AS first_time,
                max(e.event_time) FILTER (WHERE e.dest_usage = 'customer') AS last_time,
                count(*) FILTER (WHERE e.dest_usage = 'customer') AS deliveries,
                max(e.id) AS last_id
            FROM %(ahead)s
            JOIN trace_event e ON e.lot_id = reach.lot_id AND e.event_time >= reach.at
            WHERE (e.dest_usage = 'customer' OR e.source_usage = 'customer') AND %(told)s
            GROUP BY e.partner_id, e.product_id
            """,
            ahead=scope.ahead,
            told=told(scope.companies),
        )

    # -- movements ------------------------------------------------------------

    @api.model
    def _sql_deliveries(self, scope, page):
        """Each delivery and sale, the latest first."""
        to_customer = SQL("e.dest_usage = 'customer'")
        return self._sql_moved(scope.ahead, SQL(">="), to_customer, page, scope)

    @api.model
    def _sql_returned(self, scope, page):
        """What customers brought back, the latest first."""
        from_customer = SQL("e.source_usage = 'customer' AND e.dest_usage != 'customer'")
        return self._sql_moved(scope.ahead, SQL(">="), from_customer, page, scope)

    @api.model
    def _sql_scrapped(self, scope, page):
        """What was scrapped, the latest first."""
        lost = SQL("e.dest_usage = 'inventory' AND e.biz_step = 'destroying'")
        return self._sql_moved(scope.ahead, SQL(">="), lost, page, scope)

    @api.model
    def _sql_history(self, scope, page):
        """All that happened to the lots asked about, in order of time."""
        return SQL(
            """
            SELECT %(columns)s FROM trace_event e
            WHERE e.lot_id = ANY(%(lots)s) AND e.kind IN ('movement', 'correction') AND %(told)s
            ORDER BY e.event_time, e.id %(page)s
            """,
            columns=_EVENT,
            lots=scope.asked,
            told=told(scope.companies),
            page=page,
        )

    @api.model
    def _sql_moved(self, reach, when, condition, page, scope):
        """Movements of what was reached; of a page only its rows are read as a whole."""
        chosen = SQL(
            """
            FROM %(reach)s
            JOIN trace_event e ON e.lot_id = reach.lot_id AND e.event_time %(when)s reach.at
            WHERE %(condition)s AND %(told)s
            ORDER BY e.event_time DESC, e.id DESC
            """,
            reach=reach,
            when=when,
            condition=condition,
            told=told(scope.companies),
        )
        if not page.code:
            return SQL("SELECT %s %s", _EVENT, chosen)
        return SQL(
            """
            SELECT %s FROM (SELECT e.id %s %s) chosen JOIN trace_event e ON e.id = chosen.id
            ORDER BY e.event_time DESC, e.id DESC
            """,
            _EVENT,
            chosen,
            page,
        )

    # -- summary --------------------------------------------------------------

    @api.model
    def _summary(self, scope):
        """How many and how much, in two queries."""
        tables, scope = scope.read_once()
        [counts] = self.env.execute_query_dict(
            SQL(
                """
                WITH %(tables)s
                SELECT (SELECT count(*) FROM %(ahead)s WHERE level > 0) AS made_into,
                    (SELECT count(*) FROM %(behind)s WHERE level > 0) AS made_from,
                    (SELECT count(DISTINCT COALESCE(e.supplier_id, e.partner_id))
                        FROM %(behind)s JOIN trace_event e
                            ON e.lot_id = reach.lot_id AND e.event_time <= reach.at
                        WHERE e.source_usage = 'supplier' AND %(told)s) AS suppliers,
                    (SELECT count(DISTINCT (o.document_model, o.document_id))
                        FROM (%(orders)s) o) AS orders, (%(gaps)s) AS gaps
                """,
                tables=tables,
                ahead=scope.ahead,
                behind=scope.behind,
                told=told(scope.companies),
                companies=scope.companies,
                orders=self._sql_open(scope),
                gaps=self._sql_gaps(scope),
            )
        )
        sold = self._rows_sold(tables, scope)
        return {
            "asked": len(scope.starts),
            "lots": len(scope.starts) + counts["made_into"] + counts["made_from"],
            **counts,
            **{name: sold[0][name] if sold else 0 for name in ONCE},
            "deliveries": sum(row["deliveries"] for row in sold),
            "unknown_deliveries": sum(row.pop("unknown_deliveries") for row in sold),
            "products": [
                {key: value for key, value in row.items() if key not in (*ONCE, "deliveries")}
                for row in sold
            ],
        }

    @api.model
    def _sql_gaps(self, scope):
        """How many operations made something of what was reached that is not tracked.

        Where it went nobody can tell; the edges have it as a product, below zero.
        """
        return SQL(
            """
            SELECT count(DISTINCT (used.operation, used.operation_id))
            FROM trace_edge made
            JOIN trace_edge used ON used.operation = made.operation
                AND used.operation_id = made.operation_id AND used.side = 'in'
            JOIN %(ahead)s ON reach.lot_id = used.lot_id AND used.last_time >= reach.at
            WHERE made.side = 'out' AND made.lot_id < 0 AND made.company_id = ANY(%(companies)s)
            """,
            ahead=scope.ahead,
            companies=scope.companies,
        )

    @api.model
    def _rows_sold(self, tables, scope):
        """By product: how much was delivered and came back, is here and on the way.

        :param tables: those of the scope, see ``Scope.read_once``
        """
        return self.env.execute_query_dict(
            SQL(
                """
                WITH %(tables)s, sold AS MATERIALIZED (%(sold)s), there AS MATERIALIZED (
                    SELECT q.product_id, q.location_id, q.quantity, a.usage
                    FROM %(ahead)s
                    JOIN stock_quant q ON q.lot_id = reach.lot_id AND q.quantity != 0
                    JOIN stock_location a ON a.id = q.location_id
                    WHERE a.usage IN ('internal', 'transit') AND a.company_id = ANY(%(companies)s)
                ), stock AS (
                    SELECT product_id,
                        sum(quantity) FILTER (WHERE usage = 'internal') AS on_hand,
                        sum(quantity) FILTER (WHERE usage = 'transit') AS in_transit
                    FROM there GROUP BY product_id
                ), lots AS (
                    SELECT l.product_id, count(*) AS lots
                    FROM %(ahead)s JOIN stock_lot l ON l.id = reach.lot_id GROUP BY l.product_id
                ), went AS (
                    SELECT product_id, sum(quantity) AS delivered, sum(returned) AS returned,
                        sum(deliveries) AS deliveries,
                        sum(deliveries) FILTER (WHERE partner_id IS NULL) AS unknown_deliveries
                    FROM sold GROUP BY product_id
                )
                SELECT p.id AS product_id, %(name)s AS product_name, %(uom)s AS uom,
                    lots.lots::int AS lots, COALESCE(went.delivered, 0)::float AS delivered,
                    COALESCE(went.returned, 0)::float AS returned,
                    COALESCE(stock.on_hand, 0)::float AS on_hand,
                    COALESCE(stock.in_transit, 0)::float AS in_transit,
                    COALESCE(went.deliveries, 0)::int AS deliveries,
                    COALESCE(went.unknown_deliveries, 0)::int AS unknown_deliveries,
                    (SELECT count(DISTINCT partner_id) FROM sold WHERE deliveries > 0)::int
                        AS customers,
                    (SELECT count(DISTINCT location_id) FROM there WHERE usage = 'internal')::int
                        AS places
                FROM lots
                JOIN product_product p ON p.id = lots.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                JOIN uom_uom u ON u.id = t.uom_id
                LEFT JOIN went ON went.product_id = p.id
                LEFT JOIN stock ON stock.product_id = p.id
                ORDER BY lots.lots DESC, p.id
                """,
                tables=tables,
                sold=self._sql_sold(scope),
                ahead=scope.ahead,
                companies=scope.companies,
                name=plain_name("t.name"),
                uom=plain_name("u.name"),
            )
        )


_LOTS = (
    "role",
    "level",
    *LOT,
    "event_time",
    "origin",
    "document",
    "expiration_date",
    "status",
)
_SUPPLIERS = (*PARTNER, *CONTACT, *LOT, "event_time", *_AMOUNT, *DOCUMENT, "notice")
_CUSTOMERS = (
    *PARTNER,
    *CONTACT,
    "product_id",
    "product_name",
    *_AMOUNT,
    "returned",
    "event_time",
    "last_time",
    "deliveries",
)
_EVENT = SQL(", ").join(
    SQL("e.quantity::float AS quantity") if name == "quantity" else SQL.identifier("e", name)
    for name in _MOVED
)
