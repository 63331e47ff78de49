from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .rule_case import RuleCase


@tagged("post_install", "-at_install")
class TestRecallRuleVersions(RuleCase):
    """Who changed what: each change of a rule is one version, kept for ever."""

    def says(self, rule):
        return [version.says for version in rule.version_ids.sorted("number")]

    def test_a_change_is_one_version_in_words(self):
        rule = self.rule(self.so("product", self.milk))
        self.assertEqual(self.says(rule), ["Made."])
        rule.write(
            {
                "name": "Splinters",
                "condition_ids": [
                    Command.create(self.so("range", "A1", "A9")),
                    Command.update(rule.condition_ids.id, {"negated": True}),
                ],
            }
        )
        self.assertEqual(rule.version, 2)
        self.assertEqual(
            rule.version_ids[0].says.splitlines(),
            [
                "Added: product is not Milk",
                "Added: number is between A1 and A9",
                "Removed: product is Milk",
                "Name: Glass → Splinters",
            ],
        )
        self.assertEqual(rule.version_ids[0].user_id, self.env.user)
        self.assertEqual(rule.version_ids[1].criteria["any"][0]["all"][0]["ids"], self.milk.ids)
        self.assertIn("product is Milk", rule.version_ids[1].sentence)

    def test_conditions_changed_by_themselves(self):
        rule = self.rule(self.so("product", self.milk))
        rule.condition_ids.write(self.so("list", "A1"))
        self.env["trace.recall.condition"].create({**self.so("list", "B1"), "rule_id": rule.id})
        rule.condition_ids[0].unlink()
        self.assertEqual(rule.version, 4)
        self.assertEqual(rule.version_ids[0].says, "Removed: number is one of A1")

    def test_what_changes_nothing_is_no_version(self):
        rule = self.rule(self.so("product", self.milk))
        rule.write({"note": "because", "sequence": 3, "name": rule.name})
        rule.condition_ids.write({"negated": False})
        self.milk.name = "Whole milk"
        rule.condition_ids.write({"negated": False})
        self.assertEqual(rule.version, 1)

    def test_order_of_alternatives(self):
        rule = self.rule([self.so("product", self.milk), self.so("list", "A1")])
        rule.condition_ids[1].joined = "or"
        self.assertEqual(rule.version_ids[0].says, "Alternatives arranged anew.")

    def test_in_force_and_out(self):
        rule = self.rule(self.so("product", self.pizza), start=True)
        rule.action_stop()
        rule.active = False
        rule.active = True
        self.assertEqual(
            self.says(rule),
            ["Made.", "Put in force.", "Taken out of force.", "Archived.", "Taken up again."],
        )
        self.assertEqual(rule.state, "draft", "taken up again it is not in force")

    def test_archived_rules_are_not_in_force(self):
        rule = self.rule(self.so("product", self.pizza), start=True)
        rule.active = False
        self.assertFalse([one for one in self.rules._in_force() if one[0] == rule.id])

    def test_a_rule_in_force_cannot_lose_its_conditions(self):
        rule = self.rule(self.so("product", self.pizza), start=True)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            rule.condition_ids.unlink()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            rule.condition_ids = [Command.clear()]

    def test_an_empty_rule_is_not_put_in_force(self):
        with self.assertRaises(UserError):
            self.rule(start=True)

    def test_versions_and_used_rules_are_kept(self):
        rule = self.rule(self.so("product", self.pizza), start=True)
        with self.assertRaises(UserError):
            rule.version_ids.unlink()
        with self.assertRaises(UserError):
            rule.unlink()
        draft = self.rule(self.so("product", self.pizza))
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_a_copy_begins_anew(self):
        rule = self.rule([self.so("product", self.milk), self.so("list", "A1")], start=True)
        other = rule.copy()
        self.assertEqual((other.state, other.version, len(other.condition_ids)), ("draft", 1, 2))
        self.assertEqual(other.sentence, rule.sentence)
