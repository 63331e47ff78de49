from dataclasses import astuple, dataclass
from dataclasses import fields as fields_of
from datetime import datetime

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.accuracy import identity_right

SOURCES = [
    ("campaign", "Count campaign"),
    ("scan", "Scanned count"),
    ("adjustment", "Inventory adjustment"),
]


@dataclass(slots=True)
class Counted:
    """One thing that was counted in one place, as it is recorded."""

    company_id: int
    location_id: int
    user_id: int
    counted_at: datetime
    source: str
    #: Which counting of the place this was; ``location_right`` speaks of all its rows.
    session: str
    product_id: int | None = None
    lot_id: int | None = None
    number: str = ""
    theory_qty: float = 0.0
    counted_qty: float = 0.0
    difference_qty: float = 0.0
    #: None: the goods are not ours, what is missing costs us nothing.
    value_difference: float | None = 0.0
    uom_id: int | None = None
    quantity_right: bool = True
    lot_right: bool | None = None
    count_id: int | None = None
    campaign_id: int | None = None
    count_line_id: int | None = None


#: Column -> its type in PostgreSQL.
COLUMNS = {
    "company_id": "int",
    "location_id": "int",
    "user_id": "int",
    "counted_at": "timestamp",
    "source": "varchar",
    "session": "varchar",
    "product_id": "int",
    "lot_id": "int",
    "number": "varchar",
    "theory_qty": "numeric",
    "counted_qty": "numeric",
    "difference_qty": "numeric",
    "value_difference": "numeric",
    "uom_id": "int",
    "quantity_right": "bool",
    "lot_right": "bool",
    "count_id": "int",
    "campaign_id": "int",
    "count_line_id": "int",
}


