from odoo import api, models
from odoo.tools import SQL

from .trace_tombstone_purging import digest_of


class TraceTombstone(models.Model):
    """What the ledger tells of a purge, and whether the tombstone is still as it was told.

    The digest over the entries that a purge names is written into the ledger when the purge is
    ordered, each time some of them are spared, and when it ends: ``reason`` of the last of these
    events has the digest over what the tombstone names now, and is sealed like all others.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.tombstone"

    @api.model
    def _named(self, event_ids):
        """Map id of each entry that a purge names -> id of its tombstone: one query."""
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, tombstone_id FROM trace_tombstone_event WHERE id = ANY(%s)",
                    list(event_ids),
                )
            )
        )

    @api.model
    def _borne_out(self, stone_ids):
        """Map id of each tombstone -> whether it names what the ledger says, and nothing else."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT n.tombstone_id, n.digest, e.id, e.reason FROM (
                    SELECT tombstone_id, %s AS digest FROM trace_tombstone_event
                    WHERE tombstone_id = ANY(%s) GROUP BY tombstone_id
                ) n LEFT JOIN LATERAL (
                    SELECT id, reason FROM trace_event
                    WHERE kind = 'purge' AND document_model = %s AND document_id = n.tombstone_id
                    ORDER BY id DESC LIMIT 1
                ) e ON TRUE
                """,
                digest_of("id"),
                list(stone_ids),
                self._name,
            )
        )
        told = [event_id for _stone, _digest, event_id, _reason in rows if event_id]
        unchanged = self.env["trace.block"]._unchanged(told)
        return {
            stone: event_id in unchanged and digest in (reason or "")
            for stone, digest, event_id, reason in rows
        }

    def _digest_now(self):
        """The digest over the entries that are named now."""
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM trace_tombstone_event WHERE tombstone_id = %s",
                digest_of("id"),
                self.id,
            )
        )[0][0]

    def _tell_rest(self):
        """Say in the ledger that some of the entries were spared, and what is named now."""
        for stone in self:
            stone._tell(
                self.env._(
                    "Kept after all of what is purged by rule “%(rule)s”: %(spared)s entries. "
                    "SHA-256 over the ids of the others: %(digest)s",
                    rule=stone.rule,
                    spared=stone.spared,
                    digest=stone._digest_now(),
                )
            )
