from odoo.tests import tagged
from odoo.tools import SQL

from .common import TraceCase


class HoldCase(TraceCase):
    """Words for what holds do to those who counted on the goods."""

    def wanted(self, product, quantity, dest=None, **values):
        """A transfer that reserves what it can get."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": (dest or self.customers).id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.stock.id,
                            "location_dest_id": (dest or self.customers).id,
                        },
                    )
                ],
                **values,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def hold(self, *names, product=None, **kwargs):
        """Put lots on hold."""
        lots = self.env["stock.lot"]
        for name in names:
            lots |= self.lot(product or self.milk, name)
        return self.env["trace.hold"]._place(lots, kwargs.pop("reason", "leaking"), **kwargs)

    def effects(self, holds):
        """What placing did, as sorted tuples."""
        return sorted(
            (effect.kind, effect.lot_id.name, effect.document, effect.quantity)
            for effect in holds.effect_ids
        )

    def open_exceptions(self, kind):
        """Exceptions of a kind that are on the desk now."""
        return self.env["trace.exception"].search(
            [("kind", "=", kind), ("state", "!=", "resolved")]
        )

    def notes(self, document):
        """Texts of the notes of a document that name a hold."""
        bodies = document.message_ids.mapped("body")
        return [body for body in bodies if "leaking" in body or "Free again" in body]


@tagged("post_install", "-at_install")
class TestHoldEffects(HoldCase):
    """Whoever counted on goods that are put on hold gets others, or is told that he is short."""

    def test_replaced_by_other_stock(self):
        self.receive((self.milk, "FIRST", 5))
        self.receive((self.milk, "SECOND", 5))
        picking = self.wanted(self.milk, 5)
        hold = self.hold("FIRST")
        self.assertEqual(picking.move_line_ids.lot_id.name, "SECOND")
        self.assertEqual(self.effects(hold), [("freed", "FIRST", picking.name, 5)])
        self.assertFalse(self.open_exceptions("hold_short"))
        (note,) = self.notes(picking)
        self.assertIn("No longer reserved: 5 Units Milk (FIRST)", note)

    def test_short(self):
        self.receive((self.milk, "FIRST", 5))
        self.receive((self.milk, "SECOND", 2))
        picking = self.wanted(self.milk, 5, user_id=self.env.user.id)
        hold = self.hold("FIRST")
        self.assertEqual(picking.move_ids.quantity, 2)
        self.assertEqual(
            self.effects(hold),
            [("freed", "FIRST", picking.name, 5), ("short", "FIRST", picking.name, 3)],
        )
        exception = self.open_exceptions("hold_short")
        self.assertEqual(exception.picking_id, picking)
        self.assertEqual(exception.user_id, self.env.user)
        self.assertIn("lacks 3 Units Milk (FIRST)", exception.name)
        self.assertEqual(exception.action_open_subject()["res_id"], picking.id)

    def test_one_exception_and_one_note_for_many_lots(self):
        self.receive(*[(self.device, f"S{n}", 1) for n in range(30)])
        picking = self.wanted(self.device, 30)
        holds = self.hold(*[f"S{n}" for n in range(30)], product=self.device)
        self.assertEqual(len(self.open_exceptions("hold_short")), 1)
        (note,) = self.notes(picking)
        self.assertIn("30 Units Device (S0, S1", note)
        self.assertIn("…", note)
        self.assertEqual(len(holds.effect_ids.filtered(lambda effect: effect.kind == "short")), 30)

    def test_what_is_in_somebodys_hands_stays_there(self):
        self.receive((self.milk, "FIRST", 5))
        self.receive((self.milk, "SECOND", 5))
        picking = self.wanted(self.milk, 5)
        picking.move_line_ids.picked = True
        hold = self.hold("FIRST")
        self.assertEqual(picking.move_line_ids.lot_id.name, "FIRST")
        self.assertEqual(self.effects(hold), [("picked", "FIRST", picking.name, 5)])
        self.assertEqual(self.open_exceptions("hold_picked").picking_id, picking)
        self.assertIn("take it out: 5 Units Milk (FIRST)", self.notes(picking)[0])
        self.assertEqual(picking.button_validate()["res_model"], "trace.gate.wizard")

    def test_goods_on_their_way_to_where_they_may_go(self):
        self.receive((self.milk, "FIRST", 5))
        picking = self.wanted(self.milk, 5, dest=self.suppliers)
        hold = self.hold("FIRST", goods="stay")
        self.assertEqual(picking.state, "assigned")
        self.assertFalse(hold.effect_ids)

    def test_transit(self):
        transit = self.env["stock.location"].create(
            {"name": "Truck", "usage": "transit", "company_id": self.env.company.id}
        )
        self.receive((self.milk, "FIRST", 5))
        self.picking("int", [(self.milk, "FIRST", 5)], dest=transit)._action_done()
        arriving = self.wanted(self.milk, 5)
        arriving.move_ids.write({"location_id": transit.id, "location_dest_id": self.stock.id})
        arriving.action_assign()
        self.assertEqual(arriving.move_ids.quantity, 5)
        hold = self.hold("FIRST")
        self.assertEqual(arriving.move_ids.quantity, 0)
        self.assertEqual({effect.location_id for effect in hold.effect_ids}, {transit})

    def test_the_next_step_of_a_chain(self):
        """Goods picked for a delivery wait at the gate: the delivery has them no longer."""
        self.warehouse.delivery_steps = "pick_ship"
        self.receive((self.milk, "FIRST", 5))
        output = self.warehouse.wh_output_stock_loc_id
        pick = self.picking("int", [(self.milk, "FIRST", 5)], dest=output)
        ship = self.wanted(self.milk, 5)
        ship.move_ids.write(
            {"location_id": output.id, "move_orig_ids": [(6, 0, pick.move_ids.ids)]}
        )
        pick._action_done()
        self.assertEqual(ship.move_ids.quantity, 5)
        hold = self.hold("FIRST")
        self.assertEqual(ship.move_ids.quantity, 0)
        self.assertIn(("short", "FIRST", ship.name, 5), self.effects(hold))

    def test_goods_elsewhere_are_not_concerned(self):
        self.receive((self.milk, "FIRST", 5))
        picking = self.wanted(self.milk, 5)
        hold = self.hold("FIRST", location=self.shelf)
        self.assertEqual(picking.state, "assigned")
        self.assertFalse(hold.effect_ids)

    def test_production_order(self):
        if "mrp.production" not in self.env:
            self.skipTest("production is not installed")
        self.receive((self.milk, "FIRST", 5))
        made = self._product("Cheese", "lot")
        production = self.env["mrp.production"].create(
            {
                "product_id": made.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "move_raw_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.milk.id,
                            "product_uom_qty": 5,
                            "location_id": self.stock.id,
                            "location_dest_id": made.property_stock_production.id,
                        },
                    )
                ],
            }
        )
        production.action_confirm()
        production.action_assign()
        self.assertEqual(production.move_raw_ids.quantity, 5)
        hold = self.hold("FIRST")
        self.assertEqual(production.move_raw_ids.quantity, 0)
        self.assertIn(("short", "FIRST", production.name, 5), self.effects(hold))
        self.assertTrue(self.notes(production))
        exception = self.open_exceptions("hold_short")
        self.assertEqual(exception.action_open_subject()["res_model"], "mrp.production")
        effect = hold.effect_ids[0]
        self.assertEqual(effect.action_open_document()["res_id"], production.id)

    def queries(self, count, reserved):
        """Queries for placing holds on so many lots, some of them reserved."""
        self.receive(*[(self.device, f"Q{count}-{n}", 1) for n in range(count)])
        lots = self.env["stock.lot"].search([("name", "=like", f"Q{count}-%")])
        picking = self.wanted(self.device, reserved)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.env["trace.hold"]._place(lots, "leaking", goods="stay")
        self.env.flush_all()
        queries = self.cr.sql_log_count - before
        picking.action_cancel()  # or it would wait for the goods of the next one
        return queries

    def test_queries_are_constant(self):
        self.queries(2, 2)
        self.assertEqual(self.queries(100, 10), self.queries(1000, 90))

    def test_documents_are_looked_at_together(self):
        """Of ten transfers more that get other goods each costs one query more, at most."""

        def queries(count):
            self.receive(*[(self.device, f"D{count}-{n}", 1) for n in range(count)])
            waiting = [self.wanted(self.device, 1) for _n in range(count)]
            self.receive(*[(self.device, f"E{count}-{n}", 1) for n in range(count)])
            lots = self.env["stock.picking"].union(*waiting).move_line_ids.lot_id
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["trace.hold"]._place(lots, "leaking", goods="stay")
            self.env.flush_all()
            queries = self.cr.sql_log_count - before
            for picking in waiting:
                self.assertEqual(picking.move_line_ids.lot_id.trace_status, "free")
                picking.action_cancel()
            return queries

        queries(2)
        self.assertLessEqual(queries(20), queries(10) + 10)

    def test_each_quant_is_written_once(self):
        """By what is reserved of it, or else to collide with who moves it at the same moment."""

        def written():
            self.env.flush_all()
            counted = "SELECT pg_stat_get_xact_tuples_updated('stock_quant'::regclass)"
            [(count,)] = self.env.execute_query(SQL(counted))
            return count

        # Of each lot there is a quant in stock, and one with the supplier.
        self.receive(*[(self.milk, f"W-{n}", 1) for n in range(5)])
        before = written()
        self.hold("W-0", "W-1", goods="stay")
        self.assertEqual(written() - before, 4)
        self.stock.warehouse_id.action_trace_make_quarantine()
        before = written()
        hold = self.hold("W-2", "W-3", "W-4", goods="move")
        self.assertEqual({kind for kind, *_rest in self.effects(hold)}, {"moved"})
        self.assertEqual(written() - before, 6)
