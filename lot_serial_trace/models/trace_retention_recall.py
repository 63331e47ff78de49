from odoo import api, models
from odoo.tools import SQL


class TraceRetention(models.Model):
    """What a recall needs is kept: while the case is open, and long enough after it was closed.

    Long enough is the longest period of the company's classes, counted from the closing: a case
    is about goods of many classes, and its report must be provable as a whole. Drills are kept
    while they run; what they proved is on paper.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.retention"

    @api.model
    def _keepers(self, company):
        return {
            **super()._keepers(company),
            "recall": SQL(
                """
                SELECT s.lot_id FROM trace_recall_lot s JOIN trace_recall r ON r.id = s.recall_id
                WHERE s.lot_id IS NOT NULL AND (r.state IN ('draft', 'approval', 'running')
                    OR r.state = 'closed' AND NOT COALESCE(r.is_drill, FALSE)
                        AND r.closed_at + %(kept)s > now() AT TIME ZONE 'UTC')
                UNION
                SELECT a.lot_id FROM trace_recall_asked_rel a JOIN trace_recall r
                    ON r.id = a.recall_id
                WHERE r.state IN ('draft', 'approval', 'running')
                """,
                kept=self._longest(company),
            ),
        }

    @api.model
    def _longest(self, company):
        """SQL of the longest period of a company's classes."""
        return SQL(
            "COALESCE((SELECT max(make_interval(years => COALESCE(t.years, 0), "
            "months => COALESCE(t.months, 0))) FROM trace_retention t "
            "WHERE t.active AND t.company_id = %s), interval '0')",
            company.id,
        )
