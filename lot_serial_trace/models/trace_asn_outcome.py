from odoo import fields, models
from odoo.tools import SQL


class TraceAsn(models.Model):
    """What became of a notice: for the supplier's scorecard and the letter to the supplier."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.asn"

    goods_at = fields.Datetime(
        "Goods Arrived", readonly=True, help="When the first number was captured"
    )
    settled_at = fields.Datetime(
        "Compared",
        readonly=True,
        index="btree_not_null",
        help="When its receipts were done and it was compared with what was captured",
    )
    units_received = fields.Integer("Numbers as Advised", readonly=True)
    units_differing = fields.Integer("Numbers That Differ", readonly=True)
    units_missing = fields.Integer("Numbers Missing", readonly=True)
    discrepancy_count = fields.Integer(compute="_compute_discrepancy_count")

    def _compute_discrepancy_count(self):
        for asn in self:
            asn.discrepancy_count = len(self.env["trace.discrepancy"]._exceptions(asn))

    def _note_arrival(self):
        """Count what came of the advised numbers, and note when goods were first seen."""
        self.env["trace.scan"].flush_model(["picking_id", "scanned_at"])
        self.flush_recordset(["goods_at"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_asn a
                SET units_received = COALESCE(u.received, 0),
                    units_differing = COALESCE(u.differing, 0),
                    units_missing = COALESCE(u.missing, 0),
                    goods_at = least(COALESCE(a.goods_at, now() AT TIME ZONE 'UTC'), (
                        SELECT min(s.scanned_at) FROM trace_scan s
                        JOIN stock_picking_trace_asn_rel r ON r.stock_picking_id = s.picking_id
                        WHERE r.trace_asn_id = a.id AND s.verdict != 'stop'))
                FROM unnest(%(ids)s::int[]) AS x(id)
                LEFT JOIN (
                    SELECT asn_id, count(*) FILTER (WHERE outcome = 'received') AS received,
                        count(*) FILTER (WHERE outcome = 'differs') AS differing,
                        count(*) FILTER (WHERE outcome = 'missing') AS missing
                    FROM trace_asn_unit WHERE asn_id = ANY(%(ids)s) GROUP BY asn_id
                ) u ON u.asn_id = x.id
                WHERE a.id = x.id
                """,
                ids=self.ids,
            )
        )
        self.invalidate_recordset(
            ["goods_at", "units_received", "units_differing", "units_missing"], flush=False
        )

    def action_report_discrepancies(self):
        """Write to the supplier what was wrong."""
        self.ensure_one()
        return self.env["trace.discrepancy"]._compose(self)

    def message_post(self, **kwargs):
        """A letter that went out is noted on the exceptions that it tells of."""
        message = super().message_post(**kwargs)
        if self.env.context.get("trace_discrepancies_sent"):
            self.env["trace.discrepancy"]._mark_sent(self)
        return message
