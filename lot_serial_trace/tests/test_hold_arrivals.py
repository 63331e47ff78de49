from odoo.tests import tagged

from .test_hold_effects import HoldCase


@tagged("post_install", "-at_install")
class TestHoldArrivals(HoldCase):
    """Goods on hold that come in, new or back, are on the desk once, and are held."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "BAD", 5))

    def test_a_plain_receipt(self):
        self.hold("BAD")
        self.assertFalse(self.open_exceptions("hold_arrived"))
        picking = self.receive((self.milk, "BAD", 3), (self.milk, "GOOD", 3))
        exception = self.open_exceptions("hold_arrived")
        self.assertEqual((exception.picking_id, exception.quantity), (picking, 3))
        self.assertIn("BAD of Milk came in", exception.name)
        self.assertIn("leaking", exception.name)
        self.assertEqual(self.wanted(self.milk, 9).move_ids.quantity, 3, "the good ones")

    def test_a_return(self):
        self.picking("out", [(self.milk, "BAD", 2)])._action_done()
        self.hold("BAD")
        back = self.picking("in", [(self.milk, "BAD", 2)], source=self.customers, dest=self.stock)
        back._action_done()
        self.assertEqual(self.open_exceptions("hold_arrived").picking_id, back)

    def test_one_for_many_numbers(self):
        numbers = [f"S{n}" for n in range(30)]
        self.receive(*[(self.device, number, 1) for number in numbers])
        self.picking("out", [(self.device, number, 1) for number in numbers])._action_done()
        self.hold(*numbers, product=self.device)
        self.picking(
            "in", [(self.device, number, 1) for number in numbers], source=self.customers
        )._action_done()
        exception = self.open_exceptions("hold_arrived")
        self.assertEqual((len(exception), exception.quantity), (1, 30))

    def test_into_a_place_on_hold(self):
        self.hold("BAD", location=self.shelf)
        self.receive((self.milk, "BAD", 1))
        self.assertFalse(self.open_exceptions("hold_arrived"))
        self.receive((self.milk, "BAD", 1), dest=self.shelf)
        self.assertEqual(self.open_exceptions("hold_arrived").location_id, self.shelf)

    def test_off_by_policy(self):
        self.policy("hold_arrived", "off")
        self.hold("BAD")
        self.receive((self.milk, "BAD", 3))
        self.assertFalse(self.open_exceptions("hold_arrived"))

    def test_what_policy_quarantines_is_held_though_it_is_held_elsewhere(self):
        """The hold on the shelf says nothing of what comes to the dock."""
        self.policy("known_number", "quarantine")
        self.hold("BAD", location=self.shelf)
        self.assertEqual(self.lot(self.milk, "BAD").trace_status, "partial")
        self.picking("in", [(self.milk, "BAD", 3)])._action_done()
        lot = self.lot(self.milk, "BAD")
        self.assertEqual(lot.trace_status, "held")
        mine = lot.trace_hold_ids.filtered(lambda hold: hold.source == "quality")
        self.assertFalse(mine[-1:].location_id)
        self.assertEqual(self.wanted(self.milk, 3).move_ids.quantity, 0)
        count = len(lot.trace_hold_ids)
        self.picking("in", [(self.milk, "BAD", 3)])._action_done()
        self.assertEqual(len(lot.trace_hold_ids), count, "held everywhere is enough")
