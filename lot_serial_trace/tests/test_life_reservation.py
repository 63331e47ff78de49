from odoo.tests import freeze_time, tagged

from .life_case import LifeCase


@tagged("post_install", "-at_install")
class TestLifeReservation(LifeCase):
    """Reservation passes by what is too old to sell, or for this customer, at the first step."""

    def test_without_rules_as_odoo_does(self):
        self.stock_of(A=3, B=20)
        self.assertEqual(self.taken(self.wanted(15).move_ids), {"A": 10, "B": 5})

    def test_past_the_last_day_of_sale(self):
        self.stock_of(A=3, B=4, C=5)
        self.stop_below(5)
        move = self.wanted(15).move_ids
        self.assertEqual(self.taken(move), {"C": 10}, "on the day itself it is still sold")
        self.assertEqual(move.state, "partially_available")

    def test_a_customers_minimum(self):
        self.stock_of(A=3, B=20, C=90)
        self.wants(30)
        self.assertEqual(self.taken(self.wanted(5).move_ids), {"C": 5})
        other = self.env["res.partner"].create({"name": "Other"})
        self.assertEqual(self.taken(self.wanted(5, other).move_ids), {"A": 5})
        shop = self.env["res.partner"].create({"name": "Shop", "parent_id": self.customer.id})
        self.assertEqual(self.taken(self.wanted(5, shop).move_ids), {"C": 5})

    def test_a_share_of_the_life(self):
        self.stock_of(A=30, B=49, C=50)
        self.wants(50, unit="percent")
        self.assertEqual(self.taken(self.wanted(15).move_ids), {"C": 10})

    def test_a_share_of_a_lots_own_life(self):
        [lot] = self.stock_of(A=30)
        self.wants(50, unit="percent")
        self.assertEqual(self.taken(self.wanted(5).move_ids), {})
        lot.trace_made = self.end_of_day(-20).date()
        self.assertEqual(self.taken(self.wanted(5).move_ids), {"A": 5}, "30 of 50 days")

    def test_life_counts_on_the_day_of_delivery(self):
        self.stock_of(A=35, B=60)
        self.wants(30)
        self.assertEqual(self.taken(self.wanted(5).move_ids), {"A": 5})
        later = self.wanted(5, date=self.end_of_day(10))
        self.assertEqual(self.taken(later.move_ids), {"B": 5})

    def test_policy_switches_it_off(self):
        self.stock_of(A=3, B=20)
        self.stop_below(5)
        self.wants(30)
        self.policy("past_stop_sale", "off")
        self.policy("short_life_customer", "off", product_id=self.milk.id)
        self.assertEqual(self.taken(self.wanted(5).move_ids), {"A": 5})

    def test_production_asks_for_expired_only(self):
        self.stop_below(10)
        self.stock_of(A=3, OLD=-1)
        production = self.env["stock.location"].search([("usage", "=", "production")], limit=1)
        self.assertEqual(self.taken(self.wanted(5, dest=production).move_ids), {"A": 5})

    def test_internal_transfers_take_what_is_there(self):
        self.stock_of(A=3)
        self.stop_below(5)
        self.assertEqual(self.taken(self.wanted(5, dest=self.shelf).move_ids), {"A": 5})

    def test_each_place_with_its_own_rule(self):
        self.put_lots({"A": (3, 10)}, self.shelf)
        self.put_lots({"B": (4, 10)})
        self.stop_below(5)
        self.stop_below(2, location_id=self.shelf.id)
        self.assertEqual(self.taken(self.wanted(15).move_ids), {"A": 10})
        self.stop_below(9, location_id=self.shelf.id, sequence=1)
        self.stop_below(1, location_id=self.stock.id)
        self.assertEqual(self.taken(self.wanted(15).move_ids), {"B": 10})

    # -- days -----------------------------------------------------------------

    def test_days_are_local(self):
        """At 22:30 UTC in July it is tomorrow in Paris: a day less is left."""
        with freeze_time("2026-07-01 21:30:00"):
            self.stock_of(A=5)
            self.stop_below(5)
            self.assertEqual(self.taken(self.wanted(1).move_ids), {"A": 1})
        with freeze_time("2026-07-01 22:30:00"):
            self.assertEqual(self.taken(self.wanted(1).move_ids), {})

    # -- chains ---------------------------------------------------------------

    def test_who_picks_chooses_for_the_customer(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.stock_of(A=3, B=20, C=90)
        self.stop_below(5)
        self.wants(30)
        pick = self.sell(5)
        self.assertEqual(len(pick), 1)
        self.assertNotEqual(pick.location_dest_id.usage, "customer")
        self.assertEqual(self.taken(pick.move_ids), {"C": 5})
        self.finish(pick)
        pack = pick.move_ids.move_dest_ids.picking_id
        self.assertEqual(self.taken(pack.move_ids), {"C": 5})
        self.finish(pack)
        ship = pack.move_ids.move_dest_ids.picking_id
        self.assertEqual(self.taken(ship.move_ids), {"C": 5})
        self.assertIs(self.finish(ship), True)

    def pulled(self, partner):
        """A chain that is pulled: the delivery exists first, the pick follows from it."""
        output = self.env["stock.location"].create(
            {"name": "Out", "usage": "internal", "location_id": self.warehouse.view_location_id.id}
        )
        common = {"product_id": self.milk.id, "product_uom_qty": 5}
        pick, ship = self.env["stock.move"].create(
            [
                {**common, "location_id": self.stock.id, "location_dest_id": output.id},
                {
                    **common,
                    "location_id": output.id,
                    "location_dest_id": self.customers.id,
                    "partner_id": partner.id,
                },
            ]
        )
        pick.move_dest_ids = ship
        (pick | ship)._action_confirm()
        pick._action_assign()
        return pick, ship

    def test_a_pulled_chain_knows_the_customer_by_what_follows(self):
        self.stock_of(A=3, B=90)
        self.wants(30)
        pick, _ship = self.pulled(self.customer)
        self.assertEqual(self.taken(pick), {"B": 5})

    def test_what_was_brought_goes_on_unless_policy_blocks(self):
        self.stock_of(A=30)
        for severity, expected in (("warn", {"A": 5}), ("block", {})):
            with self.subTest(severity):
                pick, ship = self.pulled(self.customer)
                pick.picked = True
                pick._action_done()
                ship._do_unreserve()
                rule = self.wants(60)
                policy = self.policy("short_life_customer", severity)
                ship._action_assign()
                self.assertEqual(self.taken(ship), expected)
                rule.active = policy.active = False

    def test_expired_goods_are_not_handed_on_where_policy_blocks(self):
        [lot] = self.stock_of(A=30)
        pick, ship = self.pulled(self.customer)
        pick.picked = True
        pick._action_done()
        ship._do_unreserve()
        lot.expiration_date = self.end_of_day(-1)
        ship._action_assign()
        self.assertEqual(self.taken(ship), {"A": 5}, "as Odoo does")
        ship._do_unreserve()
        self.policy("expired", "block")
        ship._action_assign()
        self.assertEqual(self.taken(ship), {})
