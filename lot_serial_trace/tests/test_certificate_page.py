import io
import zipfile

from odoo.tests import HttpCase, new_test_user, tagged

from ..controllers import certificate as page
from ..core.rate import Rate
from .test_certificate import CertificateCase


@tagged("post_install", "-at_install")
class TestCertificatePage(CertificateCase, HttpCase):
    """Who has a certificate learns whether it is genuine and what happened since, nothing else."""

    def setUp(self):
        super().setUp()
        self.patch(page, "CHECKS", Rate(60, 60))
        self.certificate = self.certificates._issue(self.m1)
        self.path = f"/trace/check/{self.certificate.token}"

    def opened(self, path=None, files=None):
        self.env.flush_all()
        return self.url_open(path or self.path, files=files)

    def test_genuine(self):
        response = self.opened()
        self.assertEqual(response.status_code, 200)
        for word in (
            "Genuine",
            "M1",
            "Milk",
            self.certificate.name,
            self.certificate.sha256,
            "Nothing of it was held or recalled",
        ):
            self.assertIn(word, response.text)
        for word in ("Supplier", "Customer", self.delivery.name):
            self.assertNotIn(word, response.text, "no more than the certificate is about")
        self.assertIn("frame-ancestors 'none'", response.headers["Content-Security-Policy"])
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")

    def test_news(self):
        hold = self.env["trace.hold"]._place(self.m1, "secret reason", source="recall")
        text = self.opened().text
        self.assertIn("Recalled", text)
        self.assertNotIn("secret reason", text)
        hold._release("over")
        text = self.opened().text
        self.assertIn("It is free again", text)
        self.assertNotIn("Nothing of it was held", text)

    def test_news_of_a_shipment(self):
        shipment = self.certificates._issue_shipment(self.delivery)
        self.env["trace.hold"]._place(self.s1, "why")
        text = self.opened(f"/trace/check/{shipment.token}").text
        self.assertIn("On hold", text)
        self.assertIn("S1", text)

    def test_superseded_and_revoked(self):
        self.certificates._issue(self.m1)
        self.assertIn("there is a newer one", self.opened().text)
        self.certificate.action_revoke()
        self.assertIn("Revoked", self.opened().text)

    def test_files_are_compared(self):
        content = self.certificate._bytes()
        for sent, word, other in (
            (content, "same", "other"),
            (content.replace(b"PDF-1.7", b"PDF-1.6"), "other", "same"),
        ):
            text = self.opened(files={"file": ("c.pdf", sent, "application/pdf")}).text
            shown = text.split(f'data-result="{word}"')[1].split(">")[0]
            self.assertNotIn("hidden", shown)
            self.assertIn("hidden", text.split(f'data-result="{other}"')[1].split(">")[0])

    def test_not_genuine(self):
        for token in ("x", "A" * 43, "../" + "A" * 40, self.certificate.token[:-1]):
            response = self.opened(f"/trace/check/{token}")
            self.assertEqual(response.status_code, 404, token)
            self.assertNotIn("M1", response.text)

    def test_too_many(self):
        self.patch(page, "CHECKS", Rate(2, 60))
        self.assertEqual([self.opened().status_code for _n in range(3)], [200, 200, 429])

    def test_archive(self):
        job = self.jobs._ask(self.m1 | self.s1)
        job.sudo()._make_next()
        user = new_test_user(
            self.env, "cp_user", "lot_serial_trace.group_trace_auditor", password="cp_user_cp_user"
        )
        path = f"/lot_serial_trace/certificates/{job.id}.zip"
        self.authenticate(user.login, "cp_user_cp_user")
        response = self.opened(path)
        self.assertEqual(response.status_code, 200)
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            self.assertEqual(
                sorted(archive.namelist()), sorted(job.certificate_ids.mapped("file_name"))
            )
            self.assertFalse(archive.testzip())
        packer = new_test_user(
            self.env, "cp_packer", "stock.group_stock_user", password="cp_packer_cp_packer"
        )
        self.authenticate(packer.login, "cp_packer_cp_packer")
        self.assertEqual(self.opened(path).status_code, 404)
