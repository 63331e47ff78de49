import json
import logging
import time

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.sealing import KeyProblem

_logger = logging.getLogger(__name__)

#: ir.config_parameter key: what a run that gave up waiting was waiting for.
WAITING = "lot_serial_trace.seal_waiting"
#: Seconds that a run waits for transactions that are under way, and between two looks.
PATIENCE = 20
LOOK = 0.2


class TraceBlock(models.Model):
    """Which events can be sealed: those with ids below which nothing can appear any more.

    An id is drawn when an event is written, but the event is seen by others when its transaction
    ends; that may be later than that of events with higher ids. A transaction that draws ids
    holds a lock on the ledger (ROW EXCLUSIVE, as any INSERT) before the first and until its end.
    So: note the last id that was drawn, then who holds that lock, and wait until these have
    ended. Then all ids up to the noted one are there for good or never will be. Nobody waits for
    the sealer: it looks, takes no lock that they want, and holds no snapshot meanwhile.

    Transaction ids would tell it, too, but not after a database was restored from a dump.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.block"

    @api.model
    def _cron_seal(self):
        """Seal what can be sealed; each group of blocks is committed on its own."""
        commit = self.env["ir.cron"]._commit_progress
        if self._waits():
            commit()
            return
        until = self._final_id(commit)
        if until is None:
            return
        sealed = self._seal_next(until)
        while sealed and commit(sealed, remaining=self._left(until)):
            sealed = self._seal_next(until)

    @api.model
    def _waits(self):
        """Whether sealing has to wait for its key; says so on the desk."""
        try:
            self.env["trace.seal.key"]._signer(self._head())
        except KeyProblem as problem:
            why = self.env["trace.seal.key"]._sentence(problem)
            _logger.warning("Sealing waits: %s", why)
            self._tell_waiting(why)
            return True
        return False

    @api.model
    def _tell_waiting(self, why):
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "seal_waiting",
                    "company_id": self.env.ref("base.main_company").id,
                    "values": {"why": why},
                }
            ]
        )

    @api.model
    def _final_id(self, commit):
        """Return the id up to which events are final in the transactions that begin from now on.

        :param commit: function that commits
        :return: None when that is not known yet; the next run goes on waiting for the same
        """
        until, waiting = self._noted() or (self._drawn(), None)
        if until <= self._newest_id():
            self._note(until, ())
            return None
        waiting = self._writing() if waiting is None else waiting & self._writing()
        deadline = time.monotonic() + PATIENCE
        while waiting and time.monotonic() < deadline:
            commit()
            time.sleep(LOOK)
            waiting &= self._writing()
        self._note(until, waiting)
        commit()
        return None if waiting else until

    @api.model
    def _newest_id(self):
        """The last event id that is sealed."""
        return self.env.execute_query(
            SQL("SELECT COALESCE((SELECT max(last_id) FROM trace_block), 0)")
        )[0][0]

    @api.model
    def _drawn(self):
        """The last event id that anybody has drawn."""
        return self.env.execute_query(
            SQL("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM trace_event_id_seq")
        )[0][0]

    @api.model
    def _writing(self):
        """Who may have drawn ids of events and has not ended: all but this transaction."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT virtualtransaction FROM pg_locks
                WHERE locktype = 'relation' AND relation = 'trace_event'::regclass
                    AND mode = 'RowExclusiveLock' AND granted
                    AND database = (SELECT oid FROM pg_database
                        WHERE datname = current_database())
                    AND pid IS DISTINCT FROM pg_backend_pid()
                """
            )
        )
        return {name for (name,) in rows}

    @api.model
    def _left(self, until):
        """About how many events are left to seal."""
        return max(until - self._newest_id(), 0)

    # -- a wait that is longer than a run -------------------------------------

    @api.model
    def _noted(self):
        """What the run before was waiting for: ``(until, who)``, or None."""
        kept = self.env["ir.config_parameter"].sudo().get_param(WAITING)
        if not kept:
            return None
        kept = json.loads(kept)
        # Names of transactions begin anew with each start of PostgreSQL.
        return (kept["until"], set(kept["who"])) if kept["since"] == self._started() else None

    @api.model
    def _note(self, until, who):
        parameters = self.env["ir.config_parameter"].sudo()
        if who:
            kept = {"until": until, "who": sorted(who), "since": self._started()}
            parameters.set_param(WAITING, json.dumps(kept))
        elif parameters.get_param(WAITING):
            parameters.set_param(WAITING, False)

    @api.model
    def _started(self):
        [(since,)] = self.env.execute_query(SQL("SELECT pg_postmaster_start_time()::text"))
        return since

    # -- what is on screens ---------------------------------------------------

    @api.model
    def _unsealed(self):
        """``(number of events that are not sealed, time of the first of them)``."""
        [(count, since)] = self.env.execute_query(
            SQL(
                "SELECT count(*), min(record_time) FROM trace_event WHERE id > %s",
                self._newest_id(),
            )
        )
        return count, fields.Datetime.to_datetime(since)
