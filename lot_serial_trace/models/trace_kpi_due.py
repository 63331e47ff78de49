from odoo import api, fields, models
from odoo.tools import SQL

from .trace_kpi_sql import SOURCES


class TraceKpiDue(models.Model):
    """A day of which something has changed: its figures are to be counted again."""

    _name = "trace.kpi.due"
    _description = "Figures to Count Again"
    _order = "day desc, id"
    _rec_name = "day"
    _log_access = False

    source = fields.Selection([(name, name) for name in SOURCES], required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True)

    _once_idx = models.UniqueIndex("(source, company_id, day)")

    @api.model
    def _take(self, live, most):
        """Take the latest days that are over off the list.

        :param live: list of ``(company id, day)`` that wait until they are over
        :param most: how many
        :return: list of ``(source, company id, day)``, and how many are left
        """
        taken = self.env.execute_query(
            SQL(
                """
                DELETE FROM trace_kpi_due WHERE id IN (
                    SELECT id FROM trace_kpi_due d WHERE %s
                    ORDER BY day DESC, id LIMIT %s FOR UPDATE SKIP LOCKED)
                RETURNING source, company_id, day
                """,
                self._is_over(live),
                most,
            )
        )
        self.invalidate_model()
        return taken, self._waiting(live)

    @api.model
    def _waiting(self, live, companies=None):
        """How many days that are over are still to be counted."""
        [(left,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM trace_kpi_due d WHERE %s AND %s",
                self._is_over(live),
                SQL("TRUE") if companies is None else SQL("company_id = ANY(%s)", companies.ids),
            )
        )
        return left

    @api.model
    def _is_over(self, live):
        """SQL of whether a day is none of those counted whenever somebody asks."""
        columns = list(zip(*live, strict=True)) or [(), ()]
        return SQL(
            "NOT EXISTS (SELECT FROM unnest(%s::int[], %s::date[]) AS live(company_id, day) "
            "WHERE live.company_id = d.company_id AND live.day <= d.day)",
            *map(list, columns),
        )
