from odoo import fields, models


class StockLot(models.Model):
    """Numbers as EPCIS files, and what partners tell of them."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    trace_epcis_count = fields.Integer(
        "Partners' Events",
        compute="_compute_trace_epcis_count",
        groups="lot_serial_trace.group_trace_user,lot_serial_trace.group_trace_auditor",
    )

    def _compute_trace_epcis_count(self):
        counts = self.env["trace.epcis.item"]._count_of(self)
        for lot in self:
            lot.trace_epcis_count = counts[lot]

    def _trace_epcis_domain(self):
        """Domain of partners' events about these numbers, as a client may have it."""
        return [("item_ids", "any", list(self.env["trace.epcis.item"]._of_lots(self)))]

    def action_trace_epcis_events(self):
        """Open what partners tell of these numbers."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_epcis_event"
        )
        return {**action, "domain": self._trace_epcis_domain(), "context": {}}

    def action_trace_epcis(self):
        """Download the events of these numbers as EPCIS 2.0."""
        return self.env["trace.epcis"]._download("lots", self, "json")

    def action_trace_epcis_old(self):
        """Download the events of these numbers as EPCIS 1.2."""
        return self.env["trace.epcis"]._download("lots", self, "xml")