class TraceCountResult(models.Model):
    """What was counted, beside what the books said at that moment; kept as it was.

    A row for each lot, serial number or product without numbers that was counted in a place: in a
    campaign, in a count that somebody made by scanning, and in Odoo's own physical inventory,
    also where nothing differed. Rows are written set-wise, when the counting ends, and are not
    changed; one that was counted once more is marked as superseded. A place that was found
    empty, as the books said, is a row without product.
    """

    _name = "trace.count.result"
    _description = "Count Result"
    _order = "counted_at desc, id desc"
    _rec_name = "product_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True, ondelete="set null")
    location_id = fields.Many2one(
        "stock.location", "Place", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", readonly=True, index="btree_not_null", ondelete="set null"
    )
    number = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Counted By", readonly=True)
    counted_at = fields.Datetime(required=True, readonly=True)
    source = fields.Selection(SOURCES, required=True, readonly=True)
    session = fields.Char("Counting", required=True, readonly=True)
    count_id = fields.Many2one(
        "trace.count", readonly=True, index="btree_not_null", ondelete="set null"
    )
    count_line_id = fields.Integer("Line ID", readonly=True)
    campaign_id = fields.Many2one(
        "trace.count.campaign", readonly=True, index="btree_not_null", ondelete="set null"
    )
    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    theory_qty = fields.Float("By the Books", digits="Product Unit", readonly=True)
    counted_qty = fields.Float("Counted", digits="Product Unit", readonly=True)
    difference_qty = fields.Float("Difference", digits="Product Unit", readonly=True)
    value_difference = fields.Float(readonly=True, help="At the cost of that moment")
    quantity_right = fields.Boolean(readonly=True)
    location_right = fields.Boolean(readonly=True)
    lot_right = fields.Boolean(readonly=True)
    superseded = fields.Boolean(readonly=True, help="Counted once more: that result holds")

    _time_idx = models.Index("(company_id, counted_at) WHERE NOT superseded")
    _place_idx = models.Index("(location_id, product_id, lot_id, counted_at)")
    _line_idx = models.Index("(count_line_id) WHERE count_line_id IS NOT NULL")
    _session_idx = models.Index("(session, location_id)")

    @api.model
    def _record(self, rows):
        """Keep what was counted; a constant number of queries, however many rows.

        :param rows: :class:`Counted`, judged here
        """
        if not rows:
            return
        self._judge(rows)
        self.env["stock.location"].flush_model(["warehouse_id"])
        columns = list(zip(*map(astuple, rows), strict=True))
        names = [field.name for field in fields_of(Counted)]
        typed = SQL(", ").join(
            SQL("%s::%s[]", list(values), SQL(COLUMNS[name]))
            for name, values in zip(names, columns, strict=True)
        )
        plain = SQL(", ").join(map(SQL.identifier, names))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_count_result (%(names)s, warehouse_id, superseded,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(picked)s, l.warehouse_id, FALSE, %(uid)s, now() AT TIME ZONE 'UTC',
                    %(uid)s, now() AT TIME ZONE 'UTC'
                FROM unnest(%(typed)s) AS u (%(names)s)
                JOIN stock_location l ON l.id = u.location_id
                """,
                names=plain,
                picked=SQL(", ").join(SQL.identifier("u", name) for name in names),
                typed=typed,
                uid=self.env.uid,
            )
        )
        self._judge_places({row.session for row in rows})

    @api.model
    def _supersede(self, lines):
        """What was counted in ``lines`` was counted once more: the new results hold."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_count_result SET superseded = TRUE
                WHERE count_line_id = ANY(%s) AND NOT superseded
                """,
                lines.ids,
            )
        )

    @api.model
    def _judge(self, rows):
        """Fill in what follows from theory and count: differences, their worth, what is right."""
        known = {row.product_id for row in rows if row.product_id}
        products = self.env["product.product"].sudo().browse(known)
        tracked = {product.id: product.tracking != "none" for product in products}
        units = {product.id: product.uom_id for product in products}
        costs = self._costs({(row.company_id, row.product_id, row.lot_id) for row in rows})
        for row in rows:
            unit = units.get(row.product_id)
            if not unit:
                continue
            row.uom_id = unit.id
            row.theory_qty, row.counted_qty = (
                unit.round(row.theory_qty),
                unit.round(row.counted_qty),
            )
            row.difference_qty = unit.round(row.counted_qty - row.theory_qty)
            row.quantity_right = unit.is_zero(row.difference_qty)
            cost, currency = costs[row.company_id, row.product_id, row.lot_id]
            if row.value_difference is not None:
                row.value_difference = currency.round(row.difference_qty * cost)
            row.lot_right = identity_right(
                tracked[row.product_id], bool(row.lot_id), row.theory_qty, row.counted_qty
            )

    @api.model
    def _costs(self, keys):
        """Cost of one unit, by the company's method; what has a cost by lot has it from there.

        :param keys: ``(company, product, lot)`` ids
        :return: dict of ``(cost, currency)``
        """
        costs = {}
        for company in self.env["res.company"].sudo().browse({key[0] for key in keys}):
            mine = [key for key in keys if key[0] == company.id and key[1]]
            context = {**self.env.context, "allowed_company_ids": company.ids}
            here = self.env(su=True, context=context)
            products = here["product.product"].browse({key[1] for key in mine})
            lots = here["stock.lot"].browse({key[2] for key in mine if key[2]})
            product_costs = {product.id: product.standard_price for product in products}
            lot_costs = {lot.id: lot.standard_price for lot in lots if lot.product_id.lot_valuated}
            for key in mine:
                cost = lot_costs.get(key[2]) or product_costs[key[1]]
                costs[key] = (cost, company.currency_id)
        return costs

    @api.model
    def _judge_places(self, sessions):
        """A place is right if all that was counted there in one counting is."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_count_result r SET location_right = p.right
                FROM (SELECT session, location_id, bool_and(quantity_right) AS right
                    FROM trace_count_result
                    WHERE session = ANY(%s) AND NOT superseded
                    GROUP BY session, location_id) p
                WHERE r.session = p.session AND r.location_id = p.location_id
                    AND NOT r.superseded AND r.location_right IS DISTINCT FROM p.right
                """,
                sorted(sessions),
            )
        )
        self.invalidate_model()
