from odoo import api, fields, models
from odoo.exceptions import UserError


class TraceAsnUpload(models.TransientModel):
    """Takes in suppliers' files: each becomes a shipping notice, readable or not."""

    _name = "trace.asn.upload"
    _description = "Upload Shipping Notices"

    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    picking_id = fields.Many2one("stock.picking", "Receipt", help="For notices that name no order.")

    def action_upload(self):
        """Make notices of the files and open them."""
        self.ensure_one()
        if not self.attachment_ids:
            raise UserError(self.env._("Choose at least one file."))
        asns = self.env["trace.asn"]
        known = asns
        for attachment in self.attachment_ids:
            data = attachment.raw or b""
            known |= asns._same(data)
            asns |= asns._import(data, attachment.name)
        self._attach_receipt(asns - known)
        self.attachment_ids.unlink()  # the notices keep their own copies
        return self._open(asns, known)

    def _attach_receipt(self, asns):
        if self.picking_id:
            for asn in asns.filtered(lambda asn: asn.state == "parsed" and not asn.picking_ids):
                asn.picking_ids = self.picking_id
                asn.action_match()

    @api.model
    def _open(self, asns, known):
        action = asns._get_records_action(name=self.env._("Shipping Notices"))
        if not known:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Here already, nothing was done: %s", ", ".join(known.mapped("name"))
                ),
                "next": action,
            },
        }
