from odoo import fields, models
from odoo.exceptions import UserError

from ..core.notices import SOURCES


class TraceNoticeUpload(models.TransientModel):
    """Takes in files of recall notices: exports of authorities, lists of suppliers."""

    _name = "trace.notice.upload"
    _description = "Upload Recall Notices"

    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    source = fields.Selection(
        lambda self: [(kind, source.title) for kind, source in SOURCES.items() if kind != "typed"],
        "Format",
        help="Empty: the files tell themselves.",
    )

    def action_upload(self):
        """Read the files, compare, and open what they brought."""
        self.ensure_one()
        self.env["trace.notice"]._check_may_bring()
        if not self.attachment_ids:
            raise UserError(self.env._("Choose at least one file."))
        arrivals = self.env["trace.notice.arrival"]
        for attachment in self.attachment_ids:
            data, name = attachment.raw or b"", attachment.name
            arrivals |= arrivals._arrive(data, name, "upload", source=self.source or "")
        self.attachment_ids.sudo().unlink()  # the arrivals keep their own copies
        self.env["trace.notice.matching"]._match_arrived(arrivals)
        return self._open(arrivals)

    def _open(self, arrivals):
        parked = arrivals.filtered(lambda one: one.state == "parked")
        notices = arrivals.version_ids.notice_id
        if not parked and notices:
            return notices._get_records_action(name=self.env._("Recall Notices"))
        return arrivals._get_records_action(name=self.env._("Arrivals"))
