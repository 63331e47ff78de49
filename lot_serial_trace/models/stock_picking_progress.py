from odoo import fields, models
from odoo.tools import SQL


class StockPicking(models.Model):
    """How far a transfer is: one query over its lines, whatever their number."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    def _trace_progress(self):
        """What is wanted and captured, in the products' units, and what notices advise."""
        self._trace_flush_progress()
        [row] = self.env.execute_query_dict(
            SQL(
                """
                SELECT (SELECT COALESCE(sum(m.product_qty), 0) FROM stock_move m
                        WHERE m.picking_id = %(picking)s AND m.state != 'cancel')::float AS wanted,
                    (SELECT COALESCE(sum(l.quantity_product_uom), 0) FROM stock_move_line l
                        WHERE l.picking_id = %(picking)s AND l.picked
                            AND l.state IS DISTINCT FROM 'cancel')::float AS captured
                """,
                picking=self.id,
            )
        )
        live = self.env["trace.asn.receiving"].sudo()._live(self).values()
        advised = [one["advised"] for one in live if one["advised"] is not None]
        return {
            **row,
            "advised": sum(advised) if advised else None,
            "advised_captured": sum(one["advised_captured"] for one in live),
            "unexpected": sum(one["unexpected"] for one in live),
        }

    def _trace_product_rows(self, product_ids=None):
        """Wanted and captured per product, unfinished ones first.

        :param product_ids: only these products; ``None`` for all
        :return: list of dicts ``id``, ``wanted``, ``captured``, ``advised``
        """
        self._trace_flush_progress()
        only = SQL("TRUE")
        if product_ids is not None:
            only = SQL("product_id = ANY(%s)", list(product_ids))
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT product_id AS id, COALESCE(sum(wanted), 0)::float AS wanted,
                    COALESCE(sum(captured), 0)::float AS captured
                FROM (
                    SELECT product_id, product_qty AS wanted, 0 AS captured, id AS place
                    FROM stock_move
                    WHERE picking_id = %(picking)s AND state != 'cancel' AND %(only)s
                    UNION ALL
                    SELECT product_id, 0, CASE WHEN picked THEN quantity_product_uom END, move_id
                    FROM stock_move_line
                    WHERE picking_id = %(picking)s AND state IS DISTINCT FROM 'cancel' AND %(only)s
                ) x
                GROUP BY product_id
                ORDER BY COALESCE(sum(captured), 0) >= COALESCE(sum(wanted), 0), min(place)
                """,
                picking=self.id,
                only=only,
            )
        )
        live = self.env["trace.asn.receiving"].sudo()._live(self, product_ids)
        for row in rows:
            row["advised"] = live.get(row["id"], {}).get("advised")
        if product_ids is not None and not rows:
            rows = [{"id": one, "wanted": 0, "captured": 0, "advised": None} for one in product_ids]
        return rows

    def _trace_named(self, rows):
        """Rows of products with what a person knows them by."""
        products = self.env["product.product"].browse([row["id"] for row in rows])
        places = self._trace_next_places(products)
        return [
            {
                **row,
                "name": product.display_name,
                "code": product.barcode or product.default_code or "",
                "tracking": product.tracking,
                "uom": product.uom_id.name,
                "place": places.get(product.id, ""),
            }
            for row, product in zip(rows, products, strict=True)
        ]

    def _trace_next_places(self, products):
        """Where to take the next piece of a product, or to put it: dict product id -> text."""
        goes = "location_dest_id" if self._trace_step() == "incoming" else "location_id"
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (l.product_id) l.product_id, a.complete_name, o.name
                FROM stock_move_line l
                JOIN stock_location a ON a.id = %(place)s
                LEFT JOIN stock_lot o ON o.id = l.lot_id
                WHERE l.picking_id = %(picking)s AND l.product_id = ANY(%(products)s)
                    AND l.picked IS NOT TRUE AND l.quantity > 0
                    AND a.usage IN ('internal', 'transit')
                    AND (a.id != %(usual)s OR o.id IS NOT NULL)
                ORDER BY l.product_id, a.complete_name, l.id
                """,
                place=SQL.identifier("l", goes),
                usual=self[goes].id,
                picking=self.id,
                products=products.ids,
            )
        )
        return {
            product_id: " · ".join(filter(None, (place.partition("/")[2] or place, lot)))
            for product_id, place, lot in rows
        }

    def trace_scan_products(self, offset: int = 0, limit: int = 80, search: str = "") -> dict:
        """The products of the transfer, unfinished ones first, for a screen that pages.

        :param offset: rows to leave out
        :param limit: rows to return, 500 at most
        :param search: part of the product's name, code or barcode
        :return: ``{"count": int, "rows": list}``, rows as in ``changed`` of :meth:`trace_scan`
        """
        self._trace_one("read")
        rows = self._trace_product_rows()
        if search:
            wanted = self._trace_matching([row["id"] for row in rows], search)
            rows = [row for row in rows if row["id"] in wanted]
        start, size = max(0, int(offset)), max(0, min(int(limit), 500))
        return {"count": len(rows), "rows": self._trace_named(rows[start : start + size])}

    def _trace_matching(self, product_ids, search):
        """Ids of those products whose name, code or barcode has ``search`` in it."""
        names = ("name", "default_code", "barcode")
        domain = ["|", "|", *((name, "ilike", search) for name in names)]
        found = self.env["product.product"].search([("id", "in", product_ids), *domain])
        return set(found.ids)

    def _trace_flush_progress(self):
        self.env["stock.move"].flush_model(["picking_id", "product_id", "product_qty", "state"])
        self.env["stock.move.line"].flush_model(
            ["picking_id", "product_id", "quantity_product_uom", "picked", "state", "move_id"]
        )

    # -- numbers --------------------------------------------------------------

    def trace_scan_numbers(self, product_id: int, offset: int = 0, limit: int = 80) -> dict:
        """The numbers of a product on the transfer: captured, reserved, and still expected.

        :param product_id: of one product of the transfer
        :param offset: rows to leave out
        :param limit: rows to return, 500 at most
        :return: ``{"count": int, "rows": list}``, captured ones first, the last scanned on top.
            A row is a dict ``line_id`` (None: advised, not captured), ``number``,
            ``quantity``, ``expires`` (``YYYY-MM-DD`` or None), ``captured``, ``advised``,
            ``method`` (how it was captured)
        """
        self._trace_one("read")
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                "%s SELECT *, count(*) OVER () AS total FROM found"
                " ORDER BY captured DESC, changed DESC NULLS LAST, number LIMIT %s OFFSET %s",
                self._trace_numbers_query(product_id),
                max(0, min(int(limit), 500)),
                max(0, int(offset)),
            )
        )
        count = rows[0]["total"] if rows else 0
        for row in rows:
            del row["total"], row["changed"]
            row["expires"] = fields.Date.to_string(row["expires"]) if row["expires"] else None
        return {"count": count, "rows": rows}

    def _trace_numbers_query(self, product_id):
        zone = self.env["trace.asn.receiving"]._zone(self.company_id)
        return SQL(
            """
            WITH line AS (
                SELECT l.id AS line_id, COALESCE(o.name, l.lot_name, '') AS number,
                    l.quantity_product_uom::float AS quantity, l.picked IS TRUE AS captured,
                    (COALESCE(o.expiration_date, l.expiration_date)
                        AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS expires,
                    CASE WHEN l.picked THEN l.date END AS changed
                FROM stock_move_line l LEFT JOIN stock_lot o ON o.id = l.lot_id
                WHERE l.picking_id = %(picking)s AND l.product_id = %(product)s
                    AND (COALESCE(o.name, l.lot_name, '') != '' OR l.picked)
            ), advised AS (
                SELECT DISTINCT ON (number) number, quantity, expires FROM (
                    SELECT CASE WHEN t.tracking = 'serial' THEN u.serial
                            ELSE COALESCE(u.lot, u.serial) END AS number,
                        CASE WHEN t.tracking = 'serial' THEN 1 ELSE u.quantity END AS quantity,
                        COALESCE(u.expiry, u.best_before) AS expires
                    FROM stock_picking_trace_asn_rel r
                    JOIN trace_asn a ON a.id = r.trace_asn_id
                        AND a.state IN ('expected', 'receiving', 'reconciled')
                    JOIN trace_asn_line n ON n.asn_id = a.id AND n.product_id = %(product)s
                    JOIN trace_asn_unit u ON u.line_id = n.id
                    JOIN product_product p ON p.id = n.product_id
                    JOIN product_template t ON t.id = p.product_tmpl_id
                    WHERE r.stock_picking_id = %(picking)s AND t.tracking != 'none') x
                WHERE number IS NOT NULL
            ), found AS (
                SELECT l.line_id, l.number, l.quantity, l.expires, l.captured,
                    a.number IS NOT NULL AS advised, COALESCE(s.method, '') AS method, l.changed
                FROM line l LEFT JOIN advised a ON a.number = l.number
                LEFT JOIN LATERAL (
                    SELECT s.method FROM trace_scan s
                    WHERE s.picking_id = %(picking)s AND s.move_line_id = l.line_id
                        AND s.undone_at IS NULL
                    ORDER BY s.id DESC LIMIT 1) s ON l.captured
                UNION ALL
                SELECT NULL, a.number, a.quantity, a.expires, FALSE, TRUE, '', NULL
                FROM advised a WHERE NOT EXISTS (SELECT FROM line l WHERE l.number = a.number)
            )
            """,
            picking=self.id,
            product=int(product_id),
            zone=str(zone),
        )
