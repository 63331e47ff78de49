from odoo import api, models
from odoo.tools import SQL

#: Why the entries of a lot stay although their time is over, the most telling first.
KEPT = ["legal", "hold", "exception", "stock"]
#: And of an entry: another one about the same movement stays.
PARTED = "parted"


class TraceRetention(models.Model):
    """Which entries of the ledger may go: one statement over all of a company.

    Whoever has another reason to keep lots (a recall) adds it to ``_keepers``.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.retention"

    @api.model
    def _keepers(self, company):
        """Dict reason -> SQL of the ids of lots whose entries stay; see ``KEPT``."""
        return {
            "legal": SQL(
                "SELECT unnest(%s::int[])", self.env["trace.legal.hold"]._covered(company)
            ),
            "hold": SQL("SELECT lot_id FROM trace_hold WHERE state = 'active'"),
            "exception": SQL(
                "SELECT lot_id FROM trace_exception "
                "WHERE state != 'resolved' AND lot_id IS NOT NULL"
            ),
            "stock": SQL(
                "SELECT q.lot_id FROM stock_quant q JOIN stock_location a ON a.id = q.location_id "
                "WHERE q.lot_id IS NOT NULL AND q.quantity != 0 "
                "AND a.usage IN ('internal', 'transit')"
            ),
        }

    @api.model
    def _kept_lots(self, company):
        """SQL of ``(lot_id, reason)`` of lots that are kept, each with one reason."""
        keepers = self._keepers(company)
        reasons = [*KEPT, *sorted(keepers.keys() - set(KEPT))]
        return SQL(
            "SELECT DISTINCT ON (lot_id) lot_id, reason FROM (%s) k ORDER BY lot_id, turn",
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT lot_id, %s AS reason, %s AS turn FROM (%s) k(lot_id)",
                    reason,
                    turn,
                    keepers[reason],
                )
                for turn, reason in enumerate(reasons)
                if reason in keepers
            ),
        )

    @api.model
    def _due(self, company, now):
        """SQL of all entries of a company whose time is over.

        :param now: datetime; entries count as old as they are then
        :return: SQL of ``event_id, class_id, event_time, lot_id, move_line_id``, ``reason``
            (why it stays, NULL: nothing keeps it), ``sealed``, ``copied`` (whether there is a
            checked copy, or the class wants none)
        """
        self.env.flush_all()
        return SQL(
            """
            WITH class_of AS MATERIALIZED (
                SELECT p.id AS product_id, (
                    SELECT r.id FROM trace_retention r
                    LEFT JOIN product_category rc ON rc.id = r.categ_id
                    WHERE r.active AND r.company_id = %(company)s
                        AND (r.categ_id IS NULL OR c.parent_path LIKE rc.parent_path || '%%')
                    ORDER BY length(rc.parent_path) DESC NULLS LAST LIMIT 1) AS class_id
                FROM product_product p
                JOIN product_template t ON t.id = p.product_tmpl_id
                LEFT JOIN product_category c ON c.id = t.categ_id
            ), lots AS MATERIALIZED (
                SELECT lot_id, max(event_time) AS last,
                    max(event_time) FILTER (WHERE kind IN ('movement', 'correction')) AS moved,
                    max(event_time) FILTER (WHERE kind IN ('movement', 'correction')
                        AND dest_usage = 'customer') AS delivered,
                    max(expiration_date) AS expires
                FROM trace_event WHERE company_id = %(company)s AND lot_id IS NOT NULL
                GROUP BY lot_id
            ), covered AS MATERIALIZED (
                SELECT lot_id, max("end")::timestamp AS until FROM trace_warranty
                WHERE company_id = %(company)s AND lot_id IS NOT NULL GROUP BY lot_id
            ), kept AS MATERIALIZED (%(kept)s),
            seal AS MATERIALIZED (%(seal)s),
            due AS MATERIALIZED (
            SELECT e.id AS event_id, r.id AS class_id, e.event_time, e.lot_id, e.move_line_id,
                CASE WHEN e.lot_id IS NOT NULL THEN k.reason ELSE %(held)s END AS reason,
                e.id <= (SELECT last_id FROM seal) AS sealed,
                %(copied)s AS copied
            FROM trace_event e
            LEFT JOIN class_of o ON o.product_id = e.product_id
            JOIN trace_retention r ON r.id = COALESCE(o.class_id, (
                SELECT g.id FROM trace_retention g
                WHERE g.active AND g.company_id = %(company)s AND g.categ_id IS NULL))
            LEFT JOIN lots l ON l.lot_id = e.lot_id
            LEFT JOIN covered w ON w.lot_id = e.lot_id
            LEFT JOIN kept k ON k.lot_id = e.lot_id
            WHERE e.company_id = %(company)s AND e.kind != 'purge'
                AND greatest(e.event_time, CASE r.basis
                    WHEN 'move' THEN COALESCE(l.moved, l.last)
                    WHEN 'expiry' THEN COALESCE(l.expires, l.moved, l.last)
                    WHEN 'delivery' THEN COALESCE(l.delivered, l.moved, l.last)
                    WHEN 'warranty' THEN COALESCE(w.until, l.delivered, l.moved, l.last)
                END) + make_interval(
                    years => COALESCE(r.years, 0), months => COALESCE(r.months, 0)) <= %(now)s
                AND NOT EXISTS (SELECT FROM trace_tombstone_event n WHERE n.id = e.id)
            ), parted AS MATERIALIZED (
                -- what was corrected must not stand there again as if it had not been
                SELECT DISTINCT o.move_line_id FROM trace_event o
                WHERE o.move_line_id IN (SELECT c.move_line_id FROM trace_event c
                        WHERE c.kind = 'correction' AND c.move_line_id IS NOT NULL)
                    AND NOT EXISTS (SELECT FROM due d
                        WHERE d.event_id = o.id AND d.reason IS NULL AND d.sealed AND d.copied)
            )
            SELECT d.event_id, d.class_id, d.event_time, d.lot_id, d.move_line_id, d.sealed,
                d.copied, COALESCE(d.reason, CASE WHEN EXISTS (SELECT FROM parted
                    WHERE parted.move_line_id = d.move_line_id) THEN 'parted' END) AS reason
            FROM due d
            """,
            company=company.id,
            now=now,
            kept=self._kept_lots(company),
            held=self.env["trace.legal.hold"]._holds_loose(company),
            seal=self._last_sealed(),
            copied=self._copied(SQL("r.copy_required")),
        )

    @api.model
    def _copied(self, required):
        """SQL: whether there is a checked copy of an entry ``e``, or none is ``required``."""
        return SQL(
            """
            (NOT %s OR EXISTS (SELECT FROM trace_archive a
                WHERE a.company_id = e.company_id AND a.state = 'verified'
                    AND a.month = date_trunc('month', e.event_time)::date
                    AND e.id > a.after_id AND e.id <= a.until_id))
            """,
            required,
        )

    @api.model
    def _last_sealed(self):
        """SQL of ``last_id``: up to which entry the ledger is sealed."""
        return SQL("SELECT COALESCE(max(last_id), 0) AS last_id FROM trace_block")
