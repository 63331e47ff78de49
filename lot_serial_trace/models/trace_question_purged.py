from odoo import api, models
from odoo.tools import SQL

from .trace_question_sql import LOT

_PURGED = (
    *LOT,
    "event_time",
    "last_time",
    "quantity",
    "notice",
    "document",
    "document_model",
    "document_id",
)


class TraceQuestion(models.AbstractModel):
    """What an answer cannot tell any more, because it was purged by a rule."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.question"

    @api.model
    def _sections(self):
        return {**super()._sections(), "purged": (self._sql_purged, _PURGED)}

    @api.model
    def _sql_purged(self, scope, page):
        """One row for each lot that was reached and purge that took something of its history."""
        return SQL(
            """
            SELECT n.lot_id, n.lot_name, n.product_id, n.product_name, n.since AS event_time,
                n.until AS last_time, n.count::float AS quantity, t.rule AS notice,
                t.name AS document, 'trace.tombstone' AS document_model, t.id AS document_id
            FROM trace_tombstone_lot n JOIN trace_tombstone t ON t.id = n.tombstone_id
            WHERE n.company_id = ANY(%s) AND n.lot_id IN (SELECT lot_id FROM (%s) r)
            ORDER BY n.lot_id, t.id %s
            """,
            scope.companies,
            self._sql_reached(scope),
            page,
        )
