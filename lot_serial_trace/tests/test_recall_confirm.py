from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import trace_recall_working as working
from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallConfirm(RecallCase):
    """Confirming freezes the scope, stops the goods, and gives work to people: in steps that can
    be interrupted, and with a number of queries that does not grow with the lots.
    """

    def test_all_lots_are_on_hold_and_the_scope_is_frozen(self):
        lots = self.milk_lots("A1", "A2")
        self.deliver((self.milk, "A1", 4))
        recall = self.running(lots)
        self.assertEqual(recall.state, "running")
        self.assertEqual(recall.phase, "done")
        self.assertEqual(self.states(recall), {"A1": "held", "A2": "held"})
        self.assertEqual(self.holds(lots).lot_id, lots)
        self.assertEqual(set(self.holds(lots).mapped("source")), {"recall"})
        self.assertEqual(recall.run_id.purpose, "recall")
        self.assertEqual(recall.run_id.lot_ids, lots)
        for stamp in ("confirmed_at", "held_at", "scope_at"):
            self.assertTrue(recall[stamp], stamp)
        first = recall.scope_ids.filtered(lambda row: row.lot_name == "A1")
        self.assertEqual(
            (first.received_qty, first.on_hand_qty, first.delivered_qty, first.balance_qty),
            (10, 6, 4, 0),
        )
        self.assertEqual(first.uom_name, self.milk.uom_id.name)

    def test_reservations_are_given_up(self):
        lots = self.milk_lots("A1")
        picking = self.picking("out", [(self.milk, "A1", 5)])
        picking.move_ids.move_line_ids.picked = False
        self.running(lots)
        self.assertFalse(picking.move_line_ids.lot_id & lots)

    def test_a_reason_and_lots_are_needed(self):
        recall = self.draft(self.env["stock.lot"])
        with self.assertRaisesRegex(UserError, "names no lot"):
            recall._confirm()
        recall = self.draft(self.milk_lots("A1"), reason=" ")
        with self.assertRaisesRegex(UserError, "Say why"):
            recall._confirm()

    def test_two_people(self):
        self.env.company.trace_recall_two = True
        lots = self.milk_lots("A1")
        recall = self.draft(lots)
        recall._confirm()
        self.assertEqual(recall.state, "approval")
        self.assertFalse(self.holds(lots))
        self.assertEqual(recall.activity_ids.user_id & self.second, self.second)
        self.assertNotIn(self.manager, recall.activity_ids.user_id)
        with self.assertRaisesRegex(UserError, "Another recall manager"):
            recall._confirm()
        recall.with_user(self.second)._confirm()
        self.assertEqual(recall.state, "running")
        self.assertEqual(recall.asked_by_id, self.manager)
        self.assertEqual(recall.approver_id, self.second)
        self.assertEqual(self.holds(lots).placed_by_id, self.second)

    def test_what_waits_for_approval_can_go_back(self):
        self.env.company.trace_recall_two = True
        recall = self.draft(self.milk_lots("A1"))
        recall._confirm()
        recall.with_user(self.second)._back_to_draft()
        self.assertEqual((recall.state, recall.asked_by_id.id), ("draft", False))
        self.assertFalse(recall.activity_ids)

    def test_drills_need_one_person(self):
        self.env.company.trace_recall_two = True
        recall = self.draft(self.milk_lots("A1"), is_drill=True)
        recall._confirm()
        self.assertEqual(recall.state, "running")

    def test_confirmed_once(self):
        recall = self.running(self.milk_lots("A1"))
        with self.assertRaisesRegex(UserError, "confirmed or cancelled"):
            recall._confirm()
        self.assertEqual(len(recall.run_id), 1)

    def test_what_was_made_of_them_is_in_it(self):
        lots = self.milk_lots("A1")
        cheese = self._product("Cheese", "lot")
        made = self.env["stock.lot"].create({"name": "C1", "product_id": cheese.id})
        self.env["trace.edge"].sudo().create(
            [
                {
                    "operation": "production",
                    "operation_id": 1_900_000_001,
                    "side": side,
                    "lot_id": lot.id,
                    "lot_name": lot.name,
                    "first_time": "2026-01-01 00:00:00",
                    "last_time": "2026-01-01 00:00:00",
                    "company_id": self.env.company.id,
                }
                for side, lot in (("in", lots), ("out", made))
            ]
        )
        recall = self.running(lots)
        row = recall.scope_ids.filtered(lambda one: one.lot_id == made)
        self.assertEqual((row.why, row.level, row.state), ("reached", 1, "held"))
        self.assertEqual(str(row.tainted_at), "2026-01-01 00:00:00")

    def test_one_task_for_each_place_and_company(self):
        lots = self.milk_lots(*[f"A{n}" for n in range(8)])
        keeper = self._user("keeper", "group_trace_user")
        self.shelf.trace_user_id = keeper
        move = self.picking("int", [(self.milk, "A0", 5), (self.milk, "A1", 5)])
        self.validate(move)
        recall = self.running(lots)
        tasks = recall.activity_ids
        self.assertEqual(len(tasks), 3, tasks.mapped("summary"))
        self.assertEqual(len(tasks.filtered(lambda task: task.user_id == keeper)), 1)
        self.assertIn(
            self.shelf.complete_name, tasks.filtered(lambda task: task.user_id == keeper).note
        )
        recall.sudo()._make_tasks()
        self.assertEqual(recall.activity_ids, tasks)

    def test_goods_on_hand_are_held_first(self):
        gone = self.milk_lots("A1", quantity=3)
        self.deliver((self.milk, "A1", 3))
        here = self.milk_lots("A2")
        recall = self.draft(gone | here)
        with patch.object(working, "SLICE", 1), patch.object(working, "AT_ONCE", 0):
            recall._confirm()
        self.assertEqual(self.states(recall), {"A1": "scoped", "A2": "held"})
        self.assertEqual(recall.phase, "hold")
        self.assertFalse(recall.held_at)
        self.work(recall)
        self.assertEqual(self.states(recall), {"A1": "held", "A2": "held"})
        self.assertTrue(recall.held_at)

    def test_the_clock_stops_when_a_trace_finds_nothing_new(self):
        """Held and known are all of the scope, not what was thought to be all of it."""
        lots = self.milk_lots("A1", "A2")
        recall = self.running(lots).sudo()
        self.env.flush_all()
        self.cr.execute(
            "DELETE FROM trace_recall_lot WHERE recall_id = %s AND lot_id = %s",
            [recall.id, lots[1].id],
        )
        self.env.invalidate_all()
        recall.write({"phase": "trace", "scope_at": False})
        found = SQL("(VALUES (%s, now()::timestamp, 1)) AS reach(lot_id, at, level)", lots[1].id)
        with patch.object(type(recall), "_sql_reached_by", lambda *_run: found):
            recall._step()
            self.assertEqual(
                (recall.phase, recall.scope_at, recall.held_at), ("hold", False, False)
            )
            self.work(recall)
        self.assertTrue(recall.held_at <= recall.scope_at)

    def test_progress(self):
        lots = self.milk_lots("A1", "A2", "A3", "A4")
        recall = self.draft(lots)
        with patch.object(working, "SLICE", 2), patch.object(working, "AT_ONCE", 0):
            recall._confirm()
        recall.invalidate_recordset()
        self.assertEqual(recall.progress, 45)
        self.work(recall)
        recall.invalidate_recordset()
        self.assertEqual(recall.progress, 100)

    def test_an_error_stops_the_job_and_retry_goes_on(self):
        lots = self.milk_lots("A1", "A2")
        recall = self.draft(lots)
        with patch.object(working, "SLICE", 1), patch.object(working, "AT_ONCE", 0):
            recall._confirm()
        job = recall.sudo()
        with patch.object(type(job), "_hold_reason", side_effect=UserError("paper jam")):
            with self.assertLogs(working._logger, "ERROR"):
                self.assertFalse(job._try_step())
        self.assertEqual(recall.error, "paper jam")
        self.assertFalse(job._has_work())
        recall.action_retry()
        self.work(recall)
        self.assertFalse(recall.error)
        self.assertEqual(len(self.holds(lots)), 2)

    def test_queries_do_not_grow_with_the_lots(self):
        counts = []
        for size in (5, 60):
            lots = self.milk_lots(*[f"Q{size}-{n}" for n in range(size)])
            recall = self.draft(lots)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            recall._confirm()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(recall.phase, "done")
        self.assertLessEqual(counts[1], counts[0] + 12)

    def test_a_hold_released_by_hand_is_known(self):
        lots = self.milk_lots("A1", "A2")
        recall = self.running(lots)
        self.holds(lots[0]).with_user(self.manager)._release("tested")
        self.assertEqual(self.states(recall), {"A1": "released", "A2": "held"})
