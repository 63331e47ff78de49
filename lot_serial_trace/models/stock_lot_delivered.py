from odoo import models


class StockLot(models.Model):
    """Which customers got a lot."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    def action_trace_delivered(self):
        """Which customers got the selected lots and serial numbers themselves."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_delivery"
        )
        return {
            **action,
            "domain": [("lot_id", "in", self.ids)],
            "context": {"search_default_by_partner": 1, "create": False},
        }
