from odoo import models


class StockMoveLine(models.Model):
    """What is delivered is under warranty from then on; what comes back is not any more."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _trace_record(self):
        result = super()._trace_record()
        self.env["trace.warranty"]._cover_lines(self)
        return result

    def _trace_correct(self, before):
        result = super()._trace_correct(before)
        self.env["trace.warranty"]._correct_lines(self)
        return result
