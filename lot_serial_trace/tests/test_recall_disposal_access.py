from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .disposal_case import SEEN, DisposalCase


@tagged("post_install", "-at_install")
class TestRecallDisposalAccess(DisposalCase):
    """Who may decide about recalled goods, who may only look, and who sees nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        def user(name, **values):
            group = f"lot_serial_trace.group_trace_{name}"
            return new_test_user(cls.env, f"disposal_{name}", groups=group, **values)

        cls.worker, cls.quality = user("user"), user("quality")
        cls.manager, cls.auditor = user("recall"), user("auditor")
        cls.abroad = cls.env["res.company"].create({"name": "Abroad"})
        cls.stranger = new_test_user(
            cls.env,
            "disposal_stranger",
            groups="lot_serial_trace.group_trace_recall",
            company_id=cls.abroad.id,
            company_ids=[(6, 0, cls.abroad.ids)],
        )

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 100))
        self.m1 = self.lot(self.milk, "M1")
        self.case = self.recall(self.m1)

    def as_user(self, user, kind, **said):
        asked = {self.scope(self.case, self.m1).with_user(user): 5}
        deeds = self.deeds.with_user(user)
        return deeds._enter(self.case.with_user(user), kind, asked, **said)

    def test_users_destroy_and_return(self):
        rows = self.as_user(self.worker, "destroy", **SEEN)
        self.assertEqual(rows.user_id, self.worker)
        rows._finish()
        self.assertEqual((rows.state, rows.done_by_id), ("done", self.worker))
        self.as_user(self.worker, "return")._undo()

    def test_quality_releases(self):
        with self.assertRaisesRegex(AccessError, "Only Quality releases"):
            self.as_user(self.worker, "release", test_result="Good")
        asked = {self.scope(self.case, self.m1).with_user(self.quality): None}
        deeds = self.deeds.with_user(self.quality)
        deeds._enter(self.case.with_user(self.quality), "release", asked, test_result="Good")
        self.assertEqual(self.m1.trace_status, "free")

    def test_managers_claim_and_accept(self):
        with self.assertRaisesRegex(AccessError, "Only a recall manager claims"):
            self.as_user(self.quality, "claim", partner=self.supplier)
        self.as_user(self.manager, "claim", partner=self.supplier)
        row = self.balance(self.case, self.m1)
        with self.assertRaisesRegex(AccessError, "recall manager accepts"):
            row.with_user(self.quality)._explain("Gone")

    def test_auditors_read(self):
        rows = self.as_user(self.worker, "destroy")
        self.assertTrue(rows.with_user(self.auditor).lot_name)
        self.assertTrue(self.balance(self.case, self.m1).with_user(self.auditor).lot_name)
        self.assertIn("Milk", self.case.with_user(self.auditor).balance_table)
        self.case.with_user(self.auditor).action_balance()
        with self.assertRaises(AccessError):
            self.as_user(self.auditor, "destroy")
        with self.assertRaises(AccessError):
            rows.with_user(self.auditor)._undo()
        with self.assertRaises(AccessError):
            rows.with_user(self.auditor).write({"remark": "Mine"})

    def test_nobody_writes_what_was_decided(self):
        rows = self.as_user(self.worker, "destroy")
        rows.with_user(self.worker).write({"remark": "Box 7"})
        with self.assertRaisesRegex(UserError, "kept as it was recorded"):
            rows.with_user(self.manager).write({"quantity": 1})
        with self.assertRaises(AccessError):
            self.deeds.with_user(self.manager).create(
                {"recall_id": self.case.id, "scope_id": self.scope(self.case, self.m1).id}
            )

    def test_each_company_its_own(self):
        rows = self.as_user(self.worker, "destroy")
        row = self.balance(self.case, self.m1)
        self.case.sudo().company_ids |= self.abroad
        for record in (rows, row):
            self.assertFalse(record.with_user(self.stranger).search([("id", "in", record.ids)]))
        with self.assertRaises(AccessError):
            self.as_user(self.stranger, "destroy")
