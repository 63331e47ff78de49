from odoo import api, fields, models


class TraceRecallNotice(models.Model):
    """The public notices that a case is about."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    notice_ids = fields.Many2many(
        "trace.notice", "trace_recall_notice_rel", "recall_id", "notice_id", "Notices", copy=False
    )
    notice_count = fields.Integer(compute="_compute_notice_count")

    @api.depends("notice_ids")
    def _compute_notice_count(self):
        for recall in self:
            recall.notice_count = len(recall.notice_ids)

    @api.model
    def _said(self):
        return super()._said() | {"notice_ids"}

    def _go(self, state, says, **values):
        """Notices follow their cases."""
        result = super()._go(state, says, **values)
        if state == "cancelled":
            self.sudo().notice_ids._follow()
        return result

    def action_open_notices(self):
        """Open the notices of the case."""
        return self.notice_ids._get_records_action(name=self.env._("Recall Notices"))


class TraceNoticeRecalls(models.Model):
    """The cases that were opened from a notice."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.notice"

    recall_ids = fields.Many2many(
        "trace.recall", "trace_recall_notice_rel", "notice_id", "recall_id", "Cases", readonly=True
    )
    recall_count = fields.Integer(compute="_compute_recall_count")

    @api.depends("recall_ids")
    def _compute_recall_count(self):
        for notice in self:
            notice.recall_count = len(notice.recall_ids)

    def action_open_recalls(self):
        """Open the cases."""
        return self.recall_ids._get_records_action(name=self.env._("Recall Cases"))
