from odoo.exceptions import UserError
from odoo.tests import tagged

from .disposal_case import DisposalCase
from .test_trace import GenealogyCase


@tagged("post_install", "-at_install")
class TestRecallStory(GenealogyCase, DisposalCase):
    """Honey with glass in it: 100 received, 30 sold, 20 made into cakes; then it is recalled.

    40 are destroyed, 5 go back to the supplier, and 5 are not there when somebody counts.
    """

    def test_the_last_jar_is_accounted_for(self):
        honey = self._product("Honey", "lot")
        self.receive((honey, "HON-1", 100))
        lot = self.lot(honey, "HON-1")
        self.validate(self.picking("out", [(honey, "HON-1", 30)]))
        self.make(self.pizza, "CAKE-1", (honey, "HON-1", 20))

        recall = self.recall(lot)
        self.assertEqual(set(recall.scope_ids.mapped("lot_name")), {"HON-1", "CAKE-1"})
        row = self.balance(recall, lot)
        self.assertEqual((row.received_qty, row.delivered_qty, row.consumed_qty), (100, 30, 20))
        self.assertEqual((row.on_hand_qty, row.open_qty, row.state), (50, 50, "open"))

        self.destroy(recall, {lot: 40})
        self.enter(recall, "return", {lot: 5})._finish()
        self.count(lot, 0)
        row = self.balance(recall, lot)
        self.assertEqual(
            (row.on_hand_qty, row.destroyed_qty, row.sent_back_qty, row.adjusted_qty),
            (0, 40, 5, 5),
        )
        self.assertEqual((row.difference_qty, row.unaccounted_qty), (0, 5))
        self.assertEqual(row.state, "off", "five jars are nowhere")
        self.assertIn("Lost at a count: 5 Units", row.says)

        cake = self.lot(self.pizza, "CAKE-1")
        self.destroy(recall, [cake])
        self.assertFalse(recall.accounted_at)
        with self.assertRaisesRegex(UserError, "HON-1 does not close: 5 Units"):
            recall._close()
        row._explain("They broke on the conveyor, see the shift report of Monday.")
        self.assertEqual(self.balance(recall, lot).state, "accepted")
        self.assertTrue(recall.accounted_at)
        told = recall.step_ids.mapped("kind")
        self.assertIn("accounted", told)
        self.assertIn("disposed", told)
        self.assertFalse([one for one in recall._closing_obstacles() if "HON-1" in one])
