from odoo import fields, models

from .trace_exception import READERS


class StockLot(models.Model):
    """From a number to its warranty, and to those it had before."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    trace_warranty_ids = fields.One2many(
        "trace.warranty", "lot_id", "Warranties", readonly=True, groups=READERS
    )
    trace_warranty_text = fields.Char(
        "Warranty", compute="_compute_trace_warranty_text", groups=READERS
    )

    def _compute_trace_warranty_text(self):
        warranties = self.env["trace.warranty"]._of(self)
        for lot in self:
            one = warranties.get(lot.id)
            lot.trace_warranty_text = one._short() if one else False

    def action_trace_warranties(self):
        """Open the warranties of the number."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_warranty"
        )
        domain = [("lot_id", "in", self.ids)]
        if len(self.trace_warranty_ids) == 1:
            return {**self.trace_warranty_ids._get_records_action(), "context": {}}
        return {**action, "domain": domain, "context": {}}
