from odoo import api, fields, models

from .trace_exception import READERS


class StockLot(models.Model):
    """From a number to its public page."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    trace_has_page = fields.Boolean(compute="_compute_trace_has_page", groups=READERS)

    @api.depends("product_id", "company_id")
    def _compute_trace_has_page(self):
        for lot in self:
            template = lot.sudo().product_id.product_tmpl_id
            company = lot.company_id or self.env.company
            lot.trace_has_page = bool(lot.product_id.barcode) and template._trace_page_in(company)

    def action_trace_page(self):
        """Open the page as a visitor sees it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_serial_trace/page/{self.id}",
            "target": "new",
        }
