from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .rule_case import RuleCase


@tagged("post_install", "-at_install")
class TestRecallRuleCase(RuleCase):
    """A case is opened from a rule with the lots that it means, and knows why each is in it."""

    def test_open_a_case(self):
        self.receive((self.milk, "A1", 5), (self.milk, "A2", 5), (self.milk, "B1", 5))
        rule = self.rule([self.so("product", self.milk), self.so("pattern", "A*")])
        action = rule.action_open_case()
        recall = self.env["trace.recall"].browse(action["res_id"])
        self.assertEqual(recall.state, "draft")
        self.assertEqual(set(recall.lot_ids.mapped("name")), {"A1", "A2"})
        self.assertEqual(recall.rule_ids, rule)
        hits = self.caught(("recall_id", "=", recall.id))
        self.assertEqual(set(hits.mapped("why")), {"product is Milk; number is like A*"})

    def test_why_is_on_each_lot_of_the_scope(self):
        self.receive((self.milk, "A1", 5))
        rule = self.rule([self.so("product", self.milk), self.so("pattern", "A*")])
        recall = self.env["trace.recall"].browse(rule.action_open_case()["res_id"])
        self.env["trace.recall.lot"].create(
            {
                "recall_id": recall.id,
                "lot_id": recall.lot_ids.id,
                "company_id": self.env.company.id,
                "why": "asked",
            }
        )
        recall._after_confirm()
        row = recall.scope_ids
        self.assertEqual((row.why, row.why_text), ("rule", "product is Milk; number is like A*"))

    def test_many_lots_cost_no_more_queries(self):
        counts = []
        for count in (5, 300):
            self.env["stock.lot"].create(
                [{"name": f"Z{count}-{n}", "product_id": self.cheese.id} for n in range(count)]
            )
            rule = self.rule([self.so("product", self.cheese), self.so("pattern", f"Z{count}-*")])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rule.action_open_case()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 3)

    def test_a_rule_that_means_nothing_opens_none(self):
        with self.assertRaises(UserError):
            self.rule(self.so("list", "NOBODY-HAS-IT")).action_open_case()

    def test_only_recall_managers_open_cases(self):
        self.receive((self.milk, "A1", 5))
        rule = self.rule(self.so("product", self.milk))
        user = new_test_user(self.env, "rule_user", groups="lot_serial_trace.group_trace_user")
        with self.assertRaises(AccessError):
            rule.with_user(user).action_open_case()
        manager = new_test_user(
            self.env, "rule_manager", groups="lot_serial_trace.group_trace_recall"
        )
        self.assertTrue(rule.with_user(manager).action_open_case())
