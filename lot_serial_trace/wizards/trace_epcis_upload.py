from odoo import fields, models
from odoo.exceptions import UserError

from ..core.epcis.flaws import Refused


class TraceEpcisUpload(models.TransientModel):
    """Takes in files of partners' events; one that cannot be read is kept as well, and why."""

    _name = "trace.epcis.upload"
    _description = "Upload EPCIS Events"

    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    behaviour = fields.Selection(
        [("rollback", "All or nothing"), ("proceed", "What is right")],
        "If Something is Wrong",
        required=True,
        default="rollback",
    )

    def action_upload(self):
        """Take in the files and open what became of them."""
        self.ensure_one()
        if not self.attachment_ids:
            raise UserError(self.env._("Choose at least one file."))
        jobs = self.env["trace.epcis.capture"]
        for attachment in self.attachment_ids:
            jobs |= self._take(attachment.raw or b"", attachment.name)
        self.attachment_ids.unlink()  # the jobs keep their own copies
        return jobs._get_records_action(name=self.env._("Partners' Documents"))

    def _take(self, data, name):
        jobs = self.env["trace.epcis.capture"]
        try:
            return jobs._capture(data, self.behaviour, "upload", name)
        except Refused as refused:
            return jobs._keep_refused(data, name, refused.flaw)
