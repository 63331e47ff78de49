import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Lots and consignees of a case whose report is made while somebody waits.
AT_ONCE = 2_000


class TraceRecallReporting(models.Model):
    """The report of a case: made when it is closed, and whenever somebody asks.

    Of small cases at once, of large ones in the background. A report that cannot be made never
    keeps a case from being closed: the reason is on the case, and it can be asked for again.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    report_ids = fields.One2many("trace.certificate", "recall_id", "Reports", readonly=True)
    report_count = fields.Integer(compute="_compute_report_count")
    report_wanted_by_id = fields.Many2one(
        "res.users", "Report Wanted by", readonly=True, copy=False
    )
    report_error = fields.Char("Report Failed", readonly=True, copy=False)

    @api.depends("report_ids")
    def _compute_report_count(self):
        groups = self.env["trace.certificate"]._read_group(
            [("recall_id", "in", self.ids)], ["recall_id"], ["__count"]
        )
        counts = {recall.id: count for recall, count in groups}
        for recall in self:
            recall.report_count = counts.get(recall.id, 0)

    def _go(self, state, says, **values):
        """A case that is closed gets its report."""
        done = super()._go(state, says, **values)
        if state == "closed":
            for recall in self:
                recall._want_report()
        return done

    def _want_report(self):
        """Have the report made; returns it, or nothing where that takes a while."""
        self.ensure_one()
        self.sudo().write({"report_wanted_by_id": self.env.uid, "report_error": False})
        if self._report_size() <= AT_ONCE:
            return self.sudo()._make_report()
        self.env.ref("lot_serial_trace.cron_recall_reports").sudo()._trigger()
        return self.env["trace.certificate"]

    def _report_size(self):
        self.env.flush_all()
        [(size,)] = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT count(*) FROM trace_recall_lot WHERE recall_id = %(recall)s)
                    + (SELECT count(*) FROM trace_recall_consignee WHERE recall_id = %(recall)s)
                """,
                recall=self.id,
            )
        )
        return size

    def _make_report(self):
        """Make the report that somebody wants, in his name and language."""
        self.ensure_one()
        user = self.report_wanted_by_id or self.env.user
        maker = (
            self.env["trace.certificate"]
            .with_user(user)
            .with_context(lang=user.lang, tz=user.tz, allowed_company_ids=user.company_ids.ids)
        )
        made = self.env["trace.certificate"]
        try:
            with self.env.cr.savepoint():
                made = maker._issue_recall(self.with_env(maker.env))
            self.report_error = False
        except Exception as error:
            _logger.exception("Report of %s", self.name)
            self.report_error = str(error) if isinstance(error, UserError) else type(error).__name__
        self.report_wanted_by_id = False
        return made

    @api.model
    def _cron_reports(self):
        """Make the reports that wait, one by one."""
        commit = self.env["ir.cron"]._commit_progress
        wanted = self.search([("report_wanted_by_id", "!=", False)], order="id")
        commit(remaining=len(wanted))
        for recall in wanted:
            recall._make_report()
            if not commit(1):
                return

    # -- buttons --------------------------------------------------------------

    def action_report(self):
        """Make the report as the case is now, and download it."""
        self.ensure_one()
        self.check_access("read")
        self.env["trace.certificate"]._may_issue()
        report = self._want_report()
        if report:
            return self.env["trace.certificate"].browse(report.id).action_download()
        if self.report_error:
            raise UserError(self.env._("The report could not be made: %s", self.report_error))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The report is made in the background: look under Reports."),
            },
        }

    def action_reports(self):
        """Open the reports of the case."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_certificate"
        )
        return {**action, "domain": [("recall_id", "in", self.ids)], "context": {}}
