from odoo.exceptions import UserError
from odoo.tests import tagged

from .disposal_case import DisposalCase


@tagged("post_install", "-at_install")
class TestRecallBalance(DisposalCase):
    """What came of a lot is somewhere; what is not is told with the documents behind it."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 100))
        self.m1 = self.lot(self.milk, "M1")

    def test_both_sides_are_the_same(self):
        self.validate(self.picking("out", [(self.milk, "M1", 30)]))
        row = self.balance(self.recall(self.m1), self.m1)
        went = row.on_hand_qty + row.delivered_qty - row.came_back_qty
        self.assertEqual((row.came_qty, went, row.unaccounted_qty), (100, 100, 0))
        self.assertEqual((row.reported_qty, row.unknown_qty), (0, 0))

    def test_stock_that_was_there_first_is_no_find(self):
        lot = self.env["stock.lot"].create({"name": "OLD", "product_id": self.milk.id})
        quant = (
            self.env["stock.quant"]
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": self.milk.id,
                    "lot_id": lot.id,
                    "location_id": self.stock.id,
                    "inventory_quantity": 10,
                }
            )
        )
        quant.action_apply_inventory()
        self.count(lot, 7)
        self.count(lot, 8)
        row = self.balance(self.recall(lot), lot)
        self.assertEqual((row.opening_qty, row.adjusted_qty, row.state), (10, 2, "off"))

    def test_tolerance_is_the_larger_of_two(self):
        self.count(self.m1, 97)
        recall = self.recall(self.m1, tolerance_percent=2)
        self.destroy(recall, [self.m1])
        self.assertEqual(self.balance(recall, self.m1).state, "off")
        recall.tolerance_quantity = 3
        row = self.balance(recall, self.m1)
        self.assertEqual((row.state, row.leeway_qty), ("within", 3))
        self.assertTrue(recall.accounted_at)

    def test_an_explanation_is_for_what_was_missing_then(self):
        recall = self.recall(self.m1)
        self.count(self.m1, 98)
        self.destroy(recall, {self.m1: 90})
        self.balance(recall, self.m1)._explain("Two were opened for a test.")
        self.assertEqual(self.balance(recall, self.m1).state, "open")
        self.count(self.m1, 5)
        self.assertEqual(self.balance(recall, self.m1).state, "off", "three more are gone")

    def test_a_reason_is_wanted(self):
        recall = self.recall(self.m1)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.balance(recall, self.m1)._explain("  ")

    def test_stock_that_the_ledger_does_not_know(self):
        recall = self.recall(self.m1)
        quant = self.env["stock.quant"]._gather(self.milk, self.stock, self.m1, strict=True)
        quant.sudo().quantity = 90
        row = self.balance(recall, self.m1)
        self.assertEqual((row.difference_qty, row.state), (10, "off"))
        self.assertIn("TRT/Stock: the ledger says 100, the stock 90", row.says)

    def test_scrap_outside_of_the_case_is_told(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.milk.id,
                "lot_id": self.m1.id,
                "scrap_qty": 4,
                "location_id": self.stock.id,
                "product_uom_id": self.milk.uom_id.id,
            }
        )
        scrap.do_scrap()
        row = self.balance(self.recall(self.m1), self.m1)
        self.assertEqual((row.destroyed_qty, row.disposed_qty), (4, 0))
        self.assertIn(f"Scrapped outside of the case: 4 Units with {scrap.name}", row.says)

    def test_buyers_whom_nobody_knows(self):
        picking = self.picking("out", [(self.milk, "M1", 30)])
        picking.partner_id = False
        self.validate(picking)
        row = self.balance(self.recall(self.m1), self.m1)
        self.assertEqual((row.delivered_qty, row.unknown_qty), (30, 30))

    def test_what_was_reported_counts_no_more_than_was_sold(self):
        self.validate(self.picking("out", [(self.milk, "M1", 30)]))
        recall = self.recall(self.m1)
        self.enter(recall, "destroy", {self.m1: 20}, side="customer", partner=self.customer, **{})
        self.assertEqual(self.balance(recall, self.m1).reported_qty, 20)
        self.enter(recall, "return", {self.m1: 20}, side="customer", partner=self.customer)
        self.assertEqual(self.balance(recall, self.m1).reported_qty, 30)

    def test_goods_that_turn_up_take_the_stamp_back(self):
        recall = self.recall(self.m1)
        self.destroy(recall, [self.m1])
        self.assertTrue(recall.accounted_at)
        self.receive((self.milk, "M1", 3))
        self.assertEqual(self.balance(recall, self.m1).open_qty, 3)
        self.assertFalse(recall.accounted_at)
        self.assertIn("reopened", recall.step_ids.mapped("kind"))

    def test_movements_wake_the_job(self):
        cron = self.env.ref("lot_serial_trace.cron_recall_balance")
        triggers = self.env["ir.cron.trigger"]
        self.recall(self.m1)
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self.receive((self.milk, "M2", 3))
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before)
        self.receive((self.milk, "M1", 3))
        self.assertGreater(triggers.search_count([("cron_id", "=", cron.id)]), before)

    def test_totals_are_by_product_and_unit(self):
        self.receive((self.device, "S1", 1), (self.device, "S2", 1))
        lots = self.lot(self.device, "S1") | self.lot(self.device, "S2") | self.m1
        recall = self.recall(*lots)
        recall._look_at_balance()
        totals = {one["product"]: one for one in self.env["trace.recall.balance"]._totals(recall)}
        self.assertEqual(totals[self.device]["received_qty"], 2)
        self.assertEqual(totals[self.device]["states"], {"open": 2})
        self.assertEqual(totals[self.milk]["on_hand_qty"], 100)
        self.assertIn("Milk", recall.balance_table)

    def test_a_drill_balances_without_decisions(self):
        recall = self.recall(self.m1, is_drill=True)
        row = self.balance(recall, self.m1)
        self.assertEqual((row.open_qty, row.state), (0, "balanced"))
        self.assertTrue(recall.accounted_at)

    def test_ten_thousand_lots_take_as_many_queries_as_ten(self):
        def queries(count):
            lots = (
                self.env["stock.lot"]
                .with_context(mail_create_nolog=True)
                .create(
                    [
                        {"name": f"L{count}-{index}", "product_id": self.milk.id}
                        for index in range(count)
                    ]
                )
            )
            recall = self.env["trace.recall"].create({"title": "Many", "reason": "Many"})
            recall.sudo().write({"state": "running", "scope_at": "2026-01-01 00:00:00"})
            self.env.cr.execute(
                "INSERT INTO trace_recall_lot (recall_id, lot_id, lot_name, product_id, "
                "company_id, why, state) SELECT %s, id, name, product_id, %s, 'asked', 'held' "
                "FROM stock_lot WHERE id = ANY(%s)",
                (recall.id, self.company.id, lots.ids),
            )
            self.env.invalidate_all()
            recall._look_at_balance()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            recall._look_at_balance()
            self.env.flush_all()
            self.assertEqual(len(recall.balance_ids), count)
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(10_000), queries(10))

    def test_the_closed_case_keeps_its_balance(self):
        recall = self.recall(self.m1)
        self.destroy(recall, [self.m1])
        recall._close("Done")
        self.receive((self.milk, "M1", 3))
        self.env["trace.recall.balance"]._refresh(recall)
        row = recall.balance_ids
        self.assertEqual((row.received_qty, row.state), (100, "balanced"))
        with self.assertRaisesRegex(UserError, "case is over"):
            row._explain("Too late")
