from odoo.tests import new_test_user, tagged

from .life_case import LifeCase


@tagged("post_install", "-at_install")
class TestWhyNot(LifeCase):
    """A transfer that got less than is on hand says why, number by number."""

    def told(self, picking):
        """dict number -> (code, quantity) of the dialog, and its summary."""
        action = picking.action_trace_why_not()
        wizard = self.env["trace.why.not"].browse(action["res_id"])
        return {line.lot_id.name: (line.code, line.quantity) for line in wizard.line_ids}, wizard

    def test_each_reason(self):
        self.put_lots(
            {
                "HELD": (40, 1),
                "GONE": (-1, 2),
                "UNSOLD": (4, 3),
                "SHORT": (20, 4),
                "OTHERS": (50, 5),
                "GOOD": (60, 6),
            }
        )
        quarantine = self.env["stock.location"].create(
            {
                "name": "Quarantine",
                "usage": "internal",
                "location_id": self.stock.id,
                "trace_quarantine": True,
            }
        )
        self.put_lots({"Q": (40, 7)}, quarantine)
        self.stop_below(5)
        self.wants(30)
        other = self.env["res.partner"].create({"name": "Other"})
        first = self.wanted(5, other)
        first.move_line_ids.lot_id = self.lot(self.milk, "OTHERS")
        self.env["trace.hold"]._place(self.lot(self.milk, "HELD"), "leaking")
        picking = self.wanted(20)
        self.assertEqual(self.taken(picking.move_ids), {"GOOD": 6})
        self.assertTrue(picking.trace_is_short)
        told, wizard = self.told(picking)
        self.assertEqual(
            told,
            {
                "HELD": ("on_hold", 1),
                "GONE": ("removed", 2),
                "UNSOLD": ("past_stop_sale", 3),
                "SHORT": ("short_life_customer", 4),
                "OTHERS": ("reserved", 5),
                "Q": ("quarantine", 7),
            },
        )
        self.assertIn("Milk: 6 of 20 Units reserved.", wizard.summary)
        self.assertIn("3 Units: Past last day of sale", wizard.summary)
        details = " ".join(wizard.line_ids.mapped("text"))
        self.assertIn("HELD is on hold: leaking", details)
        self.assertIn("Customer wants 30", details)

    def test_nothing_on_hand(self):
        told, wizard = self.told(self.wanted(5))
        self.assertFalse(told)
        self.assertIn("There is no more in TRT/Stock", wizard.summary)

    def test_what_policy_has_off_is_no_reason(self):
        self.stock_of(A=3)
        self.stop_below(5)
        self.policy("past_stop_sale", "off")
        self.assertFalse(self.wanted(5).trace_is_short)

    def test_who_picks_is_told_for_the_customer_at_the_end(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.stock_of(A=20)
        self.wants(30)
        told, _wizard = self.told(self.sell(5))
        self.assertEqual(told, {"A": ("short_life_customer", 10)})

    def test_anybody_in_the_warehouse_may_ask(self):
        self.stock_of(A=3)
        self.stop_below(5)
        user = new_test_user(self.env, "why-user", "stock.group_stock_user")
        action = self.wanted(5).with_user(user).action_trace_why_not()
        wizard = self.env["trace.why.not"].with_user(user).browse(action["res_id"])
        self.assertEqual(wizard.line_ids.code, "past_stop_sale")

    def test_queries_are_constant(self):
        self.stop_below(50)
        self.wants(90)

        def queries(count):
            products = [
                self._product(f"W{count}-{n}", "lot", use_expiration_date=True, expiration_time=99)
                for n in range(count)
            ]
            for product in products:
                self.put_lots({f"{product.name}-{n}": (20 + n, 1) for n in range(5)}, None, product)
            picking = self.wanted(2, product=products[0])
            for product in products[1:]:
                self.env["stock.move"].create(
                    {
                        "picking_id": picking.id,
                        "product_id": product.id,
                        "product_uom_qty": 2,
                        "location_id": self.stock.id,
                        "location_dest_id": self.customers.id,
                    }
                )
            picking.action_confirm()
            picking.action_assign()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(picking.move_ids._trace_why_not()), 5 * count)
            return self.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(20))
