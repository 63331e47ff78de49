import logging

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..core import figures

_logger = logging.getLogger(__name__)

#: How often -> days that are told of, and when the next report is due.
EVERY = {"week": (7, relativedelta(weeks=1)), "month": (30, relativedelta(months=1))}


class TraceKpiReport(models.AbstractModel):
    """The report of the figures that managers get by mail, each week or month.

    It says what the home screen says (``trace.home``), of one company, to each recipient in his
    language and as far as he may see it: PDF on the company's paper, and a spreadsheet with the
    figures by day and place. Whoever may no longer read the figures gets none.
    """

    _name = "trace.kpi.report"
    _description = "Report of Figures"

    @api.model
    def _cron(self):
        """Send the reports that are due; each company is committed by itself."""
        due = (
            self.env["res.company"]
            .sudo()
            .search(
                [
                    ("trace_report_every", "!=", False),
                    "|",
                    ("trace_report_next", "=", False),
                    ("trace_report_next", "<=", fields.Date.today()),
                ]
            )
        )
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(due))
        for company in due:
            self._send_due(company)
            if not commit(1):
                return

    @api.model
    def _send_due(self, company):
        """Send a report that is due; what is wrong with it stops no other one."""
        step = EVERY[company.trace_report_every][1]
        company.trace_report_next = max(
            (company.trace_report_next or fields.Date.today()) + step,
            fields.Date.today() + relativedelta(days=1),
        )
        try:
            with self.env.cr.savepoint():
                self._send(company)
        except Exception:
            _logger.exception("Report of figures of %s", company.name)

    @api.model
    def _send_now(self, company):
        """Send it now, and say to how many."""
        if not self.env.user.has_group("lot_serial_trace.group_trace_admin"):
            raise UserError(self.env._("Administrators of traceability send the report."))
        mails = self.sudo()._send(company)
        if not mails:
            raise UserError(
                self.env._("Choose recipients who may read traceability and have a mail address.")
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Sent to %s.", ", ".join(mails.mapped("email_to"))),
            },
        }

    @api.model
    def _send(self, company):
        """Queue a mail to each recipient; returns the mails."""
        days = EVERY[company.trace_report_every or "month"][0]
        mails = self.env["mail.mail"].sudo()
        for user in company.sudo().trace_report_user_ids:
            reader = self._reader(user, company)
            if reader is not None:
                mails |= mails.create(reader._mail(user, company, days))
        return mails

    @api.model
    def _reader(self, user, company):
        """The report as a recipient may see it; None for who may not."""
        if not user.active or not user.email or company not in user.company_ids:
            return None
        reader = self.with_user(user).with_context(
            lang=user.lang, tz=user.tz, allowed_company_ids=company.ids
        )
        return reader if reader.env["trace.kpi"].has_access("read") else None

    @api.model
    def _mail(self, user, company, days):
        told = self.env["trace.home"].overview(days=days)
        title = self._title(company, told)
        return {
            "subject": title,
            "email_from": company.sudo().email_formatted or self.env.user.email_formatted,
            "email_to": user.email_formatted,
            "body_html": self._body(told),
            "auto_delete": True,
            "attachment_ids": [
                (0, 0, {"name": name, "raw": content, "mimetype": kind})
                for name, content, kind in self._files(company, told)
            ],
        }

    @api.model
    def _title(self, company, told):
        return self.env._(
            "Traceability of %(company)s, %(since)s to %(until)s",
            company=company.name,
            since=self._date(told["period"]["since"]),
            until=self._date(told["period"]["until"]),
        )

    @api.model
    def _date(self, text):
        return self.env["ir.qweb.field.date"].value_to_html(fields.Date.to_date(text), {})

    @api.model
    def _body(self, told):
        """The figures in a small table, and where there is more."""
        row = Markup("<tr><td>%s</td><td><b>%s</b></td><td>%s</td></tr>")
        rows = Markup().join(
            row % (one["title"], self._said(one["unit"], one["value"]), self._beside(one))
            for one in told["figures"]
        )
        return Markup("<table cellpadding='4'>%s</table><p>%s</p><p><a href='%s'>%s</a></p>") % (
            rows,
            self._waits(told),
            self._link(),
            self.env._("Open the home screen"),
        )

    @api.model
    def _link(self):
        return (
            f"{self.env['ir.config_parameter'].sudo().get_param('web.base.url')}/odoo/traceability"
        )

    @api.model
    def _beside(self, figure):
        """Target and the time before, in words."""
        parts = []
        if figure["target"]:
            target = self._said(figure["unit"], figure["target"])
            parts.append(self.env._("target %s", target))
        if figure["before"] is not None:
            before = self._said(figure["unit"], figure["before"])
            parts.append(self.env._("before: %s", before))
        return ", ".join(parts)

    @api.model
    def _waits(self, told):
        return self.env._(
            "Open exceptions: %(exceptions)s. Recalls: %(cases)s, drills: %(drills)s.",
            exceptions=told["exceptions"]["count"],
            cases=told["recalls"]["cases"],
            drills=told["recalls"]["drills"],
        )

    @api.model
    def _said(self, unit, value):
        """A figure in words of the reader's language."""
        if value is None:
            return "–"
        key, number, digits = figures.spoken(unit, value)
        number = formatLang(self.env, number, digits=digits)
        return {
            "percent": self.env._("%s %%", number),
            "days": self.env._("%s days", number),
            "hours": self.env._("%s h", number),
            "minutes": self.env._("%s min", number),
            "seconds": self.env._("%s s", number),
            "moments": self.env._("%s s", number),
        }[key]
