from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestCorrections(TraceCase):
    """Edits of done movements: gated like a movement, told to the ledger, never a way around it."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "GOOD", 10), (self.milk, "HELD", 10))
        self.good, self.held = self.lot(self.milk, "GOOD"), self.lot(self.milk, "HELD")
        self.picking_out = self.picking("out", [(self.milk, "GOOD", 2)])
        self.validate(self.picking_out)
        self.line = self.picking_out.move_line_ids

    def hold(self):
        self.env["trace.hold"]._place(self.held, "leaking")

    def latest(self):
        return self.events(("move_line_id", "=", self.line.id))[-1]

    def test_a_held_lot_does_not_leave_by_an_edit(self):
        self.hold()
        with self.assertRaisesRegex(UserError, "leaking"):
            self.line.lot_id = self.held

    def test_more_of_a_held_lot_does_not_leave_by_an_edit(self):
        self.env["trace.hold"]._place(self.good, "leaking")
        with self.assertRaisesRegex(UserError, "leaking"), self.cr.savepoint():
            self.line.quantity = 3
        self.line.quantity = 1
        self.assertEqual(self.latest().quantity, 1, "less may be said: less had left")

    def test_a_held_lot_does_not_change_its_destination_by_an_edit(self):
        moved = self.picking("int", [(self.milk, "HELD", 1)])
        self.validate(moved)
        self.hold()
        with self.assertRaisesRegex(UserError, "leaking"):
            moved.move_line_ids.location_dest_id = self.customers

    def test_a_wrong_lot_may_be_corrected_away_after_its_hold(self):
        self.env["trace.hold"]._place(self.good, "leaking")
        self.line.lot_id = self.held
        self.assertEqual(self.latest().lot_name, "HELD")

    def test_state_written_first_hides_nothing(self):
        # What pos_sale adds to Odoo's note of the change breaks on a line that is not done.
        note = self.env.ref("pos_sale.message_body", raise_if_not_found=False)
        if note:
            note.active = False
        self.line.state = "draft"
        self.line.lot_id = self.held
        self.assertEqual(self.latest().lot_name, "HELD")
        self.assertIn("GOOD → HELD", self.latest().reason)

    def test_line_hung_on_another_movement(self):
        other = self.picking("out", [(self.milk, "HELD", 1)])
        self.validate(other)
        self.line.write({"move_id": other.move_ids.id, "picking_id": other.id})
        self.assertEqual((self.latest().kind, self.latest().document), ("correction", other.name))

    def test_lots_of_the_same_name_are_not_the_same(self):
        mine = self.env["stock.lot"].create(
            {"name": "TWIN", "product_id": self.milk.id, "company_id": self.env.company.id}
        )
        self.line.lot_id = mine
        self.cr.execute("UPDATE stock_lot SET name = 'TWIN' WHERE id = %s", [self.held.id])
        self.held.invalidate_recordset()
        self.line.lot_id = self.held
        self.assertEqual(self.latest().lot_id, self.held.id)

    def test_a_correction_tells_anew_what_happened_then(self):
        first = self.latest()
        self.line.quantity = 1
        self.assertEqual(self.latest().event_time, first.event_time)
        self.assertEqual(self.latest().corrects_id, first.id)

    def test_backdated_movement_happened_then(self):
        self.env.cr.cache.clear()  # a later transaction
        self.picking_out.date_done = "2026-01-02 03:04:05"
        then = fields.Datetime.to_datetime("2026-01-02 03:04:05")
        self.assertEqual(self.latest().event_time, then)
        run = self.env["trace.run"]._ask(self.good)
        self.assertEqual(run.customer_ids.event_time, then)
        self.line.quantity = 1
        self.assertEqual(self.latest().event_time, then, "the next correction keeps it")

    def test_backdated_in_the_same_breath(self):
        """An adjustment applied for an earlier date is moved and dated in one transaction."""
        quant = self.env["stock.quant"]._gather(self.milk, self.stock, self.good, strict=True)
        quant.with_context(inventory_mode=True).inventory_quantity = 3
        then = fields.Datetime.now() - timedelta(days=30)
        quant._apply_inventory(then)
        counted = self.events(("lot_id", "=", self.good.id), ("biz_step", "=", "cycle_counting"))
        self.assertEqual(counted[-1].event_time, then)

    def test_completing_a_transfer_is_no_correction(self):
        self.assertFalse(self.events(("lot_id", "=", self.good.id), ("kind", "=", "correction")))

    def test_corrected_before_its_history_was_read(self):
        """What was said first is in the ledger first, however slow the backfill is."""
        self.cr.execute("ALTER TABLE trace_event DISABLE TRIGGER USER")
        self.cr.execute("DELETE FROM trace_event WHERE move_line_id = %s", [self.line.id])
        self.cr.execute("ALTER TABLE trace_event ENABLE TRIGGER USER")
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("lot_serial_trace.backfill_next", 1)
        parameters.set_param("lot_serial_trace.backfill_last", self.line.id)
        self.line.quantity = 1
        history, correction = self.events(("move_line_id", "=", self.line.id))
        self.assertEqual((history.recorded, history.quantity), ("history", 2))
        self.assertEqual((correction.corrects_id, correction.quantity), (history.id, 1))
