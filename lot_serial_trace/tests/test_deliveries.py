from odoo.exceptions import UserError
from odoo.tests import tagged

from .life_case import LifeCase


@tagged("post_install", "-at_install")
class TestDeliveries(LifeCase):
    """The right numbers leave, once, and scanned where policy asks: at the step that ships."""

    def unit(self, name):
        """A serial number in stock."""
        lot = self.env["stock.lot"].create({"name": name, "product_id": self.device.id})
        self.env["stock.quant"]._update_available_quantity(self.device, self.stock, 1, lot_id=lot)
        return lot

    def codes(self, picking, codes=("not_scanned", "unknown_number", "duplicate_serial")):
        verdicts = self.env["trace.gate"]._examine(picking.move_line_ids, codes)
        return [(one.finding.code, one.finding.values["lot"]) for one in verdicts]

    def steps(self, picking):
        """What is asked at each step of a chain, all of which are finished."""
        asked = []
        while picking:
            picking.move_ids.picked = True
            asked.append([code for code, _lot in self.codes(picking)])
            self.finish(picking)
            picking = picking.move_ids.move_dest_ids.picking_id
        return asked

    # -- scanned --------------------------------------------------------------

    def test_scan_is_asked_where_the_goods_leave(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.policy("not_scanned", "warn")
        self.stock_of(A=50)
        self.assertEqual(self.steps(self.sell(5)), [[], [], ["not_scanned"]])
        lines = self.env["stock.move.line"].search([("product_id", "=", self.milk.id)], order="id")
        self.assertEqual(lines.mapped("trace_required"), [False, False, True])

    def test_scan_is_asked_where_a_policy_names_the_operation(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.policy("not_scanned", "warn", picking_type_id=self.warehouse.pick_type_id.id)
        self.stock_of(A=50)
        self.assertEqual(self.steps(self.sell(5)), [["not_scanned"], [], []])

    def test_scan_is_asked_of_other_transfers_as_before(self):
        self.policy("not_scanned", "warn")
        self.stock_of(A=50)
        picking = self.picking("int", [(self.milk, "A", 5)])
        self.assertEqual(self.codes(picking), [("not_scanned", "A")])

    def test_scan_is_asked_of_the_rest_too(self):
        self.policy("not_scanned", "block")
        self.unit("S1"), self.unit("S2")
        picking = self.wanted(2, product=self.device)
        picking.trace_scan("S1", product_id=self.device.id)
        self.assertEqual(self.codes(picking), [("not_scanned", "S2")])
        self.assertIs(self.finish(picking), True)
        rest = picking.backorder_ids
        self.assertEqual(rest.move_line_ids.lot_id.name, "S2")
        rest.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "S2 of Device was not scanned"):
            self.finish(rest)
        rest.move_ids.picked = False
        rest.trace_scan("S2", product_id=self.device.id)
        self.assertIs(self.finish(rest), True)

    # -- once -----------------------------------------------------------------

    def test_a_unit_that_was_sold_is_not_sold_again(self):
        self.unit("S1")
        first = self.wanted(1, product=self.device)
        again = self.picking("out", [(self.device, "S1", 1)])
        self.finish(first)
        self.assertEqual(first.state, "done")
        with self.assertRaisesRegex(UserError, "S1"), self.cr.savepoint():
            again._action_done()
        self.policy("unknown_number", "block")
        self.assertEqual(self.codes(again), [("unknown_number", "S1")])
        with self.assertRaisesRegex(UserError, "S1 of Device is not on hand in"):
            again._action_done()

    def test_a_unit_that_came_back_may_be_sold_again(self):
        for code in ("unknown_number", "duplicate_serial", "known_number", "no_number"):
            self.policy(code, "block")
        self.unit("S1")
        first = self.wanted(1, product=self.device)
        self.finish(first)
        back = self.env["stock.return.picking"].create({"picking_id": first.id})
        back.product_return_moves.quantity = 1
        returned = self.env["stock.picking"].browse(back.action_create_returns()["res_id"])
        returned.move_ids.picked = True
        self.assertIs(self.finish(returned), True)
        second = self.wanted(1, product=self.device)
        self.assertEqual(second.move_line_ids.lot_id.name, "S1")
        second.move_ids.picked = True
        self.assertEqual(self.codes(second), [])
        self.assertIs(self.finish(second), True)

    # -- allowed --------------------------------------------------------------

    def test_held_unsold_and_short_never_leave_by_themselves(self):
        """The three reasons together, on one delivery: what is left to take is taken."""
        self.stock_of(HELD=60, UNSOLD=4, SHORT=20, GOOD=50)
        self.env["trace.hold"]._place(self.lot(self.milk, "HELD"), "leaking")
        self.stop_below(5)
        self.wants(30)
        self.assertEqual(self.taken(self.wanted(40).move_ids), {"GOOD": 10})

    def test_number_typed_over_the_reserved_one(self):
        self.stock_of(UNSOLD=4, GOOD=50)
        self.stop_below(5)
        self.policy("past_stop_sale", "block")
        picking = self.wanted(5)
        picking.move_line_ids.lot_id = self.lot(self.milk, "UNSOLD")
        picking.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "was to be sold until"):
            self.finish(picking)
