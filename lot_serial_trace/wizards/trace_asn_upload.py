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
        files = self.env["trace.asn.exchange"]
        for attachment in self.attachment_ids:
            files |= files._arrive(attachment.raw or b"", attachment.name)
        self._attach_receipt(files.filtered(lambda one: one.state == "done")._notices())
        self.attachment_ids.unlink()  # the arrivals keep their own copies
        return self._open(files)

    def _attach_receipt(self, asns):
        if self.picking_id:
            for asn in asns.filtered(lambda asn: asn.state == "parsed" and not asn.picking_ids):
                asn.picking_ids = self.picking_id
                asn.action_match()

    @api.model
    def _open(self, files):
        """Open the notices; the arrivals instead when one is parked."""
        parked = files.filtered(lambda one: one.state == "parked")
        records = files if parked else files._notices()
        action = records._get_records_action(
            name=self.env._("Arrivals") if parked else self.env._("Shipping Notices")
        )
        again = files.filtered(lambda one: one.state == "again")
        words = [f"{one.name}: {one.error}" for one in parked]
        if again:
            names = ", ".join(again._notices().mapped("name") or again.mapped("name"))
            words.append(self.env._("Here already, nothing was done: %s", names))
        if not words:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if parked else "info",
                "message": "\n".join(words),
                "next": action,
            },
        }
