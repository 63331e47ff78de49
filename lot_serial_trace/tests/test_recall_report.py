import io
import json
from datetime import timedelta
from unittest.mock import patch

from pypdf import PdfReader

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models import trace_recall_reporting
from .test_recall_drill import DrillCase


@tagged("post_install", "-at_install")
class TestRecallReport(DrillCase):
    """The report says what happened, on paper and for machines, and can be checked."""

    def reader(self, report):
        return PdfReader(io.BytesIO(report._bytes()), strict=True)

    def words(self, report):
        pages = self.reader(report).pages
        return " ".join("\n".join(page.extract_text() for page in pages).split())

    def inside(self, report):
        files = self.reader(report).attachments
        return {name: json.loads(contents[0]) for name, contents in files.items()}

    def case(self, **values):
        case = self.recalls.create(
            {
                "title": "Glass in milk",
                "reason": "Splinters were found",
                "severity_class": "I",
                "lot_ids": [(6, 0, self.m1.ids)],
                **values,
            }
        )
        case._confirm()
        self.assertEqual((case.state, case.phase, case.error), ("running", "done", False))
        return case

    def report(self, case):
        report = case._want_report()
        self.assertFalse(case.report_error)
        return report

    def test_a_case(self):
        case = self.case()
        report = self.report(case)
        words = self.words(report)
        for word in (
            "Recall Report",
            case.name,
            "Glass in milk",
            "Splinters were found",
            "Class I",
            "M1",
            "Milk",
            "Not closed",
            "Put on hold",
            "1 of 1",
            "Customer",
            "Silent",
            "None: every balance closes. Lots: 1",
            "Confirmed:",
            "Timeline",
        ):
            self.assertIn(word, words)
        told = self.inside(report)["report.json"]
        self.assertEqual(told["scope"][0]["received_qty"], 10)
        self.assertEqual(told["scope"][0]["delivered_qty"], 5)
        self.assertEqual(told["lots"][0]["number"], "M1")
        self.assertEqual(len(told["consignees"]["rows"]), 3, "two customers, our own place")
        self.assertEqual(told["evidence"][0]["digest"], case.run_id.digest)
        self.assertEqual(len(told["steps"]), len(case.step_ids))
        everything = words + json.dumps(told)
        self.assertNotIn("shop@example.com", everything, "addresses are not told")
        self.assertTrue(report.is_pdfa)
        self.assertEqual(report.kind, "recall")

    def test_a_drill(self):
        self.silent.email = "silent@example.com"
        drill = self.started()
        self.finish(drill)
        report = drill.report_ids
        self.assertEqual((len(report), report.kind), (1, "drill"))
        words = self.words(report)
        for word in (
            "Recall Drill",
            drill.name,
            "Passed",
            "BRCGS",
            "at most 4 h wanted",
            "2 h, 4 h, 24 h",
            "Traced back",
            "Supplier",
            "Exercise",
            "nothing was put on hold",
            "What people did",
            "5 of 5",
        ):
            self.assertIn(word, words)
        told = self.inside(report)["report.json"]
        self.assertTrue(told["verdict"]["passed"])
        self.assertEqual([row["state"] for row in told["tasks"]], ["good"] * 3)

    def test_deadlines_are_in_it(self):
        self.env["trace.recall.deadline"].search([("severity_class", "=", "I")]).hold_hours = 2
        case = self.case(initiated_at=fields.Datetime.now() - timedelta(hours=3))
        words = self.words(self.report(case))
        self.assertIn("limit 2 h: late", words)

    def test_later_one_supersedes(self):
        case = self.case()
        first = self.report(case)
        second = self.report(case)
        self.assertEqual((first.state, first.superseded_by_id), ("superseded", second))
        self.assertEqual(second.state, "valid")
        self.assertEqual(case.report_count, 2)
        third = first.browse(second.action_reissue()["res_id"])
        self.assertEqual((second.state, third.recall_id), ("superseded", case))

    def test_page_behind_the_code(self):
        case = self.case()
        report = self.report(case)
        self.env.flush_all()
        values = report._checked(report.token)
        self.assertEqual((values["state"], values["later"]), ("valid", 0))
        step = case._note("call", "Somebody called")
        step.sudo().at = report.issued_at + timedelta(minutes=1)
        self.env.flush_all()
        self.assertEqual(report._checked(report.token)["later"], 1)

    def test_queries_do_not_grow(self):
        def queries(count, prefix):
            self.receive(*[(self.milk, f"{prefix}{number}", 2) for number in range(count)])
            lots = self.env["stock.lot"].search(
                [("product_id", "=", self.milk.id), ("name", "=like", prefix + "%")]
            )
            for lot in lots:
                self.deliver(lot.name, 1)
            case = self.case(lot_ids=[(6, 0, lots.ids)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.report(case)
            return self.cr.sql_log_count - before

        queries(2, "A")
        self.assertEqual(queries(3, "B"), queries(25, "C"))

    def test_large_cases_in_the_background(self):
        case = self.case()
        with patch.object(trace_recall_reporting, "AT_ONCE", 1):
            self.assertFalse(case._want_report())
            self.assertEqual(case.action_report()["tag"], "display_notification")
        self.assertFalse(case.report_ids)
        case.sudo()._make_report()
        self.assertEqual(len(case.report_ids), 1)
        self.assertEqual(case.report_ids.user_id, self.env.user)
        self.assertFalse(case.report_wanted_by_id)

    def test_a_failure_keeps_nothing_from_being_closed(self):
        drill = self.started()
        broken = patch.object(
            type(self.env["trace.recall.report"]), "_tell_lots", side_effect=ValueError("x")
        )
        with broken, mute_logger("odoo.addons.lot_serial_trace.models.trace_recall_reporting"):
            self.finish(drill)
        self.assertEqual((drill.state, drill.report_error), ("closed", "ValueError"))
        self.assertTrue(self.report(drill))

    def test_groups_and_companies(self):
        case = self.case()
        auditor = new_test_user(self.env, "rr_auditor", "lot_serial_trace.group_trace_auditor")
        with self.assertRaises(AccessError):
            case.with_user(auditor).action_report()
        report = self.report(case)
        self.assertTrue(report.with_user(auditor)._bytes())
        other = self.env["res.company"].create({"name": "Other"})
        case.sudo().company_ids |= other
        certificates = self.env["trace.certificate"].with_user(self.manager)
        with self.assertRaisesRegex(AccessError, "Other"):
            certificates._issue_recall(case.with_user(self.manager))

    def test_language_of_who_asks(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.manager.lang = "de_DE"
        case = self.case()
        report = case.with_user(self.manager)._want_report()
        self.assertEqual(self.reader(report).trailer["/Root"]["/Lang"], "de-DE")
