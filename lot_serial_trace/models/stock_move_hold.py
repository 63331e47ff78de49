from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


class StockMove(models.Model):
    """Movements as holds see them: whose document they are, and which take goods to quarantine."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    trace_for_hold = fields.Boolean(
        "For Goods on Hold",
        readonly=True,
        copy=False,
        help="Made when goods were put on hold: it takes these goods to quarantine and no others.",
    )

    def _auto_init(self):
        """Add an empty column: nothing is computed for a million old movements."""
        if not column_exists(self.env.cr, "stock_move", "trace_for_hold"):
            create_column(self.env.cr, "stock_move", "trace_for_hold", "boolean")
        return super()._auto_init()

    def _trace_document(self):
        """The document that people know the movement by: transfer, production or repair order."""
        self.ensure_one()
        for name in ("picking_id", "raw_material_production_id", "production_id", "repair_id"):
            if name in self._fields and self[name]:
                return self[name]
        return self

    # -- to quarantine --------------------------------------------------------

    def _action_assign(self, force_qty=False):
        """Movements of goods on hold get those goods and no others."""
        ours = self.filtered("trace_for_hold")
        if ours:
            ours._trace_assign_held()
        return super(StockMove, self - ours)._action_assign(force_qty=force_qty)

    def _trace_assign_held(self):
        """Reserve what is still to go to quarantine, as when a part of it went first."""
        for move in self.sudo().filtered(lambda move: move.state not in ("done", "cancel")):
            missing = move.product_qty - sum(move.move_line_ids.mapped("quantity_product_uom"))
            if move.product_id.uom_id.compare(missing, 0) > 0:
                rows = move._trace_rows_up_to(missing)
                holds = self.env["trace.hold"].sudo()
                holds._make_lines({move.product_id.id: move}, rows, holds._whole_packages(rows))
        self._recompute_state()

    def _trace_rows_up_to(self, missing):
        """So much of what holds have sent to quarantine and what lies where it was."""
        sent = self.env["trace.hold.effect"].search(
            [
                ("kind", "=", "moved"),
                ("undone_at", "=", False),
                ("hold_id.state", "=", "active"),
                ("hold_id.product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
            ]
        )
        path = self.location_id.parent_path
        rows = []
        for row in sent.hold_id._goods_on_hand():
            place = self.env["stock.location"].browse(row["location_id"])
            if missing > 0 and place.parent_path.startswith(path):
                quantity = min(missing, row["quantity"])
                missing -= quantity
                rows.append({**row, "quantity": quantity, "dest_id": self.location_dest_id.id})
        return rows

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        return {**vals, "trace_for_hold": True} if self.trace_for_hold else vals

    def _trace_drop_lines(self, lines):
        """Take ``lines`` off these movements, which then ask for so much less."""
        dropped = {move: 0.0 for move in self}
        for line in lines:
            dropped[line.move_id] += line.quantity_product_uom
        lines.unlink()
        left = {
            move: move.product_uom.round(
                move.product_uom_qty
                - move.product_id.uom_id._compute_quantity(quantity, move.product_uom, round=False)
            )
            for move, quantity in dropped.items()
        }
        empty = self.filtered(lambda move: move.product_uom.compare(left[move], 0) <= 0)
        empty._action_cancel()
        for move in self - empty:
            move.product_uom_qty = left[move]

    # -- documents in trouble -------------------------------------------------

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        # Those that were cancelled meanwhile have been through ``_action_cancel``.
        moves._trace_out_of_trouble()
        return moves

    def _action_cancel(self):
        result = super()._action_cancel()
        self._trace_out_of_trouble()
        return result

    def _trace_out_of_trouble(self):
        """What was short or had held goods picked is no exception once it is over.

        One query for movements that no hold has troubled; states need not be written for it.
        """
        over = self.sudo().filtered(
            lambda move: move.product_id.tracking != "none" and move.state in ("done", "cancel")
        )
        if not over or not over._trace_was_in_trouble():
            return
        self.env["stock.move"].flush_model(["state"])
        found = self.env.execute_query(
            SQL(
                """
                SELECT x.id FROM trace_exception x
                JOIN trace_hold_effect e ON e.res_model = x.document_model
                    AND e.res_id = x.document_id
                WHERE e.move_id = ANY(%s) AND e.kind IN ('short', 'picked')
                    AND x.kind IN ('hold_short', 'hold_picked') AND x.state != 'resolved'
                    AND NOT EXISTS (
                        SELECT FROM trace_hold_effect o JOIN stock_move m ON m.id = o.move_id
                        WHERE o.res_model = e.res_model AND o.res_id = e.res_id
                            AND 'hold_' || o.kind = x.kind AND o.undone_at IS NULL
                            AND m.state NOT IN ('done', 'cancel'))
                """,
                over.ids,
            )
        )
        exceptions = self.env["trace.exception"].sudo().browse({row_id for (row_id,) in found})
        if exceptions:
            exceptions._resolve("corrected", self.env._("The document is done or cancelled."))

    def _trace_was_in_trouble(self):
        """Whether a hold has ever left one of these movements short, or with held goods."""
        troubled = SQL(
            "SELECT 1 FROM trace_hold_effect "
            "WHERE move_id = ANY(%s) AND kind IN ('short', 'picked') LIMIT 1",
            self.ids,
        )
        return bool(self.env.execute_query(troubled))
