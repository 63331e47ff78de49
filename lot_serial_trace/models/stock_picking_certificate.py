from odoo import models


class StockPicking(models.Model):
    """From a shipment to its certificate."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    def action_trace_certify(self):
        """Ask how the certificate of the shipment is to be."""
        return self.env["trace.certificate.wizard"]._ask(picking=self)
