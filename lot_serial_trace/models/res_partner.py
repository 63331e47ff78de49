from odoo import fields, models

from .trace_exception import READERS


class ResPartner(models.Model):
    """Suppliers: how well they announce what they send. Customers: whether we do."""

    _inherit = "res.partner"

    trace_asn_count = fields.Integer(compute="_compute_trace_asn_count", groups=READERS)

    trace_shipping_notice = fields.Selection(
        [("never", "Never"), ("attach", "Attach to the Delivery"), ("mail", "Send by Mail")],
        "Shipping Notice",
        help="What happens with the shipping notice (UBL Despatch Advice) of a done delivery. "
        "Empty: as the company above says, and never if that says nothing.",
    )

    def _trace_shipping_notice(self):
        """What happens with the shipping notice of a delivery to this address."""
        return (
            self.trace_shipping_notice
            or self.commercial_partner_id.trace_shipping_notice
            or "never"
        )

    def _compute_trace_asn_count(self):
        groups = self.env["trace.asn"]._read_group(
            [("partner_id", "child_of", self.ids)], ["partner_id"], ["__count"]
        )
        counts = {}
        for partner, count in groups:
            for one in partner | partner.commercial_partner_id:
                counts[one] = counts.get(one, 0) + count
        for partner in self:
            partner.trace_asn_count = counts.get(partner, 0)

    def action_trace_score(self):
        """Open the scorecard of the supplier."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_supplier_score"
        )
        domain = [("partner_id", "child_of", self.commercial_partner_id.ids)]
        return {**action, "domain": domain, "context": {}}
