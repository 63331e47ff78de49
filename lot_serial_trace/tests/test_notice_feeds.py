import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .notice_case import NoticeCase, fda, page


@tagged("post_install", "-at_install")
class TestNoticeFeeds(NoticeCase):
    """Feeds are asked by real HTTP: pages, overlap, edits, errors and those that say to wait."""

    def test_a_notice_arrives_and_is_matched(self):
        self.serve(fda())
        self.poll()
        notice = self.notice()
        self.assertEqual((notice.state, notice.severity_class), ("review", "I"))
        self.assertEqual(self.proposed(), ["HX221", "HX224"], "HX225 is outside of the range")
        arrival = notice.version_ids.arrival_id
        self.assertEqual((arrival.state, arrival.new_count), ("done", 1))
        self.assertEqual(json.loads(arrival.attachment_id.raw)["results"], [fda()])
        self.assertEqual(len(arrival.sha256), 64)
        self.assertEqual((self.feed.failures, self.feed.last_error), (0, False))
        self.assertIn("1 new", self.feed.last_result)
        self.assertEqual(self.server.asked("sort"), ["report_date:desc"])

    def test_pages(self):
        every = [fda(f"F-{number}-2026") for number in range(5)]

        def answer(query, _body, _headers):
            skip = int(query.get("skip", ["0"])[0])
            return page(*every[skip : skip + 2], total=5, skip=skip)

        self.server.answers["/food.json"] = answer
        self.poll()
        self.assertEqual(self.server.asked("skip"), [None, "2", "4"])
        self.assertEqual(len(self.feed.notice_ids), 5)

    def test_asked_again_with_overlap(self):
        self.serve(fda())
        self.feed.sudo().last_success = fields.Datetime.now() - timedelta(days=1)
        self.feed.overlap_days = 14
        self.poll()
        since = fields.Datetime.now() - timedelta(days=15)
        self.assertIn(f"[{since:%Y%m%d} TO ", self.server.asked("search")[0])
        self.poll()
        self.assertEqual(len(self.notice()), 1, "the same again is the same")
        self.assertIn("1 known", self.feed.last_result)

    def test_nothing_new_is_no_failure(self):
        body = b'{"error": {"code": "NOT_FOUND", "message": "No matches found!"}}'
        self.server.answers["/food.json"] = lambda *_args: (404, {}, body)
        self.poll()
        self.assertEqual(self.feed.failures, 0)
        self.assertTrue(self.feed.last_success)

    def test_an_edited_notice_is_a_version(self):
        self.serve(fda())
        self.poll()
        notice = self.notice()
        self.proposed_match = notice.match_ids[0]
        notice.match_ids.filtered(lambda one: one.lot_name == "HX221").action_confirm()
        self.serve(fda(code_info="Lots HX221 through HX225"))
        self.poll()
        self.assertEqual(len(notice.version_ids), 2)
        (change,) = notice.version_ids[0].changes
        self.assertEqual(change[0], "code_info")
        self.assertIn("HX225", notice.version_ids[0].changes_html)
        self.assertTrue(notice.changed_at)
        self.assertEqual(self.proposed(), ["HX224", "HX225"], "the new lot is proposed")
        confirmed = notice.match_ids.filtered(lambda one: one.state == "confirmed")
        self.assertEqual(confirmed.lot_name, "HX221", "what was judged stays")
        self.assertTrue(
            notice.message_ids.filtered(lambda one: "edited" in (one.body or "")), "it is told"
        )

    def test_proposals_that_no_longer_hold_are_taken_back(self):
        self.serve(fda())
        self.poll()
        self.serve(fda(code_info="Lots ZZ900 through ZZ901"))
        self.poll()
        self.assertNotIn("HX221", self.proposed())

    # -- trouble --------------------------------------------------------------

    def test_a_service_that_says_to_wait(self):
        self.server.answers["/food.json"] = lambda *_args: (429, {"Retry-After": "7200"}, b"")
        self.poll()
        self.assertIn("7200", self.feed.last_error)
        pause = self.feed.next_run - fields.Datetime.now()
        self.assertGreater(pause, timedelta(minutes=115))
        self.assertEqual(self.feed.state, "trouble")
        self.server.requests.clear()
        self.job()
        self.assertEqual(self.server.requests, [], "it is left alone")

    def test_a_short_pause_is_waited_for(self):
        """The second answer comes in the same run."""
        answers = [(503, {"Retry-After": "0"}, b""), (502, {}, b"")]
        good = json.dumps(page(fda())).encode()
        self.server.answers["/food.json"] = lambda *_args: (
            answers.pop() if answers else (200, {}, good)
        )
        self.access = {"patience": 3}
        self.poll()
        self.assertEqual(len(self.server.requests), 3)
        self.assertTrue(self.notice())

    def test_one_broken_feed_stops_no_other(self):
        good = self.feeds.create(
            {
                "name": "Good",
                "source": "uk_fsa",
                "url": f"{self.server.url}/uk",
                "polling": True,
                "sequence": 99,
            }
        )
        self.server.answers["/food.json"] = b"<html><title>Access Denied</title></html>"
        self.server.answers["/uk"] = {
            "items": [{"notation": "FSA-PRIN-1-2026", "title": "X", "created": "2026-05-26"}]
        }
        self.job()
        self.assertEqual((self.feed.failures, good.failures), (1, 0))
        self.assertTrue(self.notice("FSA-PRIN-1-2026"))
        self.assertIn("Access Denied", self.feed.last_error)
        parked = self.env["trace.notice.arrival"].search([("feed_id", "=", self.feed.id)])
        self.assertEqual((parked.state, bool(parked.attachment_id)), ("parked", True))
        self.assertTrue(self.desk("notice_unreadable", self.feed))

    def test_what_was_parked_is_read_again(self):
        self.server.answers["/food.json"] = b'{"results": [{"odd": 1}]}'
        self.poll()
        arrival = self.env["trace.notice.arrival"].search([("feed_id", "=", self.feed.id)])
        self.assertEqual(arrival.state, "parked", self.feed.last_error)
        self.assertIn("odd", arrival.error)
        arrival.attachment_id.raw = json.dumps(page(fda())).encode()  # a reader has learned it
        arrival.action_read_again()
        self.assertEqual(arrival.state, "done")
        self.assertTrue(self.notice())
        self.assertFalse(self.desk("notice_unreadable", self.feed), "the desk is clear again")

    def test_single_values_that_are_odd_are_told(self):
        self.serve(fda(report_date="20269999"), fda(""))
        self.poll()
        arrival = self.feed.notice_ids.version_ids.arrival_id
        self.assertEqual(arrival.state, "done")
        self.assertIn("notice 1", arrival.flaws)
        self.assertIn("report_date: 20269999 is no date", arrival.flaws)
        self.assertEqual(len(self.feed.notice_ids), 2, "nothing is left out")

    def test_answers_without_news_are_forgotten(self):
        self.serve(fda())
        self.poll()
        self.poll()
        first, again = self.env["trace.notice.arrival"].search(
            [("feed_id", "=", self.feed.id)], order="id"
        )
        self.assertEqual(first.attachment_id, again.attachment_id, "the same bytes once")
        other = self.env["trace.notice.arrival"]._arrive(
            json.dumps(page(fda(), total=9)).encode(), "x", "http", self.feed
        )
        old = fields.Datetime.now() - timedelta(days=90)
        (first | again | other).sudo().arrived_at = old
        self.env["trace.notice.arrival"]._gc_answers()
        self.assertTrue(first.exists().attachment_id, "it brought a notice")
        self.assertFalse(other.exists())

    def test_too_big(self):
        self.feed.max_megabytes = 0.01
        self.server.answers["/food.json"] = b"[" + b" " * 20_000 + b"]"
        self.poll()
        self.assertIn("bigger than", self.feed.last_error)

    def test_it_is_not_led_elsewhere(self):
        elsewhere = {"Location": "http://localhost:1/x"}
        self.server.answers["/food.json"] = lambda *_args: (302, elsewhere, b"")
        self.poll()
        self.assertIn("another host", self.feed.last_error)
        with self.assertRaises(ValidationError):
            self.feed.url = "file:///etc/passwd"

    def test_what_has_not_changed_is_not_sent_again(self):
        rows = [{"NID": "1", "Title": "X", "Last updated": f"{fields.Date.today()}"}]

        def answer(_query, _body, headers):
            if headers.get("If-None-Match") == '"v1"':
                return 304, {}, b""
            return 200, {"ETag": '"v1"'}, json.dumps(rows).encode()

        self.server.answers["/hc"] = answer
        feed = self.feeds.create(
            {"name": "HC", "source": "health_canada", "url": f"{self.server.url}/hc"}
        )
        self.poll(feed)
        self.poll(feed)
        self.assertEqual(len(self.server.requests), 2)
        self.assertEqual(feed.last_result, "0 new, 0 edited, 0 known already")
        self.assertEqual(feed.notice_count, 1)

    def test_old_notices_of_a_file_that_holds_all(self):
        today = fields.Date.today()
        rows = [
            {"NID": "1", "Title": "New", "Last updated": f"{today}"},
            {"NID": "2", "Title": "Old", "Last updated": "2011-01-01"},
            {"NID": "3", "Title": "Without a day", "Last updated": None},
        ]
        self.server.answers["/hc"] = rows
        feed = self.feeds.create(
            {"name": "HC", "source": "health_canada", "url": f"{self.server.url}/hc"}
        )
        self.poll(feed)
        self.assertEqual(set(feed.notice_ids.mapped("number")), {"1", "3"})
        self.assertEqual(feed.notice_ids.version_ids.arrival_id.old_count, 1)

    def test_a_list_without_details_is_asked_one_by_one(self):
        rows = [{"id": 7, "reference": "SR/7", "publicationDate": f"{fields.Date.today()}"}]
        base = "/public/api/notification"
        self.server.answers[f"{base}/carousel/"] = lambda _q, body, _h: {
            "content": rows if not body["page"] else []
        }
        self.server.answers[f"{base}/7"] = {
            "id": 7,
            "reference": "SR/7",
            "publicationDate": f"{fields.Date.today()}",
            "product": {
                "versions": [{"language": {"key": "EN"}, "name": "Bear"}],
                "barcodes": [{"barcode": self.honey.barcode}],
            },
        }
        feed = self.feeds.create(
            {
                "name": "EU",
                "source": "safety_gate",
                "url": f"{self.server.url}{base}/carousel/",
            }
        )
        self.poll(feed)
        notice = self.notice("SR/7")
        self.assertEqual(notice.title, "Bear")
        self.assertEqual(notice.match_ids.product_id, self.honey)

    # -- who may --------------------------------------------------------------

    def test_rights(self):
        def user(name, group):
            return self.env["res.users"].create(
                {
                    "name": name,
                    "login": f"notice {name}",
                    "group_ids": [(4, self.env.ref(f"lot_serial_trace.group_trace_{group}").id)],
                }
            )

        self.feed.sudo().api_key = "secret"
        worker, auditor, quality = (user(one, one) for one in ("user", "auditor", "quality"))
        self.serve(fda())
        self.poll()
        for who in (worker, auditor):
            self.assertEqual(self.notice().with_user(who).title, self.notice().title)
            with self.assertRaises(AccessError):
                self.notice().match_ids[:1].with_user(who).action_confirm()
            with self.assertRaises(AccessError):
                self.feed.with_user(who).write({"polling": False})
        with self.assertRaises(AccessError):
            self.feed.with_user(quality).read(["api_key"])
        with self.assertRaises(AccessError):
            self.feed.with_user(quality).action_poll()
        self.notice().match_ids[:1].with_user(quality).action_confirm()
        self.assertEqual(self.notice().match_ids[:1].decided_by_id, quality)

    def test_other_companies_see_nothing(self):
        self.serve(fda())
        self.poll()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "stranger",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(4, self.env.ref("lot_serial_trace.group_trace_quality").id)],
            }
        )
        for model in (
            "trace.notice",
            "trace.notice.match",
            "trace.notice.item",
            "trace.notice.arrival",
        ):
            found = self.env[model].with_user(stranger).search([])
            self.assertFalse(found & self.env[model].search([("id", "in", found.ids)]) - found)
            self.assertNotIn(self.notice().id if model == "trace.notice" else -1, found.ids)
        self.assertFalse(
            self.env["trace.notice.match"]
            .with_user(stranger)
            .search([("notice_id", "=", self.notice().id)])
        )
