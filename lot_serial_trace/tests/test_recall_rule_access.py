from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .rule_case import RuleCase


@tagged("post_install", "-at_install")
class TestRecallRuleAccess(RuleCase):
    """Recall managers and administrators make rules; users and auditors read them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = ("user", "auditor", "quality", "recall", "admin")
        cls.people = {
            name: new_test_user(cls.env, f"r_{name}", groups=f"lot_serial_trace.group_trace_{name}")
            for name in groups
        }

    def test_who_makes_rules(self):
        values = {"name": "Mine", "condition_ids": [Command.create(self.so("product", self.milk))]}
        for name, user in self.people.items():
            rules = self.rules.with_user(user)
            with self.subTest(name):
                if name in ("recall", "admin"):
                    rule = rules.create(values)
                    rule.action_start()
                    rule.condition_ids.negated = True
                    self.assertEqual(rule.version_ids[0].user_id, user)
                else:
                    with self.assertRaises(AccessError):
                        rules.create(values)

    def test_everybody_reads_them_with_their_preview(self):
        rule = self.rule(self.so("product", self.milk))
        for user in self.people.values():
            mine = rule.with_user(user)
            self.assertTrue(mine.preview and mine.sentence)
            with self.assertRaises(AccessError):
                self.hits.with_user(user).create({"rule_id": rule.id})

    def test_users_press_no_buttons(self):
        rule = self.rule(self.so("product", self.milk))
        for name in ("user", "auditor", "quality"):
            for button in ("action_start", "action_stop", "action_apply"):
                with self.assertRaises(AccessError):
                    getattr(rule.with_user(self.people[name]), button)()

    def test_what_machinery_writes_is_not_for_people(self):
        rule = self.rule(self.so("product", self.milk)).with_user(self.people["admin"])
        for name, value in (("state", "standing"), ("version", 9), ("failure", False)):
            with self.assertRaises(UserError):
                rule.write({name: value})
        with self.assertRaises(UserError):
            self.rules.with_user(self.people["admin"]).create({"name": "x", "state": "standing"})

    def test_another_companys_rules_and_lots_are_invisible(self):
        other = self.env["res.company"].create({"name": "Other"})
        rule = self.rule(self.so("pattern", "A*"), company_id=other.id)
        shared = self.rule(self.so("pattern", "A*"), company_id=False)
        self.env["stock.lot"].create(
            [
                {"name": "A-THEIRS", "product_id": self.milk.id, "company_id": other.id},
                {"name": "A-OURS", "product_id": self.milk.id, "company_id": self.env.company.id},
            ]
        )
        user = self.people["recall"]
        visible = self.rules.with_user(user).search([])
        self.assertNotIn(rule, visible)
        self.assertIn(shared, visible)
        preview = shared.with_user(user).preview
        self.assertNotIn("A-THEIRS", preview)
        ours = self.meant(shared, self.env.company)
        self.assertEqual(ours & {"A-OURS", "A-THEIRS"}, {"A-OURS"})
        self.assertFalse(self.hits.with_user(user).search([("rule_id", "=", rule.id)]))
