from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .recall_case import ConsigneeCase

MODELS = (
    "trace.recall.consignee",
    "trace.recall.consignee.line",
    "trace.recall.letter",
    "trace.recall.answer",
    "trace.recall.call",
)


@tagged("post_install", "-at_install")
class TestRecallConsigneeAccess(ConsigneeCase):
    """Who reads consignees, who works on them, and what nobody writes by hand."""

    def user(self, name, group, **more):
        group = f"lot_serial_trace.group_trace_{group}" if group else "base.group_user"
        return new_test_user(self.env, f"ca_{name}", groups=group, **more)

    def test_who_reads(self):
        one = self.of(self.recall, self.ann)
        self.link(one)
        for group in ("auditor", "user", "quality", "recall", "admin"):
            user = self.user(group, group)
            for model in MODELS:
                self.env[model].with_user(user).search([]).read(["display_name"])
        stranger = self.user("stranger", None)
        for model in MODELS:
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(stranger).search([]).read(["display_name"])

    def test_nobody_reads_tokens(self):
        self.link(self.of(self.recall, self.ann))
        letters = self.env["trace.recall.letter"].with_user(self.manager).search([])
        with self.assertRaises(AccessError):
            letters.read(["token_hash"])

    def test_people_correct_how_somebody_is_reached_and_nothing_else(self):
        one = self.of(self.recall, self.ann).with_user(self.worker)
        one.write({"phone": "1", "note": "ask for Ann"})
        self.assertTrue(one.by_hand)
        for values in ({"state": "done"}, {"is_effective": True}, {"quantity": 1}, {"name": "X"}):
            with self.subTest(values), self.assertRaises(UserError):
                one.write(values)
        with self.assertRaises(AccessError):
            self.of(self.recall, self.ann).with_user(self.user("aud", "auditor")).phone = "1"

    def test_nobody_makes_or_deletes_by_hand(self):
        one = self.of(self.recall, self.ann)
        with self.assertRaises(AccessError):
            one.with_user(self.manager).copy()
        with self.assertRaises(AccessError):
            one.with_user(self.manager).unlink()
        for model in ("trace.recall.answer", "trace.recall.call", "trace.recall.letter"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.manager).create({"consignee_id": one.id})

    def test_other_companies_see_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.user(
            "other", "recall", company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        self.link(self.of(self.recall, self.ann))
        for model in MODELS:
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
