from odoo import fields, models, tools
from odoo.tools import SQL


class TraceSupplierScore(models.Model):
    """How well suppliers announce: one row for each notice, and for each receipt without one.

    * on time: the notice was here before the first of its goods were captured;
    * complete: all that it advised came;
    * accuracy: advised numbers that came as advised, of all numbers advised or come.

    What turned out to be a false alarm does not count against anybody.
    """

    _name = "trace.supplier.score"
    _description = "Supplier Scorecard"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    date = fields.Datetime(readonly=True, help="When the notice came, or the goods without one")
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Supplier", readonly=True)
    asn_id = fields.Many2one("trace.asn", "Shipping Notice", readonly=True)
    picking_id = fields.Many2one(
        "stock.picking", "Receipt", readonly=True, help="Where there was no notice"
    )
    arrived = fields.Boolean(readonly=True)
    judged = fields.Boolean(readonly=True, help="All of its goods came, or will come no more")
    shipment_count = fields.Integer("Shipments", readonly=True)
    noticed = fields.Float(
        "Announced", readonly=True, aggregator="avg", help="Share of shipments with a notice"
    )
    on_time = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of notices that were here before the goods. Empty while the goods are not.",
    )
    complete = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of notices of which everything came. Empty while goods may still come.",
    )
    accuracy = fields.Float(
        "Unit Accuracy",
        readonly=True,
        aggregator="avg",
        help="Advised numbers that came as advised / all numbers advised or received. "
        "Over several notices: of all their numbers together.",
    )
    units_right = fields.Float("Numbers as Advised", readonly=True)
    units_judged = fields.Float("Numbers Judged", readonly=True)
    units_missing = fields.Integer("Numbers Missing", readonly=True)
    units_differing = fields.Integer("Numbers That Differ", readonly=True)
    units_unexpected = fields.Float("Not Advised", readonly=True)
    discrepancy_count = fields.Integer("Discrepancies", readonly=True)
    flaw_count = fields.Integer("Flaws in Notices", readonly=True)

    _depends = {
        "trace.asn": ["partner_id", "state", "goods_at", "units_received", "units_missing"],
        "trace.exception": ["asn_id", "kind", "quantity", "resolution"],
        "stock.picking": ["state", "partner_id", "date_done", "trace_asn_ids"],
    }

    def init(self):
        """Create the view."""
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                """
                CREATE VIEW %s AS
                SELECT a.id * 2 AS id, a.create_date AS date, a.company_id,
                    COALESCE(s.commercial_partner_id, s.id) AS partner_id, a.id AS asn_id,
                    NULL::int AS picking_id, a.goods_at IS NOT NULL AS arrived,
                    a.state IN ('reconciled', 'closed') AS judged,
                    1 AS shipment_count, 1.0 AS noticed,
                    CASE WHEN a.goods_at IS NULL THEN NULL
                        WHEN a.create_date <= a.goods_at THEN 1.0 ELSE 0.0 END AS on_time,
                    CASE WHEN a.state NOT IN ('reconciled', 'closed') THEN NULL
                        WHEN COALESCE(a.units_missing, 0) = 0 AND COALESCE(e.short, 0) = 0 THEN 1.0
                        ELSE 0.0 END AS complete,
                    COALESCE(a.units_received, 0)::float AS units_right,
                    (j.judged + COALESCE(e.unexpected, 0))::float AS units_judged,
                    CASE WHEN j.judged + COALESCE(e.unexpected, 0) > 0 THEN
                        COALESCE(a.units_received, 0)::float
                        / (j.judged + COALESCE(e.unexpected, 0)) END AS accuracy,
                    COALESCE(a.units_missing, 0) AS units_missing,
                    COALESCE(a.units_differing, 0) AS units_differing,
                    COALESCE(e.unexpected, 0)::float AS units_unexpected,
                    COALESCE(e.total, 0)::int AS discrepancy_count,
                    COALESCE(a.flaw_count, 0) AS flaw_count
                FROM trace_asn a
                JOIN res_partner s ON s.id = a.partner_id
                CROSS JOIN LATERAL (SELECT COALESCE(a.units_received, 0)
                    + COALESCE(a.units_differing, 0) + COALESCE(a.units_missing, 0) AS judged) j
                LEFT JOIN (
                    SELECT asn_id, count(*) AS total,
                        sum(quantity) FILTER (WHERE kind = 'asn_unexpected') AS unexpected,
                        count(*) FILTER (WHERE kind IN ('asn_missing', 'asn_under')) AS short
                    FROM trace_exception
                    WHERE asn_id IS NOT NULL AND resolution IS DISTINCT FROM 'mistake'
                        AND kind NOT IN ('asn_accepted', 'spot_check_open', 'asn_held')
                    GROUP BY asn_id
                ) e ON e.asn_id = a.id
                WHERE a.state NOT IN ('superseded', 'cancelled')
                UNION ALL
                SELECT k.id * 2 + 1, k.date_done, k.company_id,
                    COALESCE(s.commercial_partner_id, s.id), NULL, k.id, FALSE, FALSE, 1, 0.0,
                    NULL, NULL, 0, 0, NULL, 0, 0, 0, 0, 0
                FROM stock_picking k
                JOIN stock_picking_type y ON y.id = k.picking_type_id AND y.code = 'incoming'
                JOIN stock_location source ON source.id = k.location_id
                JOIN res_partner s ON s.id = k.partner_id
                WHERE k.state = 'done' AND source.usage = 'supplier' AND NOT EXISTS (
                    SELECT FROM stock_picking_trace_asn_rel r WHERE r.stock_picking_id = k.id)
                """,
                SQL.identifier(self._table),
            )
        )

    def _read_group_select(self, aggregate_spec, query):
        """Accuracy of several notices is that of all their numbers, not the mean of means."""
        if aggregate_spec != "accuracy:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "units_right", query),
            self._field_to_sql(self._table, "units_judged", query),
        )
