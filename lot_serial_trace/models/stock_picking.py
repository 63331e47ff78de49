from odoo import api, fields, models

from ..core.gate import AT_VALIDATION
from .trace_exception import READERS


class StockPicking(models.Model):
    """Transfers: a person who validates hears the gate before the goods move."""

    _inherit = "stock.picking"

    trace_exception_count = fields.Integer(compute="_compute_trace_exception_count", groups=READERS)
    trace_asn_ids = fields.Many2many(
        "trace.asn", string="Shipping Notices", readonly=True, copy=False, groups=READERS
    )
    trace_asn_count = fields.Integer(compute="_compute_trace_asn_count", groups=READERS)

    @api.depends("trace_asn_ids")
    def _compute_trace_asn_count(self):
        for picking in self:
            picking.trace_asn_count = len(picking.trace_asn_ids)

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
        receiving = self.env["trace.asn.receiving"].sudo()
        lines = self.move_line_ids.filtered(lambda line: line.picked and line.quantity)
        verdicts = _worth_asking(gate._examine(lines, codes=AT_VALIDATION))
        verdicts = self.env["trace.quarantine"].sudo()._unsettled(verdicts)
        differences = _worth_asking(receiving._ask(self.sudo()))
        if not verdicts and not differences:
            return None
        self.env["trace.exception"]._open_many(
            [
                gate._exception(verdict)
                for verdict in gate._condensed(verdicts)
                if verdict.severity == "block"
            ]
        )
        receiving._open([one for one in differences if one.severity == "block"])
        return self.env["trace.gate.wizard"]._ask(
            self, gate._dialog_lines(verdicts) + receiving._dialog_lines(differences)
        )

    # -- shipping notices -----------------------------------------------------

    def action_trace_asns(self):
        """Open the shipping notices of the receipt."""
        return self.trace_asn_ids._get_records_action(name=self.env._("Shipping Notices"))

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        backorder.sudo().trace_asn_ids = self.sudo().trace_asn_ids
        return backorder

    def _trace_asn_expected(self):
        """What shipping notices announce: dict picking -> list of ``core.reconcile.Item``."""
        return self.env["trace.asn.receiving"].sudo()._advised(self.sudo())

    def _trace_asn_reconcile(self):
        """Compare done receipts with their shipping notices; returns the exceptions."""
        done = self.sudo().filtered(lambda picking: picking.state == "done")
        return self.env["trace.asn.receiving"].sudo()._settle(done)


def _worth_asking(verdicts):
    """Those of the verdicts that a person has to hear before goods move."""
    return [verdict for verdict in verdicts if verdict.severity in ("warn", "quarantine", "block")]
