from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallCase(RecallCase):
    """A case is numbered, its clock and its state are for its buttons alone, and it is kept."""

    def test_cases_and_drills_have_numbers_of_their_own(self):
        lots = self.milk_lots("A1")
        self.assertRegex(self.draft(lots).name, r"^RC/\d{4}/\d{4}$")
        self.assertRegex(self.draft(lots, is_drill=True).name, r"^RD/\d{4}/\d{4}$")

    def test_people_write_no_state_and_no_stamp(self):
        recall = self.draft(self.milk_lots("A1"))
        for forged in (
            {"state": "closed"},
            {"confirmed_at": "2020-01-01 00:00:00"},
            {"name": "RC/1"},
            {"phase": "done"},
        ):
            with self.assertRaises(UserError):
                recall.write(forged)
        with self.assertRaises(UserError):
            self.env["trace.recall"].with_user(self.manager).create(
                {"title": "forged", "state": "closed"}
            )

    def test_what_the_scope_is_made_of_is_frozen_with_it(self):
        recall = self.running(self.milk_lots("A1"))
        with self.assertRaises(UserError):
            recall.lot_ids = [(5,)]
        with self.assertRaises(UserError):
            recall.initiated_at = "2020-01-01 00:00:00"
        recall.authority = "FDA"
        self.assertEqual(recall.authority, "FDA")

    def test_only_drafts_are_deleted(self):
        lots = self.milk_lots("A1")
        self.draft(lots).unlink()
        recall = self.running(lots)
        with self.assertRaises(UserError):
            recall.unlink()
        with self.assertRaises(UserError):
            recall.sudo().step_ids.unlink()

    def test_who_may_do_what(self):
        recall = self.draft(self.milk_lots("A1"))
        for user in (self.reader, self.auditor):
            mine = recall.with_user(user)
            self.assertEqual(mine.title, "Glass in the jar")
            self.assertTrue(mine.step_ids)
            with self.assertRaises(AccessError):
                mine.title = "harmless"
            with self.assertRaises(AccessError):
                mine.action_confirm()
            with self.assertRaises(AccessError):
                mine._cancel("no")
            with self.assertRaises(AccessError):
                self.env["trace.recall"].with_user(user).create({"title": "mine"})
        stranger = self._user("stranger", "group_trace_user")
        stranger.group_ids = self.env.ref("base.group_user")
        with self.assertRaises(AccessError):
            recall.with_user(stranger).read(["title"])

    def test_readers_see_the_rows_and_cannot_write_them(self):
        recall = self.running(self.milk_lots("A1"))
        for user in (self.reader, self.auditor, self.manager):
            row = recall.with_user(user).scope_ids
            self.assertEqual(row.lot_name, "A1")
            with self.assertRaises(AccessError):
                row.state = "released"
            with self.assertRaises(AccessError):
                recall.with_user(user).step_ids[0].says = "nothing"

    def test_each_change_of_state_is_a_step(self):
        recall = self.running(self.milk_lots("A1"))
        recall._cancel("false alarm")
        self.work(recall)
        steps = recall.step_ids.sorted("id")
        self.assertEqual(steps[0].kind, "made")
        self.assertIn("running", steps.mapped("kind"))
        self.assertIn("cancelled", steps.mapped("kind"))
        self.assertEqual(steps.filtered(lambda step: step.kind == "running").user_id, self.manager)

    def test_opened_from_lots_and_pasted_numbers(self):
        lots = self.milk_lots("A1", "A2", "A3")
        wizard = self.env["trace.recall.wizard"].with_user(self.manager)
        action = lots[:1].with_user(self.manager).action_open_recall()
        dialog = wizard.browse(action["res_id"])
        dialog.write({"numbers": "A2\nA3\nNONSENSE", "title": "From a list"})
        self.assertIn("NONSENSE", dialog.found)
        recall = self.env["trace.recall"].browse(dialog.action_do()["res_id"])
        self.assertEqual(recall.lot_ids, lots)
        self.assertEqual(recall.title, "From a list")

    def test_opened_from_an_exception(self):
        lot = self.milk_lots("A1")
        exception = self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "on_hold",
                    "values": {"lot": "A1", "reason": "glass", "product": "Milk"},
                    "lot_id": lot.id,
                    "company_id": self.env.company.id,
                }
            ]
        )
        action = exception.with_user(self.manager).action_open_recall()
        recall = self.env["trace.recall"].browse(action["res_id"])
        self.assertEqual((recall.lot_ids, recall.exception_id), (lot, exception))
        self.assertEqual(recall.initiated_at, exception.opened_at)
