from odoo import fields, models, tools
from odoo.tools import SQL

from ..core.figures import FIGURES
from .trace_cycle_time import most_goods
from .trace_recall_effectiveness import ANSWERED, COUNTED

DEFINITION = FIGURES["recall_time"].definition
EFFECTIVENESS = (
    "Effectiveness rate = consignees who know and whose goods are accounted for, of those who are "
    "checked (FDA's level of the case). Empty where nobody is checked."
)
#: Measure -> the stamp that ends it.
MOMENTS = {
    "hold_hours": "held_at",
    "scope_hours": "scope_at",
    "notice_hours": "first_notice_at",
    "answered_hours": "answered_at",
    "accounted_hours": "accounted_at",
    "closed_hours": "closed_at",
}


class TraceRecallTime(models.Model):
    """Recall Resolution Time: one row for each case and drill, whatever became of it.

    The id of a row is the id of its ``trace.recall``. The product category is that of most of the
    lots in scope. Times of cancelled cases are kept, too: they are rows of the kind "cancelled".
    """

    _name = "trace.recall.time"
    _description = "Recall Resolution Time"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "recall_id"

    recall_id = fields.Many2one("trace.recall", "Case", readonly=True)
    date = fields.Datetime("Initiated", readonly=True)
    closed_at = fields.Datetime("Closed on", readonly=True)
    kind = fields.Selection(
        [
            ("case", "Recall"),
            ("drill", "Drill"),
            ("cancelled", "Cancelled"),
            ("merged", "Merged into another"),
        ],
        readonly=True,
    )
    state = fields.Selection(
        lambda self: self.env["trace.recall"]._fields["state"].selection, readonly=True
    )
    severity_class = fields.Selection(
        lambda self: self.env["trace.recall"]._fields["severity_class"].selection,
        "Class",
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse", readonly=True, help="Where most of the goods lay when it was traced."
    )
    categ_id = fields.Many2one(
        "product.category", "Product Category", readonly=True, help="Of most of its lots"
    )
    case_count = fields.Integer("Cases", readonly=True)
    open_count = fields.Integer("Open", readonly=True)
    closed_count = fields.Integer("Closed", readonly=True)
    lot_count = fields.Integer("Lots", readonly=True)
    hold_hours = fields.Float("To Hold (h)", readonly=True, aggregator="avg", help=DEFINITION)
    scope_hours = fields.Float("To Scope (h)", readonly=True, aggregator="avg", help=DEFINITION)
    notice_hours = fields.Float(
        "To First Notice (h)", readonly=True, aggregator="avg", help=DEFINITION
    )
    answered_hours = fields.Float(
        "To 95 % Answered (h)", readonly=True, aggregator="avg", help=DEFINITION
    )
    accounted_hours = fields.Float(
        "To Accounted For (h)", readonly=True, aggregator="avg", help=DEFINITION
    )
    closed_hours = fields.Float("To Close (h)", readonly=True, aggregator="avg", help=DEFINITION)
    longest_hours = fields.Float("Longest to Close (h)", readonly=True, aggregator="max")
    open_hours = fields.Float("Open for (h)", readonly=True, aggregator="max")
    so_far_hours = fields.Float(
        "To Close or So Far (h)",
        readonly=True,
        aggregator="avg",
        help="Open cases count with the time so far: what is slow now is not left out.",
    )

    consignee_count = fields.Integer("Consignees", readonly=True)
    answered_count = fields.Integer("Answered", readonly=True)
    sample_count = fields.Integer("Checked", readonly=True)
    effective_count = fields.Integer("Effective", readonly=True)
    effective_rate = fields.Float(
        "Effectiveness (%)", readonly=True, aggregator="avg", digits=(5, 1), help=EFFECTIVENESS
    )

    _depends = {
        "trace.recall": [
            "state",
            "is_drill",
            "parent_id",
            "severity_class",
            "user_id",
            "company_id",
            "run_id",
            "initiated_at",
            *MOMENTS.values(),
        ],
        "trace.recall.lot": ["recall_id", "product_id"],
        "trace.recall.consignee": [
            "recall_id",
            "state",
            "answered_at",
            "in_sample",
            "is_effective",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
    }

    def init(self):
        """Create the view."""
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(SQL("CREATE VIEW %s AS %s", SQL.identifier(self._table), self._sql()))

    def _sql(self):
        return SQL(
            """
            SELECT r.id, r.id AS recall_id, r.initiated_at AS date, r.closed_at,
                CASE WHEN r.parent_id IS NOT NULL THEN 'merged'
                    WHEN r.state = 'cancelled' THEN 'cancelled'
                    WHEN r.is_drill THEN 'drill' ELSE 'case' END AS kind,
                r.state, r.severity_class, r.user_id, r.company_id, lots.categ_id,
                %(warehouse)s AS warehouse_id,
                1 AS case_count, opened.so::int AS open_count,
                CASE r.state WHEN 'closed' THEN 1 ELSE 0 END AS closed_count,
                COALESCE(lots.total, 0) AS lot_count,
                %(moments)s,
                %(closed)s AS longest_hours,
                CASE WHEN opened.so THEN %(now)s END AS open_hours,
                CASE WHEN opened.so THEN %(now)s ELSE %(closed)s END AS so_far_hours,
                told.consignee_count, told.answered_count, told.sample_count,
                told.effective_count,
                100.0::float * told.effective_count / NULLIF(told.sample_count, 0)
                    AS effective_rate
            FROM trace_recall r
            CROSS JOIN LATERAL (
                SELECT count(*)::int AS consignee_count,
                    (count(*) FILTER (WHERE %(answered)s))::int AS answered_count,
                    (count(*) FILTER (WHERE c.in_sample))::int AS sample_count,
                    (count(*) FILTER (WHERE c.in_sample AND c.is_effective))::int
                        AS effective_count
                FROM trace_recall_consignee c
                WHERE c.recall_id = r.id AND %(counted)s) told
            CROSS JOIN LATERAL (
                SELECT r.state IN ('draft', 'approval', 'running') AS so) opened
            LEFT JOIN LATERAL (
                SELECT t.categ_id, (sum(count(*)) OVER ())::int AS total
                FROM trace_recall_lot l
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE l.recall_id = r.id
                GROUP BY t.categ_id ORDER BY count(*) DESC, t.categ_id LIMIT 1) lots ON TRUE
            """,
            moments=SQL(", ").join(
                SQL("%s AS %s", _hours(SQL.identifier("r", stamp)), SQL.identifier(name))
                for name, stamp in MOMENTS.items()
            ),
            warehouse=most_goods(SQL("r.run_id")),
            answered=SQL(ANSWERED),
            counted=SQL(COUNTED),
            closed=_hours(SQL("r.closed_at")),
            now=_hours(SQL("(now() AT TIME ZONE 'UTC')")),
        )


def _hours(moment):
    """SQL of the hours from the initiation to a moment."""
    return SQL("(extract(epoch FROM %s - r.initiated_at) / 3600)::float", moment)
