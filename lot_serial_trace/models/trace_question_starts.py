from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .trace_question import ASKED
from .trace_question_sql import latest

#: Where the goods of a lot begin for us.
_BEGINS = SQL("e.source_usage IN ('supplier', 'production')")


class Start(NamedTuple):
    """A lot from which the walk starts.

    :param since: forward, since when it is concerned; None: always
    :param until: backward, until when it matters; None: always
    :param ahead: whether it is followed forward
    :param behind: whether it is followed backward
    """

    lot_id: int
    since: object
    until: object
    ahead: bool
    behind: bool


class TraceQuestion(models.AbstractModel):
    """From which lots a question starts.

    Each kind is a piece of SQL that gives ``lot_id, since, until, ahead, behind``; one query
    asks for all of them, and for the user's right to read the lots. A lot that is found twice
    is concerned from the earliest moment until the latest.

    What is asked of a supplier or an order is about all of the lot: whether it was mixed with
    other goods before, the ledger does not know. Operations and places taint from a moment on.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.question"

    @api.model
    def _starts(self, question, forward=True):
        """The lots of a question and the moments from which (backward: until which) they count.

        :param question: dict, see the model
        :return: list of ``(lot id, datetime or None)``
        """
        spans = self._spans(self._checked(question))
        if forward:
            return [(one.lot_id, one.since) for one in spans if one.ahead]
        return [(one.lot_id, one.until) for one in spans if one.behind]

    @api.model
    def _spans(self, question):
        """The :class:`Start` of each lot of a checked question: one query.

        All that is asked after it in the transaction is answered sooner than it would be compiled.
        """
        pieces = []
        for key in (*ASKED, "numbers", "operations"):
            if question.get(key):
                pieces.append(getattr(self, f"_start_{key}")(question[key], question))
        pieces += [self._start_place(place, question) for place in question["places"]]
        readable = self.env["stock.lot"]._search([], active_test=False).subselect()
        rows = self.env.execute_query(
            SQL(
                """
                SET LOCAL jit = off;
                SELECT lot_id, NULLIF(min(COALESCE(since, '-infinity')), '-infinity'),
                    NULLIF(max(COALESCE(until, 'infinity')), 'infinity'),
                    bool_or(ahead), bool_or(behind)
                FROM (%s) s(lot_id, since, until, ahead, behind)
                WHERE lot_id IN %s
                GROUP BY lot_id ORDER BY lot_id
                """,
                SQL(" UNION ALL ").join(SQL("(%s)", piece) for piece in pieces),
                readable,
            )
        )
        return [Start(*row) for row in rows]

    @api.model
    def _unknown(self, question):
        """Numbers of the question that no lot has."""
        if not question.get("numbers"):
            return []
        rows = self.env.execute_query(
            SQL(
                "SELECT n FROM unnest(%s::varchar[]) WITH ORDINALITY AS c(n, place) "
                "WHERE NOT EXISTS (SELECT FROM stock_lot l WHERE l.name = n AND "
                "(l.company_id IS NULL OR l.company_id = ANY(%s))) ORDER BY place",
                question["numbers"],
                self.env.companies.ids,
            )
        )
        return [number for (number,) in rows]

    # -- lots and products ----------------------------------------------------

    @api.model
    def _start_lots(self, ids, _question):
        return _always(SQL("SELECT id FROM unnest(%s::int[]) AS id", ids))

    @api.model
    def _start_numbers(self, numbers, _question):
        return _always(
            SQL(
                "SELECT l.id FROM unnest(%s::varchar[]) AS n JOIN stock_lot l ON l.name = n",
                numbers,
            )
        )

    @api.model
    def _start_products(self, ids, question):
        """All lots of products; in a window those that were received or made in it."""
        lots = SQL("SELECT l.id FROM stock_lot l WHERE l.product_id = ANY(%s)", ids)
        if question["from"] or question["to"]:
            lots = SQL(
                "%s AND EXISTS (SELECT FROM trace_event e WHERE e.lot_id = l.id AND %s AND %s)",
                lots,
                _BEGINS,
                self._in_window(question),
            )
        return _always(lots)

    # -- partners -------------------------------------------------------------

    @api.model
    def _start_suppliers(self, ids, question):
        """What came from suppliers, their addresses, too; sent straight to customers, too."""
        family = self._family(ids)
        return _always(
            SQL(
                """
                SELECT e.lot_id FROM trace_event e
                WHERE e.partner_id IN %(family)s AND e.source_usage = 'supplier' AND %(window)s
                UNION
                SELECT e.lot_id FROM stock_picking pi
                JOIN trace_event e ON e.document_model = 'stock.picking' AND e.document_id = pi.id
                WHERE pi.partner_id IN %(family)s AND e.supplier_id IN %(family)s AND %(window)s
                """,
                family=family,
                window=self._in_window(question),
            )
        )

    @api.model
    def _start_customers(self, ids, question):
        """What customers got: where it came from matters until they got it last."""
        return SQL(
            """
            SELECT e.lot_id, NULL::timestamp, max(e.event_time), TRUE, TRUE FROM trace_event e
            WHERE e.partner_id IN %s AND e.dest_usage = 'customer' AND %s GROUP BY e.lot_id
            """,
            self._family(ids),
            self._in_window(question),
        )

    @api.model
    def _family(self, ids):
        """SQL of partners and all that belongs to them."""
        domain = [("id", "child_of", ids)]
        return self.env["res.partner"].sudo()._search(domain, active_test=False).subselect()

    # -- documents ------------------------------------------------------------

    @api.model
    def _start_asns(self, ids, _question):
        """The numbers of notices; of lines without numbers all that their receipts brought."""
        return _always(
            SQL(
                """
                SELECT l.id FROM trace_asn_unit n
                JOIN trace_asn_line y ON y.id = n.line_id
                JOIN stock_lot l ON l.product_id = y.product_id AND l.name = n.name
                WHERE n.asn_id = ANY(%(ids)s)
                UNION
                SELECT e.lot_id FROM trace_asn_line y
                JOIN stock_picking_trace_asn_rel r ON r.trace_asn_id = y.asn_id
                JOIN trace_event e ON e.document_model = 'stock.picking'
                    AND e.document_id = r.stock_picking_id AND e.product_id = y.product_id
                WHERE y.asn_id = ANY(%(ids)s) AND COALESCE(y.unit_count, 0) = 0 AND %(told)s
                """,
                ids=ids,
                told=self._told(),
            )
        )

    @api.model
    def _start_purchases(self, ids, _question):
        return _always(
            SQL(
                """
                SELECT e.lot_id FROM purchase_order_line y
                JOIN stock_move m ON m.purchase_line_id = y.id
                JOIN stock_move_line l ON l.move_id = m.id
                JOIN trace_event e ON e.move_line_id = l.id
                WHERE y.order_id = ANY(%s) AND e.source_usage = 'supplier' AND %s
                """,
                ids,
                self._told(),
            )
        )

    @api.model
    def _start_sales(self, ids, _question):
        """What was delivered for orders, and what is reserved for them."""
        return SQL(
            """
            SELECT l.lot_id, NULL::timestamp,
                max(CASE m.state WHEN 'done' THEN COALESCE(e.event_time, l.date) END), TRUE, TRUE
            FROM sale_order_line y
            JOIN stock_move m ON m.sale_line_id = y.id AND m.state != 'cancel'
            JOIN stock_move_line l ON l.move_id = m.id AND l.lot_id IS NOT NULL
            LEFT JOIN trace_event e ON e.move_line_id = l.id AND e.lot_id = l.lot_id
            WHERE y.order_id = ANY(%s) AND m.company_id = ANY(%s) GROUP BY l.lot_id
            """,
            ids,
            self.env.companies.ids,
        )

    @api.model
    def _start_pos_orders(self, ids, _question):
        """The numbers on receipts of tills, whether they are booked or not."""
        return SQL(
            """
            SELECT COALESCE(k.lot_id, l.id), NULL::timestamp, max(o.date_order), TRUE, TRUE
            FROM pos_order o
            JOIN pos_order_line y ON y.order_id = o.id
            JOIN pos_pack_operation_lot k ON k.pos_order_line_id = y.id
            LEFT JOIN stock_lot l ON l.product_id = y.product_id AND l.name = k.lot_name
            WHERE o.id = ANY(%s) AND o.company_id = ANY(%s) GROUP BY 1
            """,
            ids,
            self.env.companies.ids,
        )

    @api.model
    def _start_pickings(self, ids, _question):
        """What is or was moved by transfers."""
        return SQL(
            """
            SELECT l.lot_id, NULL::timestamp,
                max(CASE WHEN l.state = 'done' AND b.usage = 'customer' THEN l.date END),
                TRUE, TRUE
            FROM stock_move_line l JOIN stock_location b ON b.id = l.location_dest_id
            WHERE l.picking_id = ANY(%s) AND l.lot_id IS NOT NULL AND l.state != 'cancel'
                AND l.company_id = ANY(%s)
            GROUP BY l.lot_id
            """,
            ids,
            self.env.companies.ids,
        )

    @api.model
    def _start_packages(self, ids, _question):
        """What is or ever was in packages, and in those inside them."""
        return _always(
            SQL(
                """
                WITH packed AS MATERIALIZED (
                    SELECT p.id FROM stock_package top
                    JOIN stock_package p ON p.parent_path LIKE top.parent_path || '%%'
                    WHERE top.id = ANY(%(ids)s)
                )
                SELECT q.lot_id FROM packed JOIN stock_quant q ON q.package_id = packed.id
                WHERE q.company_id IS NULL OR q.company_id = ANY(%(companies)s)
                UNION
                SELECT l.lot_id FROM stock_move_line l
                WHERE l.state = 'done' AND l.company_id = ANY(%(companies)s) AND (
                    l.result_package_id IN (SELECT id FROM packed)
                    OR l.package_id IN (SELECT id FROM packed))
                """,
                ids=ids,
                companies=self.env.companies.ids,
            )
        )

    # -- operations -----------------------------------------------------------

    @api.model
    def _start_operations(self, operations, _question):
        """What came out of operations, from then on; what went in, until then."""
        kinds = {"repair": ("repair_in", "repair_out")}
        pairs = [(one, number) for kind, number in operations for one in kinds.get(kind, (kind,))]
        return SQL(
            """
            SELECT g.lot_id, CASE g.side WHEN 'out' THEN g.first_time END,
                CASE g.side WHEN 'in' THEN g.last_time END, g.side = 'out', g.side = 'in'
            FROM unnest(%s::varchar[], %s::int[]) AS c(operation, operation_id)
            JOIN trace_edge g USING (operation, operation_id)
            WHERE g.company_id = ANY(%s)
            """,
            [kind for kind, _number in pairs],
            [number for _kind, number in pairs],
            self.env.companies.ids,
        )

    # -- places ---------------------------------------------------------------

    @api.model
    def _start_place(self, place, question):
        """What was in a place, or made on a line, between two moments."""
        first = place["from"] or question["from"]
        last = place["to"] or question["to"]
        if place.get("workcenter_id"):
            return self._start_workcenter(place["workcenter_id"], first, last)
        return self._start_location(place["location_id"], first, last)

    @api.model
    def _start_location(self, location_id, first, last):
        """Exposure: lots whose stay in a place or below it overlaps with a time.

        Candidates are what lies there now and what left after the first moment; whether and when
        each one was there is the running sum of what came and went. Where history does not
        tell how it came, it counts as there from the beginning.
        """
        return SQL(
            """
            WITH places AS MATERIALIZED (
                SELECT a.id FROM stock_location top
                JOIN stock_location a ON a.parent_path LIKE top.parent_path || '%%'
                WHERE top.id = %(place)s
                    AND (a.company_id IS NULL OR a.company_id = ANY(%(companies)s))
            ), maybe AS MATERIALIZED (
                SELECT q.lot_id, sum(q.quantity) AS there FROM stock_quant q
                WHERE q.location_id IN (SELECT id FROM places) AND q.lot_id IS NOT NULL
                GROUP BY q.lot_id
                UNION ALL
                SELECT DISTINCT e.lot_id, 0 FROM trace_event e
                WHERE e.company_id = ANY(%(companies)s) AND e.lot_id IS NOT NULL
                    AND e.event_time > COALESCE(%(first)s::timestamp, '-infinity')
                    AND e.source_id IN (SELECT id FROM places)
            ), lots AS (
                SELECT lot_id, max(there) AS there FROM maybe GROUP BY lot_id
            ), shift AS (
                SELECT e.lot_id, e.event_time, e.id,
                    CASE WHEN e.dest_id IN (SELECT id FROM places) THEN e.quantity
                        ELSE -e.quantity END AS quantity
                FROM lots JOIN trace_event e ON e.lot_id = lots.lot_id
                WHERE (e.source_id IN (SELECT id FROM places))
                        != (e.dest_id IN (SELECT id FROM places))
                    AND %(told)s
                UNION ALL
                SELECT lot_id, '-infinity'::timestamp, 0, 0 FROM lots
            ), ran AS (
                SELECT *, sum(quantity) OVER (
                        PARTITION BY lot_id ORDER BY event_time, quantity DESC, id) AS ran
                FROM shift
            ), stay AS (
                SELECT lot_id, event_time AS came,
                    lead(event_time, 1, 'infinity') OVER (
                        PARTITION BY lot_id ORDER BY event_time, quantity DESC, id) AS gone,
                    -- more left than is known to have come, or more lies there than is known
                    ran + GREATEST(-min(ran) OVER (PARTITION BY lot_id),
                        lots.there - sum(quantity) OVER (PARTITION BY lot_id), 0) AS there
                FROM ran JOIN lots USING (lot_id)
            )
            SELECT lot_id, NULLIF(GREATEST(min(came), %(first)s::timestamp), '-infinity'),
                NULLIF(LEAST(max(gone), %(last)s::timestamp), 'infinity'), TRUE, TRUE
            FROM stay
            WHERE there > 0.000001 AND came < COALESCE(%(last)s::timestamp, 'infinity')
                AND gone > COALESCE(%(first)s::timestamp, '-infinity')
            GROUP BY lot_id
            """,
            place=location_id,
            companies=self.env.companies.ids,
            first=first,
            last=last,
            told=self._told(),
        )

    @api.model
    def _start_workcenter(self, workcenter_id, first, last):
        """What was made on a production line between two moments, and from what."""
        if "mrp.workorder" not in self.env:
            raise UserError(
                self.env._("Manufacturing is not installed: there are no work centers.")
            )
        return SQL(
            """
            SELECT g.lot_id,
                CASE g.side WHEN 'out' THEN LEAST(GREATEST(w.date_start, %(first)s::timestamp),
                    g.first_time) END,
                CASE g.side WHEN 'in' THEN g.last_time END, g.side = 'out', g.side = 'in'
            FROM mrp_workorder w
            JOIN trace_edge g ON g.operation = 'production' AND g.operation_id = w.production_id
            WHERE w.workcenter_id = %(place)s AND w.state != 'cancel'
                AND w.date_start < COALESCE(%(last)s::timestamp, 'infinity')
                AND COALESCE(w.date_finished, 'infinity')
                    > COALESCE(%(first)s::timestamp, '-infinity')
                AND g.company_id = ANY(%(companies)s)
            """,
            place=workcenter_id,
            first=first,
            last=last,
            companies=self.env.companies.ids,
        )

    # -- conditions -----------------------------------------------------------

    @api.model
    def _told(self):
        """Condition on ``e``: a movement of the user's companies, as it is told last."""
        return SQL(
            "e.kind IN ('movement', 'correction') AND e.company_id = ANY(%s) "
            "AND e.quantity != 0 AND %s",
            self.env.companies.ids,
            latest(),
        )

    @api.model
    def _in_window(self, question):
        """Condition on ``e``: told, and between the two moments of the question."""
        return SQL(
            "%s AND e.event_time >= COALESCE(%s::timestamp, '-infinity') "
            "AND e.event_time <= COALESCE(%s::timestamp, 'infinity')",
            self._told(),
            question["from"],
            question["to"],
        )


def _always(lots):
    """A piece of SQL of lots of which everything counts, at any time."""
    return SQL("SELECT s.*, NULL::timestamp, NULL::timestamp, TRUE, TRUE FROM (%s) s", lots)
