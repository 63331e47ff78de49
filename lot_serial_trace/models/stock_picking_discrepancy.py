from odoo import fields, models

from .trace_exception import READERS


class StockPicking(models.Model):
    """Receipts: the letter to the supplier about what was wrong."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    trace_discrepancy_count = fields.Integer(
        compute="_compute_trace_discrepancy_count", groups=READERS
    )

    def _compute_trace_discrepancy_count(self):
        for picking in self:
            picking.trace_discrepancy_count = len(
                self.env["trace.discrepancy"]._exceptions(picking)
            )

    def action_trace_report_discrepancies(self):
        """Write to the supplier what was wrong."""
        self.ensure_one()
        return self.env["trace.discrepancy"]._compose(self)

    def message_post(self, **kwargs):
        """A letter that went out is noted on the exceptions that it tells of."""
        message = super().message_post(**kwargs)
        if self.env.context.get("trace_discrepancies_sent"):
            self.env["trace.discrepancy"]._mark_sent(self)
        return message
