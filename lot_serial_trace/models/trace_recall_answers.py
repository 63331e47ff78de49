from odoo import api, models
from odoo.tools import SQL


class TraceRecallBalance(models.Model):
    """What consignees have answered counts as known of the goods that they got.

    Lot by lot where they said it lot by lot; otherwise as large a share of each lot as they told
    of all they got. Of a consignee of whom nothing more is expected all is known.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.balance"

    @api.model
    def _sql_reported(self, recall_ids):
        return SQL(
            """
            SELECT s.id, sum(CASE
                WHEN l.is_answered THEN LEAST(l.quantity, %(line)s)
                WHEN c.state = 'done' OR c.has_none THEN l.quantity
                ELSE l.quantity * LEAST(1, %(whole)s / NULLIF(c.quantity, 0)) END)
            FROM trace_recall_consignee c
            JOIN trace_recall_consignee_line l ON l.consignee_id = c.id
            JOIN trace_recall_lot s ON s.recall_id = c.recall_id AND s.lot_id = l.lot_id
                AND s.company_id = l.company_id
            WHERE c.recall_id = ANY(%(recalls)s) AND c.state IN ('answered', 'done')
                AND c.parent_id IS NULL AND NOT COALESCE(l.in_stock, FALSE) AND l.quantity > 0
            GROUP BY s.id
            """,
            line=_told("l"),
            whole=_told("c"),
            recalls=list(recall_ids),
        )


def _told(alias):
    """SQL of all quantities that an answer tells."""
    names = ("found_qty", "sold_on_qty", "destroyed_qty", "returned_qty")
    return SQL(
        "(%s)",
        SQL(" + ").join(SQL("COALESCE(%s, 0)", SQL.identifier(alias, name)) for name in names),
    )
