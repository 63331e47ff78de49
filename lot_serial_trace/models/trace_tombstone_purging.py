import logging
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .trace_guard import again_if_taken

_logger = logging.getLogger(__name__)

#: Entries that go in one batch; each is committed.
PURGE_BATCH = 20_000
#: Seconds that the button works while somebody waits.
PURGE_BUTTON = 15


class TraceTombstone(models.Model):
    """Ordering a purge, and doing it.

    An order names all entries at once, those that were shown and no others. A batch then takes
    the next of them, looks again whether something keeps them since, and lets the others go. A
    purge that is stopped, by a button or a power cut, goes on where it was.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.tombstone"

    # -- ordering -------------------------------------------------------------

    @api.model
    def _order_purge(self, company, now):
        """Name all entries that may go now, one tombstone for each class.

        :return: the tombstones, without digest and counts where nothing could go
        """
        due = self.env["trace.retention"]._due(company, now)
        classes = self.env["trace.retention"].search([("company_id", "=", company.id)])
        stones = self.sudo().create([self._prepare(one) for one in classes])
        with again_if_taken():
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO trace_tombstone_event (id, tombstone_id, move_line_id)
                    SELECT d.event_id, t.id, d.move_line_id FROM (%s) d
                    JOIN trace_tombstone t ON t.retention_id = d.class_id AND t.id = ANY(%s)
                    WHERE d.reason IS NULL AND d.sealed AND d.copied
                    ORDER BY d.event_id
                    """,
                    due,
                    stones.ids,
                )
            )
        used = stones.filtered(lambda stone: stone._sum_up())
        (stones - used)._forget()
        return used

    @api.model
    def _prepare(self, retention):
        today = fields.Date.context_today(self)
        return {
            "name": f"{retention.name}, {today}",
            "company_id": retention.company_id.id,
            "retention_id": retention.id,
            "rule": f"{retention.name}: {retention.says}",
            "ordered_by_id": self.env.uid,
            "ordered_at": fields.Datetime.now(),
        }

    def _forget(self):
        """Drop tombstones that name nothing."""
        self.env.cr.execute(SQL("DELETE FROM trace_tombstone WHERE id = ANY(%s)", self.ids))
        self.invalidate_recordset()

    def _sum_up(self):
        """Keep how much was ordered to go, and the digest of it; returns how much."""
        count, digest, since, until = self.env.execute_query(
            SQL(
                """
                SELECT count(*), %s, min(e.event_time), max(e.event_time)
                FROM trace_tombstone_event n JOIN trace_event e ON e.id = n.id
                WHERE n.tombstone_id = %s
                """,
                digest_of("n.id"),
                self.id,
            )
        )[0]
        if count:
            self.write({"ordered": count, "digest": digest, "since": since, "until": until})
        return count

    def _begin(self):
        """Keep which copies hold the entries, say in the ledger what is to go, call the cron."""
        for stone in self:
            copies = self.env["trace.archive"].sudo()._holding(stone)
            stone.write(
                {
                    "copies": "\n".join(f"{one.name} {one.file_hash}" for one in copies),
                    "manifests": copies._manifests_digest() if copies else False,
                }
            )
            stone._tell(
                self.env._(
                    "Ordered to be purged by rule “%(rule)s”: %(count)s entries. SHA-256 over "
                    "their ids: %(digest)s. SHA-256 over the manifests of their copies: %(copies)s",
                    rule=stone.rule,
                    count=stone.ordered,
                    digest=stone.digest,
                    copies=stone.manifests or self.env._("no copies asked for"),
                )
            )
        self.env.ref("lot_serial_trace.cron_purge").sudo()._trigger()

    def _tell(self, says):
        self.env["trace.event"]._record_purge(self, says)

    # -- doing ----------------------------------------------------------------

    def _purge_batch(self, size=PURGE_BATCH):
        """Let the next entries go; returns how many are left to look at.

        Safe to run again, and at the same time as another one: the tombstone is locked.
        """
        self.ensure_one()
        self.lock_for_update()
        ids, before = self._next(size), self.spared
        if ids:
            spared = self._spare(ids)
            gone = self._delete([event_id for event_id in ids if event_id not in spared])
            self.write(
                {
                    "next_id": ids[-1],
                    "purged": self.purged + gone,
                    "spared": self.spared + len(spared),
                }
            )
        left = self.ordered - self.purged - self.spared
        if ids and left > 0:
            if self.spared > before:
                self._tell_rest()
            return left
        self._end("done")
        return 0

    def _next(self, size):
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM trace_tombstone_event WHERE tombstone_id = %s AND id > %s "
                "ORDER BY id LIMIT %s",
                self.id,
                self.next_id,
                size,
            )
        )
        return [event_id for (event_id,) in rows]

    def _spare(self, ids):
        """Take back the names of entries that something keeps by now, or that lost their copy.

        Later entries about the same movements are taken back with them.

        :return: set of the ids among ``ids`` that stay
        """
        retentions, holds = self.env["trace.retention"], self.env["trace.legal.hold"]
        self.env.flush_all()
        taken_back = self.env.execute_query(
            SQL(
                """
                WITH kept AS MATERIALIZED (%(kept)s), stays AS (
                    SELECT e.id, e.move_line_id FROM trace_event e
                    LEFT JOIN kept k ON k.lot_id = e.lot_id
                    WHERE e.id = ANY(%(ids)s)
                        AND (CASE WHEN e.lot_id IS NOT NULL THEN k.reason ELSE %(held)s END
                            IS NOT NULL OR NOT %(copied)s)
                )
                DELETE FROM trace_tombstone_event n
                WHERE n.tombstone_id = %(stone)s AND n.id > %(after)s
                    AND (n.id IN (SELECT id FROM stays) OR n.move_line_id IN (
                        SELECT move_line_id FROM stays WHERE move_line_id IS NOT NULL))
                RETURNING n.id
                """,
                kept=retentions._kept_lots(self.company_id),
                held=holds._holds_loose(self.company_id),
                copied=retentions._copied(self.retention_id.copy_required),
                ids=ids,
                stone=self.id,
                after=self.next_id,
            )
        )
        stay = {event_id for (event_id,) in taken_back}
        later = stay - {*ids}
        if later:
            self.spared += len(later)
        return stay - later

    def _delete(self, ids):
        """Delete entries from the ledger and keep how much of which lot went."""
        (gone,) = self.env.execute_query(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM trace_event WHERE id = ANY(%s)
                    RETURNING lot_id, lot_name, product_id, product_name, event_time
                ), told AS (
                    INSERT INTO trace_tombstone_lot AS t (tombstone_id, company_id, lot_id,
                        lot_name, product_id, product_name, count, since, until)
                    SELECT %s, %s, lot_id, max(lot_name), max(product_id), max(product_name),
                        count(*), min(event_time), max(event_time)
                    FROM gone WHERE lot_id IS NOT NULL GROUP BY lot_id
                    ON CONFLICT (tombstone_id, lot_id) DO UPDATE SET
                        count = t.count + excluded.count,
                        since = least(t.since, excluded.since),
                        until = greatest(t.until, excluded.until)
                )
                SELECT count(*) FROM gone
                """,
                ids,
                self.id,
                self.company_id.id,
            )
        )[0]
        self.env["trace.event"].invalidate_model()
        self.env["trace.tombstone.lot"].invalidate_model()
        return gone

    def _end(self, state):
        """Close the purge and say in the ledger how it ended."""
        self.write({"state": state, "done_at": fields.Datetime.now()})
        self._tell(
            self.env._(
                "Purged by rule “%(rule)s”, up to %(until)s: %(count)s entries; kept after all: "
                "%(spared)s. SHA-256 over the ids of what is gone: %(digest)s",
                rule=self.rule,
                until=self.until,
                count=self.purged,
                spared=self.spared,
                digest=self._digest_now(),
            )
        )

    @api.model
    def _cron_purge(self):
        """Go on with what was ordered, in batches that are committed one by one."""
        commit = self.env["ir.cron"]._commit_progress
        for stone in self.search([("state", "=", "ordered")], order="id"):
            left = stone._purge_batch()
            while commit(PURGE_BATCH, remaining=left) and left:
                left = stone._purge_batch()
            _logger.info("Purge %s: %s entries left", stone.name, left)
            if left:
                return

    # -- buttons --------------------------------------------------------------

    def _check_right(self):
        if not self.env.user.has_group("lot_serial_trace.group_trace_admin"):
            raise AccessError(self.env._("Only a traceability administrator purges the ledger."))
        self.check_access("read")

    def action_go_on(self):
        """Do some of it now, while somebody waits; the cron does the rest."""
        self._check_right()
        until = time.monotonic() + PURGE_BUTTON
        for stone in self.sudo().filtered(lambda one: one.state == "ordered"):
            while stone._purge_batch() and time.monotonic() < until:
                self.env["ir.cron"]._commit_progress(PURGE_BATCH)
        self.env.ref("lot_serial_trace.cron_purge").sudo()._trigger()

    def action_stop(self):
        """Keep what is still there; what is gone is gone."""
        self._check_right()
        for stone in self.sudo().filtered(lambda one: one.state == "ordered"):
            stone.lock_for_update()
            self.env.cr.execute(
                SQL(
                    "DELETE FROM trace_tombstone_event WHERE tombstone_id = %s AND id > %s",
                    stone.id,
                    stone.next_id,
                )
            )
            stone.spared = stone.ordered - stone.purged
            stone._end("stopped")


def digest_of(column):
    """SQL of the SHA-256 over ids in their order, 4 bytes each, in hexadecimal digits."""
    column = SQL(column)
    return SQL(
        "encode(sha256(COALESCE(string_agg(int4send(%s), ''::bytea ORDER BY %s), "
        "''::bytea)), 'hex')",
        column,
        column,
    )
