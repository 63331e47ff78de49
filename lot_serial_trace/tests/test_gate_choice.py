from odoo.exceptions import UserError
from odoo.tests import tagged

from .life_case import LifeCase


@tagged("post_install", "-at_install")
class TestGateChoice(LifeCase):
    """At validation policy may ask: the reserved number, and the one that expires first?"""

    def codes(self, picking):
        verdicts = self.env["trace.gate"]._examine(
            picking.move_line_ids, ("other_number", "later_expiry", "on_hold")
        )
        return [(one.finding.code, one.severity, one.finding.text) for one in verdicts]

    def delivery_of(self, name):
        """A delivery that had the first lot reserved, with another one on it."""
        picking = self.wanted(5)
        picking.move_line_ids.lot_id = self.lot(self.milk, name)
        picking.move_ids.picked = True
        return picking

    def test_off_without_a_policy(self):
        self.stock_of(A=3, B=20)
        self.assertEqual(self.codes(self.delivery_of("B")), [])

    def test_later_expiry(self):
        self.stock_of(A=3, B=20)
        self.policy("later_expiry", "block")
        self.assertEqual(self.codes(self.delivery_of("A")), [])
        picking = self.delivery_of("B")
        [(code, severity, text)] = self.codes(picking)
        self.assertEqual((code, severity), ("later_expiry", "block"))
        self.assertIn("B of Milk is taken, but A expires earlier", text)
        with self.assertRaisesRegex(UserError, "A expires earlier"):
            picking._action_done()

    def test_a_policy_for_another_product_does_not_speak(self):
        self.stock_of(A=3, B=20)
        self.policy("later_expiry", "block", product_id=self.device.id)
        self.assertEqual(self.codes(self.delivery_of("B")), [])

    def test_later_expiry_in_a_chain_is_said_to_who_picks(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.stock_of(A=3, B=20)
        self.policy("later_expiry", "warn")
        pick = self.sell(5)
        pick.move_line_ids.lot_id = self.lot(self.milk, "B")
        pick.move_ids.picked = True
        self.assertEqual([code for code, _s, _t in self.codes(pick)], ["later_expiry"])
        self.finish(pick)
        ship = pick.move_ids.move_dest_ids.picking_id
        ship.move_ids.picked = True
        self.assertEqual(self.codes(ship), [])

    def test_other_number(self):
        self.policy("other_number", "warn")
        self.stock_of(A=3, B=3)
        self.assertEqual(self.codes(self.delivery_of("A")), [])
        [(code, severity, text)] = self.codes(self.delivery_of("B"))
        self.assertEqual((code, severity), ("other_number", "warn"))
        self.assertEqual(text, "B of Milk is taken instead of A")

    def test_exchanged_within_a_movement_is_none(self):
        self.policy("other_number", "warn")
        self.put_lots({"A": (3, 5), "B": (3, 5)})
        picking = self.wanted(10)
        picking.move_ids.picked = True
        first, second = picking.move_line_ids
        first.lot_id, second.lot_id = second.lot_id, first.lot_id
        self.assertEqual(self.codes(picking), [])

    def test_nothing_is_remembered_without_policy(self):
        self.stock_of(A=3)
        self.assertFalse(self.wanted(5).move_line_ids.trace_reserved_lot_id)
        self.policy("other_number", "warn")
        self.assertTrue(self.wanted(5).move_line_ids.trace_reserved_lot_id)
