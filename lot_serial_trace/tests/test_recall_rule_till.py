from odoo.tests import tagged

from .rule_case import RuleCase
from .till_case import TillCase


@tagged("post_install", "-at_install")
class TestRecallRuleTill(TillCase, RuleCase):
    """What a till sells or takes back is shown to the rules when it is paid; the sale stands."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "BAD1", 5), (self.milk, "GOOD", 5))

    def bad(self, **values):
        return self.rule(
            [self.so("product", self.milk), self.so("pattern", "BAD*")], start=True, **values
        )

    def test_sold_although_a_rule_means_it(self):
        self.open("closing")
        self.bad(action="tell")
        order = self.sell(self.milk, 1, "BAD1")
        exception = self.on_desk("recall_sold")
        self.assertEqual(exception.pos_order_id, order)
        self.assertIn("BAD1 of Milk was sold", exception.name)
        self.assertEqual(self.caught(("road", "=", "sale")).lot_name, "BAD1")
        self.close()
        self.assertEqual(self.on_desk("recall_sold"), exception, "told once")

    def test_the_rest_of_the_lot_is_held(self):
        """A rule that was put in force while the till was offline."""
        self.open("closing")
        rule = self.bad()
        self.lot(self.milk, "BAD1").trace_hold_ids._release("a mistake")
        rule.hit_ids.sudo().invalidate_recordset()
        other = self.rule([self.so("list", "BAD1"), self.so("product", self.milk)], start=True)
        self.assertEqual(self.lot(self.milk, "BAD1").trace_status, "recalled")
        self.sell(self.milk, 1, "BAD1")
        self.assertIn(other, self.caught(("road", "=", "sale")).rule_id)

    def test_a_number_that_nobody_received(self):
        self.open("closing")
        self.bad()
        order = self.sell(self.milk, 1, "BAD-NEW")
        exception = self.on_desk("recall_sold")
        self.assertEqual((exception.pos_order_id, exception.lot_name), (order, "BAD-NEW"))

    def test_returned_before_the_goods_are_booked(self):
        self.open("real")
        order = self.sell(self.milk, 2, "BAD1")
        self.bad(action="hold")
        self.lot(self.milk, "BAD1").trace_hold_ids._release("none left")
        self.rules.search([]).active = False
        self.rule([self.so("product", self.milk), self.so("list", "BAD1")], start=True)
        self.assertTrue(order)
        self.sell(self.milk, -1, "BAD1")
        self.assertIn("return", self.caught().mapped("road"))

    def test_nothing_is_asked_without_a_rule(self):
        self.open("closing")
        self.sell(self.milk, 1, "BAD1")
        self.assertFalse(self.caught())
        self.assertFalse(self.on_desk("recall_sold"))
