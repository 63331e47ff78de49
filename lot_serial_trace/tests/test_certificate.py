import hashlib
import io
import json

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import TraceCase
from .test_trace import GenealogyCase


class CertificateCase(TraceCase):
    """A lot that came, was moved, held and delivered; words for reading what was issued."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.certificates = cls.env["trace.certificate"]
        cls.jobs = cls.env["trace.certificate.job"]

    def furnish(self):
        super().furnish()
        self.receipt = self.receive((self.milk, "M1", 10), (self.device, "S1", 1))
        self.delivery = self.picking("out", [(self.milk, "M1", 4), (self.device, "S1", 1)])
        self.validate(self.delivery)
        self.m1, self.s1 = self.lot(self.milk, "M1"), self.lot(self.device, "S1")

    def reader(self, certificate):
        return PdfReader(io.BytesIO(certificate._bytes()), strict=True)

    def words(self, certificate):
        """All that can be read on the pages."""
        return "\n".join(page.extract_text() for page in self.reader(certificate).pages)

    def inside(self, certificate):
        """dict name -> what the file of that name says."""
        files = self.reader(certificate).attachments
        return {name: json.loads(contents[0]) for name, contents in files.items()}


@tagged("post_install", "-at_install")
class TestCertificate(CertificateCase):
    """What a certificate says, to whom, and that it stays what it was."""

    def test_says_what_is_known(self):
        hold = self.env["trace.hold"]._place(self.m1, "smells")
        hold._release("tasted")
        certificate = self.certificates._issue(self.m1)
        words = self.words(certificate)
        for word in (
            "Traceability Certificate",
            "M1",
            "Milk",
            "Supplier",
            "Customer",
            "smells",
            self.receipt.name,
            self.delivery.name,
            certificate.name,
        ):
            self.assertIn(word, words)
        told = self.inside(certificate)["certificate.json"]
        self.assertEqual(told["certificate"], certificate.name)
        [unit] = told["units"]
        self.assertEqual([one["supplier"] for one in unit["origin"]], ["Supplier"])
        self.assertEqual([step["step"] for step in unit["path"]], ["receiving", "shipping"])
        self.assertEqual(
            {place["state"]: place["quantity"] for place in unit["places"]},
            {"on_hand": 6, "customer": 4},
        )
        self.assertEqual(unit["holds"][0]["reason"], "smells")
        self.assertTrue(unit["holds"][0]["released_at"])

    def test_kept_with_its_digest(self):
        certificate = self.certificates._issue(self.s1)
        content = certificate._bytes()
        self.assertEqual(certificate.sha256, hashlib.sha256(content).hexdigest())
        self.assertEqual((certificate.size, certificate.kind), (len(content), "serial"))
        self.assertEqual((certificate.user_id, certificate.lot_id), (self.env.user, self.s1))
        self.assertTrue(certificate.is_pdfa)
        self.assertIn(certificate.token, certificate.check_url)
        self.assertGreaterEqual(len(certificate.token), 43, "256 random bits")

    def test_proof_of_the_ledger_is_inside(self):
        self.env.flush_all()
        top = max(self.events(("lot_id", "=", self.m1.id)).ids)
        self.env["trace.block"]._seal_next(top)
        certificate = self.certificates._issue(self.m1 | self.s1)[0]
        events = self.events(("lot_id", "=", self.m1.id))
        self.assertEqual(certificate.sealed_events, len(events))
        proof = self.inside(certificate)["proof.json"]
        texts = [event["text"] for block in proof["blocks"] for event in block["events"]]
        self.assertEqual(len(texts), len(events))
        self.assertTrue(all('"M1"' in text for text in texts), "of this number only")
        self.assertIn(f"Block {proof['blocks'][0]['number']}", self.words(certificate))

    def test_what_is_not_sealed_yet_is_said(self):
        certificate = self.certificates._issue(self.m1)
        self.assertEqual(
            (certificate.sealed_events, certificate.unsealed_events),
            (0, len(self.events(("lot_id", "=", self.m1.id)))),
        )
        self.assertIn("Not sealed yet", self.words(certificate))

    def test_for_everybody_names_no_customer(self):
        self.env["trace.hold"]._place(self.m1, "Customer complains")
        certificate = self.certificates._issue(self.m1, public=True)
        files = self.inside(certificate)
        self.assertEqual(list(files), ["certificate.json"], "the proof has names")
        everything = self.words(certificate) + json.dumps(files)
        self.assertNotIn("Customer complains", everything)
        self.assertNotIn(self.delivery.name, everything)
        self.assertNotIn(self.customer.name, everything.replace("Customers", ""))
        [unit] = files["certificate.json"]["units"]
        self.assertEqual(unit["origin"][0]["supplier"], "Supplier")
        theirs = [place for place in unit["places"] if place["state"] == "customer"]
        self.assertEqual([place["quantity"] for place in theirs], [4])

    def test_shipment(self):
        certificate = self.certificates._issue_shipment(self.delivery)
        words = self.words(certificate)
        for word in ("Shipment", self.delivery.name, "M1", "S1", "Customer", "4 Units"):
            self.assertIn(word, words)
        self.assertEqual(certificate.lot_ids, self.m1 | self.s1)
        told = self.inside(certificate)["certificate.json"]
        self.assertEqual(told["shipment"]["customer"], "Customer")
        public = self.certificates._issue_shipment(self.delivery, public=True)
        self.assertEqual(self.inside(public)["certificate.json"]["shipment"]["customer"], "")

    def test_shipment_without_numbers(self):
        with self.assertRaisesRegex(UserError, "no lot or serial number"):
            self.certificates._issue_shipment(self.picking("int", [(self.milk, "M1", 1)]))
        with self.assertRaisesRegex(UserError, "at least one"):
            self.certificates._issue(self.env["stock.lot"])

    def test_later_one_supersedes(self):
        first = self.certificates._issue(self.m1)
        public = self.certificates._issue(self.m1, public=True)
        self.assertEqual(first.state, "valid", "one for everybody is another one")
        second = first.browse(first.action_reissue()["res_id"])
        self.assertEqual((first.state, first.superseded_by_id), ("superseded", second))
        self.assertEqual((second.state, public.state), ("valid", "valid"))

    def test_stays_what_it_was(self):
        certificate = self.certificates._issue(self.m1)
        admin = new_test_user(self.env, "ce_admin", "lot_serial_trace.group_trace_admin")
        with self.assertRaises(UserError):
            certificate.with_user(admin).write({"sha256": "0" * 64})
        with self.assertRaises(AccessError):
            certificate.with_user(admin).unlink()
        with self.assertRaises(UserError):
            certificate.unlink()

    def test_letters_without_a_font_are_said(self):
        self.milk.name = "\u725b\u4e73"
        certificate = self.certificates._issue(self.m1)
        self.assertFalse(certificate.is_pdfa)
        self.assertNotIn(b"pdfaid:part", certificate._bytes(), "it does not claim what it is not")

    def test_logo_that_is_no_picture(self):
        self.env.company.logo = False
        self.env["trace.warranty"]._letterhead(self.env.company)
        self.assertTrue(self.certificates._issue(self.m1).is_pdfa)

    def test_groups(self):
        people = {
            name: new_test_user(self.env, f"ce_{name}", f"lot_serial_trace.group_trace_{name}")
            for name in ("auditor", "user", "quality")
        }
        mine = self.certificates.with_user(people["user"])._issue(self.m1.with_user(people["user"]))
        self.assertEqual(mine.user_id, people["user"])
        self.assertTrue(mine.with_user(people["auditor"])._bytes())
        for name in ("auditor",):
            with self.assertRaises(AccessError):
                self.certificates.with_user(people[name])._issue(self.m1.with_user(people[name]))
        for name in ("auditor", "user"):
            with self.assertRaises(AccessError):
                mine.with_user(people[name]).action_revoke()
        mine.with_user(people["quality"]).action_revoke()
        self.assertEqual((mine.state, mine.revoked_by_id), ("revoked", people["quality"]))
        packer = new_test_user(self.env, "ce_packer", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            mine.with_user(packer).read(["sha256"])

    def test_other_companies(self):
        """Where companies share a number, each certifies what it did itself."""
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "ce_stranger",
            "lot_serial_trace.group_trace_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        ours = self.certificates._issue(self.m1)
        self.assertNotIn(ours, self.certificates.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            ours.with_user(stranger).read(["content"])
        self.m1.company_id = False
        theirs = self.certificates.with_user(stranger)._issue(self.m1.with_user(stranger))
        [unit] = self.inside(theirs)["certificate.json"]["units"]
        self.assertEqual((unit["path"], unit["origin"], unit["places"]), ([], [], []))
        self.assertEqual(ours.state, "valid", "theirs does not supersede ours")


@tagged("post_install", "-at_install")
class TestCertificateOrigin(CertificateCase, GenealogyCase):
    """What a number was made of, with who supplied it; each number by itself."""

    def test_made_from(self):
        self.receive((self.milk, "M2", 10))
        self.make(self.cheese, "C1", (self.milk, "M1", 2))
        self.make(self.pizza, "P1", (self.cheese, "C1", 1))
        self.make(self.cheese, "C2", (self.milk, "M2", 2))
        lots = self.lot(self.pizza, "P1") | self.lot(self.cheese, "C2")
        told = [
            self.inside(one)["certificate.json"]["units"][0]
            for one in self.certificates._issue(lots)
        ]
        made_from = [
            [(one["level"], one["number"], one["suppliers"]) for one in unit["made_from"]]
            for unit in told
        ]
        self.assertEqual(
            made_from, [[(1, "C1", []), (2, "M1", ["Supplier"])], [(1, "M2", ["Supplier"])]]
        )
        self.assertEqual(told[0]["origin"][0]["way"], "production")


@tagged("post_install", "-at_install")
class TestCertificateJob(CertificateCase):
    """Thousands are made in the background: constant queries, resumable, one file at the end."""

    def furnish(self):
        super().furnish()
        self.receive(*[(self.device, f"D{number:03}", 1) for number in range(60)])
        self.lots = self.env["stock.lot"].search(
            [("product_id", "=", self.device.id), ("name", "like", "D")], order="id"
        )

    def queries(self, lots):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.certificates._issue(lots)
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_numbers(self):
        self.queries(self.lots[:3])
        self.assertEqual(self.queries(self.lots[:5]), self.queries(self.lots[5:45]))

    def test_few_at_once_many_in_the_background(self):
        wizard = self.env["trace.certificate.wizard"]

        def ask(lots):
            action = lots.action_trace_certify()
            return wizard.with_context(**action["context"]).create({}).action_issue()

        self.assertEqual(ask(self.lots[0])["res_model"], "trace.certificate")
        action = ask(self.lots)
        self.assertEqual(action["res_model"], "trace.certificate.job")
        job = self.jobs.browse(action["res_id"])
        self.assertEqual((job.total, job.done, job.state), (60, 0, "running"))

    def test_goes_on_where_it_was(self):
        job = self.jobs._ask(self.lots)
        runner = job.sudo()
        self.assertEqual(runner._make_next(25), 25)
        job.invalidate_recordset()
        self.assertEqual((job.done, round(job.progress)), (25, 42))
        self.assertEqual([runner._make_next(25) for _batch in range(3)], [25, 10, 0])
        self.assertEqual(job.state, "done")
        self.assertEqual(job.certificate_ids.lot_id, self.lots, "each one once")
        names = [name for name, content in job._files() if content.startswith(b"%PDF-1.7")]
        self.assertEqual(len(set(names)), 60)

    def test_failure_is_said_and_can_be_gone_on_from(self):
        job = self.jobs._ask(self.lots[:5])
        user = job.user_id
        job.sudo().user_id = new_test_user(self.env, "ce_nobody", "base.group_user")
        with mute_logger("odoo.addons.lot_serial_trace.models.trace_certificate_job"):
            self.assertEqual(job.sudo()._make_next(), 0)
        self.assertEqual(job.state, "failed")
        self.assertIn("Users of the app issue them", job.error)
        job.sudo().user_id = user
        job.action_retry()
        self.assertEqual((job.state, job.sudo()._make_next()), ("running", 5))
        job.action_cancel()
        self.assertEqual(job.state, "cancelled")

    def test_language_of_who_asked(self):
        self.env["res.lang"]._activate_lang("de_DE")
        user = new_test_user(self.env, "ce_de", "lot_serial_trace.group_trace_user", lang="de_DE")
        job = (
            self.jobs.with_user(user).with_context(lang="de_DE")._ask(self.lots[:1].with_user(user))
        )
        job.sudo()._make_next()
        self.assertEqual(self.reader(job.certificate_ids).trailer["/Root"]["/Lang"], "de-DE")
        self.assertEqual(job.certificate_ids.user_id, user)

    def test_only_mine_or_quality(self):
        job = self.jobs._ask(self.lots[:2])
        users = {
            name: new_test_user(self.env, f"cj_{name}", f"lot_serial_trace.group_trace_{name}")
            for name in ("auditor", "user", "quality")
        }
        for name in ("auditor", "user"):
            with self.assertRaises(AccessError):
                job.with_user(users[name]).action_cancel()
        job.with_user(users["quality"]).action_cancel()
        with self.assertRaises(UserError):
            job.with_user(users["quality"]).write({"state": "done"})
