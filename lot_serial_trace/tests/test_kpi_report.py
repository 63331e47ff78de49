import io
from datetime import timedelta

import pypdfium2
from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .kpi_case import KpiCase


@tagged("post_install", "-at_install")
class TestKpiReport(KpiCase):
    """Managers get the figures by mail, each as far as he may see them; digests have them, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for seconds, ago in ((7200, 3), (14400, 4), (60, 40)):
            cls.question(seconds, ago)
        cls.manager, cls.employee = (
            new_test_user(
                cls.env,
                login,
                groups=group,
                email=f"{login}@example.com",
                lang="en_US",
                company_id=cls.ours.id,
                company_ids=[(6, 0, cls.ours.ids)],
            )
            for login, group in (
                ("kpi_manager", "lot_serial_trace.group_trace_auditor"),
                ("kpi_employee", "base.group_user"),
            )
        )
        cls.ours.write(
            {
                "trace_report_every": "month",
                "trace_report_user_ids": [(6, 0, (cls.manager | cls.employee).ids)],
            }
        )
        cls.report = cls.env["trace.kpi.report"]

    def setUp(self):
        super().setUp()
        self.count()

    def test_who_may_read_gets_it(self):
        mails = self.report._send(self.ours)
        self.assertEqual(mails.mapped("email_to"), [self.manager.email_formatted])
        self.assertIn("3.0 h", mails.body_html)
        self.assertIn("/odoo/traceability", mails.body_html)
        pdf, sheet = mails.attachment_ids.sorted("mimetype")
        pages = pypdfium2.PdfDocument(pdf.raw)
        said = "".join(page.get_textpage().get_text_range() for page in pages)
        self.assertIn("4.0 h", said, "the highest of the points is the upper end of the chart")
        self.assertIn("Where the line is broken", said)
        book = load_workbook(io.BytesIO(sheet.raw))
        figures = {row[0]: row[1:6] for row in book.worksheets[0].iter_rows(values_only=True)}
        self.assertEqual(figures["Lot Traceability Cycle Time"], ("seconds", 10800, 14400, 60, 2))
        self.assertEqual(figures["Scan Compliance Rate"][1], None)
        days = list(book.worksheets[1].iter_rows(values_only=True))
        self.assertEqual(len(days), 3)
        self.assertEqual(days[1][0], str(self.today - timedelta(days=3)))
        self.assertEqual(days[1][5:7], (None, 7200))

    def test_when_it_is_due(self):
        today = fields.Date.today()
        self.ours.trace_report_next = today
        before = self.env["mail.mail"].search_count([])
        self.report._send_due(self.ours)
        self.assertEqual(self.env["mail.mail"].search_count([]), before + 1)
        self.assertGreater(self.ours.trace_report_next, today + timedelta(days=27))
        self.ours.write({"trace_report_next": today - timedelta(days=400)})
        self.report._send_due(self.ours)
        self.assertGreater(self.ours.trace_report_next, today, "what was missed is not made up for")

    def test_now_is_for_administrators(self):
        with self.assertRaises(UserError):
            self.report.with_user(self.manager)._send_now(self.ours)
        self.ours.trace_report_user_ids = self.employee
        with self.assertRaisesRegex(UserError, "recipients"):
            self.report._send_now(self.ours)

    def test_digest(self):
        """Yesterday's and the last seven days' figures; who reads no figures has none."""
        self.question(3600, 1)
        digest = self.env["digest.digest"].create(
            {
                "name": "Figures",
                "company_id": self.ours.id,
                "kpi_trace_cycle": True,
                "kpi_trace_scan": True,
                "kpi_trace_exceptions": True,
                "user_ids": [(6, 0, (self.manager | self.employee).ids)],
            }
        )
        told = {kpi["kpi_name"]: kpi for kpi in digest._compute_kpis(self.ours, self.manager)}
        self.assertEqual(told["kpi_trace_cycle"]["kpi_col1"]["value"], "1.00")
        self.assertEqual(told["kpi_trace_cycle"]["kpi_col2"]["value"], "2.33")
        self.assertEqual(told["kpi_trace_exceptions"]["kpi_col3"]["value"], 0)
        self.assertIn("action_trace_home", told["kpi_trace_cycle"]["kpi_action"])
        self.assertFalse(digest._compute_kpis(self.ours, self.employee))
        yesterday = {"start_datetime": self.noon(1), "end_datetime": self.noon(0)}
        with self.assertRaises(AccessError):
            digest.with_user(self.employee).with_context(**yesterday).mapped("kpi_trace_scan_value")
