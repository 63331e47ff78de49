from odoo import api, fields, models
from odoo.tools import SQL

#: What was judged; the words are those of ``core/fefo.py``.
VERDICTS = [
    ("kept", "Kept"),
    ("explained", "Explained"),
    ("broken", "Broken"),
]
DEFINITION = (
    "FEFO Rate = lines that took the lot that expires first / all lines judged. Judged is each "
    "line of a done movement that took goods with an expiry date off the shelf for a customer or "
    "for production, where they are to leave by First Expired, First Out. A line is broken if at "
    "that moment a lot that expires on an earlier day was free in the place that the movement "
    "takes from: not on hold, not in quarantine, not expired, not past its last day of sale, not "
    "reserved by others and not taken by the same transfer. One unit left behind makes one unit "
    "wrong. What a customer's minimum life explains is kept. Movements from before the "
    "installation are not judged."
)


class TraceFefo(models.Model):
    """First expired, first out: one row for each line that chose a lot, judged when it was done.

    Written together with the movement (``trace.fefo.judging``), because what was free at that
    moment cannot be told later. Rows are kept as they were judged, but for what is corrected
    on the line itself (``trace_fefo_correcting.py``).
    """

    _name = "trace.fefo"
    _description = "First Expired, First Out"
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "lot_id"

    date = fields.Datetime(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(
        [("customer", "Customer"), ("production", "Production")], "Taken For", readonly=True
    )
    verdict = fields.Selection(VERDICTS, required=True, readonly=True)
    move_line_id = fields.Many2one(
        "stock.move.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", readonly=True, ondelete="set null", index="btree_not_null"
    )
    reference = fields.Char(readonly=True, help="Transfer, production order or other document")
    picking_type_id = fields.Many2one(
        "stock.picking.type", "Operation Type", readonly=True, ondelete="set null"
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, ondelete="set null")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    categ_id = fields.Many2one(
        "product.category", "Product Category", readonly=True, ondelete="set null"
    )
    location_id = fields.Many2one(
        "stock.location", "Place", readonly=True, ondelete="set null", help="Taken from"
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        readonly=True,
        ondelete="set null",
        help="Who captured the number, or validated without",
    )
    lot_id = fields.Many2one("stock.lot", "Taken", readonly=True, ondelete="set null")
    lot_date = fields.Date("Until", readonly=True, help="Day by which the taken lot must be gone")
    better_lot_id = fields.Many2one(
        "stock.lot",
        "Expires Earlier",
        readonly=True,
        ondelete="set null",
        help="The lot that should have been taken, or that the customer does not want",
    )
    better_date = fields.Date("Until (Earlier)", readonly=True)
    days = fields.Integer(
        "Days Between",
        readonly=True,
        aggregator="avg",
        help="How much earlier the lot that stayed expires",
    )
    quantity = fields.Float("Units", digits="Product Unit", readonly=True)
    broken_quantity = fields.Float("Units Broken", digits="Product Unit", readonly=True)
    reason = fields.Char("Why", readonly=True)
    line_count = fields.Integer("Lines", readonly=True)
    kept_count = fields.Integer("Lines Kept", readonly=True)
    rate = fields.Float("FEFO Rate", readonly=True, aggregator="avg", help=DEFINITION)
    unit_rate = fields.Float(
        "FEFO Rate (Units)",
        readonly=True,
        aggregator="avg",
        help="The same by units: those that should have been of another lot count against it. "
        "Over several lines: of all their units together.",
    )

    _date_idx = models.Index("(company_id, date)")
    _broken_idx = models.Index("(date) WHERE verdict = 'broken'")

    def _read_group_select(self, aggregate_spec, query):
        """Units are added up before they are divided."""
        if aggregate_spec != "unit_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "1 - SUM(%(broken)s) / NULLIF(SUM(%(all)s), 0)",
            broken=self._field_to_sql(self._table, "broken_quantity", query),
            all=self._field_to_sql(self._table, "quantity", query),
        )

    @api.model
    def _rate(self, domain=()):
        """The rate over ``domain``, as a fraction; None where nothing was judged."""
        [(rate, count)] = self._read_group(list(domain), aggregates=["rate:avg", "__count"])
        return rate if count else None

    def action_open_shipments(self):
        """Open the transfers behind the rows."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfers"),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [("id", "in", self.picking_id.ids)],
            "context": {"create": False},
        }

    def action_open_shipment(self):
        """Open the transfer of one row; of production, what was moved."""
        self.ensure_one()
        return (self.picking_id or self.move_line_id)._get_records_action()
