from odoo import api, fields, models, tools
from odoo.tools import SQL

from .trace_count_result import SOURCES

DEFINITION = (
    "Inventory Accuracy Rate, by three published definitions. Quantity: 1 - sum of |counted - "
    "books| / sum of the books, not below 0. Location: places where everything counted was as "
    "the books said / places counted. Lot identity: numbers that were where the books said / "
    "numbers counted. What the books do not know and was found is wrong in each."
)

QUANTITY = """
CASE WHEN SUM(%(theory)s) > 0
        THEN GREATEST(0, 1 - SUM(%(wrong)s)::float / SUM(%(theory)s)::float)
    WHEN SUM(%(wrong)s) > 0 THEN 0.0
    WHEN COUNT(*) > 0 THEN 1.0 END
"""
LOCATION = """
COUNT(DISTINCT %(place)s) FILTER (WHERE %(right)s)::float
    / NULLIF(COUNT(DISTINCT %(place)s), 0)
"""
LOT = "(COUNT(*) FILTER (WHERE %(right)s))::float / NULLIF(COUNT(%(right)s), 0)"


class TraceInventoryAccuracy(models.Model):
    """Inventory Accuracy Rate: one row for each lot, or product, that was counted in a place.

    Campaigns, counts on the scan screen and Odoo's own inventory adjustments are pooled, those
    without a difference, too. Theory and count are those of the moment of counting. The id of a
    row is the id of its ``trace.count.result``. Groups have the three rates of all their rows
    together, never a mean of means.
    """

    _name = "trace.inventory.accuracy"
    _description = "Inventory Accuracy"
    _auto = False
    _order = "counted_at desc, id desc"
    _rec_name = "product_id"

    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    location_id = fields.Many2one("stock.location", "Place", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True)
    number = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Counted By", readonly=True)
    counted_at = fields.Datetime(readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    campaign_id = fields.Many2one("trace.count.campaign", readonly=True)
    count_id = fields.Many2one("trace.count", readonly=True)
    theory_qty = fields.Float("By the Books", digits="Product Unit", readonly=True)
    counted_qty = fields.Float("Counted", digits="Product Unit", readonly=True)
    difference_qty = fields.Float("Difference", digits="Product Unit", readonly=True)
    variance_qty = fields.Float(
        "Absolute Difference", digits="Product Unit", readonly=True, help="|counted - books|"
    )
    value_difference = fields.Float(readonly=True, help="At the cost of that moment")
    quantity_right = fields.Boolean(readonly=True)
    location_right = fields.Boolean(
        readonly=True, help="All that was counted there in the same counting was right"
    )
    lot_right = fields.Boolean("Lot in Its Place", readonly=True)
    uom = fields.Many2one("uom.uom", "Unit", readonly=True)
    # One counting of one place.
    place = fields.Char("Counting", readonly=True)
    row_count = fields.Integer("Counted Rows", readonly=True)
    quantity_accuracy = fields.Float(readonly=True, aggregator="avg", help=DEFINITION)
    location_accuracy = fields.Float(readonly=True, aggregator="avg", help=DEFINITION)
    lot_accuracy = fields.Float(
        "Lot Identity Accuracy", readonly=True, aggregator="avg", help=DEFINITION
    )

    _depends = {
        "trace.count.result": [
            "company_id",
            "location_id",
            "product_id",
            "lot_id",
            "user_id",
            "counted_at",
            "theory_qty",
            "counted_qty",
            "location_right",
            "superseded",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
    }

    def init(self):
        """Create the view; each filter reaches the results and their indexes."""
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                """
                CREATE VIEW %s AS
                SELECT r.id, r.company_id, r.warehouse_id, r.location_id, r.product_id, t.categ_id,
                    r.lot_id, r.number, r.user_id, r.counted_at, r.source, r.campaign_id,
                    r.count_id, r.theory_qty, r.counted_qty, r.difference_qty,
                    abs(r.difference_qty) AS variance_qty, r.value_difference, r.quantity_right,
                    r.location_right, r.lot_right, r.uom_id AS uom,
                    r.session || ' ' || r.location_id AS place, 1 AS row_count,
                    CASE WHEN r.theory_qty > 0
                            THEN GREATEST(0, 1 - abs(r.difference_qty) / r.theory_qty)::float
                        WHEN r.quantity_right THEN 1.0 ELSE 0.0 END AS quantity_accuracy,
                    r.location_right::int::float AS location_accuracy,
                    r.lot_right::int::float AS lot_accuracy
                FROM trace_count_result r
                LEFT JOIN product_product p ON p.id = r.product_id
                LEFT JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE NOT r.superseded
                """,
                SQL.identifier(self._table),
            )
        )

    def _read_group_select(self, aggregate_spec, query):
        """The rates of a group are those of all its rows together."""

        def column(name):
            return self._field_to_sql(self._table, name, query)

        if aggregate_spec == "quantity_accuracy:avg":
            theory = SQL("GREATEST(%s, 0)", column("theory_qty"))
            return SQL(QUANTITY, theory=theory, wrong=column("variance_qty"))
        if aggregate_spec == "location_accuracy:avg":
            return SQL(LOCATION, place=column("place"), right=column("location_right"))
        if aggregate_spec == "lot_accuracy:avg":
            return SQL(LOT, right=column("lot_right"))
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _rates(self, domain=()):
        """The three rates over ``domain``: fractions by name, None where nothing was counted."""
        names = ("quantity", "location", "lot")
        [values] = self._read_group(
            list(domain), aggregates=[f"{name}_accuracy:avg" for name in names]
        )
        if not self.search_count(list(domain), limit=1):
            return dict.fromkeys(names)
        return {
            name: None if value is False or value is None else value
            for name, value in zip(names, values, strict=True)
        }
