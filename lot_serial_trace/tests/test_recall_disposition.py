from odoo.exceptions import UserError
from odoo.tests import tagged

from .disposal_case import SEEN, DisposalCase


@tagged("post_install", "-at_install")
class TestRecallDisposition(DisposalCase):
    """Goods of a case go as was decided: by Odoo's own transfers, with proof, and can be undone."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 100), (self.milk, "M2", 10))
        self.m1, self.m2 = self.lot(self.milk, "M1"), self.lot(self.milk, "M2")
        self.case = self.recall(self.m1, self.m2)

    # -- destroying -----------------------------------------------------------

    def test_destroying(self):
        rows = self.enter(self.case, "destroy", [self.m1, self.m2], place=self.scrap_place)
        picking = rows.picking_id
        self.assertEqual(len(picking), 1)
        self.assertEqual((picking.state, picking.location_dest_id), ("assigned", self.scrap_place))
        self.assertEqual(rows.mapped("state"), ["planned", "planned"])
        rows._finish(happened_at="2026-05-01 10:00:00", **SEEN)
        self.assertEqual((picking.state, self.on_hand(self.m1)), ("done", 0))
        self.assertEqual(set(rows.mapped("state")), {"done"})
        told = self.events(("lot_id", "=", self.m1.id))[-1]
        self.assertEqual((told.biz_step, told.disposition), ("destroying", "destroyed"))
        self.assertEqual(told.reason, f"Recall {self.case.name}")

    def test_witnesses_are_wanted_before_goods_go(self):
        self.company.trace_recall_witnesses = 2
        rows = self.enter(self.case, "destroy", [self.m2])
        with self.assertRaisesRegex(UserError, "witnessed the destruction: 2 names"):
            rows._finish(witness="Ada Miller,")
        self.assertEqual(rows.picking_id.state, "assigned")
        rows._finish(witness="Ada Miller, Ben Stone")
        self.assertEqual(rows.state, "done")

    def test_proof_is_wanted_where_policy_says_so(self):
        self.company.trace_recall_proof = True
        rows = self.enter(self.case, "destroy", [self.m2], **SEEN)
        with self.assertRaisesRegex(UserError, "Attach a proof"):
            rows._finish()
        photo = self.photo()
        rows._finish(proof=photo)
        self.assertEqual(rows.proof_ids, photo)
        self.assertEqual((photo.res_model, photo.res_id), ("trace.recall", self.case.id))

    def test_part_of_a_lot(self):
        self.destroy(self.case, {self.m1: 40})
        row = self.balance(self.case, self.m1)
        self.assertEqual((row.destroyed_qty, row.open_qty), (40, 60))
        self.destroy(self.case, [self.m1])
        self.assertEqual(self.balance(self.case, self.m1).open_qty, 0)

    def test_serial_numbers_one_by_one(self):
        self.receive((self.device, "S1", 1), (self.device, "S2", 1))
        s1, s2 = self.lot(self.device, "S1"), self.lot(self.device, "S2")
        case = self.recall(s1, s2)
        self.destroy(case, {s1: 1})
        self.assertEqual(self.balance(case, s2).open_qty, 1)
        with self.assertRaisesRegex(UserError, "a serial number is one unit"):
            self.enter(case, "destroy", {s2: 2})

    def test_quantities_follow_their_unit(self):
        rows = self.enter(self.case, "destroy", {self.m1: 1.0 / 3})
        self.assertEqual(rows.quantity, 0.33)
        self.assertEqual(rows.picking_id.move_line_ids.quantity, 0.33)
        for nothing in (0, -1, 0.001):
            with self.assertRaisesRegex(UserError, "more than 0"):
                self.enter(self.case, "destroy", {self.m1: nothing})

    def test_more_than_there_is(self):
        with self.assertRaisesRegex(UserError, "M2: 11 wanted, 10 free"):
            self.enter(self.case, "destroy", {self.m2: 11})
        self.enter(self.case, "destroy", {self.m2: 6})
        with self.assertRaisesRegex(UserError, "M2: 6 wanted, 4 free"):
            self.enter(self.case, "destroy", {self.m2: 6})

    # -- returning ------------------------------------------------------------

    def test_returning_by_the_receipt(self):
        rows = self.enter(self.case, "return", {self.m1: 60}, reference="RMA 7")
        picking = rows.picking_id
        self.assertEqual(picking.partner_id, self.supplier)
        self.assertEqual(picking.location_dest_id.usage, "supplier")
        self.assertEqual(picking.picking_type_id.code, "outgoing")
        origin = picking.move_ids.origin_returned_move_id
        self.assertEqual(origin.picking_id.picking_type_id, self.warehouse.in_type_id)
        rows._finish()
        told = self.events(("lot_id", "=", self.m1.id))[-1]
        self.assertEqual((told.biz_step, told.disposition), ("returning", "returned"))
        self.assertEqual(self.balance(self.case, self.m1).sent_back_qty, 60)

    def test_to_somebody_else(self):
        other = self.env["res.partner"].create({"name": "Disposer"})
        rows = self.enter(self.case, "return", [self.m2], partner=other)
        self.assertEqual(rows.picking_id.partner_id, other)
        self.assertFalse(rows.picking_id.move_ids.origin_returned_move_id)

    def test_where_nobody_knows_the_supplier(self):
        lot = self.env["stock.lot"].create({"name": "X", "product_id": self.milk.id})
        self.env["stock.quant"]._update_available_quantity(self.milk, self.stock, 2, lot_id=lot)
        case = self.recall(lot)
        with self.assertRaisesRegex(UserError, "Nobody knows who supplied X"):
            self.enter(case, "return", [lot])

    # -- in part, and undone --------------------------------------------------

    def test_what_the_warehouse_did_in_part(self):
        rows = self.enter(self.case, "return", [self.m1, self.m2])
        picking = rows.picking_id
        line = picking.move_line_ids.filtered(lambda line: line.lot_id == self.m1)
        picking.move_line_ids.picked = False
        line.write({"quantity": 70, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        mine = self.case.disposition_ids
        done = mine.filtered(lambda row: row.state == "done")
        self.assertEqual((done.lot_id, done.quantity), (self.m1, 70))
        left = mine.filtered(lambda row: row.state == "planned")
        self.assertEqual({row.lot_id: row.quantity for row in left}, {self.m1: 30, self.m2: 10})
        backorder = left.picking_id
        self.assertEqual(backorder.backorder_id, picking)
        self.assertEqual(sum(backorder.move_line_ids.mapped("quantity")), 40)
        left._finish()
        self.assertEqual(backorder.state, "done")
        self.assertEqual(self.balance(self.case, self.m1).sent_back_qty, 100)

    def test_some_of_what_was_entered_together(self):
        rows = self.enter(self.case, "destroy", [self.m1, self.m2], **SEEN)
        rows.filtered(lambda row: row.lot_id == self.m2)._finish()
        self.assertEqual((self.on_hand(self.m1), self.on_hand(self.m2)), (100, 0))
        left = self.case.disposition_ids.filtered(lambda row: row.state == "planned")
        self.assertEqual((left.lot_id, left.quantity), (self.m1, 100))
        left._finish()
        self.assertEqual(self.on_hand(self.m1), 0)

    def test_undoing_what_is_under_way(self):
        rows = self.enter(self.case, "destroy", [self.m1, self.m2])
        picking = rows.picking_id
        rows.filtered(lambda row: row.lot_id == self.m1)._undo()
        self.assertEqual(picking.move_line_ids.lot_id, self.m2)
        self.assertEqual(self.balance(self.case, self.m1).open_qty, 100)
        rows.filtered(lambda row: row.lot_id == self.m2)._undo()
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(set(rows.mapped("state")), {"cancelled"})
        self.destroy(self.case, [self.m1])

    def test_what_is_done_is_not_undone(self):
        rows = self.destroy(self.case, [self.m2])
        with self.assertRaisesRegex(UserError, "is done"):
            rows._undo()

    def test_a_transfer_that_was_cancelled(self):
        rows = self.enter(self.case, "return", [self.m2])
        rows.picking_id.action_cancel()
        self.assertEqual(rows.state, "cancelled")
        self.assertEqual(self.balance(self.case, self.m2).open_qty, 10)

    def test_a_case_that_is_cancelled_takes_its_transfers_along(self):
        rows = self.enter(self.case, "return", [self.m2])
        self.case._cancel("False alarm")
        self.assertEqual((rows.state, rows.picking_id.state), ("cancelled", "cancel"))

    def test_goods_that_leave_the_scope(self):
        rows = self.enter(self.case, "return", [self.m1, self.m2])
        self.case._narrow(self.m2, "Not concerned")
        self.case._look_at_balance()
        self.assertEqual(rows.filtered(lambda row: row.state == "planned").lot_id, self.m1)
        self.assertEqual(rows.picking_id.move_line_ids.lot_id, self.m1)

    # -- quarantine -----------------------------------------------------------

    def test_goods_that_wait_for_quarantine_are_taken_off_its_transfer(self):
        self.warehouse.trace_quarantine_id = self.env["stock.location"].create(
            {"name": "Q", "usage": "internal", "location_id": self.warehouse.view_location_id.id}
        )
        self.receive((self.milk, "M3", 10))
        m3 = self.lot(self.milk, "M3")
        case = self.recall(m3)
        away = m3.trace_hold_ids._transfers()
        self.assertEqual(sum(away.move_line_ids.mapped("quantity")), 10)
        rows = self.enter(case, "destroy", {m3: 4}, **SEEN)
        self.assertEqual(sum(away.move_line_ids.mapped("quantity")), 6)
        rows._finish()
        self.assertEqual(self.on_hand(m3), 6)
        rest = self.enter(case, "destroy", [m3], **SEEN)
        self.assertEqual(away.state, "cancel")
        rest._undo()
        self.assertEqual(
            sum(
                m3.trace_hold_ids._transfers()
                .filtered(lambda p: p.state == "assigned")
                .move_line_ids.mapped("quantity")
            ),
            6,
            "what is not destroyed after all goes to quarantine",
        )

    # -- many at once ---------------------------------------------------------

    def test_entering_many_takes_as_many_queries_as_few(self):
        def queries(numbers):
            self.receive(*((self.device, number, 1) for number in numbers))
            lots = [self.lot(self.device, number) for number in numbers]
            case = self.recall(*lots)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            rows = self.enter(case, "destroy", lots)
            self.env.flush_all()
            self.assertEqual(len(rows), len(numbers))
            return self.env.cr.sql_log_count - before

        queries([f"W{n}" for n in range(5)])
        few = queries([f"F{n}" for n in range(5)])
        many = queries([f"M{n}" for n in range(150)])
        self.assertLess(many - few, 15, "a few more batches of a hundred, and nothing by lot")

    # -- the case -------------------------------------------------------------

    def test_only_running_cases(self):
        self.case._close("Done")
        with self.assertRaisesRegex(UserError, "is not running"):
            self.enter(self.case, "destroy", [self.m1])

    def test_a_drill_moves_nothing(self):
        drill = self.recall(self.m1, is_drill=True)
        with self.assertRaisesRegex(UserError, "drill moves no goods"):
            self.enter(drill, "destroy", [self.m1])

    def test_one_step_for_all_that_was_entered_together(self):
        steps = len(self.case.step_ids)
        self.enter(self.case, "destroy", [self.m1, self.m2])
        self.case.invalidate_recordset(["step_ids"])
        (step,) = self.case.step_ids.filtered(lambda one: one.kind == "disposition")
        self.assertEqual(len(self.case.step_ids), steps + 1)
        self.assertIn("110 Units", step.says)
        self.assertEqual(step.data["lots"], 2)

    def test_rows_are_kept(self):
        rows = self.enter(self.case, "destroy", [self.m1])
        with self.assertRaisesRegex(UserError, "kept"):
            rows.unlink()

    def test_reported_by_a_customer(self):
        rows = self.enter(
            self.case, "destroy", {self.m1: 3}, side="customer", partner=self.customer
        )
        self.assertEqual((rows.state, rows.picking_id), ("done", self.env["stock.picking"]))
        told = self.events(("kind", "=", "disposition"))[-1]
        self.assertEqual((told.biz_step, told.disposition), ("destroying", "destroyed"))
        self.assertIn("3 Units, reported by Customer", told.reason)
        self.assertEqual(self.on_hand(self.m1), 100)
        rows._undo()
        self.assertEqual(rows.state, "cancelled")
        self.assertIn("entered by mistake", self.events(("kind", "=", "disposition"))[-1].reason)
