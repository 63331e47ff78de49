from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .recall_case import ConsigneeCase

LOGGER = "odoo.addons.lot_serial_trace.models.trace_recall_telling"


@tagged("post_install", "-at_install")
class TestRecallNotices(ConsigneeCase):
    """Notices go out once to each, in his language, and are counted when the server took them."""

    def test_who_gets_a_mail(self):
        recall = self.recall
        mails = self.tell(recall)
        self.assertLessEqual(
            {"customer@example.com", "ann@example.com"}, {*mails.mapped("email_to")}
        )
        self.assertEqual(self.of(recall, self.ann).state, "sending")
        self.assertEqual(self.of(recall, self.bob).state, "to_notify", "he gets a letter")
        self.assertTrue(self.of(recall, self.cora).to_call, "she can only be called")
        self.assertFalse(recall.first_notice_at, "nothing is sent yet")

    def test_many_of_a_role_and_company(self):
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(3)]
        )
        self.receive((self.milk, "N1", 3))
        for partner in people:
            self.deliver(partner, "N1", 1)
        recall = self.case("N1")
        mails = self.tell(recall)
        self.assertLessEqual({*people.mapped("email")}, {*mails.mapped("email_to")})
        links = {mail.body_html.split("/recall/answer/")[1].split('"')[0] for mail in mails}
        self.assertEqual(len(links), len(mails), "each has a link of his own")
        for partner in people:
            [mail] = mails.filtered(lambda mail, one=partner: mail.email_to == one.email)
            token = mail.body_html.split("/recall/answer/")[1].split('"')[0]
            mine = self.env["trace.recall.letter"]._consignee(token)
            self.assertEqual(mine.partner_id, partner, "the link in his mail is his")

    def test_what_the_mail_says(self):
        recall = self.recall
        mails = self.tell(recall)
        [mail] = mails.filtered(lambda mail: mail.email_to == "customer@example.com")
        for words in (
            "Milk: glass",
            "Glass may be",
            "Cuts.",
            "<b>not</b>",
            "M1",
            "M2",
            "10 ",
            "OUT",
        ):
            self.assertIn(words, mail.body_html)
        self.assertIn("/recall/answer/", mail.body_html)
        self.assertNotIn("ann@example.com", mail.body_html)
        self.assertIn(recall.name, mail.subject)
        self.assertIn("rc_manager@example.com", mail.reply_to)
        [mail] = mails.filtered(lambda mail: mail.email_to == "ann@example.com")
        self.assertIn("you have bought", mail.body_html, "words for people at home")

    def test_the_link_is_not_kept(self):
        recall = self.recall
        mails = self.tell(recall)
        [mail] = mails.filtered(lambda mail: mail.email_to == "ann@example.com")
        token = mail.body_html.split("/recall/answer/")[1].split('"')[0]
        self.assertEqual(
            self.env["trace.recall.letter"]._consignee(token), self.of(recall, self.ann)
        )
        self.sent(mails)
        self.assertFalse(mails.exists(), "sent mails are gone, and their texts")
        for table in ("trace_recall_letter", "mail_message", "trace_recall_consignee"):
            self.env.cr.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{token}%"]
            )
            self.assertFalse(self.env.cr.fetchone()[0], table)

    def test_told_when_the_server_took_it(self):
        recall = self.recall
        self.sent(self.tell(recall))
        one = self.of(recall, self.ann)
        self.assertEqual(one.state, "notified")
        self.assertTrue(one.notified_at)
        self.assertTrue(one.letter_ids.sent_at)
        self.assertTrue(recall.first_notice_at)
        self.assertIn("first_notice", recall.step_ids.mapped("kind"))

    def test_never_twice(self):
        recall = self.recall
        first = self.tell(recall)
        self.assertFalse(self.slices(recall))
        self.sent(first)
        recall.with_user(self.manager).action_stop_telling()
        self.assertFalse(self.tell(recall))

    def test_who_joins_later_is_told_by_itself(self):
        recall = self.recall
        self.sent(self.tell(recall))
        self.env["trace.hold"].search([])._release("for the test")
        late = self.env["res.partner"].create({"name": "Late", "email": "late@example.com"})
        self.deliver(late, "M1", 1)
        recall._refresh_consignees()
        self.assertEqual(self.slices(recall).mapped("email_to"), ["late@example.com"])

    def test_a_slice_that_fails_stops_only_who_it_is_about(self):
        recall = self.recall
        consignees = type(self.env["trace.recall.consignee"])
        whole = consignees._queue

        def queue(records, kind):
            if self.ann in records.partner_id:
                raise ValueError("no such word")
            return whole(records, kind)

        with patch.object(consignees, "_queue", queue), self.assertLogs(LOGGER, "ERROR"):
            mails = self.tell(recall)
        self.assertIn("customer@example.com", mails.mapped("email_to"))
        one = self.of(recall, self.ann)
        self.assertEqual((one.state, one.failure, one.to_call), ("bounced", "no such word", True))

    def test_no_mail_address(self):
        self.ann.email = "nonsense"
        recall = self.recall
        recall._refresh_consignees()
        self.tell(recall)
        one = self.of(recall, self.ann)
        self.assertEqual(one.state, "bounced")
        self.assertIn("nonsense", one.failure)

    def test_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.ann.lang = "fr_FR"
        template = self.env.ref("lot_serial_trace.mail_recall_consumer")
        template.with_context(lang="fr_FR").subject = "Rappel {{ object.recall_id.name }}"
        recall = self.recall
        recall._refresh_consignees()
        mails = self.tell(recall)
        [mail] = mails.filtered(lambda mail: mail.email_to == "ann@example.com")
        self.assertEqual(mail.subject, f"Rappel {recall.name}")

    def test_a_case_must_say_what_to_do(self):
        recall = self.recall
        recall.instructions = False
        with self.assertRaises(UserError):
            recall.with_user(self.manager).action_tell()

    def test_only_managers_send(self):
        recall = self.recall
        for name in ("action_tell", "action_print_letters", "action_csv"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(recall.with_user(self.worker), name)()

    def test_a_drill_sends_nothing(self):
        recall = self.case("M1", is_drill=True)
        before = self.env["mail.mail"].search_count([])
        letters = self.env["trace.recall.letter"].search_count([])
        recall.with_user(self.manager).action_tell()
        self.env["trace.recall"]._template("business")
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertEqual(self.env["trace.recall.letter"].search_count([]), letters)
        self.assertTrue(recall.first_notice_at, "its clock runs")
        self.assertEqual(self.of(recall, self.ann).state, "notified")

    def test_preview_and_test(self):
        recall = self.recall
        wizard = (
            self.env["trace.recall.notice.wizard"]
            .with_user(self.manager)
            .create({"recall_id": recall.id, "role": "consumer"})
        )
        self.assertIn("Milk: glass", wizard.body)
        self.assertIn("/recall/preview/", wizard.body)
        before = self.env["mail.mail"].search([])
        wizard.action_send_test()
        [mail] = self.env["mail.mail"].search([]) - before
        self.assertEqual(mail.email_to, "rc_manager@example.com")
        self.assertNotIn("/recall/answer/", mail.body_html)
        self.sent(mail)
        self.assertEqual(wizard.consignee_id.state, "to_notify", "a test tells nobody")

    # -- reminders ------------------------------------------------------------

    def test_reminders_and_then_the_call_list(self):
        recall = self.recall
        recall.write({"remind_days": 3, "remind_times": 1})
        self.sent(self.tell(recall))
        one = self.of(recall, self.ann)
        self.assertFalse(self.slices(recall, "reminder"), "not yet")
        one.notified_at = self.ago(days=4)
        [mail] = self.slices(recall, "reminder")
        self.assertIn("Reminder", mail.subject)
        self.sent(mail)
        self.assertEqual((one.state, one.reminders), ("reminded", 1))
        recall._call_who_is_silent()
        self.assertFalse(one.to_call)
        one.reminded_at = self.ago(days=4)
        self.assertFalse(self.slices(recall, "reminder"), "no second one")
        recall._call_who_is_silent()
        self.assertTrue(one.to_call)

    def test_who_has_answered_is_not_reminded(self):
        recall = self.recall
        self.sent(self.tell(recall))
        one = self.of(recall, self.ann)
        one.notified_at = self.ago(days=9)
        one._answer({"none": "1"}, "page")
        self.assertFalse(self.slices(recall, "reminder"))

    def test_letters_without_answer_are_called(self):
        recall = self.recall
        recall.with_user(self.manager).action_print_letters()
        one = self.of(recall, self.bob)
        recall._call_who_is_silent()
        self.assertFalse(one.to_call)
        one.notified_at = self.ago(days=9)
        recall._call_who_is_silent()
        self.assertTrue(one.to_call)

    def test_a_cancelled_case_tells_that_it_is_over(self):
        recall = self.recall
        self.sent(self.tell(recall))
        recall._cancel("the test found nothing")
        mails = self.slices(recall, "over")
        self.assertIn("ann@example.com", mails.mapped("email_to"))
        self.assertIn("the test found nothing", mails[0].body_html)
        self.assertFalse(self.slices(recall, "over"), "once")

    def test_who_is_not_told_by_mail_that_it_is_over_is_a_task(self):
        recall = self.recall
        self.sent(self.tell(recall))
        recall.with_user(self.manager).action_print_letters()
        self.of(recall, self.cora).with_user(self.worker).action_called_reached()
        before = recall.activity_ids
        recall._cancel("the test found nothing")
        task = recall.activity_ids - before
        self.assertEqual(task.user_id, self.manager)
        self.assertIn("2 consignees", task.summary)
        for words in ("Bob: Letter", "Cora: Telephone, +49 30 3"):
            self.assertIn(words, task.note)
        self.assertNotIn("Ann", task.note)

    def test_nobody_is_told_that_nothing_is_over(self):
        recall = self.recall
        recall._cancel("a mistake")
        self.assertFalse(recall.activity_ids)

    def test_a_text_is_compiled_once_for_many(self):
        """In each language once, and again when it was changed."""
        self.env["res.lang"]._activate_lang("fr_FR")
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(6)]
        )
        people[5].lang = "fr_FR"
        self.receive((self.milk, "N1", 6))
        for partner in people:
            self.deliver(partner, "N1", 1)
        recall = self.case("N1")
        whole = type(self.env["ir.qweb"])._generate_code
        made = []

        def generate(qweb, template):
            made.append(qweb.env.lang)
            return whole(qweb, template)

        ones = recall.consignee_ids.filtered(lambda one: one.partner_id in people)
        with patch.object(type(self.env["ir.qweb"]), "_generate_code", generate):
            ones._queue("mail")
        # Odoo looks at it once more for what is forbidden.
        self.assertLessEqual(made.count("en_US"), 2)
        self.assertLessEqual(made.count("fr_FR"), 2)
        for one in ones:
            mail = self.env["mail.mail"].search([("email_to", "=", one.email)])
            self.assertIn(one.name, mail.body_html)
        template = self.env.ref("lot_serial_trace.mail_recall_consumer")
        template.body_html = "<div>Other words for <t t-out='object.name'/></div>"
        ones._queue("mail")
        [mail] = self.env["mail.mail"].search(
            [("email_to", "=", "p0@example.com")], limit=1, order="id desc"
        )
        self.assertIn("Other words for P0", mail.body_html)

    def test_queries_of_a_slice(self):
        """Mails are made by Odoo's own batches; what is beside them does not grow."""
        recall = self.recall
        ones = recall.consignee_ids.filtered(lambda one: one.channel == "mail")
        with self.assertQueryCount(6):
            self.env["trace.recall.letter"]._make(ones, "mail", 30)
        self.assertGreater(
            ones.letter_ids[0].expires_at, fields.Datetime.add(fields.Datetime.now(), days=29)
        )
