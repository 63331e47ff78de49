from odoo import api, models
from odoo.tools import SQL


class TraceReturn(models.AbstractModel):
    """Parts of kits: they are on no line of an order, but left with one all the same.

    The line of the order that such a sale names is that of the kit: the kit comes back, not the
    part. Goods that were booked at a closing name no order, so such a sale says only when it was.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.return"

    @api.model
    def _moved(self, pairs, companies, besides=(), latest=False):
        moved = super()._moved(pairs, companies, besides, latest)
        if not self._has_kits():
            return moved
        return SQL("%s UNION ALL (%s)", moved, self._in_kits(pairs, companies, besides))

    @api.model
    def _flush(self):
        result = super()._flush()
        self.env["stock.move.line"].flush_model(["lot_id", "state", "quantity_product_uom"])
        if self._has_kits():
            self.env["stock.move"].flush_model(["bom_line_id"])
        self.env["stock.picking"].flush_model(["pos_order_id", "pos_session_id"])
        return result

    @api.model
    def _has_kits(self):
        return "bom_line_id" in self.env["stock.move"]._fields

    @api.model
    def _in_kits(self, pairs, companies, besides):
        products, names = zip(*pairs, strict=True)
        return SQL(
            """
            SELECT 'till', l.product_id, x.name, t.tracking = 'serial',
                COALESCE(o.date_order, l.date), COALESCE(o.pos_reference, o.name, n.name),
                o.id, o.uuid, k.id, k.uuid, k.refunded_orderline_id,
                COALESCE(o.config_id, n.config_id), l.company_id, o.partner_id,
                COALESCE(b.complete_name, b.name),
                (CASE WHEN d.usage = 'customer' THEN 1 ELSE -1 END
                    * l.quantity_product_uom)::float
            FROM unnest(%s::int[], %s::varchar[]) AS c(product_id, number)
            JOIN stock_lot x ON x.name = c.number
                AND x.product_id = COALESCE(c.product_id, x.product_id)
            JOIN stock_move_line l ON l.lot_id = x.id AND l.state = 'done'
            JOIN stock_move m ON m.id = l.move_id
            JOIN mrp_bom_line i ON i.id = m.bom_line_id
            JOIN mrp_bom h ON h.id = i.bom_id
            JOIN stock_picking p ON p.id = l.picking_id AND p.pos_session_id IS NOT NULL
            JOIN pos_session n ON n.id = p.pos_session_id
            JOIN stock_location s ON s.id = l.location_id
            JOIN stock_location d ON d.id = l.location_dest_id
            JOIN product_product v ON v.id = l.product_id
            JOIN product_template t ON t.id = v.product_tmpl_id
            LEFT JOIN pos_order o ON o.id = p.pos_order_id
            LEFT JOIN res_partner b ON b.id = o.partner_id
            LEFT JOIN LATERAL (
                SELECT y.id, y.uuid, y.refunded_orderline_id FROM pos_order_line y
                JOIN product_product z ON z.id = y.product_id
                WHERE y.order_id = o.id AND z.product_tmpl_id = h.product_tmpl_id
                ORDER BY y.id LIMIT 1) k ON TRUE
            WHERE l.company_id = ANY(%s) AND COALESCE(o.id, 0) != ALL(%s)
                AND 'customer' IN (s.usage, d.usage) AND s.usage != d.usage
            """,
            list(products),
            list(names),
            list(companies.ids),
            list(besides),
        )

    @api.model
    def _told_sales(self, config, rows, customer):
        """Beside the part the kit is named that it was sold in."""
        sales = super()._told_sales(config, rows, customer)
        lines = self.env["pos.order.line"].browse({sale["line_id"] for sale in sales} - {False})
        products = {line.id: line.product_id for line in lines}
        for sale in sales:
            product = products.get(sale["line_id"])
            in_kit = product and product.id != sale["product_id"]
            sale["kit"] = product.display_name if in_kit else ""
        return sales
