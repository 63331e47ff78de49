from odoo.tests import tagged

from .recall_case import ConsigneeCase


@tagged("post_install", "-at_install")
class TestRecallEffectiveness(ConsigneeCase):
    """How far it is: levels, a sample that stays, and figures in which nobody is hidden."""

    def sample(self):
        return self.recall.consignee_ids.filtered("in_sample")

    def test_level_a_checks_all(self):
        self.recall._draw_sample()
        self.assertEqual(len(self.sample()), 5)

    def test_level_e_checks_nobody(self):
        self.recall.effectiveness_level = "E"
        self.recall._draw_sample()
        self.assertFalse(self.sample())
        self.assertIn("0 of 0", self.recall.effectiveness_text)

    def test_the_sample_is_rounded_up(self):
        self.recall.effectiveness_level = "D"
        self.recall._draw_sample()
        self.assertEqual(len(self.sample()), 1, "2 % of five are one")

    def test_drawn_once(self):
        self.recall.write({"effectiveness_level": "B", "effectiveness_share": 0.4})
        self.recall._draw_sample()
        drawn = self.sample()
        self.assertEqual(len(drawn), 2)
        for _turn in range(5):
            self.recall._draw_sample()
        self.assertEqual(self.sample(), drawn)
        self.recall.effectiveness_level = "A"
        self.recall._draw_sample()
        self.assertLessEqual(drawn, self.sample(), "who was drawn stays")
        self.assertIn("sample", self.recall.step_ids.mapped("kind"))

    def test_rates(self):
        self.recall._draw_sample()
        self.of(self.recall, self.ann)._answer({"none": "1"}, "page")
        self.of(self.recall, self.bob)._answer({"unit-0-found": "1"}, "phone")
        self.assertEqual(self.recall.answered_count, 2)
        self.assertEqual(self.recall.effective_count, 1)
        self.assertEqual(self.recall.effective_rate, 0.2)
        self.assertEqual(self.recall.answered_rate, 0.4)

    def test_the_text_has_all_denominators(self):
        self.recall._draw_sample()
        self.recall.depth = "retail"
        self.of(self.recall, self.customer).state = "void"
        text = self.recall.effectiveness_text
        for words in ("0 of 1", "Not in these figures: 1 who", "3 beyond"):
            self.assertIn(words, text)

    def test_counts_are_those_of_the_companies_one_works_in(self):
        other = self.env["res.company"].create({"name": "Other"})
        mine = self.recall.with_user(self.manager).sudo(False)
        self.assertEqual(mine.consignee_count, 5)
        self.manager.write({"company_ids": [(4, other.id)]})
        elsewhere = self.recall.with_user(self.manager).with_context(allowed_company_ids=[other.id])
        self.assertFalse(elsewhere._effectiveness_counts())
