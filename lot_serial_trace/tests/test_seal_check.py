import base64
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from ..models import trace_seal_check
from ..models.trace_block_anchor import ANCHOR_SENT, ANCHOR_TO
from .seal_case import SealCase


@tagged("post_install", "-at_install")
class TestSealCheck(SealCase):
    """Verifications are kept, go on where they were stopped, and tell whom it concerns."""

    def furnish(self):
        super().furnish()
        self.seal()
        self.numbers = []
        for name in ("V1", "V2", "V3"):
            self.event = self.sealed_receipt(name)
            self.numbers.append(self.blocks.search([], limit=1).number)

    def spoil(self):
        self.past_odoo("UPDATE trace_event SET lot_name = 'X' WHERE id = %s", self.event.id)

    def desk(self):
        return self.env["trace.exception"].search([("kind", "=", "seal_broken")])

    def night(self):
        """Run the nightly cron."""
        with self.enter_registry_test_mode():
            self.env.ref("lot_serial_trace.cron_seal_check").method_direct_trigger()
        self.env.invalidate_all()

    def test_good(self):
        check = self.checks._ask()
        self.assertEqual((check.state, check.fault_count, check.progress), ("done", 0, 100))
        self.assertEqual(check.blocks, self.blocks.search_count([]))
        self.assertIn("All is as it was sealed", check.result)
        self.assertFalse(self.desk())

    def test_by_a_program(self):
        """The auditor's program asks and gets all there is to know."""
        auditor = new_test_user(self.env, "seal_program", "lot_serial_trace.group_trace_auditor")
        checks = self.checks.with_user(auditor)
        answer = checks.verify(anchor=self.blocks.search([], limit=1)._anchor())
        self.assertTrue(answer["ok"])
        self.spoil()
        answer = checks.verify(first=self.event.id)
        [fault] = answer["faults"]
        self.assertEqual((fault["kind"], fault["event_id"]), ("changed", self.event.id))
        self.assertEqual(checks.verify(check=answer["id"]), answer)
        with self.assertRaises(AccessError):
            worker = new_test_user(self.env, "seal_worker", "lot_serial_trace.group_trace_user")
            self.checks.with_user(worker).verify()

    def test_faults_are_kept_and_told(self):
        self.spoil()
        check = self.checks._ask()
        fault = check.fault_ids
        self.assertEqual((fault.kind, fault.event_id), ("changed", self.event.id))
        self.assertEqual(fault.company_id, self.env.company)
        exception = self.desk()
        self.assertIn(fault.says, exception.name)
        self.assertEqual(exception.severity, "block")
        self.checks._ask()
        self.assertEqual((self.desk(), exception.times_seen), (exception, 2))
        self.assertEqual(exception.action_open_subject()["res_model"], "trace.block")

    def test_whom_it_concerns(self):
        self.spoil()
        self.checks._ask()
        for group, sees in (("user", 0), ("quality", 0), ("admin", 1), ("auditor", 1)):
            user = new_test_user(
                self.env, f"broken_{group}", groups=f"lot_serial_trace.group_trace_{group}"
            )
            found = self.env["trace.exception"].with_user(user)
            self.assertEqual(found.search_count([("kind", "=", "seal_broken")]), sees, group)

    def test_other_companies_faults_are_theirs(self):
        self.spoil()
        check = self.checks._ask()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "fault_stranger",
            "lot_serial_trace.group_trace_auditor",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        check = check.with_user(stranger)
        self.assertEqual(check.fault_count, 1)
        self.assertFalse(check.fault_ids)

    def test_step_by_step(self):
        """A check that was stopped goes on where it was."""
        self.patch(trace_seal_check, "STEP_BLOCKS", 1)
        self.patch(trace_seal_check, "BUTTON_EVENTS", 0)
        self.spoil()
        check = self.checks._ask()
        self.assertEqual((check.state, check.progress), ("running", 0))
        self.assertTrue(check.sudo()._step())
        self.assertTrue(0 < check.progress < 100)
        while check.sudo()._step():
            pass
        self.assertEqual((check.state, check.fault_count), ("done", 1))
        self.assertEqual(check.blocks, self.blocks.search_count([]))

    def test_cron_finishes_what_was_asked(self):
        self.patch(trace_seal_check, "BUTTON_EVENTS", 0)
        check = self.checks._ask()
        self.night()
        self.assertEqual(check.state, "done")

    def test_by_night_all_in_a_week(self):
        self.patch(trace_seal_check, "NIGHT_EVENTS", 0)
        self.patch(trace_seal_check, "NIGHTS", 2)
        self.night()
        night = self.checks.search([("scope", "=", "night")])
        self.assertEqual(night.state, "running")
        half = night.done_block
        self.night()
        self.assertEqual(night.done_block, half, "one part a night")
        night.night_at -= timedelta(days=1)
        self.night()
        self.assertEqual((night.state, night.blocks), ("done", self.blocks.search_count([])))
        night.night_at -= timedelta(days=1)
        self.night()
        self.assertEqual(self.checks.search_count([("scope", "=", "night")]), 2, "a new round")

    def test_good_rounds_are_forgotten_at_last(self):
        self.night()
        night = self.checks.search([("scope", "=", "night")], limit=1)
        night.done_at = fields.Datetime.now() - timedelta(days=500)
        self.checks._forget()
        self.assertFalse(night.exists())

    def test_cut_off_since_the_last_verification(self):
        """The newest block that a good verification saw is an anchor, if a weak one."""
        self.checks._ask()
        self.past_odoo("DELETE FROM trace_block WHERE number = %s", self.numbers[-1])
        self.past_odoo("DELETE FROM trace_event WHERE id = %s", self.event.id)
        check = self.checks._ask()
        self.assertEqual(check.fault_ids.mapped("kind"), ["truncated"])

    def test_one_event_from_its_form(self):
        self.assertEqual(self.event.block_number, self.numbers[-1])
        action = self.event.action_verify_seal()
        self.assertEqual(self.checks.browse(action["res_id"]).state, "done")
        self.receive((self.device, "V9", 1))
        fresh = self.events()[-1]
        self.assertFalse(fresh.block_number)
        with self.assertRaisesRegex(UserError, "not sealed yet"):
            fresh.action_verify_seal()

    def test_blocks_of_a_list_are_found_by_one_query(self):
        events = self.events()
        events.invalidate_recordset()
        with self.assertQueryCount(1):
            events.mapped("block_number")

    # -- anchors --------------------------------------------------------------

    def test_anchor_file_on_the_screen(self):
        name, content = self.blocks.search([], limit=1)._anchor_file()
        self.assertEqual(name, f"anchor-{self.numbers[-1]}.json")
        status = self.env["trace.seal.status"].create(
            {"anchor": base64.b64encode(content.encode())}
        )
        check = self.checks.browse(status.action_verify()["res_id"])
        self.assertEqual((check.fault_count, check.anchor_block), (0, self.numbers[-1]))
        for wrong in ("no json", "{}", json.dumps({**json.loads(content), "hash": "0"})):
            status.anchor = base64.b64encode(wrong.encode())
            with self.subTest(wrong[:20]), self.assertRaisesRegex(UserError, "anchor file"):
                status.action_verify()

    def test_anchor_by_mail(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(ANCHOR_TO, "auditor@example.com")
        parameters.set_param(ANCHOR_SENT, False)
        self.blocks._cron_anchor()
        self.blocks._cron_anchor()
        head = self.blocks.search([], limit=1)
        mail = self.env["mail.mail"].search([("subject", "like", f"block {head.number} ")])
        self.assertEqual(len(mail), 1, "once for each block at most")
        self.assertEqual(mail.email_to, "auditor@example.com")
        self.assertIn(head.block_hash, mail.body_html)
        anchor = json.loads(mail.attachment_ids.raw)
        self.assertEqual((anchor["block"], anchor["hash"]), (head.number, head.block_hash))

    def test_nobody_to_mail_to(self):
        self.env["ir.config_parameter"].set_param(ANCHOR_TO, False)
        self.blocks._cron_anchor()
        with self.assertRaisesRegex(UserError, "Nobody is named"):
            self.blocks.search([], limit=1).action_mail_anchor()

    # -- the screen -----------------------------------------------------------

    def test_screen(self):
        auditor = new_test_user(self.env, "seal_reader", "lot_serial_trace.group_trace_auditor")
        status = self.env["trace.seal.status"].with_user(auditor)
        form = Form(status)
        self.assertEqual(form.block_id.number, self.numbers[-1])
        self.assertFalse(form.signed)
        self.assertEqual(form.unsealed, 0)
        check = self.checks.browse(form.save().action_verify()["res_id"])
        self.assertEqual(check.user_id, auditor)
        status = status.create({"scope": "range"})
        with self.assertRaisesRegex(UserError, "from which event"):
            status.action_verify()
        with self.assertRaises(AccessError):
            status.create({"public": "x"}).action_announce()
        for model in ("trace.block", "trace.seal.check", "trace.seal.key"):
            for view in ("list", "form"):
                self.env[model].with_user(auditor).get_view(view_type=view)


@tagged("post_install", "-at_install")
class TestSealHttp(HttpCase, SealCase):
    """What comes by a link: public keys for everybody, anchors and proofs for readers."""

    def setUp(self):
        super().setUp()
        self.path, self.fingerprint, _pem = self.key_file()
        with self.key(self.path):
            self.sealed_receipt("H1")
        self.head = self.blocks.search([], limit=1)
        for name in ("auditor", "user"):
            new_test_user(self.env, f"http_{name}", groups=f"lot_serial_trace.group_trace_{name}")

    def test_keys_are_public(self):
        [key] = self.url_open("/trace/keys").json()["keys"]
        self.assertEqual(key["fingerprint"], self.fingerprint)
        self.assertEqual(key["signs_from_block"], 1)

    def test_anchor(self):
        url = f"/lot_serial_trace/anchor/{self.head.number}.json"
        self.authenticate("http_auditor", "http_auditor")
        self.assertEqual(self.url_open(url).json()["hash"], self.head.block_hash)
        self.assertEqual(self.url_open(url.replace(".json", "9.json")).status_code, 404)
        self.authenticate("http_user", "http_user")
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_proof(self):
        lot = self.lot(self.device, "H1")
        self.assertEqual(lot.action_trace_proof()["url"], f"/lot_serial_trace/proof/{lot.id}.json")
        self.authenticate("http_user", "http_user")
        answer = self.url_open(f"/lot_serial_trace/proof/{lot.id}.json")
        self.assertIn("proof-H1.json", answer.headers["Content-Disposition"])
        self.assertEqual(len(answer.json()["blocks"]), 1)
        self.assertEqual(self.url_open("/lot_serial_trace/proof/999999999.json").status_code, 404)
