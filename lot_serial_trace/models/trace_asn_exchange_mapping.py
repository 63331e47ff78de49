from odoo import api, fields, models

from ..core.asn import table


class TraceAsnExchange(models.Model):
    """Arrivals that are tables: a person may say what their columns are."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.asn.exchange"

    is_table = fields.Boolean(compute="_compute_is_table")

    @api.depends("state", "attachment_id")
    def _compute_is_table(self):
        """Whether a parked file is a table; others are not looked into."""
        for exchange in self:
            waits = exchange.state in ("parked", "dismissed") and exchange.kind == "file"
            # The web client asks for sizes instead of contents.
            original = exchange.sudo().attachment_id.with_context(bin_size=False)
            exchange.is_table = waits and table.recognises(original.raw or b"")

    def action_map_columns(self):
        """Open the dialog that asks what the columns are."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_asn_mapping_wizard"
        )
        context = {
            "default_attachment_id": self.attachment_id.id,
            "dialog_size": "extra-large",
        }
        if self.channel_id.partner_id:
            context["default_partner_id"] = self.channel_id.partner_id.id
        return {**action, "context": context}
