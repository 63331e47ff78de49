from odoo import api, models
from odoo.tools import SQL

from ..core.returns import parts_back


class TraceTillKit(models.AbstractModel):
    """Kits that come back to a till: which numbers of their parts those are.

    Nobody scans what is in the box, neither when it is sold nor when it is taken back. What went
    out with the order that is refunded, and is with its buyer still, is what comes back. Where
    that is more than what comes back, and the cashier scanned none, it is a guess.
    """

    _name = "trace.till.kit"
    _description = "Parts of Kits at a Till"

    @api.model
    def _come_back(self, moves, orders, scanned, booked=()):
        """Which numbers of the parts come back by ``moves``.

        :param orders: those by which the kits were sold
        :param scanned: numbers that the cashier read off the parts
        :param booked: ids of move lines that left just now, in the same closing
        :return: dict movement -> list of (lot, quantity, how), see ``core.returns.parts_back``
        """
        left = self._with_buyer(moves.product_id, orders, booked)
        lots = self.env["stock.lot"].browse(lot for mine in left.values() for lot in mine)
        names = {lot.id: lot.name for lot in lots}
        said = {lot for lot, name in names.items() if name in scanned}
        found = {}
        for move in moves:
            mine = left.get(move.product_id.id, {})
            back = parts_back(move.product_qty, mine, said)
            for lot_id, quantity, _how in back:
                mine[lot_id] -= quantity
            found[move] = [(lots.browse(one), quantity, how) for one, quantity, how in back]
        return found

    @api.model
    def _with_buyer(self, products, orders, booked):
        """dict product id -> dict lot id -> how much of it the buyers still have: one query."""
        pickings = self._transfers(orders)
        self.env["stock.move.line"].flush_model()
        self.env["stock.quant"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH moved AS (
                    SELECT l.product_id, l.lot_id, min(l.id) AS first,
                        sum(CASE WHEN d.usage = 'customer' THEN 1 ELSE -1 END
                            * l.quantity_product_uom) AS quantity
                    FROM stock_move_line l
                    JOIN stock_move m ON m.id = l.move_id AND m.bom_line_id IS NOT NULL
                    JOIN stock_location s ON s.id = l.location_id
                    JOIN stock_location d ON d.id = l.location_dest_id
                    WHERE (l.picking_id = ANY(%s) OR l.id = ANY(%s)) AND l.state = 'done'
                        AND l.lot_id IS NOT NULL AND l.product_id = ANY(%s)
                        AND 'customer' IN (s.usage, d.usage) AND s.usage != d.usage
                    GROUP BY l.product_id, l.lot_id)
                SELECT product_id, lot_id, LEAST(quantity, (
                    SELECT sum(q.quantity) FROM stock_quant q
                    JOIN stock_location a ON a.id = q.location_id AND a.usage = 'customer'
                    WHERE q.lot_id = moved.lot_id))::float8
                FROM moved ORDER BY first
                """,
                pickings.ids,
                list(booked),
                products.ids,
            )
        )
        left = {}
        for product_id, lot_id, quantity in rows:
            if quantity and quantity > 0:
                left.setdefault(product_id, {})[lot_id] = quantity
        return left

    @api.model
    def _transfers(self, orders):
        """Transfers by which the goods of orders went out, and by which some came back."""
        refunds = orders.lines.refund_orderline_ids.order_id
        closing = orders.filtered(lambda order: not order.picking_ids).session_id
        at_closing = closing.picking_ids.filtered(lambda one: not one.pos_order_id)
        return orders.picking_ids | refunds.picking_ids | at_closing
