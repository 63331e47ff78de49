from odoo.tests import tagged

from .test_fefo import FefoCase


@tagged("post_install", "-at_install")
class TestFefoCorrections(FefoCase):
    """Who corrects the lot of a done delivery corrects what the report says about it."""

    def correct(self, row, name):
        """Somebody finds out that another lot had gone."""
        row.move_line_id.lot_id = self.lot(self.milk, name)
        return row

    def test_the_right_one_had_gone(self):
        self.stock_of(A=3, B=20)
        row = self.ship(5, ("B", 5))
        self.assertEqual(row.verdict, "broken")
        self.correct(row, "A")
        self.assertEqual((row.verdict, row.lot_id.name, row.better_lot_id.id), ("kept", "A", False))
        self.assertEqual((row.lot_date, row.rate), (self.day(3), 1))
        self.assertEqual((row.broken_quantity, row.unit_rate, row.days), (0, 1, 0))

    def test_a_later_one_had_gone(self):
        """The lot that was entered had stayed: it was free, and it should have gone."""
        self.stock_of(A=3, B=20)
        row = self.ship(5, ("A", 5))
        self.assertEqual(row.verdict, "kept")
        self.correct(row, "B")
        self.assertEqual((row.verdict, row.better_lot_id.name), ("broken", "A"))
        self.assertEqual((row.days, row.broken_quantity, row.rate), (17, 5, 0))

    def test_still_the_wrong_one(self):
        self.stock_of(A=3, B=20, C=30)
        row = self.ship(5, ("C", 5))
        self.correct(row, "B")
        self.assertEqual((row.verdict, row.better_lot_id.name), ("broken", "A"))
        self.assertEqual((row.lot_id.name, row.days), ("B", 17))

    def test_what_does_not_last_for_the_customer_explains_still(self):
        self.wants(10)
        self.stock_of(A=3, B=20, C=30)
        row = self.ship(5, ("B", 5))
        self.assertEqual(row.verdict, "explained")
        self.correct(row, "C")
        self.assertEqual((row.verdict, row.better_lot_id.name), ("broken", "B"))

    def test_less_had_gone(self):
        self.stock_of(A=3, B=20)
        row = self.ship(5, ("B", 5))
        row.move_line_id.quantity = 2
        self.assertEqual((row.quantity, row.broken_quantity, row.unit_rate), (2, 2, 0))

    def test_nothing_had_gone(self):
        self.stock_of(A=3, B=20)
        row = self.ship(5, ("B", 5))
        row.move_line_id.quantity = 0
        self.assertFalse(row.exists())

    def day(self, left):
        return self.env["trace.calendar"]._day(self.end_of_day(left), self.env.company)
