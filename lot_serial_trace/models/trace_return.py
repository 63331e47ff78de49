from odoo import api, models
from odoo.tools import SQL

#: So many sales of a number are told, the latest ones: a lot may be sold every minute.
MOST = 20


class TraceReturn(models.AbstractModel):
    """What is known of numbers that come back: when they were sold, to whom, and what came back.

    Two sources are asked by one query: the numbers on orders of the tills, and the ledger for
    what left by delivery. Sales at the till are in both; they are taken from the orders, which
    a refund can refer to.
    """

    _name = "trace.return"
    _description = "Goods That Come Back"

    # -- asking ---------------------------------------------------------------

    @api.model
    def _sales(self, names, products, companies):
        """The latest sales of numbers, the newest first: one query.

        :param names: numbers, as on the label
        :param products: only of these, if there are any
        :return: list of dicts: ``road`` (till, delivery), ``order``, ``date``, ``product_id``,
            ``number``, ``quantity``, ``back`` (how much of this sale came back), ``back_order``,
            ``back_date``, ``partner_id``, ``partner``, ``company_id``; of the till also
            ``order_id``, ``order_uuid``, ``line_id``, ``line_uuid``, ``config_id``
        """
        if not names or not companies:
            return []
        self._flush()
        pairs = [(product_id, name) for product_id in products.ids or [None] for name in names]
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH moved AS (%s)
                SELECT m.*, -COALESCE(linked.quantity, 0)::float AS back,
                    linked.document AS back_order, linked.date AS back_date
                FROM moved m
                LEFT JOIN LATERAL (
                    SELECT sum(b.quantity) AS quantity, max(b.date) AS date,
                        (array_agg(b.document ORDER BY b.date DESC))[1] AS document
                    FROM moved b
                    WHERE b.refunded_id = m.line_id AND b.number = m.number AND b.quantity < 0
                ) linked ON TRUE
                WHERE m.quantity > 0 OR m.refunded_id IS NULL
                -- of one second: what came back had been sold before
                ORDER BY m.date DESC, m.quantity < 0 DESC, m.line_id DESC
                """,
                self._moved(pairs, companies, latest=True),
            )
        )
        return self._settle_unlinked(rows)[:MOST]

    @api.model
    def _settle_unlinked(self, rows):
        """Sales, with those of a serial number marked that came back without naming the sale."""
        sales, waiting = [], {}
        for row in rows:
            key = row["product_id"], row["number"]
            if row["quantity"] < 0:
                waiting.setdefault(key, []).append(row)
                continue
            if row["serial"] and not row["back"] and waiting.get(key):
                # The newest come first: the return that came next after this sale is the last.
                came = waiting[key].pop()
                row.update(back=1.0, back_order=came["document"], back_date=came["date"])
            sales.append(row)
        return sales

    @api.model
    def _sums(self, pairs, companies, besides=()):
        """How much of numbers was sold and came back, on all roads: one query.

        :param pairs: (product id, number)
        :param besides: ids of till orders that do not count
        :return: dict pair -> dict with ``sold``, ``back``, ``order`` and ``date`` of the return
            that came last, ``buyer_id`` of the sale that was last
        """
        pairs = list(dict.fromkeys(pairs))
        if not pairs:
            return {}
        self._flush()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH moved AS (%s)
                SELECT product_id, number,
                    COALESCE(sum(quantity) FILTER (WHERE quantity > 0), 0)::float AS sold,
                    -COALESCE(sum(quantity) FILTER (WHERE quantity < 0), 0)::float AS back,
                    (array_agg(document ORDER BY date DESC) FILTER (WHERE quantity < 0))[1]
                        AS order,
                    max(date) FILTER (WHERE quantity < 0) AS date,
                    (array_agg(partner_id ORDER BY date DESC) FILTER (WHERE quantity > 0))[1]
                        AS buyer_id
                FROM moved GROUP BY product_id, number
                """,
                self._moved(pairs, companies, besides),
            )
        )
        return {(row["product_id"], row["number"]): row for row in rows}

    # -- SQL ------------------------------------------------------------------

    @api.model
    def _flush(self):
        self.env["pos.order"].flush_model()
        self.env["pos.order.line"].flush_model()
        self.env["pos.pack.operation.lot"].flush_model()
        self.env["stock.lot"].flush_model(["name", "product_id"])

    @api.model
    def _moved(self, pairs, companies, besides=(), latest=False):
        """SQL: what went to customers (positive) and came back (negative), of asked numbers.

        :param pairs: (product id or None for any, number)
        :param latest: no more of each road than a screen can show, the newest
        """
        products, names = zip(*pairs, strict=True)
        asked = SQL(
            "unnest(%s::int[], %s::varchar[]) AS c(product_id, number)", list(products), list(names)
        )
        limit = SQL("ORDER BY date DESC LIMIT %s", 10 * MOST) if latest else SQL("")
        return SQL(
            "(%s %s) UNION ALL (%s %s)",
            self._at_tills(asked, companies, besides),
            limit,
            self._by_delivery(asked, companies),
            limit,
        )

    @api.model
    def _at_tills(self, asked, companies, besides):
        return SQL(
            """
            SELECT 'till' AS road, l.product_id, p.lot_name AS number,
                t.tracking = 'serial' AS serial, o.date_order AS date,
                COALESCE(o.pos_reference, o.name) AS document, o.id AS order_id,
                o.uuid AS order_uuid, l.id AS line_id, l.uuid AS line_uuid,
                l.refunded_orderline_id AS refunded_id, o.config_id, o.company_id, o.partner_id,
                COALESCE(b.complete_name, b.name) AS partner,
                (CASE WHEN t.tracking = 'serial' THEN sign(l.qty) ELSE l.qty END)::float AS quantity
            FROM %s
            JOIN pos_pack_operation_lot p ON p.lot_name = c.number
            JOIN pos_order_line l ON l.id = p.pos_order_line_id
                AND l.product_id = COALESCE(c.product_id, l.product_id)
            JOIN pos_order o ON o.id = l.order_id
            JOIN product_product v ON v.id = l.product_id
            JOIN product_template t ON t.id = v.product_tmpl_id
            LEFT JOIN res_partner b ON b.id = o.partner_id
            WHERE o.state NOT IN ('draft', 'cancel') AND o.company_id = ANY(%s)
                AND o.id != ALL(%s) AND l.qty != 0
            """,
            asked,
            list(companies.ids),
            list(besides),
        )

    @api.model
    def _by_delivery(self, asked, companies):
        """What the ledger tells of other roads, corrections applied.

        What was sold at a till and shipped later has its number on the till's order, too.
        """
        return SQL(
            """
            SELECT 'delivery', e.product_id, x.name, t.tracking = 'serial', e.event_time AS date,
                COALESCE(e.origin, e.document), NULL::int, NULL, NULL::int, NULL,
                NULL::int, NULL::int, e.company_id, e.partner_id, e.partner_name,
                (CASE WHEN e.dest_usage = 'customer' THEN e.quantity ELSE -e.quantity END)::float
            FROM %s
            JOIN stock_lot x ON x.name = c.number
                AND x.product_id = COALESCE(c.product_id, x.product_id)
            JOIN product_product v ON v.id = x.product_id
            JOIN product_template t ON t.id = v.product_tmpl_id
            JOIN trace_event e ON e.lot_id = x.id
            WHERE e.kind IN ('movement', 'correction') AND e.company_id = ANY(%s)
                AND e.quantity != 0 AND 'customer' IN (e.source_usage, e.dest_usage)
                AND e.source_usage != e.dest_usage
                AND COALESCE(e.document_model, '') NOT IN ('pos.order', 'pos.session')
                AND NOT EXISTS (SELECT FROM trace_event k WHERE k.kind = 'correction'
                    AND k.move_line_id = e.move_line_id AND k.id > e.id)
                AND NOT EXISTS (SELECT FROM stock_picking s
                    WHERE e.document_model = 'stock.picking' AND s.id = e.document_id
                    AND s.pos_order_id IS NOT NULL)
            """,
            asked,
            list(companies.ids),
        )
