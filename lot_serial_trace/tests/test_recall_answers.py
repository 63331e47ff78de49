from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .recall_case import ConsigneeCase


@tagged("post_install", "-at_install")
class TestRecallAnswers(ConsigneeCase):
    """Answers: in total or by lot, again until the case is closed, and what they mean."""

    def furnish(self):
        super().furnish()
        self.one = self.of(self.recall, self.customer)
        self.m1, self.m2 = self.one.line_ids.sorted("lot_name")

    def test_all_accounted_for(self):
        says = self.one._answer(
            {"unit-0-found": "10", "unit-0-destroyed": "1", "unit-0-returned": "3"}, "page"
        )
        self.assertFalse(says)
        self.assertEqual((self.one.state, self.one.is_effective), ("done", True))
        self.assertEqual((self.one.found_qty, self.one.destroyed_qty), (10, 1))
        self.assertTrue(self.one.answered_at and self.one.reached_at)

    def test_not_all_accounted_for(self):
        self.one._answer({"unit-0-found": "10"}, "page")
        self.assertEqual((self.one.state, self.one.is_effective), ("answered", False))
        units = self.recall.effectiveness["units"][self.milk.uom_id.name]
        self.assertEqual((units["answered"], units["accounted"]), (14, 10))

    def test_more_than_all_counts_as_all(self):
        self.one._answer({"unit-0-found": "100"}, "page")
        units = self.recall.effectiveness["units"][self.milk.uom_id.name]
        self.assertEqual(units["accounted"], 14)

    def test_lot_by_lot(self):
        self.one._answer({f"lot-{self.m1.id}-found": "9", f"lot-{self.m2.id}-sold_on": "4"}, "page")
        self.assertEqual((self.m1.found_qty, self.m2.sold_on_qty), (9, 4))
        self.assertEqual((self.one.found_qty, self.one.sold_on_qty), (9, 4))
        self.one._answer({"unit-0-found": "14"}, "page")
        self.assertFalse(self.m1.is_answered, "the last answer counts, and it was in total")
        self.assertFalse(self.m1.found_qty)

    def test_a_wrong_answer_is_not_kept(self):
        says = self.one._answer({"unit-0-found": "many"}, "page")
        self.assertIn("many", says[0])
        self.assertFalse(self.one.answer_ids)
        self.assertEqual(self.one.state, "to_notify")

    def test_corrected(self):
        self.one._answer({"unit-0-found": "10"}, "page")
        first = self.one.answered_at
        self.one._answer({"none": "1", "remark": "sold out"}, "page")
        self.assertEqual((self.one.found_qty, self.one.has_none), (0, True))
        self.assertEqual(self.one.answered_at, first, "when they first answered")
        self.assertEqual(self.one.answer_ids.mapped("found_qty"), [0, 10], "all are kept")

    def test_sold_on(self):
        self.one._answer(
            {"unit-0-sold_on": "14", "sold_to": "Dan, dan@example.com, 10\nEve, 030 5551234"},
            "page",
        )
        dan, eve = self.one.child_ids.sorted("name")
        self.assertEqual((dan.parent_id, dan.quantity, dan.channel), (self.one, 10, "mail"))
        self.assertEqual((eve.phone, eve.channel), ("030 5551234", "call"))
        self.assertEqual(self.recall.effectiveness["second"], 2)
        self.assertEqual(self.recall.consignee_count, 5, "they are counted apart")

    def test_who_was_named_is_not_written_to_before_somebody_looked(self):
        self.one._answer({"unit-0-sold_on": "14", "sold_to": "Dan, dan@example.com"}, "page")
        mails = self.tell(self.recall)
        self.assertNotIn("dan@example.com", mails.mapped("email_to"))
        with self.assertRaises(AccessError):
            self.one.child_ids.with_user(self.worker).action_accept()
        self.one.child_ids.with_user(self.manager).action_accept()
        [mail] = self.slices(self.recall)
        self.assertEqual(mail.email_to, "dan@example.com")
        self.assertIn("M1", mail.body_html)
        for words in ("OUT", "Customer", "10 "):
            self.assertNotIn(words, mail.body_html, "nothing of who sold to him")

    def test_named_no_more(self):
        self.one._answer({"unit-0-sold_on": "14", "sold_to": "Dan\nEve"}, "page")
        self.one._answer({"unit-0-sold_on": "14", "sold_to": "Eve\nFay"}, "page")
        states = {child.name: child.state for child in self.one.child_ids}
        self.assertEqual(states, {"Dan": "void", "Eve": "to_notify", "Fay": "to_notify"})

    def test_second_level_answers_in_total(self):
        self.one._answer({"unit-0-sold_on": "14", "sold_to": "Dan, 10"}, "page")
        dan = self.one.child_ids
        self.assertFalse(dan._answer({"unit-0-destroyed": "10"}, "phone"))
        self.assertEqual((dan.state, dan.destroyed_qty), ("done", 10))

    def test_taken_down_by_people(self):
        wizard = (
            self.env["trace.recall.answer.wizard"]
            .with_user(self.worker)
            .with_context(default_consignee_id=self.one.id)
            .create({"way": "phone", "remark": "called back"})
        )
        self.assertEqual(wizard.line_ids.mapped("got"), [10, 4])
        wizard.line_ids[0].found_qty = 10
        wizard.line_ids[1].destroyed_qty = 4
        wizard.action_keep()
        self.assertEqual(self.one.state, "done")
        said = self.one.answer_ids
        self.assertEqual(
            (said.way, said.user_id, said.remark), ("phone", self.worker, "called back")
        )

    def test_taken_down_wrong(self):
        wizard = (
            self.env["trace.recall.answer.wizard"]
            .with_user(self.worker)
            .with_context(default_consignee_id=self.one.id)
            .create({})
        )
        with self.assertRaises(UserError):
            wizard.action_keep()

    def test_the_clock_of_answers_stops_at_95_percent(self):
        ones = self.recall.consignee_ids
        for one in ones[:-1]:
            one._answer({"none": "1"}, "phone")
        self.assertFalse(self.recall.answered_at)
        ones[-1]._answer({"none": "1"}, "phone")
        self.assertTrue(self.recall.answered_at)
        self.assertIn("answered", self.recall.step_ids.mapped("kind"))

    def test_unknown_buyers_are_answered_for_by_the_shop(self):
        self.receive((self.milk, "N1", 5))
        self.deliver(self.env["res.partner"], "N1", 5)
        recall = self.case("N1")
        [shop] = recall.consignee_ids.filtered(lambda one: one.kind == "unknown")
        shop.with_user(self.worker).action_public_done()
        self.assertEqual(shop.state, "notified")
        self.assertTrue(recall.first_notice_at)
        self.assertFalse(shop._answer({"unit-0-returned": "2"}, "paper"))
        self.assertEqual(recall.effectiveness["units"][self.milk.uom_id.name]["unknown"], 5)

    def test_who_has_not_answered_is_an_obstacle_to_closing(self):
        words = " ".join(self.recall._closing_obstacles())
        self.assertIn("5 of 5", words)
