import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .notice_case import NoticeCase, fda


@tagged("post_install", "-at_install")
class TestNoticeMatching(NoticeCase):
    """What is proposed shows its words; a person decides, and nothing refused comes back."""

    def arrive(self, *records, **values):
        self.serve(*records, **values)
        self.poll()
        return self.notice()

    def test_the_words_are_shown(self):
        match = self.arrive(fda()).match_ids.filtered(lambda one: one.lot_name == "HX221")
        kinds = {piece["kind"] for piece in match.evidence}
        self.assertLessEqual({"gtin", "lot_range", "words"}, kinds)
        self.assertIn("<mark>HX220 through HX224</mark>", match.evidence_html)
        self.assertIn("<b>HX221</b>", match.evidence_html)
        self.assertGreaterEqual(match.score, 95)
        self.assertEqual(match.on_hand, 5)
        item = match.item_id
        self.assertIn("<mark>0 12345 67890 5</mark>", item.text_html)
        self.assertIn("HX220 – HX224", item.marks_html)

    def test_the_desk_is_told_once(self):
        notice = self.arrive(fda())
        exception = self.desk(notice=notice)
        self.assertEqual(len(exception), 1)
        self.assertIn("FDA F-9001-2026 may be about", exception.name)
        self.poll()
        self.assertEqual(len(self.desk(notice=notice)), 1)
        notice.action_confirm_all()
        self.assertFalse(self.desk(notice=notice))
        self.assertEqual((exception.state, exception.resolution), ("resolved", "accepted"))
        self.assertEqual(notice.state, "confirmed")

    def test_a_feed_may_keep_quiet(self):
        self.feed.auto = "off"
        notice = self.arrive(fda())
        self.assertEqual(notice.state, "review")
        self.assertFalse(self.desk(notice=notice))

    def test_nothing_of_ours(self):
        notice = self.arrive(
            fda(product_description="Garden hose", code_info="none", recalling_firm="Hoses Inc")
        )
        self.assertEqual((notice.state, len(notice.match_ids)), ("clear", 0))
        self.assertFalse(self.desk(notice=notice))

    def test_to_refuse_needs_a_reason(self):
        notice = self.arrive(fda())
        with self.assertRaises(UserError):
            notice.match_ids._judge("refused", " ")
        action = notice.action_refuse_all()
        wizard = self.env["trace.notice.refuse"].with_context(**action["context"])
        wizard.create({"reason": "Another maker"}).action_refuse()
        self.assertEqual(notice.state, "refused")
        self.assertEqual(set(notice.match_ids.mapped("reason")), {"Another maker"})

    def test_what_was_refused_is_not_proposed_again(self):
        notice = self.arrive(fda())
        notice.match_ids._judge("refused", "Another maker")
        self.arrive(fda(product_quantity="more than before"))
        self.assertEqual((notice.state, self.proposed()), ("refused", []))
        notice.match_ids[:1].action_reconsider()
        self.assertEqual(notice.state, "review", "a judgement can be taken back")

    def test_words_that_were_refused_are_not_proposed_for_another_notice(self):
        words = {"product_description": "Zorbel Starfire Nectar 250 g", "code_info": "all lots"}
        notice = self.arrive(fda(**words))
        self.assertEqual(notice.match_ids.product_id, self.honey)
        notice.match_ids._judge("refused", "Another maker of this name")
        self.serve(fda("F-9002-2026", **words))
        self.poll()
        self.assertEqual(self.notice("F-9002-2026").state, "clear")
        self.serve(fda("F-9003-2026"))  # with our number it is another matter
        self.poll()
        self.assertEqual(self.notice("F-9003-2026").state, "review")

    def test_lots_that_come_later(self):
        notice = self.arrive(fda())
        lot = self.env["stock.lot"].create({"product_id": self.honey.id, "name": "HX222"})
        with self.committing() as feeds:
            feeds.env["trace.notice.matching"]._cron_match_again()
        self.assertIn(lot, notice.match_ids.lot_id)

    def test_best_before_dates(self):
        self.honey.use_expiration_date = True
        self.lots[0].expiration_date = "2030-08-15 10:00:00"
        self.lots[1].expiration_date = "2030-09-15 10:00:00"
        self.arrive(fda(code_info="Best By dates prior to and including 08/15/2030"))
        self.assertEqual(self.proposed(), ["HX221"])

    def test_a_packaging_of_ours(self):
        self.env["product.uom"].create(
            {
                "product_id": self.other.id,
                "uom_id": self.env.ref("uom.product_uom_dozen").id,
                "barcode": "10012345678902",
            }
        )
        notice = self.arrive(fda(product_description="UPC 10012345678902", code_info="all"))
        self.assertIn(self.other, notice.match_ids.product_id)

    def test_the_number_of_queries(self):
        def count(number):
            records = [
                fda(f"Q-{number}-{at}", code_info=f"Lot HX22{at % 6}, lot A{at}")
                for at in range(number)
            ]
            self.env["trace.notice.arrival"]._arrive(self._bytes(records), "q", feed=self.feed)
            notices = self.notices.search([("number", "=like", f"Q-{number}-%")])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["trace.notice.matching"]._match(notices.sudo())
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.feed.auto = "off"
        count(2)
        few, many = count(4), count(40)
        self.assertLess(many - few, 12, "not one for each notice")

    def _bytes(self, records):
        return json.dumps({"results": records}).encode()


