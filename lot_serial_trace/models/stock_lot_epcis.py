from odoo import models


class StockLot(models.Model):
    """Numbers as EPCIS files."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    def action_trace_epcis(self):
        """Download the events of these numbers as EPCIS 2.0."""
        return self.env["trace.epcis"]._download("lots", self, "json")

    def action_trace_epcis_old(self):
        """Download the events of these numbers as EPCIS 1.2."""
        return self.env["trace.epcis"]._download("lots", self, "xml")
