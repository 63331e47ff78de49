from odoo import api, fields, models
from odoo.tools import SQL

from ..core.figures import FIGURES, SECONDS, SHARE
from . import trace_kpi_sql as counting

#: Measures that are quotients of sums: name -> (unit, what the quotient is divided by).
QUOTIENTS = {"rate": (SHARE, 0.01), "seconds": (SECONDS, 1), "hours": (SECONDS, 3600)}


class TraceKpi(models.Model):
    """The figures by day, company, warehouse and shop: what was counted, and today live.

    Days that are over are read from ``trace.kpi.day``; today and yesterday are counted from the
    very records (``trace_kpi_sql``), of the companies that the user has chosen. A rate or a time
    over several days or places is the quotient of the sums, never the average of averages.
    """

    _name = "trace.kpi"
    _description = "Traceability Figures"
    _auto = False
    _order = "day desc, code, id"
    _rec_name = "code"

    code = fields.Selection(
        lambda self: self.env["trace.kpi.day"]._fields["code"]._description_selection(self.env),
        "Figure",
        readonly=True,
    )
    day = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    config_id = fields.Many2one("pos.config", "Shop", readonly=True)
    numerator = fields.Float(readonly=True, help="What was right, or the sum of the times (s)")
    denominator = fields.Float(readonly=True)
    records = fields.Integer("Counted", readonly=True)
    unit = fields.Selection([(SHARE, "Share"), (SECONDS, "Time")], readonly=True)
    rate = fields.Float("Rate (%)", readonly=True, aggregator="avg", digits=(5, 1))
    seconds = fields.Float("Time (s)", readonly=True, aggregator="avg", digits=(16, 3))
    hours = fields.Float("Time (h)", readonly=True, aggregator="avg")
    median = fields.Float("Median (s)", readonly=True, aggregator=None, digits=(16, 3))
    p90 = fields.Float("Ninth Decile (s)", readonly=True, aggregator=None, digits=(16, 3))

    @property
    def _table_query(self):
        """Days that are over from the table; those that are not, counted now."""
        table = self.env["trace.kpi.day"].sudo()
        live = table._bounds(table._live(self.env.companies))
        names = SQL(", ").join(map(SQL.identifier, counting.COLUMNS))
        parts = [self._sql_over(names, live)]
        parts += [self._sql_live(names, name, live) for name in counting.SOURCES]
        return SQL(
            "SELECT k.*, CASE WHEN k.code = ANY(%s) THEN %s ELSE %s END AS unit, %s FROM (%s) k",
            _codes(SHARE),
            SHARE,
            SECONDS,
            SQL(", ").join(
                SQL("%s AS %s", self._quotient(name), SQL.identifier(name)) for name in QUOTIENTS
            ),
            SQL(" UNION ALL ").join(parts),
        )

    @api.model
    def _sql_over(self, names, live):
        return SQL(
            """
            SELECT id, %s FROM trace_kpi_day d WHERE NOT EXISTS (
                SELECT FROM %s b WHERE b.company_id = d.company_id AND b.day = d.day)
            """,
            names,
            counting.bounds(live),
        )

    @api.model
    def _sql_live(self, names, name, live):
        """What counted today in a source; ids are below zero, and the same for the same row."""
        return SQL(
            """
            SELECT -1 - ('x' || left(md5(concat_ws('|', code, company_id,
                COALESCE(warehouse_id, 0), COALESCE(config_id, 0), day)), 7))::bit(28)::int AS id,
                %s
            FROM (%s) counted
            """,
            names,
            counting.rows(name, live),
        )

    @api.model
    def _quotient(self, name):
        unit, divisor = QUOTIENTS[name]
        found = counting.quotient(unit, SQL("k.numerator"), SQL("k.denominator"))
        return SQL("CASE WHEN k.code = ANY(%s) THEN (%s) / %s END", _codes(unit), found, divisor)

    def _read_group_select(self, aggregate_spec, query):
        """Quotients of sums."""
        name = aggregate_spec.partition(":")[0]
        if aggregate_spec not in [f"{name}:avg" for name in QUOTIENTS]:
            return super()._read_group_select(aggregate_spec, query)
        unit, divisor = QUOTIENTS[name]
        counted = SQL("%s = ANY(%s)", self._field_to_sql(self._table, "code", query), _codes(unit))
        above, below = (
            SQL("sum(%s) FILTER (WHERE %s)", self._field_to_sql(self._table, one, query), counted)
            for one in ("numerator", "denominator")
        )
        return SQL("(%s) / %s", counting.quotient(unit, above, below), divisor)

    def action_records(self):
        """Open the very records that a row was counted in."""
        self.ensure_one()
        place = {"warehouse_id": self.warehouse_id.id, "config_id": self.config_id.id}
        return self.env["trace.kpi.records"]._open(
            self.code, self.company_id, self.day, self.day, place
        )


def _codes(unit):
    return [code for code, figure in FIGURES.items() if figure.unit == unit]
