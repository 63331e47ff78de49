from odoo import fields, models


class StockMoveLine(models.Model):
    """Whoever picks sees what is on hold before Validate stops it."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    # Not stored: the lots of a page are read by one query, and no reservation writes it.
    trace_status = fields.Selection(related="lot_id.trace_status", string="Hold")
