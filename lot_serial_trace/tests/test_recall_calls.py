from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .recall_case import ConsigneeCase


@tagged("post_install", "-at_install")
class TestRecallCalls(ConsigneeCase):
    """The call list: who is on it, and what each outcome means."""

    def furnish(self):
        super().furnish()
        self.tell(self.recall)
        self.cora_ = self.of(self.recall, self.cora).with_user(self.worker)

    def due(self):
        now = fields.Datetime.now()
        domain = [("to_call", "=", True), "|", ("call_from", "=", False), ("call_from", "<=", now)]
        return self.env["trace.recall.consignee"].search(
            [("recall_id", "=", self.recall.id), *domain]
        )

    def test_who_has_only_a_telephone_is_on_it(self):
        self.assertEqual(self.due().partner_id, self.cora)
        self.assertEqual(self.recall.to_call_count, 1)

    def test_reached(self):
        self.cora_.action_called_reached()
        self.assertEqual((self.cora_.state, self.cora_.to_call), ("notified", False))
        self.assertTrue(self.cora_.reached_at)
        self.assertTrue(self.recall.first_notice_at)
        call = self.cora_.call_ids
        self.assertEqual(
            (call.outcome, call.user_id, call.phone), ("reached", self.worker, "+49 30 3")
        )

    def test_reached_and_silent_comes_back(self):
        self.cora_.action_called_reached()
        self.recall._call_who_is_silent()
        self.assertFalse(self.due())
        self.cora_.sudo().write({"notified_at": self.ago(days=9), "call_from": self.ago(days=1)})
        self.recall._call_who_is_silent()
        self.assertTrue(self.due())

    def test_no_answer(self):
        self.cora_.action_called_no_answer()
        self.assertTrue(self.cora_.to_call)
        self.assertFalse(self.due(), "not for some hours")
        self.assertEqual(self.cora_.calls, 1)

    def test_wrong_number(self):
        self.cora_.action_called_wrong_number()
        self.assertFalse(self.cora_.phone)
        self.assertIn("+49 30 3", self.cora_.failure)
        self.assertTrue(self.due(), "somebody has to find another")
        self.cora_.phone = "+49 30 4"
        self.recall._refresh_consignees()
        self.assertEqual(self.cora_.phone, "+49 30 4")

    def test_refuses(self):
        self.cora_.action_called_refuses()
        self.assertEqual((self.cora_.state, self.cora_.refused), ("done", True))
        self.assertFalse(self.cora_.is_effective)
        self.assertEqual(self.recall.effectiveness["refused"], 1)
        self.assertEqual(self.recall.answered_count, 0)

    def test_who_may(self):
        auditor = new_test_user(
            self.env, "rc_auditor", groups="lot_serial_trace.group_trace_auditor"
        )
        for name in ("action_called_reached", "action_done", "action_answer"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(self.cora_.with_user(auditor), name)()

    def test_nobody_is_called_for_a_case_that_is_closed(self):
        self.assertTrue(self.due())
        self.recall._close("for the test")
        self.assertFalse(self.due())

    def test_who_was_called_is_called_once_more_when_it_was_a_mistake(self):
        """The list says that the case is cancelled, and keeps when each of them knew."""
        self.cora_.action_called_reached()
        self.recall._cancel("the test found nothing")
        self.assertEqual((self.due(), self.cora_.recall_state), (self.cora_.sudo(), "cancelled"))
        self.cora_.action_called_wrong_number()
        self.cora_.phone = "+49 30 5"
        self.assertFalse(self.cora_.over_at)
        self.cora_.action_called_reached()
        self.assertTrue(self.cora_.over_at)
        self.assertFalse(self.due())
        self.assertEqual(self.cora_.calls, 3)
        with self.assertRaises(UserError):
            self.cora_.action_called_reached()

    def test_who_was_written_to_is_told_by_a_button(self):
        self.recall.with_user(self.manager).action_print_letters()
        bob = self.of(self.recall, self.bob).with_user(self.worker)
        self.assertFalse(bob.is_to_hear)
        self.recall._cancel("the test found nothing")
        self.assertTrue(bob.is_to_hear)
        bob.action_told_over()
        self.assertTrue(bob.over_at)
        with self.assertRaises(UserError):
            bob.action_done()

    def test_over_is_over(self):
        self.recall._close("for the test")
        with self.assertRaises(UserError):
            self.cora_.action_called_reached()
