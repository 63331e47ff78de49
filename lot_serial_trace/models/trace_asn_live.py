from odoo import api, models
from odoo.tools import SQL

from .trace_asn_receiving import OPEN


class TraceAsnLive(models.AbstractModel):
    """What the scan screen shows while goods come in: "expected 40, 37 scanned, 1 unexpected".

    Asked after every scan, so it is one query over the numbers of the notices, whatever
    their size, and agrees with what ``core/reconcile.py`` finds once the goods are in.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.asn.receiving"

    @api.model
    def _live(self, picking, product_ids=None):
        """How much of what the notices of a receipt advise has been captured so far.

        What earlier receipts of the same notices brought is expected no more.

        :param picking: one receipt
        :param product_ids: only these products; ``None`` for all
        :return: dict product id -> ``{"advised": float or None, "advised_captured": float,
            "unexpected": float}`` in the products' units; ``advised`` is None where no notice
            says how much is coming. Empty for a receipt without notices.
        """
        picking = picking.sudo()
        asns = picking.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        if not asns:
            return {}
        self._flush_for_live()
        rows = self.env.execute_query_dict(self._live_query(picking, asns, product_ids))
        return {row.pop("product_id"): row for row in rows}

    @api.model
    def _flush_for_live(self):
        for model in ("trace.asn", "trace.asn.line", "trace.asn.unit", "stock.picking"):
            self.env[model].flush_model()
        self.env["stock.lot"].flush_model(["name"])
        self.env["stock.move"].flush_model(["picking_id", "purchase_line_id"])
        self.env["stock.move.line"].flush_model()

    @api.model
    def _live_query(self, picking, asns, product_ids):
        """SQL: numbers meet; what no number explains draws on what the notice leaves open."""
        return SQL(
            """
            WITH %(scope)s,
            line AS (
                SELECT l.id, l.product_id, t.tracking, l.quantity,
                    CASE WHEN l.product_qty_known THEN l.product_qty END AS total
                FROM scope s
                JOIN trace_asn_line l ON l.id = s.line_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE s.picking_id = %(picking)s AND %(wanted_lines)s
            ),
            unit AS (
                SELECT l.id AS line_id, l.product_id, l.tracking = 'serial' AS serial,
                    CASE WHEN l.tracking = 'serial' THEN u.serial
                        ELSE COALESCE(u.lot, u.serial) END AS number,
                    CASE WHEN l.tracking = 'serial' THEN 1
                        WHEN u.quantity_known AND l.quantity != 0
                        THEN u.quantity * l.total / l.quantity END AS quantity
                FROM line l JOIN trace_asn_unit u ON u.line_id = l.id
                WHERE l.tracking != 'none' AND CASE WHEN l.tracking = 'serial' THEN u.serial
                    ELSE COALESCE(u.lot, u.serial) END IS NOT NULL
            ),
            rest AS (  -- what the numbers of a line leave open of its quantity; NULL: no limit
                SELECT l.product_id, count(u.line_id) AS numbers,
                    greatest(l.total - COALESCE(sum(u.quantity), 0), 0) AS quantity
                FROM line l LEFT JOIN unit u ON u.line_id = l.id
                GROUP BY l.id, l.product_id, l.total
            ),
            pool AS (
                SELECT product_id, COALESCE(sum(quantity), 0) AS quantity,
                    bool_or(quantity IS NULL AND numbers = 0) AS unlimited,
                    bool_or(quantity > 0 OR quantity IS NULL AND numbers = 0) AS open
                FROM rest GROUP BY product_id
            ),
            numbered AS (  -- a number without a quantity draws on the rest, or has no limit
                SELECT u.product_id, u.number,
                    CASE WHEN bool_and(serial) THEN 1 WHEN count(u.quantity) > 0 OR bool_and(p.open)
                        THEN COALESCE(sum(u.quantity), 0) END AS quantity
                FROM unit u JOIN pool p ON p.product_id = u.product_id
                GROUP BY u.product_id, u.number
            ),
            captured AS (
                SELECT m.product_id,
                    CASE WHEN t.tracking = 'none' THEN ''
                        ELSE COALESCE(lot.name, m.lot_name, '') END AS number,
                    sum(CASE WHEN m.picking_id = %(picking)s
                        THEN m.quantity_product_uom ELSE 0 END) AS now,
                    sum(CASE WHEN m.picking_id = %(picking)s
                        THEN 0 ELSE m.quantity_product_uom END) AS before
                FROM stock_move_line m
                JOIN product_product p ON p.id = m.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                LEFT JOIN stock_lot lot ON lot.id = m.lot_id
                WHERE (m.picking_id = %(picking)s AND m.picked AND m.state != 'cancel'
                        OR m.state = 'done' AND m.picking_id IN (
                            SELECT o.picking_id FROM scope s JOIN scope o ON o.line_id = s.line_id
                            WHERE s.picking_id = %(picking)s AND o.picking_id != %(picking)s))
                    AND %(wanted_moves)s
                GROUP BY 1, 2
            ),
            met AS (
                SELECT product_id, n.number IS NOT NULL AS advised, n.quantity,
                    COALESCE(c.now, 0) AS now, COALESCE(c.before, 0) AS before,
                    CASE WHEN n.number IS NULL OR c.number IS NULL THEN 0
                        ELSE least(c.before, COALESCE(n.quantity, c.before)) END AS came
                FROM numbered n FULL JOIN captured c USING (product_id, number)
            ),
            matched AS (
                SELECT *, CASE WHEN advised THEN least(now, COALESCE(quantity - came, now))
                    ELSE 0 END AS matched
                FROM met
            ),
            summed AS (
                SELECT product_id, sum(quantity) FILTER (WHERE advised) AS numbered,
                    COALESCE(bool_or(advised AND quantity IS NULL), FALSE) AS vague,
                    sum(came) AS came, sum(before - came) AS came_more,
                    sum(matched) AS matched, sum(now - matched) AS more
                FROM matched GROUP BY product_id
            ),
            drawn AS (
                SELECT s.*, p.product_id IS NOT NULL AS advised,
                    p.unlimited OR s.vague AS unknown,
                    COALESCE(s.numbered, 0) + COALESCE(p.quantity, 0) - s.came
                        - least(s.came_more, COALESCE(p.quantity, 0)) AS expected,
                    CASE WHEN p.product_id IS NULL THEN 0 WHEN p.unlimited THEN s.more
                        ELSE least(s.more, greatest(p.quantity - s.came_more, 0)) END AS drawn
                FROM (
                    SELECT COALESCE(s.product_id, p.product_id) AS product_id, s.numbered,
                        COALESCE(s.vague, FALSE) AS vague, COALESCE(s.came, 0) AS came,
                        COALESCE(s.came_more, 0) AS came_more,
                        COALESCE(s.matched, 0) AS matched, COALESCE(s.more, 0) AS more
                    FROM summed s FULL JOIN pool p ON p.product_id = s.product_id
                ) s
                LEFT JOIN pool p ON p.product_id = s.product_id
            )
            SELECT product_id,
                CASE WHEN advised AND NOT unknown THEN expected::float END AS advised,
                (matched + drawn)::float AS advised_captured, (more - drawn)::float AS unexpected
            FROM drawn
            WHERE advised OR more > 0
            ORDER BY product_id
            """,
            scope=self._scope(asns),
            picking=picking.id,
            wanted_lines=self._wanted("l.product_id", product_ids),
            wanted_moves=self._wanted("m.product_id", product_ids),
        )

    @api.model
    def _is_unadvised(self, picking, product, number):
        """Whether the notices of a receipt say that this number is not in it.

        Three queries, whatever the size of the notices: asked at every scan. A notice
        that leaves numbers of the product open forbids none.
        """
        asns = picking.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        if not asns:
            return False
        lines = self.env["trace.asn.line"].search(
            [("asn_id", "in", asns.ids), ("product_id", "=", product.id)]
        )
        if any(line._leaves_open() for line in lines):
            return False
        return not self.env["trace.asn.unit"].search_count(
            [("line_id", "in", lines.ids), "|", ("serial", "=", number), ("lot", "=", number)],
            limit=1,
        )

    @api.model
    def _wanted(self, column, product_ids):
        if product_ids is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", SQL(column), list(product_ids))
