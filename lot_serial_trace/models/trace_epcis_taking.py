import json
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.epcis import goods, reading
from ..core.epcis.check import moment
from ..core.epcis.flaws import flaw
from ..core.epcis.links import canonical

_logger = logging.getLogger(__name__)

#: Events that are written together.
BATCH = 1000
#: How often a batch is tried again when others write the same events.
TRIES = 5
_COLUMNS = (
    "index", "line", "event_hash", "event_ref", "altered", "event_type", "action", "biz_step",
    "disposition", "event_time", "event_offset", "read_point", "biz_location", "content",
    "context",
)  # fmt: skip


class TraceEpcisCapture(models.Model):
    """How the events of a document are written: a constant number of statements a batch.

    Events of a big document that is all or nothing have no record time until all of them are
    here, and nobody sees them before. When another document brings one of them meanwhile it is
    that document's.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.epcis.capture"

    # -- at once --------------------------------------------------------------

    def _take_at_once(self, found):
        """Take in a small document within this transaction."""
        self.ensure_one()
        right = self._right(found)
        taken = []
        if right and not (self.behaviour == "rollback" and self.wrong):
            taken = self._insert(right, live=True)
            self._count(len(right), taken)
        self.write({"checked": len(found), "position": len(found)})
        self._end("failed" if self.wrong and self.behaviour == "rollback" else "done")

    def _right(self, found):
        """The events that can be taken in; the flaws of the others are noted."""
        flaws = [each for one in found for each in one.flaws]
        right = [one for one in found if not one.flaws]
        clashes = self._clashes(right)
        flaws += clashes.values()
        self._note(flaws)
        return [one for one in right if one.index not in clashes]

    def _count(self, offered, taken):
        self.write({"taken": self.taken + taken, "known": self.known + offered - taken})

    # -- in the background ----------------------------------------------------

    @api.model
    def _cron(self):
        """Take in the documents that wait, in batches that are committed one by one."""
        commit = self.env["ir.cron"]._commit_progress
        jobs = self.search([("state", "in", ("waiting", "running"))], order="id")
        left = sum(job.total - job.position for job in jobs)
        commit(remaining=left)
        for job in jobs:
            if not job._go_on(commit):
                return

    def _go_on(self, commit):
        """Go on with a document; False when time is up."""
        self.ensure_one()
        self.write({"state": "running"})
        try:
            data = self.attachment_id.with_context(bin_size=False).raw
            frame = reading.examine(data)
            return self._check_all(data, frame, commit) and self._write_all(data, frame, commit)
        except OperationalError:
            raise
        except Exception as error:
            _logger.exception("EPCIS capture %s", self.name)
            self._fail(flaw("unreadable", reason=type(error).__name__))
            return commit(remaining=0)

    def _check_all(self, data, frame, commit):
        """Look at all events first where one that is wrong lets none in."""
        if self.behaviour == "proceed" or self.checked >= self.total:
            return True
        for batch in _batches(reading.events(data, frame, self.checked)):
            self._right(batch)
            self.checked = batch[-1].index
            if not commit(remaining=max(self.total - self.position, 1)):
                return False
        if self.wrong:
            self._fail()
            return commit()
        return True

    def _write_all(self, data, frame, commit):
        if self.state == "failed":
            return True
        for batch in _batches(reading.events(data, frame, self.position)):
            left = max(self.total - batch[-1].index, 0)
            self._write_batch(batch, commit)
            if self.wrong and self.behaviour == "rollback":
                self._fail()
                return commit()
            if not commit(len(batch), remaining=max(left, 1)):
                return False
        self._publish()
        self._end("done")
        return commit(remaining=0)

    def _write_batch(self, batch, commit):
        """Write a batch; again, in a new transaction, when another one wrote the same events."""
        live = self.behaviour == "proceed"
        for attempt in range(TRIES):
            try:
                with self.env.cr.savepoint():
                    right = self._right(batch)
                    self._count(len(right), self._insert(right, live))
                    self.position = batch[-1].index
                    self.env.flush_all()
                return
            except OperationalError:
                if attempt == TRIES - 1:
                    raise
                self.env.invalidate_all(flush=False)
                commit()

    def _fail(self, found=None):
        """Nothing of the document stays."""
        if found:
            self._note([found])
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM trace_epcis_event WHERE capture_id = %s AND record_time IS NULL",
                self.id,
            )
        )
        self.env["trace.epcis.event"].invalidate_model()
        gone = {} if self.behaviour == "proceed" else {"taken": 0, "known": 0}
        self.write(gone)
        self._end("failed")

    def _publish(self):
        """All of it is here: from now on it is seen."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE trace_epcis_event SET record_time = now() AT TIME ZONE 'UTC' "
                "WHERE capture_id = %s AND record_time IS NULL",
                self.id,
            )
        )
        self.env["trace.epcis.event"].invalidate_model()

    # -- writing --------------------------------------------------------------

    def _clashes(self, found):
        """Flaws of events whose ``eventID`` stands for another event: dict index -> flaw.

        One that declares an error is meant to come again with the same identifier.
        """
        named = [one for one in found if one.event.get("eventID")]
        rows = self.env.execute_query(
            SQL(
                "SELECT event_ref, event_hash FROM trace_epcis_event "
                "WHERE company_id = %s AND event_ref = ANY(%s)",
                self.company_id.id,
                [one.event["eventID"] for one in named],
            )
        )
        digests = dict(rows)
        clashes = {}
        for one in named:
            ref = one.event["eventID"]
            if digests.setdefault(ref, one.digest) != one.digest:
                if "errorDeclaration" not in one.event:
                    place = (one.index, one.line, "eventID")
                    clashes[one.index] = flaw("taken", *place, value=ref)
        return clashes

    def _insert(self, found, live):
        """Write events that are right; returns how many were new.

        :param live: whether they are seen from now on
        """
        known_refs = self._declared_by_name(found)
        new = [one for one in found if one.index not in known_refs]
        rows = {one.digest: _row(one) for one in reversed(new)}  # of twins the first
        self.env.flush_all()
        count, taken = self._insert_events(list(rows.values())[::-1], live)
        self._insert_items({one.digest: one for one in new if one.digest in taken}, taken)
        self._declare(found)
        self.env["trace.epcis.item"]._link(list(taken.values()))
        self.env.invalidate_all(flush=False)
        return count

    def _insert_events(self, rows, live):
        """Insert events that are not here yet.

        :returns: how many are this document's, and dict digest -> id of those that are new
        """
        if not rows:
            return 0, {}
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO trace_epcis_event AS t
                    (company_id, capture_id, record_time, %(columns)s)
                SELECT %(company)s, %(job)s, %(now)s, %(columns)s
                FROM unnest(%(index)s::int[], %(line)s::int[], %(event_hash)s::text[],
                    %(event_ref)s::text[], %(altered)s::bool[], %(event_type)s::text[],
                    %(action)s::text[], %(biz_step)s::text[], %(disposition)s::text[],
                    %(event_time)s::timestamp[], %(event_offset)s::text[],
                    %(read_point)s::text[], %(biz_location)s::text[], %(content)s::jsonb[],
                    %(context)s::jsonb[]) AS r(%(columns)s)
                ON CONFLICT (company_id, event_hash) DO UPDATE
                    SET record_time = excluded.record_time, capture_id = excluded.capture_id
                    WHERE t.record_time IS NULL AND excluded.record_time IS NOT NULL
                RETURNING id, event_hash, xmax = 0
                """,
                columns=SQL(", ").join(map(SQL.identifier, _COLUMNS)),
                company=self.company_id.id,
                job=self.id,
                now=fields.Datetime.now() if live else SQL("NULL::timestamp"),
                **{name: [row[at] for row in rows] for at, name in enumerate(_COLUMNS)},
            )
        )
        new = {digest: event_id for event_id, digest, inserted in found if inserted}
        return len(found), new

    def _insert_items(self, found, taken):
        rows = [(one.digest, *item) for one in found.values() for item in goods.items(one.event)]
        columns = [list(column) for column in zip(*rows, strict=True)] or [
            [] for _column in range(8)
        ]
        columns[0] = [taken[digest] for digest in columns[0]]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_epcis_item
                    (event_id, company_id, part, epc, kind, gtin, number, quantity, uom)
                SELECT event_id, %s, part, epc, kind, NULLIF(gtin, ''), NULLIF(number, ''),
                    quantity, NULLIF(uom, '')
                FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[],
                    %s::text[], %s::float8[], %s::text[])
                    AS r(event_id, part, epc, kind, gtin, number, quantity, uom)
                """,
                self.company_id.id,
                *columns,
            )
        )

    # -- declared errors ------------------------------------------------------

    def _declared_by_name(self, found):
        """Indexes of events that declare an error of one that is here under the same name.

        Senders that add to an event when they declare it wrong change its content: it is still
        the event of that identifier.
        """
        named = {
            one.event["eventID"]: one.index
            for one in found
            if "errorDeclaration" in one.event and one.event.get("eventID")
        }
        if not named:
            return set()
        rows = self.env.execute_query(
            SQL(
                "SELECT event_ref FROM trace_epcis_event "
                "WHERE company_id = %s AND event_ref = ANY(%s)",
                self.company_id.id,
                list(named),
            )
        )
        return {named[ref] for (ref,) in rows}

    def _declare(self, found):
        """Mark the events that were declared wrong; what was said first stays."""
        wrong = [one for one in found if "errorDeclaration" in one.event]
        if not wrong:
            return
        errors = [one.event["errorDeclaration"] for one in wrong]
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_epcis_event t
                SET error_time = r.moment, error_reason = r.reason, declaration = r.said,
                    declared_by_id = %s
                FROM unnest(%s::text[], %s::text[], %s::timestamp[], %s::text[], %s::jsonb[])
                    AS r(event_hash, event_ref, moment, reason, said)
                WHERE t.company_id = %s AND t.error_time IS NULL
                    AND (t.event_hash = r.event_hash OR t.event_ref = r.event_ref)
                """,
                self.id,
                [one.digest for one in wrong],
                [one.event.get("eventID") for one in wrong],
                [moment(error["declarationTime"]) for error in errors],
                [error.get("reason") for error in errors],
                [json.dumps(error) for error in errors],
                self.company_id.id,
            )
        )


def _batches(found):
    """Events in lists of at most ``BATCH``."""
    batch = []
    for one in found:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(one):
    """The columns of an event."""
    event = {name: value for name, value in one.event.items() if name != "errorDeclaration"}
    ref = event.get("eventID")
    return (
        one.index,
        one.line,
        one.digest,
        ref,
        bool(ref and ref.startswith("ni:///sha-256;") and ref != one.digest),
        event["type"],
        event.get("action"),
        event.get("bizStep"),
        event.get("disposition"),
        moment(event["eventTime"]),
        event["eventTimeZoneOffset"],
        _place(event.get("readPoint")),
        _place(event.get("bizLocation")),
        json.dumps(event),
        json.dumps(one.context),
    )


def _place(found):
    return canonical(found["id"]) if found else None
