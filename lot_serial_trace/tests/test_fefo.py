from odoo.tests import freeze_time, new_test_user, tagged

from ..models.trace_fefo_judging import JUDGED
from ..models.trace_till import Override
from .life_case import LifeCase


class FefoCase(LifeCase):
    """Words for choosing lots, and for what is said about that."""

    def ship(self, quantity, *lots, **kwargs):
        """A done delivery for which a person chose the lots; returns the rows."""
        picking = self.wanted(quantity, **kwargs)
        self.choose(picking, *lots)
        self.assertIs(self.finish(picking), True)
        return self.rows(picking)

    def choose(self, picking, *lots):
        """Take ``(name, quantity)`` instead of what is reserved, as a person does on the form."""
        if lots:
            picking.move_line_ids.unlink()
        for name, quantity in lots:
            self.take(picking, name, quantity)
        picking.move_ids.picked = True

    def take(self, picking, name, quantity):
        self.env["stock.move.line"].create(
            {
                "move_id": picking.move_ids.id,
                "picking_id": picking.id,
                "product_id": self.milk.id,
                "lot_id": self.lot(self.milk, name).id,
                "quantity": quantity,
                "picked": True,
                "location_id": self.stock.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )

    def rows(self, picking):
        return self.env["trace.fefo"].search([("picking_id", "=", picking.id)], order="id")

    def verdicts(self, rows):
        return {row.lot_id.name: row.verdict for row in rows}


@tagged("post_install", "-at_install")
class TestFefo(FefoCase):
    """Which lines took the lot that expires first, and which did not, judged when it was done."""

    # -- kept and broken ------------------------------------------------------

    def test_what_odoo_reserves_is_kept(self):
        self.stock_of(A=3, B=20)
        self.assertEqual(self.verdicts(self.ship(15)), {"A": "kept", "B": "kept"})

    def test_a_later_one_was_taken(self):
        self.stock_of(A=3, B=20, C=30)
        row = self.ship(5, ("C", 5))
        self.assertEqual((row.verdict, row.better_lot_id.name), ("broken", "A"))
        self.assertEqual((row.days, row.quantity, row.broken_quantity), (27, 5, 5))
        self.assertEqual((row.lot_date - row.better_date).days, 27)
        self.assertEqual((row.user_id, row.partner_id), (self.env.user, self.customer))
        self.assertEqual((row.reference, row.categ_id), (row.picking_id.name, self.food))
        self.assertEqual(self.env["trace.fefo"]._rate([("id", "in", row.ids)]), 0)

    def test_one_unit_left_behind_is_one_unit_wrong(self):
        self.put_lots({"A": (3, 1), "B": (20, 4), "C": (30, 10)})
        rows = self.ship(10, ("B", 4), ("C", 6))
        self.assertEqual(self.verdicts(rows), {"B": "kept", "C": "broken"})
        self.assertEqual(sum(rows.mapped("broken_quantity")), 1)
        [(lines, units)] = self.env["trace.fefo"]._read_group(
            [("id", "in", rows.ids)], aggregates=["rate:avg", "unit_rate:avg"]
        )
        self.assertEqual((lines, units), (0.5, 0.9))

    def test_the_same_day_is_as_good(self):
        self.stock_of(A=3, B=3)
        self.assertEqual(self.verdicts(self.ship(5, ("B", 5))), {"B": "kept"})

    def test_reserved_by_others(self):
        self.stock_of(A=3, B=20)
        self.wanted(10)
        self.assertEqual(self.verdicts(self.ship(5)), {"B": "kept"})

    def test_what_was_reserved_and_stayed_was_free(self):
        self.stock_of(A=3, B=20)
        picking = self.wanted(5)
        self.assertEqual(self.taken(picking.move_ids), {"A": 5})
        self.take(picking, "B", 5)
        other = self.wanted(5)
        self.assertEqual(self.taken(other.move_ids), {"A": 5})
        self.finish(picking)
        self.assertEqual(self.verdicts(self.rows(picking)), {"B": "broken"})

    def test_held_expired_unsold_and_elsewhere_are_not_free(self):
        self.stock_of(HELD=3, OLD=-1, UNSOLD=4, B=20)
        self.env["trace.hold"]._place(self.lot(self.milk, "HELD"), "leaking")
        self.stop_below(5)
        other = self.env["stock.location"].create(
            {"name": "Far", "usage": "internal", "location_id": self.warehouse.view_location_id.id}
        )
        self.put_lots({"FAR": (6, 10)}, other)
        self.assertEqual(self.verdicts(self.ship(5)), {"B": "kept"})

    def test_quarantine_is_not_free(self):
        place = self.env["stock.location"].create(
            {
                "name": "Quarantine",
                "usage": "internal",
                "location_id": self.stock.id,
                "trace_quarantine": True,
            }
        )
        self.put_lots({"Q": (3, 10)}, place)
        self.stock_of(B=20)
        self.assertEqual(self.verdicts(self.ship(5)), {"B": "kept"})

    def test_the_customers_minimum_explains(self):
        self.stock_of(A=10, B=60)
        self.wants(30)
        row = self.ship(5)
        self.assertEqual((row.verdict, row.better_lot_id.name), ("explained", "A"))
        self.assertEqual((row.rate, row.unit_rate), (1, 1))
        other = self.env["res.partner"].create({"name": "Other"})
        self.assertEqual(self.verdicts(self.ship(5, ("B", 5), partner=other)), {"B": "broken"})

    def test_what_must_not_go_does_not_hide_what_should(self):
        """Much that is past its day of sale lies before the one lot that was free."""
        self.put_lots({f"PAST{number}": (number, 10) for number in range(1, 9)})
        self.put_lots({"A": (40, 10), "B": (60, 10)})
        for unit, at in (("percent", 30), ("days", 30)):
            with self.subTest(unit):
                rule = self.rule(stop_unit=unit, stop_at=at)
                row = self.ship(1, ("B", 1))
                self.assertEqual((row.verdict, row.better_lot_id.name), ("broken", "A"))
                rule.active = False

    def test_several_customers_at_once(self):
        """Two deliveries in one go: both left something behind, and there was enough for both."""
        self.put_lots({"A": (3, 1), "B": (4, 1), "C": (60, 10)})
        other = self.env["res.partner"].create({"name": "Other"})
        pickings = self.wanted(1) | self.wanted(1, other)
        pickings.move_line_ids.lot_id = self.lot(self.milk, "C")
        pickings.move_ids.picked = True
        self.finish(pickings)
        rows = self.env["trace.fefo"].search([("picking_id", "in", pickings.ids)])
        self.assertEqual(rows.mapped("verdict"), ["broken", "broken"])
        self.assertEqual(sorted(rows.better_lot_id.mapped("name")), ["A", "B"])

    def test_why(self):
        self.stock_of(A=3, B=20)
        picking = self.wanted(5)
        self.choose(picking, ("B", 5))
        self.finish(picking, trace_override=Override("A stands behind B", self.env.uid))
        self.assertEqual(self.rows(picking).reason, "A stands behind B")

    # -- who is judged --------------------------------------------------------

    def test_only_where_first_expired_goes_first(self):
        self.food.removal_strategy_id = self.env.ref("stock.removal_fifo")
        self.stock_of(A=3, B=20)
        self.assertFalse(self.ship(5, ("B", 5)))
        self.env["ir.config_parameter"].sudo().set_param(JUDGED, "all")
        self.assertEqual(self.verdicts(self.ship(5, ("B", 5))), {"B": "broken"})

    def test_who_picks_is_judged_once(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.stock_of(A=3, B=20)
        picking = self.sell(5)
        picking.move_line_ids.lot_id = self.lot(self.milk, "B")
        first = picking
        while picking:
            self.finish(picking)
            picking = picking.move_ids.move_dest_ids.picking_id
        rows = self.env["trace.fefo"].search([("product_id", "=", self.milk.id)])
        self.assertEqual((rows.picking_id, rows.verdict), (first, "broken"))
        self.assertEqual(rows.partner_id, self.customer)

    def test_production(self):
        self.stock_of(A=3, B=20)
        production = self.env["stock.location"].search([("usage", "=", "production")], limit=1)
        row = self.ship(5, ("B", 5), dest=production)
        self.assertEqual((row.verdict, row.kind), ("broken", "production"))

    def test_internal_moves_returns_and_scrap_are_not(self):
        self.stock_of(A=3, B=20)
        for dest in (self.shelf, self.suppliers):
            self.assertFalse(self.ship(2, ("B", 2), dest=dest), dest.name)

    def test_a_delivery_that_stays_open_is_not(self):
        self.stock_of(A=3, B=20)
        picking = self.wanted(5)
        self.choose(picking, ("B", 2))
        self.finish(picking)
        self.assertEqual(self.verdicts(self.rows(picking)), {"B": "broken"})
        self.assertEqual(len(self.rows(picking)), 1)

    def test_days_are_local(self):
        """Two lots that expire on both sides of midnight UTC, on one day in Paris."""
        with freeze_time("2026-07-01 10:00:00"):
            self.stock_of(A=3, B=3)
            self.lot(self.milk, "A").write(
                {"expiration_date": "2026-07-04 00:30:00", "removal_date": "2026-07-03 22:30:00"}
            )
            self.assertEqual(self.verdicts(self.ship(5, ("B", 5))), {"B": "kept"})

    # -- effort and rights ----------------------------------------------------

    def test_nothing_for_goods_without_dates(self):
        self.env["stock.quant"]._update_available_quantity(
            self.device,
            self.stock,
            1,
            lot_id=self.env["stock.lot"].create({"name": "S", "product_id": self.device.id}),
        )
        picking = self.wanted(1, product=self.device)
        judging = self.env["trace.fefo.judging"]
        picking.move_line_ids.product_id.mapped("use_expiration_date")
        with self.assertQueryCount(0):
            self.assertEqual(judging._judge(picking.move_line_ids), [])

    def test_queries_are_constant(self):
        self.wants(30)
        judging = self.env["trace.fefo.judging"]

        def queries(count):
            names = {f"Q{count}-{number}": (40 + number % 7, 1) for number in range(count)}
            self.put_lots(names)
            picking = self.picking("out", [(self.milk, name, 1) for name in names])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            judged = judging._judge(picking.move_line_ids)
            self.assertEqual(len(judged), count)
            picking.move_line_ids.flush_recordset()
            return self.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(10), queries(500))

    def test_readers_and_companies(self):
        self.stock_of(A=3, B=20)
        row = self.ship(5, ("B", 5))
        for group in ("user", "auditor"):
            user = new_test_user(self.env, f"fefo-{group}", f"lot_serial_trace.group_trace_{group}")
            self.assertEqual(row.with_user(user).verdict, "broken")
            self.assertFalse(row.with_user(user).has_access("write"))
        other = self.env["res.company"].create({"name": "Other"})
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        found = self.env["trace.fefo"].with_user(user).search([("id", "=", row.id)])
        self.assertFalse(found)
        self.assertEqual(row.action_open_shipments()["domain"][0][2], row.picking_id.ids)
