from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from .trace_hold_sql import covers, flush


class TraceHoldReleasing(models.Model):
    """Releasing: goods that no other hold covers are free, and what placing did is undone.

    Nothing is undone while another hold covers the goods: it is when the last one goes. Then

    * transfers to quarantine lose the lines of these goods;
    * goods that went there get a transfer back to where they were;
    * movements that lost a reservation and still lack goods are given what is free now, and
      nothing that others have;
    * exceptions about documents that were short or had held goods picked are resolved;
    * the same documents and the tills are told again.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    def _release(self, reason):
        """Release active holds; lots without another hold are free again.

        :param reason: text, required
        :return: the holds that were active: two people release once
        """
        self._check_right()
        self.check_access("read")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the goods may move again."))
        plain = clean_context(self.env.context)
        holds = self.with_context(plain).sudo()._end(reason)  # pylint: disable=context-overridden
        if holds:
            holds.lot_id._trace_update_status()
            holds._record_events("release", reason, "inspecting", "sellable_accessible")
            holds._undo(reason)
            holds._trace_tell_tills("released")
        return self.browse(holds.ids)

    def _end(self, reason):
        """Write the end of those that are active: one query.

        Whoever is second waits for the first, runs again and finds nothing left to release.
        """
        flush(self.env)
        ended = self.env.execute_query(
            SQL(
                """
                UPDATE trace_hold SET state = 'released', release_reason = %(reason)s,
                    released_by_id = %(uid)s, released_at = %(now)s,
                    write_uid = %(uid)s, write_date = %(now)s
                WHERE id = ANY(%(ids)s) AND state = 'active' RETURNING id
                """,
                reason=reason,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                ids=self.ids,
            )
        )
        self.invalidate_model()
        return self.browse(sorted(row_id for (row_id,) in ended))

    # -- undoing --------------------------------------------------------------

    def _undo(self, reason):
        """Undo what placing did to goods that no hold covers any more."""
        effects = self._effects_to_undo()
        moved = [effect for effect in effects if effect["kind"] == "moved"]
        self._drop_from_quarantine_transfers(moved)
        self._bring_back([effect for effect in moved if not effect["held_elsewhere"]])
        lost = {effect["move_id"] for effect in effects if effect["kind"] == "freed"}
        self._reserve_again(self.env["stock.move"].browse(lost - {None}).exists())
        self._mark_undone(effects)
        self._out_of_trouble(effects, reason)
        self._tell_documents_again(effects, reason)

    def _effects_to_undo(self):
        """Open effects of released holds of these lots, where no hold covers the goods."""
        flush(self.env)
        self.env["trace.hold.effect"].flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT e.id, e.hold_id, e.company_id, e.lot_id, e.kind, e.quantity::float,
                    e.move_id, e.location_id, e.res_model, e.res_id, h.placed_at,
                    EXISTS (SELECT FROM trace_hold o WHERE o.lot_id = e.lot_id
                        AND o.company_id = e.company_id AND o.state = 'active') AS held_elsewhere
                FROM (SELECT DISTINCT lot_id, company_id FROM trace_hold
                    WHERE id = ANY(%(holds)s)) r
                JOIN trace_hold_effect e ON e.lot_id = r.lot_id AND e.company_id = r.company_id
                    AND e.undone_at IS NULL
                JOIN trace_hold h ON h.id = e.hold_id AND h.state = 'released'
                LEFT JOIN stock_location a ON a.id = e.location_id
                WHERE NOT EXISTS (
                    SELECT FROM trace_hold o WHERE o.lot_id = e.lot_id
                        AND o.company_id = e.company_id AND o.state = 'active' AND %(covered)s)
                ORDER BY e.id
                """,
                holds=self.ids,
                covered=covers(self.env, "o", "a"),
            )
        )

    @api.model
    def _mark_undone(self, effects):
        done = [
            effect["id"]
            for effect in effects
            if effect["kind"] != "moved" or not effect["held_elsewhere"]
        ]
        self.env.cr.execute(
            "UPDATE trace_hold_effect SET undone_at = %s WHERE id = ANY(%s)",
            (fields.Datetime.now(), done),
        )
        self.env["trace.hold.effect"].invalidate_model(["undone_at"])

    @api.model
    def _reserve_again(self, moves):
        """Give movements that lost goods what is free now."""
        moves.filtered(
            lambda move: move.state in ("confirmed", "waiting", "partially_available")
        )._trace_assign_together()

    # -- quarantine -----------------------------------------------------------

    @api.model
    def _drop_from_quarantine_transfers(self, moved):
        """Take goods that are free again off the transfers that would carry them away."""
        places = {(row["lot_id"], row["location_id"], row["company_id"]) for row in moved}
        lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", [row["lot_id"] for row in moved]),
                ("move_id.trace_for_hold", "=", True),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        lines = lines.filtered(
            lambda line: (line.lot_id.id, line.location_id.id, line.company_id.id) in places
        )
        lines.move_id._trace_drop_lines(lines)

    @api.model
    def _bring_back(self, moved):
        """Make transfers for what the hold took to quarantine, back to where it was."""
        went = self._went_to_quarantine(moved)
        lying = self._lies_in_quarantine(moved)
        rows = []
        for effect in moved:
            key = effect["lot_id"], effect["company_id"], effect["location_id"]
            quantity = min(effect["quantity"], went.get(key, 0))
            for quant in lying[key[:2]]:
                part = min(quantity, quant["quantity"])
                if part > 0:
                    quantity -= part
                    went[key] -= part
                    quant["quantity"] -= part
                    rows.append(self._row_back(effect, quant, part))
        if rows:
            effects = self._transfer(rows, "back", self.env._("Free again"))
            now = fields.Datetime.now()
            self.env["trace.hold.effect"]._insert(
                [{**effect, "undone_at": now} for effect in effects]
            )

    @api.model
    def _row_back(self, effect, quant, quantity):
        place = self.env["stock.location"].browse(effect["location_id"])
        dest = place if place.active else place.warehouse_id.lot_stock_id
        return {
            **quant,
            "hold_id": effect["hold_id"],
            "quantity": quantity,
            "dest_id": dest.id or place.id,
        }

    @api.model
    def _went_to_quarantine(self, moved):
        """What went there for holds: dict (lot, company, from) -> quantity.

        By transfers for holds, and by movements that brought goods there instead of to stock.
        """
        since = min((effect["placed_at"] for effect in moved), default=None)
        self.env["stock.move.line"].flush_model()
        self.env["stock.move"].flush_model(["trace_for_hold", "trace_instead_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.lot_id, l.company_id, COALESCE(m.trace_instead_id, l.location_id),
                    sum(l.quantity_product_uom)::float
                FROM stock_move_line l JOIN stock_move m ON m.id = l.move_id
                WHERE l.lot_id = ANY(%s) AND l.state = 'done'
                    AND (m.trace_for_hold AND l.date >= %s OR m.trace_instead_id IS NOT NULL)
                GROUP BY 1, 2, 3
                """,
                [effect["lot_id"] for effect in moved],
                since,
            )
        )
        return {(lot, company, place): quantity for lot, company, place, quantity in rows}

    @api.model
    def _lies_in_quarantine(self, moved):
        """What is free in quarantine: dict (lot, company) -> rows of quants."""
        self.env["stock.quant"].flush_model()
        found = defaultdict(list)
        for row in self.env.execute_query_dict(
            SQL(
                """
                SELECT a.company_id, q.id AS quant_id, q.lot_id, q.product_id, q.location_id,
                    q.package_id, q.owner_id, a.warehouse_id,
                    (q.quantity - COALESCE(q.reserved_quantity, 0))::float AS quantity
                FROM stock_quant q JOIN stock_location a ON a.id = q.location_id
                WHERE q.lot_id = ANY(%s) AND a.id = ANY(%s) AND a.warehouse_id IS NOT NULL
                    AND q.quantity - COALESCE(q.reserved_quantity, 0) > 0
                ORDER BY q.product_id, q.id
                """,
                [effect["lot_id"] for effect in moved],
                list(self.env["stock.location"]._trace_quarantine_paths()),
            )
        ):
            found[row["lot_id"], row["company_id"]].append(row)
        return found
