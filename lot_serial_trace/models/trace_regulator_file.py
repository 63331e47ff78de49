from odoo import api, fields, models
from odoo.exceptions import UserError

from .trace_guard import refuse_forgery


class TraceRegulatorFile(models.Model):
    """A file that answers a request, as it was handed over: never changed, never deleted."""

    _name = "trace.regulator.file"
    _description = "File for an Authority"
    _order = "made_at desc, id desc"

    name = fields.Char(required=True, readonly=True)
    request_id = fields.Many2one(
        "trace.regulator.request", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, index=True, readonly=True
    )
    kind = fields.Selection(
        [("xlsx", "Spreadsheet"), ("csv", "CSV files"), ("pdf", "PDF")],
        required=True,
        readonly=True,
    )
    content = fields.Binary(readonly=True, attachment=True)
    size = fields.Integer("Bytes", readonly=True, aggregator=None)
    sha256 = fields.Char("SHA-256", readonly=True)
    row_count = fields.Integer("Rows", readonly=True, aggregator=None)
    rows = fields.Json("Rows of Sheets", readonly=True)
    made_at = fields.Datetime("Made", readonly=True, required=True)
    seconds = fields.Float(digits=(12, 2), readonly=True, aggregator=None)
    user_id = fields.Many2one("res.users", "Made by", readonly=True, required=True)

    def _keep(self, content):
        """Keep the content as bytes: a large file is in memory once, not three times."""
        self.env["ir.attachment"].create(
            {
                "name": self.name,
                "raw": content,
                "res_model": self._name,
                "res_field": "content",
                "res_id": self.id,
            }
        )
        self.invalidate_recordset(["content"])

    def write(self, vals):
        """Nothing of it is for people to write."""
        refuse_forgery(self, vals, set())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What an authority was given is kept."))

    def action_download(self):
        """Download the file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{self.name}?download=true",
            "target": "download",
        }
