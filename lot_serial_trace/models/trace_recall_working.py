import logging
import time

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

from .trace_recall_scope import WALKED

_logger = logging.getLogger(__name__)

#: Lots that are put on hold, or released, and committed together.
SLICE = 2_000
#: A case of no more lots and deliveries is done while whoever confirms it waits.
AT_ONCE = 500
#: Rows that are many for tables whose statistics are old.
MANY = 1_000
#: How often a step is tried again that somebody else was in the way of.
TRIES = 6
#: What has to be done, in this order; a change of the scope begins with the first again.
PHASES = [
    ("release", "Releasing"),
    ("hold", "Putting on Hold"),
    ("trace", "Tracing"),
    ("consignees", "Listing Consignees"),
    ("tasks", "Making Tasks"),
    ("done", "Done"),
]


class TraceRecallWorking(models.Model):
    """What a change of a case's scope entails, in steps that are committed one by one.

    ``release`` what is no longer in it; put on ``hold`` what is, the goods on hand first;
    ``trace`` who sent and who got it (``trace.run``) and count the goods; list the
    ``consignees``; make ``tasks``. Each step finds what is left to do in the database, and
    notes in the same transaction that it is done: a job that was killed goes on where it was, and
    nothing is done twice. A step that fails for good stops the job, which says why; Retry goes on.

    A case that ended releases only.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    phase = fields.Selection(PHASES, readonly=True, copy=False)
    error = fields.Text("Stopped By", readonly=True, copy=False)
    progress = fields.Float(compute="_compute_progress")

    _phase_idx = models.Index("(id) WHERE phase != 'done'")

    @api.depends("phase")
    def _compute_progress(self):
        """Holds are nearly all of the work."""
        groups = self.env["trace.recall.lot"]._read_group(
            [("recall_id", "in", self.ids), ("state", "in", ("scoped", "held"))],
            ["recall_id", "state"],
            ["__count"],
        )
        counts = {(recall.id, state): count for recall, state, count in groups}
        for recall in self:
            held = counts.get((recall.id, "held"), 0)
            total = held + counts.get((recall.id, "scoped"), 0)
            done = recall.phase in (False, "done")
            recall.progress = 100 if done else 90 * held / total if total else 0

    # -- the job --------------------------------------------------------------

    @api.model
    def _wake(self, at=None):
        """Have the job run now, or at a moment."""
        self.env.ref("lot_serial_trace.cron_recalls").sudo()._trigger(at)

    @api.model
    def _cron(self):
        """Do what is to be done for all cases, committed step by step."""
        commit = self.env["ir.cron"]._commit_progress
        self._look_for_late()
        commit(remaining=len(self._to_do()))
        for recall in self._to_do():
            while recall._has_work():
                if not recall._try_step() or not commit(1, remaining=len(self._to_do())):
                    break

    @api.model
    def _to_do(self):
        return self.search(
            [("phase", "not in", (False, "done")), ("error", "=", False)], order="id"
        )

    def _has_work(self):
        return self.phase not in (False, "done") and not self.error

    def _try_step(self):
        """One step; whether it was done. Who moves the goods at the same moment comes first."""
        for attempt in range(TRIES):
            try:
                return self._safe_step()
            except (OperationalError, ConcurrencyError) as error:
                if attempt == TRIES - 1:
                    self._fail(error)
                    return False
                # Only a new transaction sees what the other one did.
                self.env.cr.rollback()
                self.env.invalidate_all()
                time.sleep(0.1 * 2**attempt)

    def _safe_step(self):
        """One step; whether it was done: what fails for good takes nothing else with it."""
        try:
            with self.env.cr.savepoint(flush=True):
                self._acting()._step()
                self.env.flush_all()
            return True
        except (OperationalError, ConcurrencyError):
            raise
        except Exception as error:
            self._fail(error)
            return False

    def _fail(self, error):
        _logger.exception("Recall %s", self.name)
        words = str(error) if isinstance(error, UserError) else type(error).__name__
        self.sudo().error = words
        self._note("failed", self.env._("It stopped: %s", words))

    def _work_now(self):
        """The first step while somebody waits, all of them if that is little; then the job.

        Goods that are on hold stay so, whatever becomes of the steps that follow.
        """
        self._step()
        small = self._is_small()
        while small and self._has_work() and self._safe_step():
            pass
        if self._has_work():
            self._wake()

    def _is_small(self):
        """Whether all there is to do can be done while somebody waits."""
        [(lots, sales)] = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT count(*) FROM trace_recall_lot WHERE recall_id = %(recall)s), (
                    SELECT count(*) FROM (
                        SELECT FROM trace_recall_lot s JOIN trace_event e ON e.lot_id = s.lot_id
                        WHERE s.recall_id = %(recall)s AND e.dest_usage = 'customer'
                        LIMIT %(most)s + 1) sold)
                """,
                recall=self.id,
                most=AT_ONCE,
            )
        )
        return max(lots, sales) <= AT_ONCE

    def _begin(self, phase):
        """The scope has changed: begin again with ``phase``."""
        case = self.sudo()
        case.write({"phase": phase, "error": False})
        self._acting()._work_now()

    # -- steps ----------------------------------------------------------------

    def _step(self):
        """Do the next piece of work."""
        self.ensure_one()
        phase = self.phase
        if getattr(self, f"_step_{phase}")():
            self._step_on(phase)

    def _step_on(self, phase):
        """What comes after a phase that has nothing left to do."""
        names = [name for name, _label in PHASES]
        ended = self.state != "running"
        self.phase = "done" if ended else names[names.index(phase) + 1]

    def _step_release(self):
        """Release holds of what is not in the scope; whether there is nothing left."""
        holds = self._holds_to_release(SLICE)
        if holds:
            holds._release(self._why_released())
        return len(holds) < SLICE

    def _step_hold(self):
        """Put the next slice on hold; whether there is nothing left."""
        if self.is_drill:
            return True  # goods do not feel a drill
        left = self._hold_next(SLICE)
        if not left and not self.held_at:
            self.held_at = fields.Datetime.now()
            self._note("held", self.env._("All goods of the scope are on hold."))
        return not left

    def _step_trace(self):
        """Trace the scope; whether it reaches nothing new: what is new has to be held first."""
        late = self._late_count()
        lots = self._asked_lots()
        if not lots:
            return True
        question = {"lots": lots.ids, "direction": self.direction}
        run = self.env["trace.run"]._ask(question, "drill" if self.is_drill else "recall")
        new = self._insert_lots(self._sql_reached_by(run), WALKED)
        self._count_goods()
        self._note_traced(run)
        self.write({"run_id": run.id, "late_seen": late})
        if new:
            self.phase = "hold"
        if not self.scope_at:
            # What was found now is not on hold yet, and may lead further.
            new_at = {"held_at": False} if new else {"scope_at": fields.Datetime.now()}
            self.write(new_at)
        return not new

    def _step_consignees(self):
        """Hand over to whoever lists consignees."""
        self._after_confirm()
        return True

    def _step_tasks(self):
        """One task for each place and each company."""
        if not self.is_drill:
            self._make_tasks()
        return True

    def _note_traced(self, run):
        counts = run.counts or {}
        self._note(
            "traced_again" if self.run_id else "traced",
            self.env._(
                "Traced: %(lots)s lots, %(customers)s consignees, %(deliveries)s deliveries.",
                lots=len(self.scope_ids),
                customers=counts.get("consignee", 0),
                deliveries=counts.get("customer", 0),
            ),
            run_id=run.id,
            seconds=run.seconds,
        )

    @api.model
    def _sql_reached_by(self, run):
        """The lots that a trace reached forward, as a FROM item ``reach``."""
        return SQL(
            "(SELECT lot_id, event_time AS at, level FROM trace_run_line WHERE run_id = %s "
            "AND role = 'made_into' AND lot_id IS NOT NULL) AS reach",
            run.id,
        )

    # -- holds ----------------------------------------------------------------

    def _hold_next(self, size):
        """Hold the next lots that wait for it, those on hand first; whether more are left."""
        rows = self._next_to_hold(size)
        for company, mine in rows.grouped("company_id").items():
            mine._hold(self, company)
        self._tell_planner(len(rows), "trace_hold, trace_hold_effect, trace_recall_lot")
        return len(rows) == size

    def _tell_planner(self, count, tables):
        """Have the planner know of many new rows: it would join each with all others."""
        if count >= MANY:
            self.env.flush_all()
            self.env.cr.execute(SQL(f"ANALYZE {tables}"))

    def _next_to_hold(self, size):
        """Rows that have no hold yet: whoever else holds some of them at the moment is met."""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                SELECT s.id FROM trace_recall_lot s
                WHERE s.recall_id = %s AND s.state = 'scoped' AND s.lot_id IS NOT NULL
                ORDER BY EXISTS (SELECT FROM stock_quant q
                    JOIN stock_location a ON a.id = q.location_id
                    WHERE q.lot_id = s.lot_id AND q.quantity > 0 AND a.company_id = s.company_id
                        AND a.usage IN ('internal', 'transit')) DESC, s.id
                LIMIT %s
                """,
                self.id,
                size,
            )
        )
        ids = [row_id for (row_id,) in found]
        self.env.cr.execute(
            "SELECT FROM trace_recall_lot WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [ids]
        )
        return self.env["trace.recall.lot"].browse(ids)

    def _hold_reason(self):
        """What everybody reads who is stopped."""
        return self.env._("Recall %(number)s: %(title)s", number=self.name, title=self.title)

    def _holds_to_release(self, size=None):
        """Active holds of the case on what is no longer in its scope."""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                SELECT h.id FROM trace_recall_lot s
                JOIN trace_hold h ON h.lot_id = s.lot_id AND h.company_id = s.company_id
                    AND h.state = 'active'
                WHERE s.recall_id = %(recall)s AND h.origin_model = 'trace.recall'
                    AND h.origin_id = %(recall)s
                    AND (%(ended)s OR s.state IN ('excluded', 'released'))
                ORDER BY h.id LIMIT %(size)s
                """,
                recall=self.id,
                ended=self.state == "cancelled",
                size=size,
            )
        )
        return self.env["trace.hold"].browse(hold_id for (hold_id,) in found)

    def _why_released(self):
        if self.state == "cancelled":
            return self.env._("Recall %s was cancelled.", self.name)
        return self.env._("No longer part of recall %s.", self.name)

    # -- buttons --------------------------------------------------------------

    def action_retry(self):
        """Go on where it stopped."""
        self._check_right()
        for recall in self.filtered("error"):
            recall._begin(recall.phase)
