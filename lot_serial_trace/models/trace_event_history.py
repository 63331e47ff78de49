import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: ir.config_parameter keys: next and last move line id to look at.
BACKFILL_NEXT = "lot_serial_trace.backfill_next"
BACKFILL_LAST = "lot_serial_trace.backfill_last"
BACKFILL_BATCH = 20_000
#: Connections over which the cron has events written, beside its own.
BACKFILL_CONNECTIONS = 2
#: What the correction of a vanished movement says otherwise than the event that it corrects.
GONE = ("quantity", "corrects_id", "reason", "record_time", "user_id", "user_name")


class TraceEvent(models.Model):
    """Movements from before the add-on, read into the ledger in the background.

    Installation notes the last move line there is and calls the cron. Batches of
    ids are committed one by one, so a restart goes on where it stopped; a line
    that has its event is passed over. A line that is changed before its turn is
    recorded first, as it was.

    Long histories are read over several connections: some write events, the one of the
    job follows the operations, which need each other in the order of time.
    """

    _inherit = "trace.event"

    @api.model
    def _start_backfill(self):
        """Note which move lines were there before the add-on and call the cron soon."""
        (last,) = self.env.execute_query(SQL("SELECT COALESCE(max(id), 0) FROM stock_move_line"))[0]
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(BACKFILL_NEXT, 1)
        parameters.set_param(BACKFILL_LAST, last)
        if last:
            self.env.ref("lot_serial_trace.cron_backfill")._trigger()

    @api.model
    def _backfill_batch(self, size=BACKFILL_BATCH, connections=0):
        """Write the events and edges of the next ``size`` move line ids of history.

        Safe to run again: a line that has its event is passed over.

        :param connections: further ones that write the events: these are committed at once
        :return: ids left to look at
        """
        parameters = self.env["ir.config_parameter"].sudo()
        first = int(parameters.get_param(BACKFILL_NEXT, 1))
        last = int(parameters.get_param(BACKFILL_LAST, 0))
        if first > last:
            return 0
        until = min(first + size - 1, last)
        self._settle_planner()
        with self._reading(first, until, connections):
            self.env["trace.edge"]._rebuild_range(first, until)
        parameters.set_param(BACKFILL_NEXT, until + 1)
        return last - until

    @api.model
    @contextmanager
    def _reading(self, first, until, connections):
        """Write the events of a range of move lines until the end of the block."""
        if not connections:
            self._read_range(first, until)
            yield
            return
        size = -(-(until - first + 1) // connections)

        def read(start):
            with self.env.registry.cursor() as cr:
                elsewhere = self.with_env(self.env(cr=cr))
                elsewhere._settle_planner()
                elsewhere._read_range(start, min(start + size - 1, until))

        with ThreadPoolExecutor(connections) as pool:
            parts = [pool.submit(read, start) for start in range(first, until + 1, size)]
            yield
            for part in parts:
                part.result()

    @api.model
    def _settle_planner(self):
        """Rows that follow each other lie near each other: to look them up costs less than the
        planner thinks, who would read whole tables for each batch of a long history.
        """
        self.env.cr.execute("SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off")

    @api.model
    def _read_range(self, first, last):
        """Write the events of the done move lines in an id range."""
        self._insert(
            SQL(
                "(SELECT NULL::text AS reason) c "
                "JOIN stock_move_line l ON l.id BETWEEN %s AND %s AND l.state = 'done'",
                first,
                last,
            ),
            "movement",
        )

    @api.model
    def _backfill_more(self):
        """As much as is committed at once: over several connections, if there is more than that.

        :return: ids left to look at
        """
        looked_at, to_look_at = self._backfill_progress()
        if to_look_at - looked_at <= BACKFILL_BATCH:
            return self._backfill_batch()
        return self._backfill_batch(BACKFILL_BATCH * BACKFILL_CONNECTIONS, BACKFILL_CONNECTIONS)

    @api.model
    def _cron_backfill(self):
        """Work through history in batches that are committed one by one."""
        looked_at, to_look_at = self._backfill_progress()
        if looked_at >= to_look_at:
            return
        commit = self.env["ir.cron"]._commit_progress
        left = self._backfill_more()
        while commit(BACKFILL_BATCH, remaining=left) and left:
            left = self._backfill_more()
        if not left:
            # Who asks at once shall not wait for the next round of autovacuum.
            self.env.cr.execute("ANALYZE trace_event, trace_edge")
        _logger.info("Traceability history: %s move line ids left", left)

    @api.model
    def _backfill_progress(self):
        """Return ``(looked at, to look at)`` in move line ids."""
        parameters = self.env["ir.config_parameter"].sudo()
        last = int(parameters.get_param(BACKFILL_LAST, 0))
        return min(int(parameters.get_param(BACKFILL_NEXT, 1)) - 1, last), last

    @api.model
    def _record_history(self, lines):
        """Write what done lines say before they are changed, as long as history is being read."""
        looked_at, to_look_at = self._backfill_progress()
        if not lines or looked_at >= to_look_at:
            return
        lines.flush_recordset()
        self._flush_sources(lines)
        self._insert(self._chosen(lines.ids), "movement")

    @api.model
    def _chosen(self, line_ids, reason=None):
        """SQL of move lines as ``_insert`` wants them.

        :param reason: what the events are to say why
        """
        return SQL(
            "(SELECT %s::text AS reason, FALSE AS redated) c "
            "JOIN stock_move_line l ON l.id = ANY(%s)",
            reason,
            line_ids,
        )

    @api.model
    def _record_gone(self, line_ids, reason):
        """Correct to nothing what the ledger says last of movements that are no longer there."""
        same = [
            name
            for name, field in self._fields.items()
            if field.store and name not in ("id", "kind", "recorded", *GONE)
        ]
        names = [*same, "kind", "recorded", *GONE]
        user = self.env.user
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_event (%(names)s)
                SELECT %(same)s, 'correction', 'history', 0, id, %(reason)s,
                    now() AT TIME ZONE 'UTC', %(user_id)s, %(user_name)s
                FROM (
                    SELECT DISTINCT ON (move_line_id) * FROM trace_event
                    WHERE move_line_id = ANY(%(lines)s) AND kind IN ('movement', 'correction')
                    ORDER BY move_line_id, id DESC
                ) e ORDER BY id
                """,
                names=SQL(", ").join(map(SQL.identifier, names)),
                same=SQL(", ").join(map(SQL.identifier, same)),
                reason=reason,
                user_id=user.id,
                user_name=user.name,
                lines=list(line_ids),
            )
        )
        self.invalidate_model()
