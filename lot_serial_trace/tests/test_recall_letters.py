import csv
import io

import pypdfium2

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .recall_case import ConsigneeCase


@tagged("post_install", "-at_install")
class TestRecallLetters(ConsigneeCase, HttpCase):
    """Who has no mail address gets a letter, or is in a list; each has a link of his own."""

    def furnish(self):
        super().furnish()
        self.manager.password = "rc_manager_rc_manager"
        self.one = self.of(self.recall, self.bob)

    def fetched(self, action):
        self.env.flush_all()
        self.authenticate("rc_manager", "rc_manager_rc_manager")
        answer = self.url_open(action["url"])
        self.env.invalidate_all()
        return answer

    def test_letters(self):
        action = self.recall.with_user(self.manager).action_print_letters()
        self.assertEqual(self.one.state, "notified")
        self.assertTrue(self.recall.first_notice_at)
        answer = self.fetched(action)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        [page] = pypdfium2.PdfDocument(answer.content)
        text = page.get_textpage().get_text_range()
        for words in ("Bob", "Main Street 3", "Glass may be", "drink it", "M1", "/recall/answer/"):
            self.assertIn(words, text)
        self.assertEqual(self.one.letter_ids.kind, "letter")
        with self.assertRaises(UserError):
            self.recall.with_user(self.manager).action_print_letters()

    def test_printed_again(self):
        self.fetched(self.recall.with_user(self.manager).action_print_letters())
        told = self.one.notified_at = self.ago(days=1)
        self.fetched(self.one.with_user(self.manager).action_print())
        self.assertEqual(self.one.notified_at, told)
        self.assertEqual(len(self.one.letter_ids), 2, "each with a link of its own")

    def test_the_link_of_a_letter_works(self):
        answer = self.fetched(self.recall.with_user(self.manager).action_print_letters())
        [page] = pypdfium2.PdfDocument(answer.content)
        text = page.get_textpage().get_text_range()
        token = "".join(text.split("/recall/answer/")[1].split())[:43]
        self.assertEqual(self.env["trace.recall.letter"]._consignee(token), self.one)

    def test_list(self):
        self.one.sudo().name = "=HYPERLINK(1)"
        answer = self.fetched(self.recall.with_user(self.manager).action_csv())
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        self.assertEqual(len(rows), 3, "Bob and Cora")
        bob = next(row for row in rows if "HYPERLINK" in row[0])
        self.assertTrue(bob[0].startswith("'="))
        self.assertIn("M1", bob[5])
        token = bob[-1].rsplit("/", 1)[1]
        self.assertEqual(self.env["trace.recall.letter"]._consignee(token), self.one)
        self.assertEqual(self.one.state, "to_notify", "a list tells nobody")

    def test_files_are_for_managers(self):
        action = self.recall.with_user(self.manager).action_print_letters()
        self.worker.password = "rc_worker_rc_worker"
        self.env.flush_all()
        self.authenticate("rc_worker", "rc_worker_rc_worker")
        for url in (action["url"], f"/recall/{self.recall.id}/consignees.csv"):
            self.assertEqual(self.url_open(url).status_code, 404)
