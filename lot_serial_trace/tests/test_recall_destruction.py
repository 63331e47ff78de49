import io
import json

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .disposal_case import DisposalCase


@tagged("post_install", "-at_install")
class TestRecallDestruction(DisposalCase):
    """The certificate of destruction, and what leaves as a file."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 100), (self.milk, "M2", 10))
        self.m1, self.m2 = self.lot(self.milk, "M1"), self.lot(self.milk, "M2")
        self.case = self.recall(self.m1, self.m2)

    def test_it_says_what_when_how_and_before_whom(self):
        rows = self.destroy(
            self.case,
            [self.m1, self.m2],
            happened_at="2026-05-01 10:00:00",
            witness="Ada Miller, Ben Stone",
            proof=self.photo(),
        )
        certificate = rows[:1]._certificate()
        self.assertEqual((certificate.kind, certificate.about), ("destruction", self.case.name))
        self.assertEqual(certificate.lot_ids, self.m1 | self.m2)
        reader = PdfReader(io.BytesIO(certificate._bytes()))
        text = " ".join(page.extract_text() for page in reader.pages)
        for said in ("Certificate of Destruction", "Ada Miller, Ben Stone", "Burnt", "M1", "M2"):
            self.assertIn(said, text)
        told = json.loads(reader.attachments["destruction.json"][0])
        self.assertEqual([one["quantity"] for one in told["goods"]], ["100", "10"])
        self.assertEqual(told["proof"][0]["name"], "photo.png")
        proof = json.loads(reader.attachments["proof.json"][0])
        self.assertEqual(proof["unsealed"], 2, "the events of the destruction, not sealed yet")
        self.assertEqual(rows._certificate(), certificate, "made once")

    def test_it_can_be_checked_and_issued_again(self):
        certificate = self.destroy(self.case, [self.m1])._certificate()
        page = self.env["trace.certificate"]._checked(certificate.token)
        self.assertEqual((page["number"], page["state"]), (certificate.name, "valid"))
        certificate.action_reissue()
        self.assertEqual(certificate.state, "superseded")

    def test_nothing_was_destroyed(self):
        rows = self.enter(self.case, "destroy", [self.m1])
        with self.assertRaisesRegex(UserError, "Nothing of this was destroyed"):
            rows._certificate()

    def exported(self, part, kind):
        exports = self.env["trace.recall.balance.export"]
        name, file = exports._export(self.case, part, kind)
        with file:
            return name, file.read()

    def test_balance_as_a_workbook(self):
        self.destroy(self.case, [self.m2])
        name, content = self.exported("balance", "xlsx")
        self.assertTrue(name.endswith("-balance.xlsx"))
        sheet = load_workbook(io.BytesIO(content)).active
        titles = [cell.value for cell in sheet[1]]
        rows = {row[1].value: row for row in sheet.iter_rows(min_row=2)}
        self.assertEqual(rows["M2"][titles.index("Destroyed")].value, 10)
        self.assertEqual(rows["M1"][titles.index("State")].value, "To decide")

    def test_text_is_no_formula(self):
        self.destroy(self.case, [self.m2], remark="=1+1")
        _name, content = self.exported("dispositions", "csv")
        self.assertIn(b"'=1+1", content)

    def test_no_such_part(self):
        with self.assertRaisesRegex(UserError, "no such export"):
            self.exported("secrets", "csv")


@tagged("post_install", "-at_install")
class TestRecallExportRoute(HttpCase, DisposalCase):
    """Downloads are for those who may read the case."""

    def test_who_may_download(self):
        self.receive((self.milk, "M1", 100))
        case = self.recall(self.lot(self.milk, "M1"))
        url = f"/trace/recall/{case.id}/balance.csv"
        new_test_user(self.env, "disposal_reader", groups="lot_serial_trace.group_trace_auditor")
        new_test_user(self.env, "disposal_nobody", groups="base.group_user")
        self.authenticate("disposal_reader", "disposal_reader")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("M1", answer.text)
        self.authenticate("disposal_nobody", "disposal_nobody")
        self.assertEqual(self.url_open(url).status_code, 404)
