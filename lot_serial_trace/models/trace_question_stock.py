from odoo import api, models
from odoo.tools import SQL

from .trace_hold_sql import covers, flush
from .trace_question_sql import DOCUMENT, LOT, PARTNER, goods, lot_columns, told, unit

_STOCK = (
    *LOT,
    "place_id",
    "dest_name",
    "package_name",
    *PARTNER,
    "quantity",
    "reserved",
    "uom",
    "event_time",
    "status",
    *DOCUMENT,
)


class TraceQuestion(models.AbstractModel):
    """What lies in the house now, and what is on its way between places and companies."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.question"

    @api.model
    def _sections(self):
        return {
            **super()._sections(),
            "stock": (self._sql_stock, _STOCK),
            "transit": (self._sql_transit, _STOCK),
        }

    @api.model
    def _sql_stock(self, scope, page):
        """What is on hand, by place, package and owner (the partner)."""
        flush(self.env)
        return SQL(
            """
            SELECT %(lot)s, w.place_id, a.complete_name AS dest_name,
                pk.complete_name AS package_name, o.id AS partner_id,
                COALESCE(o.complete_name, o.name) AS partner_name, w.quantity, w.reserved, %(uom)s,
                w.event_time, %(status)s AS status, NULL::varchar AS document,
                NULL::varchar AS document_model, NULL::int AS document_id, NULL::varchar AS origin
            FROM (
                SELECT q.lot_id, q.location_id AS place_id, q.package_id, q.owner_id,
                    sum(q.quantity)::float AS quantity, sum(q.reserved_quantity)::float AS reserved,
                    min(q.in_date) AS event_time
                FROM %(ahead)s JOIN stock_quant q ON q.lot_id = reach.lot_id
                GROUP BY q.lot_id, q.location_id, q.package_id, q.owner_id
                HAVING sum(q.quantity) != 0
            ) w
            JOIN stock_location a ON a.id = w.place_id
                AND a.usage = 'internal' AND a.company_id = ANY(%(companies)s)
            JOIN stock_lot l ON l.id = w.lot_id
            %(goods)s
            LEFT JOIN stock_package pk ON pk.id = w.package_id
            LEFT JOIN res_partner o ON o.id = w.owner_id
            ORDER BY a.complete_name, l.name, l.id, pk.complete_name, o.id %(page)s
            """,
            lot=lot_columns(),
            uom=unit(),
            status=self._sql_status(),
            ahead=scope.ahead,
            companies=scope.companies,
            goods=goods(),
            page=page,
        )

    @api.model
    def _sql_status(self):
        """Whether goods ``w`` at the place ``a`` may be used."""
        return SQL(
            """
            CASE WHEN a.id = ANY(%s) THEN 'quarantine'
                WHEN l.trace_status != 'free' AND EXISTS (SELECT FROM trace_hold h
                    WHERE h.lot_id = w.lot_id AND h.state = 'active'
                    AND h.company_id = a.company_id AND %s) THEN 'held'
                ELSE 'free' END
            """,
            list(self.env["stock.location"]._trace_quarantine_paths()),
            covers(self.env, "h", "a"),
        )

    @api.model
    def _sql_transit(self, scope, page):
        """What is on the way. Of places that are no company's only what our ledger gives us."""
        return SQL(
            """
            SELECT %(lot)s, w.place_id, a.complete_name AS dest_name,
                pk.complete_name AS package_name, e.partner_id, e.partner_name,
                CASE WHEN a.company_id IS NULL THEN LEAST(w.quantity, GREATEST(ours.net, 0))
                    ELSE w.quantity END::float AS quantity, w.reserved::float AS reserved, %(uom)s,
                COALESCE(e.event_time, w.event_time) AS event_time, NULL::varchar AS status,
                e.document, e.document_model, e.document_id, e.origin
            FROM (
                SELECT q.lot_id, q.location_id AS place_id, max(q.package_id) AS package_id,
                    sum(q.quantity) AS quantity, sum(q.reserved_quantity) AS reserved,
                    min(q.in_date) AS event_time
                FROM %(ahead)s
                JOIN stock_quant q ON q.lot_id = reach.lot_id
                GROUP BY q.lot_id, q.location_id
                HAVING sum(q.quantity) > 0
            ) w
            JOIN stock_location a ON a.id = w.place_id AND a.usage = 'transit'
                AND (a.company_id IS NULL OR a.company_id = ANY(%(companies)s))
            JOIN stock_lot l ON l.id = w.lot_id
            %(goods)s
            LEFT JOIN stock_package pk ON pk.id = w.package_id
            LEFT JOIN LATERAL (
                SELECT sum(CASE WHEN e.dest_id = a.id THEN e.quantity ELSE -e.quantity END) AS net,
                    max(e.id) FILTER (WHERE e.dest_id = a.id) AS last_id
                FROM trace_event e
                WHERE e.lot_id = w.lot_id AND a.id IN (e.source_id, e.dest_id)
                    AND e.source_id != e.dest_id AND e.kind IN ('movement', 'correction')
                    AND %(told)s
            ) ours ON TRUE
            LEFT JOIN trace_event e ON e.id = ours.last_id
            WHERE a.company_id IS NOT NULL OR ours.net > 0
            ORDER BY a.complete_name, l.name, l.id %(page)s
            """,
            lot=lot_columns(),
            uom=unit(),
            ahead=scope.ahead,
            companies=scope.companies,
            goods=goods(),
            told=told(scope.companies),
            page=page,
        )
