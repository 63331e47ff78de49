from odoo import models


class StockLot(models.Model):
    """Numbers as EPCIS files."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    def action_trace_epcis(self):
        """Download the events of these numbers as EPCIS 2.0."""
        return self._trace_epcis("json")

    def action_trace_epcis_old(self):
        """Download the events of these numbers as EPCIS 1.2."""
        return self._trace_epcis("xml")

    def _trace_epcis(self, kind):
        url = f"/trace/epcis/lots.{kind}?ids={','.join(map(str, self.ids))}"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}
