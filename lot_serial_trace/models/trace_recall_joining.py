from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.tools import SQL

from .trace_recall_scope import WALKED

#: Minutes after which late arrivals are traced together.
TOGETHER = 5
#: Minutes after confirming: transactions that had begun before it have ended by then.
SETTLED = 15
#: Numbers that a step names.
NAMED = 10


class TraceRecallJoining(models.Model):
    """What belongs to a running case but came later joins it by itself.

    Goods that were sold while a till was offline, that come back or are received again are of
    lots that are in the scope already: the case notes it and traces again soon. Lots that are
    made from those of the scope, or reach another company of the case, are new rows, on hold in
    the same transaction. Movements ask once for each batch, and only while a case runs. What was
    under way when the case was confirmed did not know of it: the job looks for that afterwards.

    None of it writes to the case itself, so that tills do not wait for each other.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    late_seen = fields.Integer("Late Arrivals Traced", readonly=True, copy=False)
    looked_at = fields.Datetime("Looked for Late Arrivals", readonly=True, copy=False)

    # -- by people and rules --------------------------------------------------

    def _join(self, lots, why="late", text=None):
        """Take lots, and what became of them, into cases: drafts remember them, running ones act.

        :param why: ``late`` or ``rule``
        :param text: sentence that tells why
        :return: the ``trace.recall.lot`` that are new
        """
        joined = self.env["trace.recall.lot"].sudo()
        for recall in self.sudo():
            if recall.state in ("draft", "approval"):
                recall.lot_ids |= lots
            elif recall.state == "running":
                rows = recall._acting()._walk_in(lots, why, text)
                recall._joined(rows)
                joined |= rows.sudo()
        return joined

    def _joined(self, rows):
        """Hold what has just joined, and tell."""
        if not rows:
            return
        recall = self._acting()
        if not recall.is_drill:
            for company, mine in rows.with_env(recall.env).grouped("company_id").items():
                mine._hold(recall, company)
        names = self._named(rows.mapped("lot_name"))
        self._note("late", self.env._("Joined: %s", names), rows=rows.ids)
        self._wake(fields.Datetime.now() + timedelta(minutes=TOGETHER))

    def _extend(self, lots, reason):
        """Take more lots into a case, and what became of them.

        :param reason: sentence that an auditor will read
        """
        self.ensure_one()
        self._check_right()
        reason = self._checked_reason(reason)
        self._meet()
        if self.state in ("draft", "approval"):
            self.sudo().lot_ids |= lots
            self._note("extended", self._told_with(len(lots), reason), lots=lots.ids)
            return
        self._must_run()
        self._check_companies_of(lots)
        rows = self._acting()._walk_in(lots, "extended", reason)
        self._note("extended", self._told_with(len(rows.lot_id), reason), rows=rows.ids)
        if rows:
            self._begin("hold")

    def _told_with(self, count, reason):
        return self.env._(
            "Extended by %(count)s lots and serial numbers: %(reason)s", count=count, reason=reason
        )

    @api.model
    def _named(self, names):
        return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")

    # -- by movements ---------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _any_running(self):
        """Whether a case runs that is no drill: nobody is asked otherwise."""
        return bool(
            self.sudo().search_count([("state", "=", "running"), ("is_drill", "=", False)], limit=1)
        )

    @api.model
    def _goods_moved(self, lines):
        """Have what has just moved join the cases it belongs to: nothing while none runs.

        :param lines: done ``stock.move.line`` records, with their events and edges written
        """
        if lines and self._any_running():
            recalls = self.sudo()
            for recall_id, lots in recalls._new_by(lines).items():
                recall = recalls.browse(recall_id)._acting()
                recall._joined(recall._insert_lots(_listed(lots), "late", walked="late"))
            recalls._note_moved(lines)

    @api.model
    def _new_by(self, lines):
        """Lots that belong to running cases and have no row: dict recall id -> list of rows."""
        found = self.env.execute_query(
            SQL(
                """
                WITH moved AS MATERIALIZED (
                    SELECT DISTINCT l.lot_id, l.company_id FROM stock_move_line l
                    WHERE l.id = ANY(%(lines)s) AND l.lot_id IS NOT NULL
                ), made AS (
                    SELECT DISTINCT i.lot_id AS from_id, o.lot_id, o.first_time, o.last_time
                    FROM moved m
                    JOIN trace_edge e ON e.lot_id = m.lot_id
                    JOIN trace_edge i ON i.operation = e.operation
                        AND i.operation_id = e.operation_id AND i.side = 'in'
                    JOIN trace_edge o ON o.operation = e.operation
                        AND o.operation_id = e.operation_id AND o.side = 'out' AND o.lot_id > 0
                )
                SELECT s.recall_id, m.lot_id, s.tainted_at, s.level FROM moved m
                JOIN trace_recall_lot s ON s.lot_id = m.lot_id AND %(counts)s
                JOIN trace_recall r ON r.id = s.recall_id AND %(runs)s
                JOIN res_company_trace_recall_rel c ON c.trace_recall_id = r.id
                    AND c.res_company_id = m.company_id
                WHERE NOT EXISTS (SELECT FROM trace_recall_lot k WHERE k.recall_id = r.id
                    AND k.lot_id = m.lot_id AND k.company_id = m.company_id)
                UNION
                SELECT s.recall_id, m.lot_id, min(GREATEST(s.tainted_at, m.first_time)),
                    min(s.level) + 1
                FROM made m
                JOIN trace_recall_lot s ON s.lot_id = m.from_id AND %(counts)s
                    AND m.last_time >= COALESCE(s.tainted_at, '-infinity') AND s.level >= 0
                JOIN trace_recall r ON r.id = s.recall_id AND %(runs)s
                WHERE NOT EXISTS (SELECT FROM trace_recall_lot k WHERE k.recall_id = r.id
                    AND k.lot_id = m.lot_id)
                GROUP BY s.recall_id, m.lot_id
                """,
                lines=lines.ids,
                counts=SQL("s.state IN ('scoped', 'held')"),
                runs=_RUNS,
            )
        )
        by_recall = {}
        for recall_id, *lot in found:
            by_recall.setdefault(recall_id, []).append(lot)
        return by_recall

    @api.model
    def _note_moved(self, lines):
        """Note what came back, was received or sold of lots that are in a case."""
        words = {
            "back": self.env._("Came back from customers: %s"),
            "received": self.env._("Received: %s"),
            "sold": self.env._("Sold or delivered all the same: %s"),
        }
        for recall_id, what, names, lots in self._moved_of_cases(lines):
            recall = self.browse(recall_id)
            recall._note("late", words[what] % self._named(names), what=what, lots=lots)
            self._wake(fields.Datetime.now() + timedelta(minutes=TOGETHER))

    @api.model
    def _moved_of_cases(self, lines):
        """Rows of case, what happened, numbers and ids of lots: one query."""
        return self.env.execute_query(
            SQL(
                """
                SELECT s.recall_id, CASE WHEN b.usage = 'customer' THEN 'sold'
                        WHEN a.usage = 'customer' THEN 'back' ELSE 'received' END AS what,
                    array_agg(DISTINCT s.lot_name), array_agg(DISTINCT s.lot_id)
                FROM stock_move_line l
                JOIN stock_location a ON a.id = l.location_id
                JOIN stock_location b ON b.id = l.location_dest_id
                JOIN trace_recall_lot s ON s.lot_id = l.lot_id AND s.company_id = l.company_id
                    AND s.state IN ('scoped', 'held')
                JOIN trace_recall r ON r.id = s.recall_id AND %s
                WHERE l.id = ANY(%s) AND (b.usage = 'customer' AND a.usage != 'customer'
                    OR a.usage IN ('customer', 'supplier') AND b.usage IN ('internal', 'transit'))
                GROUP BY 1, 2
                """,
                _RUNS,
                lines.ids,
            )
        )

    # -- by the job -----------------------------------------------------------

    def _late_count(self):
        """How many late arrivals are noted."""
        return self.env["trace.recall.step"].search_count(
            [("recall_id", "=", self.id), ("kind", "=", "late")]
        )

    @api.model
    def _look_for_late(self):
        """Have cases traced again that something joined, or that somebody did not know of."""
        running = self.search([("state", "=", "running"), ("phase", "=", "done")])
        for recall in running.filtered(lambda one: not one.is_drill):
            if recall._late_count() > recall.late_seen or recall._found_late():
                recall.phase = "hold"

    def _found_late(self):
        """Whether the scope reaches lots, or sales, by now that are not in it."""
        now = fields.Datetime.now()
        looked = self.looked_at or self.confirmed_at
        if now < looked + timedelta(minutes=SETTLED):
            return False
        self.looked_at = now
        recall = self._acting()
        rows = recall._walk_in(recall._asked_lots(), WALKED)
        if rows:
            recall._note("late", self._told_late(rows), rows=rows.ids)
        return bool(rows) or recall._sold_since()

    def _told_late(self, rows):
        return self.env._("Found afterwards: %s", self._named(rows.mapped("lot_name")))

    def _sold_since(self):
        """Whether more was sold or came back than the trace knew."""
        counts = self.run_id.counts or {}
        [(now,)] = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FROM trace_event e
                WHERE (e.dest_usage = 'customer' OR e.source_usage = 'customer')
                    AND e.record_time > %s AND e.company_id = ANY(%s) AND e.lot_id IN (
                        SELECT lot_id FROM trace_recall_lot WHERE recall_id = %s)
                """,
                self.run_id.asked_at or self.confirmed_at,
                self._companies().ids,
                self.id,
            )
        )
        return bool(counts) and now > 0


#: Condition of a case ``r`` that acts.
_RUNS = SQL("r.state = 'running' AND NOT COALESCE(r.is_drill, FALSE)")


def _listed(lots):
    """The FROM item ``reach`` of rows of lot id, moment and level."""
    columns = list(map(list, zip(*lots, strict=True)))
    return SQL(
        "unnest(%s::int[], %s::timestamp[], %s::int[]) AS reach(lot_id, at, level)", *columns
    )
