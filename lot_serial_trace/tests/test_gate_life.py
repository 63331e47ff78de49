from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .life_case import LifeCase


@tagged("post_install", "-at_install")
class TestGateLife(LifeCase):
    """What is past its last day of sale, or too old for the customer, is said on every road."""

    def codes(self, picking):
        """What the gate finds about a transfer: ``(code, severity)``."""
        verdicts = self.env["trace.gate"]._examine(picking.move_line_ids)
        return [(one.finding.code, one.severity) for one in verdicts]

    def delivery(self, name="A", dest=None, product=None):
        return self.picking("out", [(product or self.milk, name, 5)], dest=dest)

    # -- what is found --------------------------------------------------------

    def test_no_rule_no_query(self):
        self.stock_of(A=3)
        lines = self.delivery().move_line_ids
        lines.mapped("lot_id.trace_status")
        self.env.flush_all()
        self.env["trace.policy"]._rules(), self.env["trace.expiry.rule"]._rules()
        with self.assertQueryCount(0):
            self.assertFalse(self.env["trace.gate"]._examine(lines))

    def test_last_day_of_sale(self):
        self.stock_of(A=4, B=5)
        self.assertEqual(self.codes(self.delivery("A")), [])
        self.stop_below(5)
        self.assertEqual(self.codes(self.delivery("A")), [("past_stop_sale", "warn")])
        self.assertEqual(self.codes(self.delivery("B")), [])

    def test_customers_minimum_in_days_and_percent(self):
        self.stock_of(A=29, B=30, C=50)
        self.wants(30)
        self.assertEqual(self.codes(self.delivery("A")), [("short_life_customer", "warn")])
        self.assertEqual(self.codes(self.delivery("B")), [])
        self.wants(50, unit="percent")
        self.assertEqual(self.codes(self.delivery("B")), [("short_life_customer", "warn")])
        self.assertEqual(self.codes(self.delivery("C")), [])

    def test_policy_decides(self):
        self.stock_of(A=3)
        self.stop_below(5)
        self.policy("past_stop_sale", "off", partner_id=self.customer.id)
        self.assertEqual(self.codes(self.delivery()), [])
        self.policy("past_stop_sale", "block", product_id=self.milk.id, partner_id=self.customer.id)
        self.assertEqual(self.codes(self.delivery()), [("past_stop_sale", "block")])

    def test_only_goods_for_customers(self):
        self.stock_of(A=3)
        self.stop_below(5)
        self.wants(30)
        production = self.env["stock.location"].search([("usage", "=", "production")], limit=1)
        for dest in (self.shelf, self.suppliers, production):
            self.assertEqual(self.codes(self.delivery(dest=dest)), [], dest.name)

    def test_days_are_those_of_the_place(self):
        with freeze_time("2026-07-01 21:30:00"):
            self.stock_of(A=5)
            self.stop_below(5)
            self.assertEqual(self.codes(self.delivery()), [])
        with freeze_time("2026-07-01 22:30:00"):
            self.assertEqual(self.codes(self.delivery()), [("past_stop_sale", "warn")])

    def test_delivered_is_when_it_leaves(self):
        """A transfer that was planned for later and is shipped today is delivered today."""
        self.stock_of(A=35)
        self.wants(30)
        picking = self.wanted(5)
        picking.move_ids.date = self.end_of_day(10)
        self.assertEqual(self.codes(picking), [])

    # -- roads ----------------------------------------------------------------

    def test_person_is_told_and_the_desk_remembers(self):
        self.stock_of(A=3)
        self.stop_below(5)
        self.wants(30)
        picking = self.delivery()
        dialog = picking.with_context(skip_expired=True).button_validate()
        self.assertEqual(dialog["res_model"], "trace.gate.wizard")
        told = self.env["trace.gate.wizard"].browse(dialog["res_id"]).line_ids
        self.assertIn("was to be sold until", told[0].message)
        self.assertIn("has 3 days left", told[1].message)
        self.assertIn("Customer wants 30", told[1].message)
        self.finish(picking)
        desk = self.env["trace.exception"].search([("picking_id", "=", picking.id)])
        self.assertEqual(sorted(desk.mapped("kind")), ["past_stop_sale", "short_life_customer"])

    def test_block_refuses_every_road(self):
        self.stock_of(A=3)
        self.stop_below(5)
        self.policy("past_stop_sale", "block")
        with self.assertRaisesRegex(UserError, "was to be sold until"):
            self.delivery()._action_done()
        quant = self.env["stock.quant"]._gather(self.milk, self.stock)
        with self.assertRaisesRegex(UserError, "was to be sold until"), self.cr.savepoint():
            quant.move_quants(location_dest_id=self.customers, message="taken along")
        self.assertTrue(self.finish(self.delivery(dest=self.shelf)))

    def test_from_supplier_to_customer(self):
        """Dropped shipments: the number is not known yet, its date is."""
        self.wants(30)
        picking = self.picking("in", [(self.milk, "NEW", 5)], dest=self.customers)
        picking.partner_id = self.customer
        picking.move_line_ids.expiration_date = self.end_of_day(29)
        self.assertEqual(self.codes(picking), [("short_life_customer", "warn")])
        picking.move_line_ids.expiration_date = self.end_of_day(30)
        self.assertEqual(self.codes(picking), [])

    def test_number_of_a_done_delivery_is_changed(self):
        self.stock_of(A=3, B=50)
        picking = self.delivery("B")
        self.finish(picking)
        self.stop_below(5)
        self.policy("past_stop_sale", "block")
        with self.assertRaisesRegex(UserError, "was to be sold until"):
            picking.move_line_ids.lot_id = self.lot(self.milk, "A")

    def test_chain_asks_who_picks_and_who_ships_but_not_who_packs(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.stock_of(A=30)
        pick = self.sell(5)
        rule = self.wants(60)
        said = []
        picking = pick
        while picking:
            said.append([code for code, _severity in self.codes(picking)])
            self.finish(picking)
            picking = picking.move_ids.move_dest_ids.picking_id
        self.assertEqual(said, [["short_life_customer"], [], ["short_life_customer"]])
        self.assertTrue(rule)

    def test_kit(self):
        if "mrp.bom" not in self.env:
            self.skipTest("mrp is not installed")
        kit = self._product("Breakfast", "none")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [(0, 0, {"product_id": self.milk.id, "product_qty": 1})],
            }
        )
        self.stock_of(A=3, B=40)
        self.stop_below(5)
        picking = self.wanted(5, product=kit)
        self.assertEqual(self.taken(picking.move_ids), {"B": 5})
        picking.move_line_ids.lot_id = self.lot(self.milk, "A")
        self.assertEqual(self.codes(picking), [("past_stop_sale", "warn")])

    # -- effort ---------------------------------------------------------------

    def test_queries_are_constant(self):
        self.stop_below(5)
        self.wants(30)

        def queries(count):
            names = [f"Q{count}-{number}" for number in range(count)]
            self.put_lots({name: (3, 1) for name in names})
            picking = self.picking("out", [(self.milk, name, 1) for name in names])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(self.codes(picking)), 2 * count)
            return self.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(10), queries(500))
