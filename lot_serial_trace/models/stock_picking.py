from odoo import fields, models

from .trace_exception import READERS


class StockPicking(models.Model):
    """Transfers: a person who validates hears the gate before the goods move."""

    _inherit = "stock.picking"

    trace_exception_count = fields.Integer(
        compute="_compute_trace_exception_count", groups=READERS
    )

    def _compute_trace_exception_count(self):
        counts = self.env["trace.exception"]._count_by(self, "picking_id")
        for picking in self:
            picking.trace_exception_count = counts[picking.id]

    def action_trace_exceptions(self):
        """Open the exceptions about the transfer."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_exception"
        )
        return {**action, "domain": [("picking_id", "in", self.ids)], "context": {}}

    # -- the gate -------------------------------------------------------------

    def _pre_action_done_hook(self):
        result = super()._pre_action_done_hook()
        if result is not True or self.env.context.get("trace_confirmed"):
            return result
        return self._trace_ask() or True

    def _trace_ask(self):
        """Return the dialog with what the gate found, or nothing if there is nothing to say.

        Blocks are put on the desk here: the dialog commits, an error would not.
        """
        gate = self.env["trace.gate"]
        lines = self.move_line_ids.filtered(lambda line: line.picked and line.quantity)
        verdicts = [
            verdict
            for verdict in gate._examine(lines)
            if verdict.severity in ("warn", "quarantine", "block")
        ]
        if not verdicts:
            return None
        blocked = [verdict for verdict in verdicts if verdict.severity == "block"]
        self.env["trace.exception"]._open_many([gate._exception(verdict) for verdict in blocked])
        return self.env["trace.gate.wizard"]._ask(self, verdicts)
