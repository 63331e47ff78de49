from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from .trace_guard import refuse_forgery

#: Who counts blindly is not told by any road what should be there.
SEE_THEORY = (
    "stock.group_stock_manager,lot_serial_trace.group_trace_auditor,"
    "lot_serial_trace.group_trace_admin"
)

#: A scan that comes later than this has waited somewhere.
LATE = timedelta(seconds=60)


class TraceCountLine(models.Model):
    """What was counted of one product or number, beside what should have been there.

    ``theory`` is read in the statement that stores the count: what moves in or out later is no
    difference of the count. Where goods move between two scans of a row, the books of the last
    one hold, and the row is marked: somebody may have counted what was taken away. Of a scan that
    waited on the device the books of its own moment hold.
    """

    _name = "trace.count.line"
    _description = "Counted Goods"
    _order = "id desc"
    _rec_name = "product_id"

    count_id = fields.Many2one(
        "trace.count", required=True, readonly=True, index=True, ondelete="cascade"
    )
    task_id = fields.Many2one(related="count_id.task_id", store=True, index="btree_not_null")
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True)
    number = fields.Char(readonly=True, required=True, default="")
    counted = fields.Float(digits="Product Unit", readonly=True)
    theory = fields.Float("By the Books", digits="Product Unit", readonly=True, groups=SEE_THEORY)
    counted_at = fields.Datetime(readonly=True)
    moved = fields.Boolean("Moved Meanwhile", readonly=True, help="Goods moved during the count")
    applied = fields.Boolean(readonly=True, help="What was counted is on the stock")
    difference = fields.Float(
        digits="Product Unit", compute="_compute_difference", groups=SEE_THEORY
    )
    # Of counts of a campaign, when they end.
    differs = fields.Boolean(readonly=True, groups=SEE_THEORY)
    value_difference = fields.Monetary(
        readonly=True, groups=SEE_THEORY, help="At the cost of that moment"
    )
    currency_id = fields.Many2one(related="count_id.company_id.currency_id")
    again = fields.Boolean("Counted Again", readonly=True)
    superseded = fields.Boolean(readonly=True, help="Counted once more: that holds")
    reason_id = fields.Many2one("trace.count.reason")
    note = fields.Char()
    uom_id = fields.Many2one(related="product_id.uom_id")

    _once = models.Constraint(
        "UNIQUE(count_id, product_id, number)", "This number is on the count already."
    )

    def _compute_difference(self):
        for line in self:
            line.difference = line.uom_id.round(line.counted - line.theory)

    def write(self, vals):
        """People say why, and nothing else."""
        refuse_forgery(self, vals, ("reason_id", "note"))
        return super().write(vals)

    def _named(self):
        return " ".join(filter(None, (self.product_id.display_name, self.number)))

    def _add(self, quantity, scanned_at):
        """Count more, or less, of it; the books are read in the same statement."""
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_count_line l SET
                    counted = COALESCE(l.counted, 0) + %(quantity)s, theory = books.quantity,
                    counted_at = LEAST(%(scanned_at)s, now() AT TIME ZONE 'UTC'),
                    moved = COALESCE(l.moved, FALSE)
                        OR l.counted_at IS NOT NULL AND l.theory <> books.quantity,
                    write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                FROM (SELECT (%(books)s) AS quantity) books WHERE l.id = %(id)s
                """,
                id=self.id,
                quantity=quantity,
                scanned_at=scanned_at,
                books=self._books(scanned_at),
                uid=self.env.uid,
            )
        )
        self.invalidate_recordset()

    def _books(self, moment):
        """SQL of what the books said at a moment: what they say now, without what was done since.

        A scan may have waited on the device for a network.
        """
        if self.number and not self.lot_id:
            return SQL("0")
        place = self.count_id.location_id.id
        goods = SQL(
            "product_id = %s AND %s",
            self.product_id.id,
            SQL("lot_id = %s", self.lot_id.id) if self.lot_id else SQL("lot_id IS NULL"),
        )
        self.env["stock.quant"].flush_model()
        now = SQL(
            "SELECT COALESCE(sum(quantity), 0) FROM stock_quant WHERE %s AND location_id = %s",
            goods,
            place,
        )
        if fields.Datetime.now() - moment < LATE:
            return now
        self.env["stock.move.line"].flush_model()
        since = SQL(
            """
            SELECT COALESCE(sum(CASE WHEN location_id = %(place)s THEN -quantity_product_uom
                ELSE quantity_product_uom END), 0)
            FROM stock_move_line
            WHERE %(goods)s AND state = 'done' AND date > %(moment)s
                AND (location_id = %(place)s) <> (location_dest_id = %(place)s)
            """,
            goods=goods,
            place=place,
            moment=moment,
        )
        return SQL("(%s) - (%s)", now, since)

    def _told(self, blind):
        """A line as the screens show it."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "name": self.product_id.display_name,
            "number": self.number,
            "counted": self.counted,
            "theory": None if blind else self.theory,
            "uom": self.uom_id.name,
        }