@tagged("post_install", "-at_install")
class TestNoticeCases(NoticeCase):
    """A case is opened by a person, with what the notice says; a feed may prepare a draft."""

    def setUp(self):
        super().setUp()
        self.serve(fda())

    def test_open_a_case(self):
        self.poll()
        notice = self.notice()
        with self.assertRaises(UserError):
            notice.action_open_case()
        notice.match_ids.filtered(lambda one: one.lot_name == "HX221").action_confirm()
        case = self.env["trace.recall"].browse(notice.action_open_case()["res_id"])
        self.assertEqual((case.state, case.lot_ids.name), ("draft", "HX221"))
        self.assertEqual(case.severity_class, "I")
        self.assertEqual((case.authority, case.authority_ref), ("FDA", "F-9001-2026"))
        self.assertEqual(case.initiated_at, notice.arrived_at)
        self.assertEqual(case.notice_ids, notice)
        self.assertEqual(case.hazard, "Foreign matter")
        notice.match_ids.filtered(lambda one: one.state == "proposed").action_confirm()
        self.assertEqual(notice.state, "case")
        again = self.env["trace.recall"].browse(notice.action_open_case()["res_id"])
        self.assertEqual(again, case)
        self.assertEqual(set(case.lot_ids.mapped("name")), {"HX221", "HX224"})
        case._cancel("Was a mistake")
        self.assertEqual(notice.state, "confirmed")

    def test_a_product_stands_for_its_lots(self):
        self.serve(fda(code_info="All lots"))
        self.poll()
        notice = self.notice()
        notice.action_confirm_all()
        case = self.env["trace.recall"].browse(notice.action_open_case()["res_id"])
        self.assertEqual(case.lot_ids, self.lots)

    def test_only_recall_managers(self):
        self.poll()
        quality = self.env["res.users"].create(
            {
                "name": "Q",
                "login": "q-notice",
                "group_ids": [(4, self.env.ref("lot_serial_trace.group_trace_quality").id)],
            }
        )
        notice = self.notice()
        notice.with_user(quality).action_confirm_all()
        with self.assertRaises(AccessError):
            notice.with_user(quality).action_open_case()

    def test_make_a_rule(self):
        self.poll()
        notice = self.notice()
        with self.assertRaises(UserError):
            notice.action_make_rule()
        notice.match_ids.filtered(lambda one: one.lot_name == "HX221").action_confirm()
        rule = self.env["trace.recall.rule"].browse(notice.action_make_rule()["res_id"])
        self.assertEqual((rule.state, rule.flaw), ("draft", False))
        self.assertEqual(rule.condition_ids.product_ids, self.honey)
        rows = self.env.execute_query(rule._sql_lots(self.env.company))
        found = self.env["stock.lot"].browse(row[0] for row in rows)
        self.assertEqual(set(found.mapped("name")), {"HX221", "HX224"}, "all that it names")
        self.assertEqual(notice.rule_ids, rule)

    def test_by_itself_a_draft_only(self):
        self.feed.write({"auto": "case", "case_score": 90})
        self.poll()
        case = self.notice().recall_ids
        self.assertEqual((case.state, len(case.lot_ids)), ("draft", 2))
        self.assertFalse(self.env["trace.hold"].search([("lot_id", "in", self.lots.ids)]))
        self.poll()
        self.assertEqual(len(self.notice().recall_ids), 1)

    def test_by_itself_only_when_it_is_sure(self):
        self.feed.write({"auto": "case", "case_score": 99})
        self.serve(fda(product_description="Zorbel Starfire Nectar 250 g", code_info="Lot HX221"))
        self.poll()
        self.assertFalse(self.notice().recall_ids)
