from odoo import api, models

from .trace_quarantine_return import Returned


class StockPicking(models.Model):
    """Transfers that a till makes know which of the goods that come back are faulty."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    @api.model
    def _create_picking_from_pos_order_lines(
        self, location_dest_id, lines, picking_type, partner=False
    ):
        """What must not be sold again goes to quarantine; afterwards it is held and told."""
        back = lines.sudo()._trace_come_back()
        if not back:
            return super()._create_picking_from_pos_order_lines(
                location_dest_id, lines, picking_type, partner
            )
        returned = Returned(tuple(back._trace_faulty()))
        pickings = super(
            StockPicking, self.with_context(trace_returned=returned)
        )._create_picking_from_pos_order_lines(location_dest_id, lines, picking_type, partner)
        self.env["trace.returned"].with_context(trace_returned=returned)._settle(pickings, back)
        return pickings.with_env(self.env)
