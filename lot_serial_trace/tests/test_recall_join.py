from odoo.tests import tagged

from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallJoin(RecallCase):
    """What belongs to a running case joins it by itself, and costs nothing while none runs."""

    def give_back(self, name, quantity):
        """A customer brings goods back."""
        picking = self.picking(
            "in", [(self.milk, name, quantity)], source=self.customers, partner=self.customer
        )
        result = self.validate(picking)
        if result is not True:
            self.skipTest("the return asked for something")
        return picking

    def test_what_comes_back_is_noted_and_traced_again(self):
        lots = self.milk_lots("A1")
        self.deliver((self.milk, "A1", 4))
        recall = self.running(lots)
        run = recall.run_id
        self.give_back("A1", 4)
        self.assertIn("late", self.kinds(recall))
        self.env["trace.recall"]._look_for_late()
        self.assertEqual(recall.phase, "hold")
        self.work(recall)
        self.assertNotEqual(recall.run_id, run)
        self.assertEqual(recall.scope_ids.returned_qty, 4)
        self.env["trace.recall"]._look_for_late()
        self.assertEqual(recall.phase, "done", "traced once")

    def test_what_is_received_again_is_noted(self):
        lots = self.milk_lots("A1")
        recall = self.running(lots)
        picking = self.picking("in", [(self.milk, "A1", 7)])
        self.validate(picking)
        step = recall.step_ids.filtered(lambda one: one.kind == "late")
        self.assertEqual(step.data["what"], "received")
        self.assertEqual(step.data["lots"], lots.ids)

    def test_what_is_made_of_them_later_is_held(self):
        lots = self.milk_lots("A1")
        recall = self.running(lots)
        cheese = self._product("Cheese", "lot")
        made = self.env["stock.lot"].create({"name": "C1", "product_id": cheese.id})
        times = {"first_time": "2030-01-01 00:00:00", "last_time": "2030-01-01 00:00:00"}
        self.env["trace.edge"].sudo().create(
            [
                {
                    "operation": "production",
                    "operation_id": 1_900_000_002,
                    "side": side,
                    "lot_id": lot.id,
                    "lot_name": lot.name,
                    "company_id": self.env.company.id,
                    **times,
                }
                for side, lot in (("in", lots), ("out", made))
            ]
        )
        # The ledger knows of the operation as soon as its goods have moved.
        self.receive((cheese, "C1", 5))
        row = recall.scope_ids.filtered(lambda one: one.lot_id == made)
        self.assertEqual((row.why, row.state, row.level), ("late", "held", 1))
        self.assertTrue(self.holds(made))
        self.assertIn("late", self.kinds(recall))

    def test_other_goods_do_not_join(self):
        recall = self.running(self.milk_lots("A1"))
        self.milk_lots("B1")
        self.assertEqual(self.states(recall), {"A1": "held"})
        self.assertNotIn("late", self.kinds(recall))

    def test_by_a_rule(self):
        recall = self.running(self.milk_lots("A1"))
        lot = self.milk_lots("B1")
        rows = recall._join(lot, "rule", "Supplier is Works")
        self.assertEqual(
            (rows.why, rows.why_text, rows.state), ("rule", "Supplier is Works", "held")
        )
        self.assertFalse(recall._join(lot, "rule", "again"))
        draft = self.draft(self.milk_lots("A2"))
        draft._join(lot, "rule")
        self.assertIn(lot, draft.lot_ids)

    def test_found_afterwards(self):
        """A production that had begun before the case was confirmed did not know of it."""
        lots = self.milk_lots("A1")
        recall = self.running(lots)
        cheese = self._product("Cheese", "lot")
        made = self.env["stock.lot"].create({"name": "C1", "product_id": cheese.id})
        self.env["trace.edge"].sudo().create(
            [
                {
                    "operation": "production",
                    "operation_id": 1_900_000_003,
                    "side": side,
                    "lot_id": lot.id,
                    "lot_name": lot.name,
                    "company_id": self.env.company.id,
                    "first_time": "2026-01-01 00:00:00",
                    "last_time": "2026-01-01 00:00:00",
                }
                for side, lot in (("in", lots), ("out", made))
            ]
        )
        self.env["trace.recall"]._look_for_late()
        self.assertEqual(recall.phase, "done", "not before transactions of then have ended")
        recall.sudo().looked_at = "2020-01-01 00:00:00"
        self.env["trace.recall"]._look_for_late()
        self.assertEqual(recall.phase, "hold")
        self.work(recall)
        self.assertEqual(self.states(recall), {"A1": "held", "C1": "held"})

    def test_no_query_while_no_case_runs(self):
        recalls = self.env["trace.recall"]
        recalls.search([("state", "=", "running")])._go("draft", "For the test.")
        lines = self.receive((self.milk, "B1", 1)).move_line_ids
        recalls._any_running()
        with self.assertQueryCount(0):
            recalls._goods_moved(lines)

    def test_few_queries_while_one_runs(self):
        self.running(self.milk_lots("A1"))
        lines = self.receive(*[(self.milk, f"B{n}", 1) for n in range(20)]).move_line_ids
        recalls = self.env["trace.recall"]
        recalls._any_running()
        self.env.flush_all()
        with self.assertQueryCount(2):
            recalls._goods_moved(lines)

    def test_a_drill_lets_all_pass(self):
        lots = self.milk_lots("A1")
        drill = self.running(lots, is_drill=True)
        self.deliver((self.milk, "A1", 2))
        self.assertNotIn("late", self.kinds(drill))
