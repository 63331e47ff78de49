from odoo import api, fields, models
from odoo.tools import SQL

from ..core.epcis.event import UNSAID

#: Rows of the ledger that are marked in one go.
BATCH = 2000
#: Rows may be committed so many behind others that were written later.
LATE = 200_000


class TraceEpcisMark(models.Model):
    """Where an identifier of one of our own events leads to: the ledger has no hash in its rows.

    A cron computes the identifiers of new rows in the background, so that writing the ledger
    costs nothing more. Only the first 31 bits of a hash are kept, in 8 bytes instead of 90: to
    the few rows that have them in common the identifier is compared when it is asked for. That
    finds out as well when names have changed since (the domain, a GLN).
    """

    _name = "trace.epcis.mark"
    _description = "Identifier of an Own Event"
    _log_access = False
    _rec_name = "entry_id"

    entry_id = fields.Integer(required=True, readonly=True, index=True)
    mark = fields.Integer(required=True, readonly=True, index=True)

    @api.model
    def _entries(self, name):
        """Rows of the ledger that may have an identifier, as far as they may be read."""
        mark = _mark(name)
        if mark is None:
            return self.env["trace.event"]
        found = self.sudo().search([("mark", "=", mark)], limit=100)
        return self.env["trace.event"].search([("id", "in", found.mapped("entry_id"))], order="id")

    @api.model
    def _cron(self):
        """Mark what came since the last round, in batches that are committed one by one."""
        commit = self.env["ir.cron"]._commit_progress
        last = self._mark_next()
        while last:
            if not commit(BATCH, remaining=BATCH):
                return
            last = self._mark_next(last)
        commit(remaining=0)

    @api.model
    def _mark_next(self, last=None):
        """Mark the next rows of the ledger.

        :param last: id of the row behind which they are; None: wherever rows are not marked
        :returns: id of the last row, or 0 if there are no more
        """
        ids = self._unmarked(last)
        entries = self.env["trace.event"].sudo().browse(ids)
        said = entries.filtered(lambda entry: entry.kind not in UNSAID and entry.biz_step)
        marks = dict.fromkeys(ids, 0)
        for entry_id, event in self.env["trace.epcis"].sudo()._events_by_entry(said):
            if "errorDeclaration" not in event:
                marks[entry_id] = _mark(event["eventID"])
        columns = [list(column) for column in zip(*marks.items(), strict=True)] or [[], []]
        self.env.cr.execute(
            SQL(
                "INSERT INTO trace_epcis_mark (entry_id, mark) "
                "SELECT * FROM unnest(%s::int[], %s::int[])",
                *columns,
            )
        )
        self.env["trace.event"].invalidate_model()
        return ids[-1] if len(ids) == BATCH else 0

    @api.model
    def _unmarked(self, last):
        """Ids of the next rows; those that were committed behind later ones are among them."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT e.id FROM trace_event e
                WHERE e.id > COALESCE(%s, (
                        SELECT COALESCE(max(entry_id), 0) - %s FROM trace_epcis_mark))
                    AND NOT EXISTS (SELECT FROM trace_epcis_mark m WHERE m.entry_id = e.id)
                ORDER BY e.id LIMIT %s
                """,
                last,
                LATE,
                BATCH,
            )
        )
        return [row_id for (row_id,) in rows]


def _mark(name):
    """The first 31 bits of the hash in an identifier, or None if it is none."""
    digest = name.removeprefix("ni:///sha-256;").partition("?")[0]
    try:
        return int(digest[:8], 16) >> 1 if len(digest) == 64 else None
    except ValueError:
        return None
