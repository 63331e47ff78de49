from odoo import api, fields, models


class StockPicking(models.Model):
    """Transfers say on demand why they got less than is on hand."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    trace_is_short = fields.Boolean(compute="_compute_trace_is_short")

    @api.depends("state", "move_ids.state", "move_ids.quantity", "move_ids.product_uom_qty")
    def _compute_trace_is_short(self):
        for picking in self:
            picking.trace_is_short = bool(picking.move_ids._trace_short())

    def action_trace_why_not(self):
        """Show what is on hand and was not reserved, and why."""
        self.ensure_one()
        return self.env["trace.why.not"]._about(self)
