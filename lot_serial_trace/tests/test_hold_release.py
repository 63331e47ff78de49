from odoo.tests import tagged

from .test_hold_quarantine import QuarantineCase


@tagged("post_install", "-at_install")
class TestHoldRelease(QuarantineCase):
    """Releasing undoes what placing did, once the last hold over the goods is gone."""

    def release(self, holds):
        return holds._release("tested good")

    def test_who_lost_goods_gets_them_again(self):
        self.receive((self.milk, "L1", 5))
        picking = self.wanted(self.milk, 5)
        hold = self.hold("L1", goods="stay")
        self.assertEqual(picking.state, "confirmed")
        self.release(hold)
        self.assertEqual((picking.state, picking.move_line_ids.lot_id.name), ("assigned", "L1"))
        self.assertTrue(all(effect.undone_at for effect in hold.effect_ids))
        self.assertFalse(self.open_exceptions("hold_short"))
        self.assertIn("Free again: tested good", "".join(self.notes(picking)))

    def test_nothing_is_taken_from_others(self):
        self.receive((self.milk, "L1", 5))
        first = self.wanted(self.milk, 5)
        hold = self.hold("L1", goods="stay")
        self.receive((self.milk, "L2", 5))
        first.action_assign()
        self.assertEqual(first.move_line_ids.lot_id.name, "L2")
        second = self.wanted(self.milk, 5)
        self.release(hold)
        self.assertEqual(first.move_line_ids.lot_id.name, "L2")
        self.assertFalse(second.move_line_ids, "only who lost goods is served")

    def test_open_transfer_to_quarantine(self):
        self.receive((self.milk, "L1", 5), (self.milk, "L2", 3))
        picking = self.wanted(self.milk, 8)
        holds = self.hold("L1", "L2")
        transfer = holds._transfers()
        self.release(holds[0])
        self.assertEqual(transfer.move_line_ids.lot_id.name, "L2")
        self.assertEqual((transfer.move_ids.product_uom_qty, transfer.state), (3, "assigned"))
        self.assertEqual(picking.move_line_ids.lot_id.name, "L1")
        self.release(holds[1])
        self.assertEqual(transfer.state, "cancel")
        self.assertEqual(picking.state, "assigned")

    def test_goods_in_quarantine_come_back(self):
        self.receive((self.milk, "L1", 5))
        self.receive((self.milk, "L1", 2), dest=self.shelf)
        hold = self.hold("L1")
        self.finish(hold._transfers())
        self.assertEqual(self.on_hand("L1"), {self.quarantine: 7})
        there = hold._transfers()
        self.release(hold)
        back = hold._transfers() - there
        self.assertEqual((len(back), back.state), (1, "assigned"))
        self.assertFalse(back.move_ids.trace_for_hold)
        self.finish(back)
        self.assertEqual(self.on_hand("L1"), {self.stock: 5, self.shelf: 2})

    def test_a_part_was_carried_and_a_part_scrapped_there(self):
        self.receive((self.milk, "L1", 5))
        hold = self.hold("L1")
        there = hold._transfers()
        there.move_line_ids.quantity = 4
        there.move_line_ids.picked = True
        there.with_context(skip_backorder=True).button_validate()
        self.picking(
            "int",
            [(self.milk, "L1", 1)],
            source=self.quarantine,
            dest=self.suppliers,
        )._action_done()
        self.release(hold)
        back = hold._transfers() - there - there.backorder_ids
        self.assertEqual(back.move_line_ids.quantity, 3)
        self.assertEqual(there.backorder_ids.mapped("state"), ["cancel"])

    def test_two_holds(self):
        self.receive((self.milk, "L1", 5))
        picking = self.wanted(self.milk, 5)
        first, second = self.hold("L1"), self.hold("L1", source="recall")
        transfer = first._transfers()
        self.release(first)
        self.assertEqual(self.lot(self.milk, "L1").trace_status, "recalled")
        self.assertEqual((transfer.state, picking.state), ("assigned", "confirmed"))
        self.assertTrue(self.open_exceptions("hold_short"))
        self.assertFalse(any(effect.undone_at for effect in first.effect_ids))
        self.release(second)
        self.assertEqual((transfer.state, picking.state), ("cancel", "assigned"))
        self.assertFalse(self.open_exceptions("hold_short"))

    def test_a_hold_in_a_place_remains(self):
        self.receive((self.milk, "L1", 5))
        self.receive((self.milk, "L1", 2), dest=self.shelf)
        everywhere = self.hold("L1")
        self.hold("L1", location=self.shelf)
        transfer = everywhere._transfers()
        self.release(everywhere)
        self.assertEqual(transfer.move_line_ids.location_id, self.shelf)
        self.assertEqual(self.wanted(self.milk, 9).move_ids.quantity, 5)

    def test_goods_in_quarantine_wait_for_the_last_hold(self):
        self.receive((self.milk, "L1", 5))
        everywhere = self.hold("L1")
        in_place = self.hold("L1", location=self.shelf)
        there = everywhere._transfers()
        self.finish(there)
        self.release(everywhere)
        self.assertEqual(everywhere._transfers(), there)
        self.release(in_place)
        self.finish(everywhere._transfers() - there)
        self.assertEqual(self.on_hand("L1"), {self.stock: 5})

    def test_picked_goods_may_go_on(self):
        self.receive((self.milk, "L1", 5))
        picking = self.wanted(self.milk, 5)
        picking.move_line_ids.picked = True
        hold = self.hold("L1")
        self.assertTrue(self.open_exceptions("hold_picked"))
        self.release(hold)
        self.assertFalse(self.open_exceptions("hold_picked"))
        self.assertIs(picking.button_validate(), True)

    def test_exceptions_end_with_the_document(self):
        self.receive((self.milk, "L1", 5), (self.milk, "L2", 5))
        cancelled, sent = self.wanted(self.milk, 5), self.wanted(self.milk, 5)
        self.hold("L1", "L2")
        self.assertEqual(len(self.open_exceptions("hold_short")), 2)
        cancelled.action_cancel()
        self.assertEqual(self.open_exceptions("hold_short").picking_id, sent)
        self.receive((self.milk, "L3", 5))
        sent.action_assign()
        sent.move_ids.picked = True
        sent.button_validate()
        self.assertEqual(sent.state, "done")
        self.assertFalse(self.open_exceptions("hold_short"))

    def test_twice_is_once(self):
        self.receive((self.milk, "L1", 5))
        hold = self.hold("L1")
        self.assertEqual(self.release(hold), hold)
        self.assertFalse(self.release(hold))
        self.assertEqual(len(self.events(("kind", "=", "release"), ("lot_name", "=", "L1"))), 1)

    def test_queries_are_constant(self):
        def queries(count):
            product = self._product(f"Device {count}", "serial")
            self.receive(*[(product, f"Q{n}", 1) for n in range(count)])
            lots = self.env["stock.lot"].search([("product_id", "=", product.id)])
            self.wanted(product, 10)
            holds = self.env["trace.hold"]._place(lots, "leaking", goods="stay")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            holds._release("tested good")
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(2)
        self.assertEqual(queries(100), queries(1000))
