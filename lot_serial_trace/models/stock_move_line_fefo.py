from odoo import models


class StockMoveLine(models.Model):
    """What is corrected on a done line is corrected in the report of FEFO, too."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _trace_correct(self, before):
        result = super()._trace_correct(before)
        dated = self.filtered(lambda line: line.product_id.use_expiration_date)
        if dated:
            self.env["trace.fefo"].sudo()._correct(dated.sudo(), before)
        return result
