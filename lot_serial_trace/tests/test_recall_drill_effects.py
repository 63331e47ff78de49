from odoo.tests import tagged

from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallDrillEffects(RecallCase):
    """A drill is traced and timed like a case, and nobody and nothing feels it."""

    def test_no_effect(self):
        lots = self.milk_lots("A1", "A2")
        self.deliver((self.milk, "A1", 4))
        picking = self.picking("out", [(self.milk, "A1", 5)])
        picking.move_ids.move_line_ids.picked = False
        self.env.flush_all()
        tables = ("trace_hold", "mail_mail", "mail_activity", "trace_exception", "stock_move_line")
        before = self.counted(tables)
        drill = self.running(lots, is_drill=True)
        self.env.flush_all()
        self.assertEqual(self.counted(tables), before)
        self.assertEqual(self.states(drill), {"A1": "scoped", "A2": "scoped"})
        self.assertEqual(set(lots.mapped("trace_status")), {"free"})
        self.assertEqual(picking.move_line_ids.lot_id, lots[0])
        self.assertEqual(drill.run_id.purpose, "drill")
        self.assertTrue(drill.scope_at)
        self.assertFalse(drill.held_at)
        self.assertEqual(drill.scope_ids.filtered(lambda row: row.delivered_qty).lot_name, "A1")
        drill._extend(self.milk_lots("B1"), "wider")
        self.work(drill)
        drill._narrow(lots[0], "smaller")
        self.work(drill)
        drill._cancel("enough")
        self.work(drill)
        self.assertEqual(self.counted(tables[:4]), before[:4])

    def counted(self, tables):
        """How many rows there are."""
        found = []
        for table in tables:
            self.cr.execute(f"SELECT count(*) FROM {table}")
            found.append(self.cr.fetchone()[0])
        return found

    def test_nobody_waits_for_a_drill(self):
        recalls = self.env["trace.recall"]
        for case in recalls.search([("state", "=", "running")]):
            case._cancel("the demo's, not of this test")
        self.running(self.milk_lots("A1"), is_drill=True)
        self.assertFalse(recalls._any_running())
