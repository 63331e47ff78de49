from odoo import models


class TraceRun(models.Model):
    """The numbers of a question as an EPCIS file."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.run"

    def action_trace_epcis(self):
        """Download the events of the numbers that were asked about, as EPCIS 2.0."""
        self.ensure_one()
        return self.env["trace.epcis"]._download("lots", self.lot_ids, "json")
