from functools import partial

from odoo.tests import tagged

from .notice_server import NoticeServer
from .test_at_once import AtOnceCase

NOTICE = {
    "number": "AT-ONCE-1",
    "title": "Recall of honey: glass",
    "product": "At once: honey",
    "lot": "Lot AO-H1",
    "published": "2026-11-20",
}


@tagged("post_install", "-at_install")
class TestRecallPeopleAtOnce(AtOnceCase):
    """Two answers by one link, and two who ask one feed, at the same moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request(cls.prepare)
        cls.addClassCleanup(cls.clean)

    # -- answers --------------------------------------------------------------

    def told(self, env):
        """A case whose one customer has a link: ids of case, consignee and partner, the token."""
        partner = env["res.partner"].create({"name": "At once", "email": "once@example.com"})
        self.receipt(env, "lot", ["AO1", "AO2", "AO3"])
        lots = env["stock.lot"].search([("product_id", "=", self.product_ids["lot"])])
        out = self.transfer(env, "out", "lot", [{"lot_id": lot.id} for lot in lots])
        out.partner_id = partner
        out.move_ids.partner_id = partner
        out.button_validate()
        case = env["trace.recall"].create(
            {"title": "At once", "reason": "glass", "lot_ids": [(6, 0, lots.ids)]}
        )
        case._confirm()
        one = case.consignee_ids.filtered(lambda one: one.partner_id == partner)
        token = env["trace.recall.letter"]._make(one, "mail", 30)[one.id]
        return case.id, one.id, partner.id, token

    def clean_case(self, case_id, partner_id):
        with self.connection.cursor() as cr:
            cr.execute(
                "DELETE FROM mail_activity WHERE res_model = 'trace.recall' AND res_id = %s",
                [case_id],
            )
            cr.execute("DELETE FROM trace_recall WHERE id = %s", [case_id])
        self.registry.clear_cache()
        self.clean_goods()
        self.request(lambda env: env["res.partner"].browse(partner_id).unlink())

    def test_two_answers_by_one_link(self):
        """Both are kept, one after the other; the last one counts, and only it."""
        case_id, one_id, partner_id, token = self.request(self.told)
        self.addCleanup(self.clean_case, case_id, partner_id)

        def answer(env, **form):
            one = env["trace.recall.letter"]._consignee(token)
            return one._answer({f"unit-0-{kind}": text for kind, text in form.items()}, "page")

        buyer = {"sold_on": "3", "found": ""}
        errors = self.at_once([partial(answer, found="3"), partial(answer, **buyer)])
        self.assertEqual(errors, [None, None])
        self.request(partial(self.check_answers, one_id))
        notes = "recall_id = %s AND kind = 'answered'"
        self.assertLessEqual(self.count("trace_recall_step", notes, case_id), 1)

    def check_answers(self, one_id, env):
        one = env["trace.recall.consignee"].browse(one_id)
        self.assertEqual(len(one.answer_ids), 2)
        last = one.answer_ids.sorted("id")[-1]
        self.assertEqual((one.found_qty, one.sold_on_qty), (last.found_qty, last.sold_on_qty))
        self.assertEqual(one.found_qty + one.sold_on_qty, 3)
        self.assertEqual((one.state, one.is_effective), ("done", True))
        self.assertEqual(one.letter_ids.ids, one.letter_ids[:1].ids)

    # -- feeds ----------------------------------------------------------------

    def feed(self, env, url):
        return (
            env["trace.notice.feed"]
            .create({"name": "At once", "road": "http", "source": "generic", "url": url})
            .id
        )

    def clean_feed(self, feed_id):
        """Notices are kept; these let go for once."""
        with self.connection.cursor() as cr:
            cr.execute("DELETE FROM trace_notice WHERE feed_id = %s", [feed_id])
            cr.execute(
                "DELETE FROM trace_notice_arrival WHERE feed_id = %s RETURNING id", [feed_id]
            )
            cr.execute(
                "DELETE FROM ir_attachment WHERE res_model = 'trace.notice.arrival' "
                "AND res_id = ANY(%s)",
                [[arrival_id for (arrival_id,) in cr.fetchall()]],
            )
            cr.execute("DELETE FROM trace_notice_feed WHERE id = %s", [feed_id])
        self.registry.clear_cache()

    def test_two_ask_one_feed(self):
        """The notices are there once; who came second finds them known when he asks again."""
        server = NoticeServer()
        self.addCleanup(server.close)
        server.answers["/notices"] = [NOTICE, {**NOTICE, "number": "AT-ONCE-2"}]
        feed_id = self.request(partial(self.feed, url=f"{server.url}/notices"))
        self.addCleanup(self.clean_feed, feed_id)

        def poll(env):
            env["trace.notice.feed"].browse(feed_id)._poll()

        self.assertEqual(self.at_once([poll, poll]), [None, None])
        self.assertEqual(self.count("trace_notice", "feed_id = %s", feed_id), 2)
        versions = "notice_id IN (SELECT id FROM trace_notice WHERE feed_id = %s)"
        self.assertEqual(self.count("trace_notice_version", versions, feed_id), 2)
        self.assertEqual(self.count("trace_notice_feed", "id = %s AND failures > 0", feed_id), 0)
        self.request(poll)
        self.assertEqual(self.count("trace_notice", "feed_id = %s", feed_id), 2)
        said = "id = %s AND last_result LIKE '%%2 known%%'"
        self.assertEqual(self.count("trace_notice_feed", said, feed_id), 1)
