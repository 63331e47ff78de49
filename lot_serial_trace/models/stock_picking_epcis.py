from odoo import models


class StockPicking(models.Model):
    """Transfers as EPCIS files."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    def action_trace_epcis(self):
        """Download the events of these transfers as EPCIS 2.0."""
        return self.env["trace.epcis"]._download("transfers", self, "json")

    def action_trace_epcis_old(self):
        """Download the events of these transfers as EPCIS 1.2."""
        return self.env["trace.epcis"]._download("transfers", self, "xml")
