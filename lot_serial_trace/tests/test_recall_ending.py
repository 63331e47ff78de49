from odoo.exceptions import UserError
from odoo.tests import tagged

from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallEnding(RecallCase):
    """A scope grows and shrinks, cases are merged and end; what is undone is what was done."""

    def test_extended(self):
        recall = self.running(self.milk_lots("A1"))
        more = self.milk_lots("B1")
        with self.assertRaisesRegex(UserError, "Say why"):
            recall._extend(more, " ")
        recall._extend(more, "same tank")
        self.work(recall)
        row = recall.scope_ids.filtered(lambda one: one.lot_id == more)
        self.assertEqual((row.why, row.why_text, row.state), ("extended", "same tank", "held"))
        self.assertEqual(recall.run_id.lot_ids, recall.lot_ids | more)

    def test_narrowed_exactly(self):
        lots = self.milk_lots("A1", "A2")
        recall = self.running(lots)
        mine = self.holds(lots[0])
        other = self.env["trace.hold"]._place(lots[0], "something else")
        recall._narrow(lots[0], "test report 7")
        self.work(recall)
        self.assertEqual(self.states(recall), {"A1": "excluded", "A2": "held"})
        self.assertEqual(mine.state, "released")
        self.assertEqual(other.state, "active")
        self.assertEqual(self.holds(lots), other | self.holds(lots[1]))

    def test_what_was_taken_out_comes_in_again(self):
        lots = self.milk_lots("A1", "A2")
        recall = self.running(lots)
        recall._narrow(lots[0], "test report 7")
        self.work(recall)
        recall._extend(lots[0], "the report was wrong")
        self.work(recall)
        self.assertEqual(self.states(recall), {"A1": "held", "A2": "held"})
        self.assertEqual(len(self.holds(lots[0])), 1)

    def test_what_was_made_of_it_alone_goes_with_it(self):
        lots = self.milk_lots("A1", "A2")
        cheese = self._product("Cheese", "lot")
        made = self.env["stock.lot"].create(
            [{"name": name, "product_id": cheese.id} for name in ("C1", "C12")]
        )
        links = [(lots[0], made[0], 1), (lots[0], made[1], 2), (lots[1], made[1], 2)]
        values = {
            (operation, side, lot): {
                "operation": "production",
                "operation_id": 1_900_000_010 + operation,
                "side": side,
                "lot_id": lot.id,
                "lot_name": lot.name,
                "company_id": self.env.company.id,
                "first_time": "2026-01-01 00:00:00",
                "last_time": "2026-01-01 00:00:00",
            }
            for one, other, operation in links
            for side, lot in (("in", one), ("out", other))
        }
        self.env["trace.edge"].sudo().create(list(values.values()))
        recall = self.running(lots)
        recall._narrow(lots[0], "clean", relatives=True)
        self.work(recall)
        self.assertEqual(
            self.states(recall), {"A1": "excluded", "C1": "excluded", "A2": "held", "C12": "held"}
        )

    def test_drafts_are_extended_and_narrowed_without_effect(self):
        lots = self.milk_lots("A1", "A2")
        recall = self.draft(lots[0])
        recall._extend(lots[1], "same tank")
        self.assertEqual(recall.lot_ids, lots)
        recall._narrow(lots[0], "clean")
        self.assertEqual(recall.lot_ids, lots[1])
        self.assertFalse(self.holds(lots))

    def test_cancelled_undoes_what_was_done(self):
        lots = self.milk_lots("A1", "A2")
        picking = self.picking("out", [(self.milk, "A1", 5)])
        picking.move_ids.move_line_ids.picked = False
        before = self.env["trace.hold"]._place(lots[1], "something else")
        recall = self.running(lots)
        self.assertTrue(recall.activity_ids)
        recall._cancel("false alarm")
        self.work(recall)
        self.assertEqual(recall.state, "cancelled")
        self.assertTrue(recall.cancelled_at)
        self.assertEqual(self.holds(lots), before)
        self.assertFalse(recall.activity_ids)
        self.assertEqual(lots[0].trace_status, "free")
        self.assertEqual(self.states(recall), {"A1": "released", "A2": "released"})
        self.assertEqual(picking.move_line_ids.lot_id, lots[0], "reserved again")
        with self.assertRaisesRegex(UserError, "ended already"):
            recall._cancel("again")

    def test_merged(self):
        first, second = self.milk_lots("A1"), self.milk_lots("B1")
        one, other = self.running(first), self.running(second)
        kept = self.holds(second)
        one._merge(other)
        self.work(one)
        self.assertEqual((other.state, other.parent_id), ("closed", one))
        self.assertEqual(self.states(one), {"A1": "held", "B1": "held"})
        self.assertEqual(self.holds(second), kept, "neither released nor doubled")
        one._cancel("false alarm")
        self.work(one)
        self.assertFalse(self.holds(first | second))

    def test_a_draft_merged_into_a_running_case(self):
        first, second = self.milk_lots("A1"), self.milk_lots("B1")
        one, other = self.running(first), self.draft(second)
        one._merge(other)
        self.work(one)
        self.assertEqual(self.states(one), {"A1": "held", "B1": "held"})
        with self.assertRaises(UserError):
            one._merge(one)
        with self.assertRaisesRegex(UserError, "drill"):
            one._merge(self.draft(second, is_drill=True))

    def test_closing_lists_what_is_open(self):
        lots = self.milk_lots("A1")
        recall = self.running(lots)
        recall.sudo().phase = "trace"
        self.assertIn("under way", "\n".join(recall._closing_obstacles()))
        with self.assertRaisesRegex(UserError, "under way"):
            recall._close()
        recall._close("the inspector agrees")
        self.assertEqual(recall.state, "closed")
        self.assertTrue(recall.closed_at)
        self.assertIn("open_at_close", self.kinds(recall))
        self.assertEqual(len(self.holds(lots)), 1, "somebody decides about the goods")
