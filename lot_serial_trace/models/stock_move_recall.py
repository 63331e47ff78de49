from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


class StockMove(models.Model):
    """Movements that a recall case has made, for what was decided about its goods.

    They take these goods and no others: what is left of one that was done in part is reserved
    again by what the dispositions say.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    trace_recall_id = fields.Many2one(
        "trace.recall",
        "For Recall",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _auto_init(self):
        """Add an empty column: nothing is computed for a million old movements."""
        if not column_exists(self.env.cr, "stock_move", "trace_recall_id"):
            create_column(self.env.cr, "stock_move", "trace_recall_id", "int4")
        return super()._auto_init()

    def _action_assign(self, force_qty=False):
        """Movements of a recall get its goods and no others."""
        ours = self.filtered("trace_recall_id")
        if ours:
            ours._trace_assign_recalled()
        (self - ours)._trace_assign_rework()
        return super(StockMove, self - ours)._action_assign(force_qty=force_qty)

    def _trace_assign_recalled(self):
        """Reserve what dispositions still want to go with these movements."""
        deeds = self.env["trace.recall.disposition"].sudo()
        for move in self.sudo().filtered(lambda move: move.state not in ("done", "cancel")):
            missing = move.product_qty - sum(move.move_line_ids.mapped("quantity_product_uom"))
            if move.product_id.uom_id.compare(missing, 0) > 0:
                rows = deeds._rows_for(move, missing)
                holds = self.env["trace.hold"].sudo()
                holds._make_lines({move.product_id.id: move}, rows, holds._whole_packages(rows))
        self._recompute_state()

    def _trace_assign_rework(self):
        """Orders that rework recalled goods take them first; a query only while a case runs."""
        if "raw_material_production_id" not in self._fields:
            return
        orders = self.raw_material_production_id
        if orders and self.env["trace.recall"]._any_running():
            self.env["trace.recall.disposition"]._reserve_for_orders(orders)

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        recall = self.trace_recall_id
        return {**vals, "trace_recall_id": recall.id} if recall else vals


class StockMoveLine(models.Model):
    """When recalled goods move, their case hears of it."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _action_done(self):
        with self._trace_watch_deleted() as deleted:
            result = super()._action_done()
        there = self.browse(line_id for line_id in self.ids if line_id not in deleted)
        there._trace_tell_recalls()
        return result

    def _trace_tell_recalls(self):
        """Have the balance of running cases counted anew; no query while nothing is on hold."""
        lots = self.sudo().lot_id.filtered(lambda lot: lot.trace_status not in (False, "free"))
        if not lots:
            return
        running = self.env.execute_query(
            SQL(
                """
                SELECT 1 FROM trace_recall_lot s JOIN trace_recall r ON r.id = s.recall_id
                WHERE s.lot_id = ANY(%s) AND r.state = 'running' LIMIT 1
                """,
                lots.ids,
            )
        )
        if running:
            self.env.ref("lot_serial_trace.cron_recall_balance").sudo()._trigger()

    def _trace_remarks(self):
        """The ledger tells for which case goods went."""
        remarks = super()._trace_remarks()
        for line in self.sudo():
            recall = line.move_id.trace_recall_id
            if recall and line.id not in remarks:
                remarks[line.id] = self.env._("Recall %s", recall.name)
        return remarks


class StockPicking(models.Model):
    """A transfer of a recall that is done is told to its case at once."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    def _action_done(self):
        result = super()._action_done()
        recalls = self.sudo().move_ids.trace_recall_id
        if recalls:
            recalls._look_at_balance()
        return result

    def action_cancel(self):
        """Goods that do not go after all are open again."""
        recalls = self.sudo().move_ids.trace_recall_id
        result = super().action_cancel()
        if recalls:
            recalls._look_at_balance()
        return result
