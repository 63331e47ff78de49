from collections import namedtuple
from uuid import uuid4

from odoo import api, models
from odoo.tools import SQL

#: Goods of a lot that are free in a place.
Free = namedtuple("Free", "quant_id lot_id left")


class StockPicking(models.Model):
    """Lots that nobody captured at a till, inferred: first expired, first out.

    A guess, and called so: on the number of the order, on the movement, in the ledger. Held and
    expired lots are not guessed, and never serial numbers: which unit it was, nobody can know.
    What cannot be inferred waits for the desk, as without.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    @api.model
    def _trace_mark_only(self, packs, apart):
        """Mark numbers that the till took by itself: there was no other in the shop, or it came
        first on the sale that is refunded.
        """
        only = self.env._("Inferred: the only one in the shop, nobody scanned it.")
        first = self.env._("Inferred: one of several of the sale, nobody scanned what came back.")
        guessed = {line: pack for line, pack in packs.items() if pack.trace_method == "inferred"}
        for line, pack in guessed.items():
            apart.inferred[line.id] = only if pack.pos_order_line_id.qty > 0 else first

    def _trace_infer(self, lines, apart):
        """Give pieces without a lot the lots that were to be sold first: one query for all."""
        if not any(config.trace_infer_lots for config in lines.order_id.config_id):
            return
        lines = lines.filtered(
            lambda line: (
                line.order_id.config_id.trace_infer_lots
                and line.product_id.tracking == "lot"
                and not line.pack_lot_ids.filtered("lot_name")
            )
        )
        moves = self.move_ids.filtered(
            lambda move: (
                move.product_id in lines.product_id and move.location_id.usage == "internal"
            )
        )
        if not moves:
            return
        free = self._trace_free_lots(moves)
        taken = []
        for line in lines:
            move = moves.filtered(lambda one, line=line: one.product_id == line.product_id)[:1]
            if move:
                taken += self._trace_take(line, move, free.get(line.product_id.id, []))
        self._trace_write_inferred(taken, apart)

    def _trace_take(self, line, move, free):
        """Triples of order line, movement and :class:`Free` with the quantity taken of it."""
        unit = line.product_id.uom_id
        wanted, taken = abs(line.qty), []
        for place, one in enumerate(free):
            part = min(wanted, one.left)
            if unit.compare(part, 0) > 0:
                taken.append((line, move, one._replace(left=part)))
                free[place] = one._replace(left=one.left - part)
                wanted -= part
        return taken

    def _trace_free_lots(self, moves):
        """dict product id -> list of :class:`Free`, those that expire first before others."""
        self.env["stock.quant"].flush_model()
        self.env["stock.lot"].flush_model(["trace_status", "expiration_date"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT q.product_id, q.id, q.lot_id, (q.quantity - q.reserved_quantity)::float8
                FROM stock_quant q
                JOIN stock_lot l ON l.id = q.lot_id
                JOIN stock_location a ON a.id = q.location_id
                WHERE q.product_id = ANY(%s) AND q.quantity > q.reserved_quantity
                    AND a.parent_path LIKE %s || '%%' AND a.usage = 'internal'
                    AND NOT a.id = ANY(%s)
                    AND l.trace_status = 'free'
                    AND (l.expiration_date IS NULL OR l.expiration_date > now() AT TIME ZONE 'UTC')
                ORDER BY l.expiration_date NULLS LAST, q.in_date, q.id
                """,
                moves.product_id.ids,
                moves.location_id[:1].parent_path,
                list(self.env["stock.location"]._trace_quarantine_paths()),
            )
        )
        free = {}
        for product_id, *one in rows:
            free.setdefault(product_id, []).append(Free(*one))
        return free

    def _trace_write_inferred(self, taken, apart):
        """Write the numbers of the orders, the lines of the movements, and what they are."""
        if not taken:
            return
        lots = self.env["stock.lot"].browse(one.lot_id for _line, _move, one in taken)
        packs = self.env["pos.pack.operation.lot"].create(
            [
                {
                    "uuid": str(uuid4()),
                    "pos_order_line_id": line.id,
                    "lot_name": lot.name,
                    "lot_id": lot.id,
                    "trace_method": "inferred",
                }
                for (line, _move, _one), lot in zip(taken, lots, strict=True)
            ]
        )
        made = self.env["stock.move.line"].create(
            [
                {
                    **move._prepare_move_line_vals(one.left),
                    "quantity": one.left,
                    "product_uom_id": move.product_id.uom_id.id,
                    "quant_id": one.quant_id,
                    "picked": True,
                }
                for _line, move, one in taken
            ]
        )
        self.env["trace.till.packs"]._keep(dict(zip(made, packs, strict=True)))
        why = self.env._("Inferred: nobody captured the lot. First expired, first out.")
        apart.inferred.update(dict.fromkeys(made.ids, why))
