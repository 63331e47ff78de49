import json

from markupsafe import Markup

from odoo import api, fields, models

from ..core.notices.changes import differences


class TraceNoticeVersion(models.Model):
    """The text of a notice at a time: publishers edit notices without saying so.

    The record is kept as published, with its SHA-256, and so is what is different from the one
    before. Written by machinery only.
    """

    _name = "trace.notice.version"
    _description = "Version of a Recall Notice"
    _order = "notice_id, id desc"

    notice_id = fields.Many2one(
        "trace.notice", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="notice_id.company_id", store=True, index=True)
    sequence = fields.Integer("Version", readonly=True)
    version = fields.Char("Publisher's Version", readonly=True)
    arrival_id = fields.Many2one(
        "trace.notice.arrival", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    arrived_at = fields.Datetime("Arrived", readonly=True, default=fields.Datetime.now)
    sha256 = fields.Char("SHA-256", readonly=True)
    raw = fields.Text("As Published", readonly=True)
    changes = fields.Json(readonly=True)
    change_count = fields.Integer("Differences", readonly=True)
    changes_html = fields.Html("Different", compute="_compute_changes_html")
    display_name = fields.Char(compute="_compute_display_name")

    @api.depends("notice_id", "sequence")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(notice)s, version %(number)s",
                notice=version.notice_id.display_name,
                number=version.sequence,
            )

    @api.depends("changes")
    def _compute_changes_html(self):
        row = Markup(
            "<tr><td class='text-muted pe-3'>%s</td><td><del class='text-danger'>%s</del></td>"
            "<td><ins class='text-success text-decoration-none fw-bold'>%s</ins></td></tr>"
        )
        for version in self:
            rows = Markup().join(row % tuple(change) for change in version.changes or [])
            version.changes_html = (
                rows and Markup("<table class='table table-sm'><tbody>%s</tbody></table>") % rows
            )

    @api.model
    def _prepare(self, notice, published, arrival, before=None):
        """Values of a version.

        :param notice: id of the ``trace.notice``
        :param published: the :class:`core.notices.Notice`
        :param before: the version before, if there is one
        """
        changes = differences(json.loads(before.raw), published.raw) if before else []
        return {
            "notice_id": notice,
            "sequence": before.sequence + 1 if before else 1,
            "version": published.version,
            "arrival_id": arrival.id,
            "arrived_at": fields.Datetime.now(),
            "sha256": published.digest,
            "raw": published.original,
            "changes": changes or False,
            "change_count": len(changes),
        }

    def action_download(self):
        """Download the record as published."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.arrival_id.attachment_id.id}?download=true",
        }
