from odoo import fields, models, tools
from odoo.tools import SQL

DEFINITION = (
    "Pass rate = drills that have passed, of those that have a verdict. Drills that were never "
    "ended, and those that were cancelled, have rows without a verdict."
)
#: Percentages of a drill; empty where there was nothing to measure.
SHARES = ("contacts", "addresses", "found", "balance")


class TraceRecallDrillHistory(models.Model):
    """Drills over time: how long they took, what they came to, how many have passed.

    The id of a row is the id of its ``trace.recall``.
    """

    _name = "trace.recall.drill.history"
    _description = "History of Drills"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "recall_id"

    recall_id = fields.Many2one("trace.recall", "Drill", readonly=True)
    plan_id = fields.Many2one("trace.recall.drill.plan", readonly=True)
    date = fields.Datetime("Started", readonly=True)
    state = fields.Selection(
        lambda self: self.env["trace.recall"]._fields["state"].selection, readonly=True
    )
    verdict = fields.Selection(
        lambda self: self.env["trace.recall"]._fields["drill_verdict"].selection, readonly=True
    )
    scheme = fields.Selection(
        lambda self: self.env["trace.recall"]._fields["drill_scheme"].selection, readonly=True
    )
    surprise = fields.Boolean(readonly=True)
    user_id = fields.Many2one("res.users", "Carried Out by", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    drill_count = fields.Integer("Drills", readonly=True)
    judged_count = fields.Integer("With a Verdict", readonly=True)
    passed_count = fields.Integer("Passed", readonly=True)
    pass_rate = fields.Float(
        "Pass Rate (%)", readonly=True, aggregator="avg", digits=(5, 1), help=DEFINITION
    )
    hours = fields.Float("Time on the Clock (h)", readonly=True, aggregator="avg")
    limit_hours = fields.Float("Limit (h)", readonly=True, aggregator="avg")
    trace_seconds = fields.Float("Tracing Alone (s)", readonly=True, aggregator="avg")
    contacts = fields.Float("Customers with an Address (%)", readonly=True, aggregator="avg")
    addresses = fields.Float("Addresses Right (%)", readonly=True, aggregator="avg")
    found = fields.Float("Units Found (%)", readonly=True, aggregator="avg")
    balance = fields.Float("Balance Closed (%)", readonly=True, aggregator="avg")

    # A list shows nothing as 0: these tell it where there was nothing to measure.
    has_contacts = fields.Boolean(readonly=True)
    has_addresses = fields.Boolean(readonly=True)
    has_found = fields.Boolean(readonly=True)
    has_balance = fields.Boolean(readonly=True)

    _depends = {
        "trace.recall": [
            "state",
            "is_drill",
            "initiated_at",
            "drill_verdict",
            "drill_result",
            "drill_plan_id",
            "drill_back_run_id",
            "run_id",
            "user_id",
            "company_id",
        ],
        "trace.recall.time": ["categ_id"],
        "trace.run": ["seconds"],
    }

    def init(self):
        """Create the view."""
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                """
                CREATE VIEW %s AS
                SELECT r.id, r.id AS recall_id, r.drill_plan_id AS plan_id, r.initiated_at AS date,
                    r.state, r.drill_verdict AS verdict, r.drill_scheme AS scheme,
                    r.drill_surprise AS surprise, r.user_id, r.company_id,
                    r.drill_warehouse_id AS warehouse_id, (
                        SELECT t.categ_id FROM trace_recall_lot l
                        JOIN product_product p ON p.id = l.product_id
                        JOIN product_template t ON t.id = p.product_tmpl_id
                        WHERE l.recall_id = r.id
                        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1) AS categ_id,
                    1 AS drill_count,
                    CASE WHEN r.drill_verdict IS NOT NULL THEN 1 ELSE 0 END AS judged_count,
                    CASE r.drill_verdict WHEN 'passed' THEN 1 ELSE 0 END AS passed_count,
                    CASE r.drill_verdict WHEN 'passed' THEN 100 WHEN 'failed' THEN 0 END::float
                        AS pass_rate,
                    %s AS hours, r.drill_hours AS limit_hours,
                    (COALESCE(back.seconds, 0) + run.seconds)::float AS trace_seconds, %s
                FROM trace_recall r
                LEFT JOIN trace_run back ON back.id = r.drill_back_run_id
                LEFT JOIN trace_run run ON run.id = r.run_id
                WHERE r.is_drill
                """,
                SQL.identifier(self._table),
                _checked("hours"),
                SQL(", ").join(
                    SQL(
                        "%(value)s AS %(name)s, %(value)s IS NOT NULL AS %(has)s",
                        value=_checked(name),
                        name=SQL.identifier(name),
                        has=SQL.identifier(f"has_{name}"),
                    )
                    for name in SHARES
                ),
            )
        )


def _checked(name):
    """SQL of what was measured; NULL where nothing was."""
    return SQL(
        "(jsonb_path_query_first(r.drill_result, %s::jsonpath) #>> '{}')::float",
        f'$.checks[*] ? (@.name == "{name}").value',
    )
