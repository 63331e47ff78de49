from odoo.tests import tagged

from .recall_case import ConsigneeCase

BOUNCE = """\
Return-Path: <>
From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>
To: bounce@example.com
Subject: Undelivered Mail Returned to Sender
Message-Id: <{unique}@mx.example.com>
Date: Mon, 23 Nov 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

The mail could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {email}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user here

--B
Content-Type: message/rfc822

From: quality@example.com
To: {email}
Message-Id: {ref}
Subject: Recall

Body
--B--
"""


@tagged("post_install", "-at_install")
class TestRecallBounce(ConsigneeCase):
    """A notice that comes back: the consignee is found, with the reason, and is called."""

    def furnish(self):
        super().furnish()
        self.mails = self.tell(self.recall)
        self.refs = {mail.email_to: mail.message_id for mail in self.mails}
        self.one = self.of(self.recall, self.ann)

    def bounce(self, email, unique="b1"):
        text = BOUNCE.format(email=email, ref=self.refs[email], unique=unique)
        self.env["mail.thread"].message_process("res.partner", text.encode())

    def test_bounced(self):
        self.sent(self.mails)
        self.bounce("ann@example.com")
        self.assertEqual((self.one.state, self.one.to_call), ("bounced", True))
        self.assertIn("550 5.1.1 no such user", self.one.failure)
        self.assertIn("550 5.1.1", self.one.letter_ids.failure)
        self.assertEqual(self.recall.bounced_count, 1)

    def test_only_who_it_is_about(self):
        self.sent(self.mails)
        self.bounce("ann@example.com")
        self.assertEqual(self.of(self.recall, self.customer).state, "notified")

    def test_who_has_answered_stays_answered(self):
        self.sent(self.mails)
        self.one._answer({"none": "1"}, "phone")
        self.bounce("ann@example.com")
        self.assertEqual(self.one.state, "done")

    def test_other_bounces_touch_nothing(self):
        self.sent(self.mails)
        self.refs["ann@example.com"] = "<other@example.com>"
        self.bounce("ann@example.com")
        self.assertEqual(self.one.state, "notified")

    def test_the_mail_server_refuses(self):
        [mail] = self.mails.filtered(lambda one: one.email_to == "ann@example.com")
        mail._postprocess_sent_message(
            [], [], failure_reason="550 relay denied", failure_type="unknown"
        )
        self.assertEqual((self.one.state, self.one.failure), ("bounced", "550 relay denied"))
        mail._postprocess_sent_message([], ["ann@example.com"])
        self.assertEqual((self.one.state, self.one.failure), ("notified", False), "sent again")
