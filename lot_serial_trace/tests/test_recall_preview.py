from odoo.exceptions import UserError
from odoo.tests import tagged

from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallPreview(RecallCase):
    """Before anybody is stopped, the case says what that would mean, and how wide it could be."""

    def test_what_it_means(self):
        self.milk.standard_price = 3
        lots = self.milk_lots("A1", "A2")
        self.deliver((self.milk, "A1", 4))
        self.picking("out", [(self.milk, "A2", 5)])
        seen = self.draft(lots)._preview()
        self.assertEqual((seen["asked"], seen["lots"], seen["narrow"]), (2, 2, 2))
        unit = seen["units"][self.milk.uom_id.name]
        self.assertEqual((unit["on_hand"], unit["delivered"]), (16, 4))
        self.assertEqual((seen["customers"], seen["deliveries"]), (1, 1))
        self.assertEqual(seen["consignees"][0]["partner_name"], "Customer")
        self.assertEqual(seen["orders"], 1)
        self.assertEqual(seen["place_count"], 1)
        self.assertEqual(seen["places"][0]["lots"], 2)
        currency = self.env.company.currency_id.id
        self.assertEqual(seen["value"], [{"currency_id": currency, "amount": 48}])

    def test_nothing_happens(self):
        lots = self.milk_lots("A1")
        recall = self.draft(lots)
        recall.action_preview()
        self.assertEqual(recall.state, "draft")
        self.assertFalse(self.holds(lots))
        self.assertTrue(recall.previewed_at)

    def test_what_shares_the_receipt_makes_it_wider(self):
        lots = self.milk_lots("A1", "A2", "A3")
        other = self.milk_lots("B1")
        seen = self.draft(lots[0])._preview()
        self.assertEqual(seen["shares"]["receipt"], 2)
        self.assertEqual((seen["narrow"], seen["wide"]), (1, 3))
        recall = self.draft(lots[0])
        recall.action_widen()
        self.assertEqual(recall.lot_ids, lots)
        self.assertNotIn(other, recall.lot_ids)

    def test_manufacturers_batch(self):
        self.receive((self.device, "S1", 1))
        self.receive((self.device, "S2", 1))
        units = self.lot(self.device, "S1") | self.lot(self.device, "S2")
        units.trace_batch = "B77"
        seen = self.draft(units[0])._preview()
        self.assertEqual(seen["shares"]["batch"], 1)

    def test_other_cases_and_holds_are_told(self):
        lots = self.milk_lots("A1", "A2")
        first = self.running(lots[0])
        seen = self.draft(lots)._preview()
        self.assertEqual(seen["held"], 1)
        self.assertEqual([case["id"] for case in seen["cases"]], first.ids)

    def test_rows_for_people(self):
        lots = self.milk_lots("A1")
        self.deliver((self.milk, "A1", 4))
        recall = self.draft(lots)
        recall.action_preview()
        rows = {row["key"]: row for row in recall.foreseen}
        self.assertIn("lots", rows)
        self.assertIn("Customer", rows["delivered"]["text"])
        self.assertIn("4", rows["delivered"]["value"])
        self.assertIn("wide", rows)
        for key in rows:
            action = recall.action_show(key)
            self.env[action["res_model"]].with_user(self.manager).search(action["domain"])

    def test_the_first_press_shows_the_second_confirms(self):
        recall = self.draft(self.milk_lots("A1"))
        recall.action_confirm()
        self.assertEqual(recall.state, "draft")
        self.assertTrue(recall.preview)
        recall.action_confirm()
        self.assertEqual(recall.state, "running")

    def test_nothing_to_look_at(self):
        with self.assertRaisesRegex(UserError, "Add the lots"):
            self.draft(self.env["stock.lot"])._preview()

    def test_queries_do_not_grow_with_the_lots(self):
        counts = []
        for size in (5, 60):
            recall = self.draft(self.milk_lots(*[f"P{size}-{n}" for n in range(size)]))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            recall._preview()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
