from odoo import api, models
from odoo.tools import SQL


class TraceBlock(models.Model):
    """What a changed event says otherwise than the documents that are still there.

    A seal proves that an event is not what it was; what it was is not kept twice. Where a copy of
    the ledger was read back (``trace.archive``), that says it; else the movement that it told of,
    which is often still there.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.block"

    @api.model
    def _differences(self, event_ids):
        """Map event id -> sentence, for events that say otherwise than their documents."""
        if not event_ids:
            return {}
        copies = self._archived(event_ids)
        rows = self._beside_documents(event_ids)
        said = {}
        for row in rows:
            event = row["event"]
            if event["id"] in copies:
                found = _differing(event, copies[event["id"]])
                said[event["id"]] = self._says(found, self.env._("the archived copy"))
            elif row["document"]:
                found = _differing(event, row["document"])
                said[event["id"]] = self._says(found, event["document"] or self.env._("Odoo"))
        return said

    @api.model
    def _archived(self, event_ids):
        """Map event id -> dict of columns, of events whose archived copy was read back."""
        rows = self.env.execute_query(
            SQL("SELECT id, to_jsonb(a) FROM trace_archive_event a WHERE id = ANY(%s)", event_ids)
        )
        return dict(rows)

    @api.model
    def _beside_documents(self, event_ids):
        """Events and what their movements say now, as dicts ``event`` and ``document``."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT to_jsonb(e) AS event, CASE WHEN l.id IS NOT NULL THEN jsonb_build_object(
                    'quantity', l.quantity_product_uom, 'lot_name', lot.name,
                    'product_id', l.product_id, 'source_id', l.location_id,
                    'source_name', a.complete_name, 'dest_id', l.location_dest_id,
                    'dest_name', b.complete_name, 'lot_id', l.lot_id) END AS document
                FROM trace_event e
                LEFT JOIN stock_move_line l ON l.id = e.move_line_id
                    -- an event that was corrected need not say what the movement says now
                    AND NOT EXISTS (SELECT FROM trace_event c
                        WHERE c.move_line_id = e.move_line_id AND c.id > e.id)
                LEFT JOIN stock_lot lot ON lot.id = l.lot_id
                LEFT JOIN stock_location a ON a.id = l.location_id
                LEFT JOIN stock_location b ON b.id = l.location_dest_id
                WHERE e.id = ANY(%s)
                """,
                event_ids,
            )
        )

    @api.model
    def _says(self, found, where):
        if not found:
            return ""
        events = self.env["trace.event"]
        parts = [
            self.env._(
                "%(field)s: the ledger says %(now)s, %(where)s says %(then)s.",
                field=events._fields[name]._description_string(self.env),
                now=self._shown(now),
                where=where,
                then=self._shown(then),
            )
            for name, now, then in found
        ]
        return " ".join(parts)

    @api.model
    def _shown(self, value):
        return self.env._("nothing") if value in (None, "", False) else value


def _differing(event, other):
    """``(column, in the event, elsewhere)`` of the columns that both have and say otherwise."""
    return [
        (name, event[name], value)
        for name, value in sorted(other.items())
        if name in event and not _alike(event[name], value)
    ]


def _alike(one, other):
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 0.00001
    return (one or None) == (other or None)
