from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..models import trace_share
from .common import TraceCase


@tagged("post_install", "-at_install")
class TestTraceShare(TraceCase, HttpCase):
    """One answer for somebody without a login: nothing else, for a while, and every visit kept."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10), (self.milk, "SECRET", 1))
        self.validate(self.picking("out", [(self.milk, "M1", 4)]))
        self.question = {"lots": self.lot(self.milk, "M1").ids}
        self.quality = new_test_user(
            self.env, "sh_quality", groups="lot_serial_trace.group_trace_quality"
        )
        self.env.flush_all()

    def share(self, **more):
        """Share the answer; returns the path of the link and the record."""
        shares = self.env["trace.share"].with_user(self.quality)
        made = shares.share(self.question, "Food Authority", **more)
        return "/trace/shared/" + made["url"].rsplit("/", 1)[1], self.env["trace.share"].browse(
            made["id"]
        )

    def test_the_page_tells_the_answer_and_nothing_else(self):
        path, share = self.share()
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        for word in ("M1", "Supplier", "Customer", "Food Authority", share.run_id.digest):
            self.assertIn(word, page.text)
        self.assertNotIn("SECRET", page.text)
        self.assertNotIn("<script", page.text)
        self.assertNotIn("session_id", page.headers.get("Set-Cookie", ""))
        for name, value in (
            ("Content-Security-Policy", "default-src 'none'"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
            ("X-Robots-Tag", "noindex"),
        ):
            self.assertIn(value, page.headers[name])
        self.env.invalidate_all()
        self.assertEqual(share.visits, 1)
        self.assertEqual(share.visit_ids.outcome, "shown")
        self.assertTrue(share.visit_ids.address)

    def test_the_answer_stays_as_it_was(self):
        path, _share = self.share()
        self.customer.name = "Renamed afterwards"
        self.env.flush_all()
        self.assertNotIn("Renamed afterwards", self.url_open(path).text)

    def test_names_of_others_are_text(self):
        self.customer.name = "<b>Bold</b> & Co"
        self.validate(self.picking("out", [(self.milk, "M1", 1)]))
        path, _share = self.share()
        self.assertIn("&lt;b&gt;Bold&lt;/b&gt; &amp; Co", self.url_open(path).text)

    def test_the_database_does_not_hold_the_link(self):
        path, share = self.share()
        token = path.rsplit("/", 1)[1]
        self.assertGreaterEqual(len(token), 43)
        self.env.cr.execute("SELECT row_to_json(s)::text FROM trace_share s")
        self.assertNotIn(token, str(self.env.cr.fetchall()))
        with self.assertRaises(AccessError):
            share.with_user(self.quality).read(["token_hash"])

    def test_ended_and_revoked_links_show_nothing(self):
        path, share = self.share()
        share.with_user(self.quality).action_revoke()
        self.env.flush_all()
        self.assertEqual((share.state, share.revoked_by_id), ("revoked", self.quality))
        page = self.url_open(path)
        self.assertEqual(page.status_code, 410)
        self.assertNotIn("M1", page.text)
        path, share = self.share()
        share.sudo().expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env.flush_all()
        page = self.url_open(path)
        self.assertEqual(page.status_code, 410)
        self.assertNotIn("M1", page.text)
        self.assertEqual(share.visit_ids.outcome, "ended")

    def test_wrong_links_are_kept_and_then_refused(self):
        self.patch(trace_share, "WRONG_LINKS", 3)
        path, _share = self.share()
        for _turn in range(3):
            self.assertEqual(self.url_open("/trace/shared/" + "x" * 43).status_code, 404)
        self.assertEqual(self.url_open("/trace/shared/nonsense").status_code, 429)
        self.assertEqual(self.url_open(path).status_code, 429, "from this address, for a while")
        wrong = self.env["trace.share.visit"].search([("share_id", "=", False)])
        self.assertEqual(set(wrong.mapped("outcome")), {"unknown"})
        self.assertEqual(len(wrong), 3, "what is refused fills no table")

    def test_one_link_is_not_called_without_end(self):
        self.patch(trace_share, "VISITS", 2)
        path, _share = self.share()
        self.assertEqual([self.url_open(path).status_code for _turn in range(3)], [200, 200, 429])

    def test_only_quality_shares_and_revokes(self):
        _path, share = self.share()
        for name in ("user", "auditor"):
            person = new_test_user(
                self.env, f"sh_{name}", groups=f"lot_serial_trace.group_trace_{name}"
            )
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    self.env["trace.share"].with_user(person).share(self.question, "Me")
                with self.assertRaises(AccessError):
                    share.with_user(person).action_revoke()
        with self.assertRaises(AccessError):
            self.env["trace.share"].with_user(self.quality).create({"recipient": "Me"})

    def test_a_link_has_a_recipient_and_an_end(self):
        shares = self.env["trace.share"].with_user(self.quality)
        for recipient, days in (("  ", 14), ("Me", 0), ("Me", 10_000)):
            with self.subTest(recipient=recipient, days=days), self.assertRaises(UserError):
                shares.share(self.question, recipient, days)

    def test_another_company_does_not_see_the_link(self):
        _path, share = self.share()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "sh_stranger",
            groups="lot_serial_trace.group_trace_quality",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env["trace.share"].with_user(stranger).search([]) & share)
        with self.assertRaises(AccessError):
            share.with_user(stranger).action_revoke()

    def test_old_wrong_visits_are_forgotten(self):
        self.env["trace.share"]._visit("nonsense", "1.2.3.4", "x")
        wrong = self.env["trace.share.visit"].search([("address", "=", "1.2.3.4")])
        wrong.visited_at = fields.Datetime.now() - timedelta(days=trace_share.KEEP_WRONG + 1)
        wrong._gc_wrong()
        self.assertFalse(wrong.exists())
