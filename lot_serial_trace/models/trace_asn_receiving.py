from datetime import UTC
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..core.reconcile import Item, Known

#: States in which a notice tells what to expect.
OPEN = ("expected", "receiving", "reconciled")


class TraceAsnReceiving(models.AbstractModel):
    """What is advised, captured, ordered, and known of the numbers, as the core compares it.

    One query each for any number of receipts and units. Who compares and what follows:

    * ``trace_asn_comparing.py``: which receipts belong together, findings, severities;
    * ``trace_asn_settling.py``: refuses, opens exceptions, holds, notes outcomes;
    * ``trace_asn_live.py``: figures and hints for the scan screen.
    """

    _name = "trace.asn.receiving"
    _inherit = ["trace.calendar"]
    _description = "Comparison of Shipping Notices with Receipts"

    # -- advised --------------------------------------------------------------

    @api.model
    def _advised(self, pickings):
        """dict picking -> list of :class:`core.reconcile.Item`, from its open notices.

        An item's ``ref`` is the id of its ``trace.asn.unit``; it has none where the
        notice gives a quantity without numbers.
        """
        lines = self._lines_for(pickings)
        items = self._items({line_id for ids in lines.values() for line_id in ids})
        return {
            picking: [item for line_id in lines[picking] for item in items[line_id]]
            for picking in pickings
        }

    @api.model
    def _lines_for(self, pickings):
        """dict picking -> ids of the notice lines that announce something for it: one query."""
        asns = pickings.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        lines = {picking: [] for picking in pickings}
        if not asns:
            return lines
        for model in ("trace.asn", "trace.asn.line"):
            self.env[model].flush_model()
        self.env["stock.move"].flush_model(["picking_id", "purchase_line_id"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH %s
                SELECT s.picking_id, s.line_id FROM scope s
                JOIN trace_asn_line l ON l.id = s.line_id
                WHERE s.picking_id = ANY(%s) AND l.product_id IS NOT NULL
                ORDER BY s.picking_id, s.line_id
                """,
                self._scope(asns),
                pickings.ids,
            )
        )
        for picking_id, line_id in rows:
            lines[pickings.browse(picking_id)].append(line_id)
        return lines

    @api.model
    def _scope(self, asns):
        """SQL of the common table ``scope``: which line of the notices is for which receipt.

        A line that names an order is for the receipts of that order, and for those that
        were made without one.
        """
        return SQL(
            """
            ordered AS (
                SELECT DISTINCT m.picking_id, o.order_id
                FROM stock_picking_trace_asn_rel r
                JOIN stock_move m ON m.picking_id = r.stock_picking_id
                JOIN purchase_order_line o ON o.id = m.purchase_line_id
                WHERE r.trace_asn_id = ANY(%(asns)s)
            ),
            scope AS (
                SELECT r.stock_picking_id AS picking_id, l.id AS line_id
                FROM stock_picking_trace_asn_rel r
                JOIN trace_asn_line l ON l.asn_id = r.trace_asn_id
                WHERE r.trace_asn_id = ANY(%(asns)s) AND (l.purchase_id IS NULL
                    OR r.stock_picking_id NOT IN (SELECT picking_id FROM ordered)
                    OR (r.stock_picking_id, l.purchase_id) IN (SELECT * FROM ordered))
            )
            """,
            asns=asns.ids,
        )

    @api.model
    def _items(self, line_ids):
        """dict notice line id -> items: its numbers, and what they leave open: one query."""
        by_line = {line_id: [] for line_id in line_ids}
        for row in self._unit_rows(line_ids):
            by_line[row["line_id"]].append(row)
        labels = self._labels(rows[0]["product_id"] for rows in by_line.values())
        return {line_id: self._line_items(rows, labels) for line_id, rows in by_line.items()}

    @api.model
    def _unit_rows(self, line_ids):
        """One row per advised unit, and one per line without units."""
        self.env["trace.asn.unit"].flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id AS line_id, a.name AS source,
                    l.product_id, t.tracking, u.id AS unit_id, u.serial, u.lot,
                    COALESCE(u.expiry, u.best_before) AS expiry,
                    CASE WHEN l.product_qty_known THEN l.product_qty END AS line_quantity,
                    CASE WHEN u.quantity_known AND l.product_qty_known AND l.quantity != 0
                        THEN u.quantity * l.product_qty / l.quantity END AS quantity
                FROM trace_asn_line l
                JOIN trace_asn a ON a.id = l.asn_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                LEFT JOIN trace_asn_unit u ON u.line_id = l.id
                WHERE l.id = ANY(%s)
                ORDER BY l.id, u.id
                """,
                list(line_ids),
            )
        )

    @api.model
    def _line_items(self, rows, labels):
        """The items of one line: its numbers, and what of its quantity they leave open."""
        items = [item for row in rows if (item := self._unit_item(row, labels))]
        first = rows[0]
        total = first["line_quantity"]
        counted = sum(item.quantity for item in items if item.quantity is not None)
        rest = None if total is None else exact(total) - counted
        if (rest is None and not items) or (rest is not None and rest > 0):
            items.append(
                Item(
                    first["product_id"],
                    quantity=rest,
                    serial=first["tracking"] == "serial",
                    label=labels[first["product_id"]],
                    source=first["source"],
                )
            )
        return items

    @api.model
    def _unit_item(self, row, labels):
        """An advised number in the terms in which the product is tracked, or None."""
        tracking = row["tracking"]
        serial = tracking == "serial"
        number = row["serial"] if serial else row["lot"] or row["serial"]
        if tracking == "none" or not number:
            return None
        quantity = row["quantity"]
        if quantity is not None:
            quantity = exact(quantity)
        return Item(
            row["product_id"],
            number,
            Decimal(1) if serial else quantity,
            row["expiry"],
            serial,
            labels[row["product_id"]],
            row["source"],
            row["unit_id"],
        )

    # -- captured -------------------------------------------------------------

    @api.model
    def _captured(self, pickings, now):
        """dict picking -> list of :class:`core.reconcile.Item`; ``ref`` is the move line's id.

        :param now: those of the receipts that are about to be done: what is picked counts
        """
        rows = self._captured_rows(pickings, now)
        labels = self._labels(row["product_id"] for row in rows)
        zones = {picking.id: self._zone(picking.company_id) for picking in pickings}
        items = {picking: [] for picking in pickings}
        for row in rows:
            items[pickings.browse(row["picking_id"])].append(
                Item(
                    row["product_id"],
                    "" if row["tracking"] == "none" else row["number"],
                    exact(row["quantity"]),
                    local_day(row["expires"], zones[row["picking_id"]]),
                    row["tracking"] == "serial",
                    labels[row["product_id"]],
                    ref=row["id"],
                )
            )
        return items

    @api.model
    def _captured_rows(self, pickings, now):
        """One row per captured line: one query.

        A line on which nobody gave an expiry has Odoo's guess: the planned date and the
        product's expiration time. That is not what a label says.
        """
        self.env["stock.move.line"].flush_model()
        self.env["stock.lot"].flush_model(["name", "expiration_date"])
        self.env["stock.picking"].flush_model(["scheduled_date"])
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.picking_id, l.product_id, t.tracking,
                    l.quantity_product_uom AS quantity,
                    COALESCE(lot.name, l.lot_name, '') AS number,
                    CASE WHEN t.use_expiration_date THEN COALESCE(lot.expiration_date,
                        NULLIF(l.expiration_date, k.scheduled_date
                            + COALESCE(t.expiration_time, 0) * interval '1 day'))
                        END AS expires
                FROM stock_move_line l
                JOIN stock_picking k ON k.id = l.picking_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                JOIN stock_location dest ON dest.id = l.location_dest_id
                LEFT JOIN stock_lot lot ON lot.id = l.lot_id
                WHERE l.picking_id = ANY(%s) AND l.quantity > 0 AND dest.usage != 'supplier'
                    AND (l.state = 'done'
                        OR l.picking_id = ANY(%s) AND l.picked AND l.state != 'cancel')
                ORDER BY l.picking_id, l.id
                """,
                pickings.ids,
                now.ids,
            )
        )

    @api.model
    def _ordered(self, pickings):
        """Items of what the receipts ask for; moves that were added by hand ask for nothing."""
        return [
            Item(move.product_id.id, quantity=exact(move.product_qty))
            for move in pickings.move_ids
            if move.product_qty and move.state != "cancel"
        ]

    # -- known before ---------------------------------------------------------

    @api.model
    def _known(self, captured, company):
        """What is known of captured numbers before they come in: one query.

        :param captured: iterable of items, of which holds in the place they go to count, too
        :return: dict (product id, number) -> :class:`core.reconcile.Known`
        """
        keys = {(item.product, item.number, item.ref) for item in captured if item.number}
        if not keys:
            return {}
        self.env["stock.lot"].flush_model(["name", "product_id", "trace_status"])
        self.env["trace.hold"].flush_model()
        self.env["stock.quant"].flush_model(["lot_id", "location_id", "quantity"])
        products, numbers, lines = map(list, zip(*keys, strict=True))
        rows = self.env.execute_query_dict(self._known_query(products, numbers, lines, company.id))
        return {
            (row["product_id"], row["name"]): Known(
                row["place"] or "", row["sold"], row["hold"] or "", row["recalled"] or False
            )
            for row in rows
        }

    @api.model
    def _known_query(self, products, numbers, lines, company_id):
        return SQL(
            """
            SELECT l.product_id, l.name,
                string_agg(DISTINCT h.reasons, '; ') AS hold, bool_or(h.recalled) AS recalled,
                (array_agg(a.complete_name ORDER BY q.id)
                    FILTER (WHERE a.usage IN ('internal', 'transit')))[1] AS place,
                COALESCE(bool_or(a.usage = 'customer'), FALSE) AS sold
            FROM unnest(%(products)s::int[], %(numbers)s::varchar[], %(lines)s::int[])
                AS c(product_id, name, line_id)
            LEFT JOIN stock_move_line m ON m.id = c.line_id
            LEFT JOIN stock_location dest ON dest.id = m.location_dest_id
            JOIN stock_lot l ON l.product_id = c.product_id AND l.name = c.name
                AND (l.company_id IS NULL OR l.company_id = %(company)s)
            LEFT JOIN LATERAL (
                SELECT string_agg(h.reason, '; ' ORDER BY h.id) AS reasons,
                    bool_or(h.source = 'recall') AS recalled
                FROM trace_hold h
                LEFT JOIN stock_location top ON top.id = h.location_id
                WHERE h.lot_id = l.id AND h.state = 'active' AND h.company_id = %(company)s
                    AND (top.id IS NULL OR dest.parent_path LIKE top.parent_path || '%%')
            ) h ON l.trace_status != 'free'
            LEFT JOIN stock_quant q ON q.lot_id = l.id AND q.quantity > 0
                AND (q.company_id IS NULL OR q.company_id = %(company)s)
            LEFT JOIN stock_location a ON a.id = q.location_id
            GROUP BY l.id
            """,
            products=products,
            numbers=numbers,
            lines=lines,
            company=company_id,
        )

    # -- words -------------------------------------------------------

    @api.model
    def _labels(self, product_ids):
        products = self.env["product.product"].browse(dict.fromkeys(product_ids))
        return {product.id: product.display_name for product in products}


def exact(quantity):
    """A database quantity as the decimal that its shortest spelling says."""
    return Decimal(repr(quantity))


def local_day(moment, zone):
    """The local date of a naive UTC moment; None for none."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date() if moment else None
