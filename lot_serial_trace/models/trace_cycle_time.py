from odoo import fields, models, tools
from odoo.tools import SQL

from ..core.figures import FIGURES

DEFINITION = FIGURES["cycle_time"].definition


class TraceCycleTime(models.Model):
    """Lot Traceability Cycle Time: one row for each question, by purpose.

    The id of a row is the id of its ``trace.run``.
    """

    _name = "trace.cycle.time"
    _description = "Lot Traceability Cycle Time"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "run_id"

    run_id = fields.Many2one("trace.run", "Trace", readonly=True)
    date = fields.Datetime("Requested", readonly=True)
    answered_at = fields.Datetime("Answered on", readonly=True)
    purpose = fields.Selection(
        lambda self: self.env["trace.run"]._fields["purpose"].selection, readonly=True
    )
    state = fields.Selection(
        lambda self: self.env["trace.run"]._fields["state"].selection, readonly=True
    )
    waited = fields.Boolean("Waited for a Person", readonly=True)
    again = fields.Boolean("Asked Again", readonly=True)
    user_id = fields.Many2one("res.users", "Asked by", readonly=True)
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse", readonly=True, help="Where most of the goods lay, as the answer says."
    )
    request_count = fields.Integer("Requests", readonly=True)
    answered_count = fields.Integer("Answered", readonly=True)
    lot_count = fields.Integer("Lots Asked About", readonly=True)
    line_count = fields.Integer("Lines of the Answer", readonly=True)
    cycle_seconds = fields.Float(
        "Cycle Time (s)", readonly=True, aggregator="avg", digits=(16, 3), help=DEFINITION
    )
    cycle_hours = fields.Float("Cycle Time (h)", readonly=True, aggregator="avg", help=DEFINITION)
    longest_hours = fields.Float("Longest (h)", readonly=True, aggregator="max")
    open_hours = fields.Float("Open for (h)", readonly=True, aggregator="max")

    _depends = {
        "trace.run": [
            "state",
            "purpose",
            "requested_at",
            "answered_at",
            "cycle_seconds",
            "user_id",
            "answered_by_id",
            "repeats_id",
            "company_id",
            "counts",
        ]
    }

    def init(self):
        """Create the view."""
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                """
                CREATE VIEW %s AS
                SELECT r.id, r.id AS run_id, r.requested_at AS date, r.purpose, r.state,
                    r.answered_at,
                    r.assigned_id IS NOT NULL AS waited, r.repeats_id IS NOT NULL AS again,
                    r.user_id, r.answered_by_id, r.company_id, %s AS warehouse_id,
                    1 AS request_count,
                    CASE r.state WHEN 'answered' THEN 1 ELSE 0 END AS answered_count,
                    (SELECT count(*)::int FROM stock_lot_trace_run_rel l
                        WHERE l.trace_run_id = r.id) AS lot_count,
                    (SELECT sum(n.value::int)::int FROM jsonb_each_text(
                        CASE WHEN jsonb_typeof(r.counts) = 'object' THEN r.counts END) n)
                        AS line_count,
                    s.seconds AS cycle_seconds, s.seconds / 3600 AS cycle_hours,
                    s.seconds / 3600 AS longest_hours,
                    CASE r.state WHEN 'requested' THEN (extract(epoch FROM
                        (now() AT TIME ZONE 'UTC') - r.requested_at) / 3600)::float END
                        AS open_hours
                FROM trace_run r
                CROSS JOIN LATERAL (SELECT CASE r.state WHEN 'answered'
                    THEN r.cycle_seconds::float END AS seconds) s
                """,
                SQL.identifier(self._table),
                most_goods(SQL("r.id")),
            )
        )


def most_goods(run):
    """SQL of the warehouse where most of the goods of an answer lay; NULL where none did."""
    return SQL(
        """
        (SELECT place.warehouse_id FROM trace_run_line goods
        JOIN stock_location place ON place.id = goods.place_id
        WHERE goods.run_id = %s AND goods.role = 'stock' AND place.warehouse_id IS NOT NULL
        GROUP BY place.warehouse_id ORDER BY sum(goods.quantity) DESC, place.warehouse_id LIMIT 1)
        """,
        run,
    )
