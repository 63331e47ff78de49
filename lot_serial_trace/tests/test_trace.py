from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import TraceCase


class GenealogyCase(TraceCase):
    """Adds words for making and taking apart; skipped where manufacturing is not installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mrp.production" not in cls.env:
            cls.skipTest(cls, "manufacturing is not installed")
        cls.cheese = cls._product("Cheese", "lot")
        cls.pizza = cls._product("Pizza", "serial")

    def make(self, product, number, *components):
        """Make one unit of ``product`` from ``(product, number, quantity)`` components.

        Goods without a number have ``None`` for it.
        """
        order = self.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "bom_id": False,
                "move_raw_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": component.id,
                            "product_uom_qty": quantity,
                            "product_uom": component.uom_id.id,
                        },
                    )
                    for component, _number, quantity in components
                ],
            }
        )
        order.action_confirm()
        if number:
            order.lot_producing_ids = self.lot(product, number) or self.env["stock.lot"].create(
                {"product_id": product.id, "name": number}
            )
        order.qty_producing = 1
        for move, (component, name, quantity) in zip(order.move_raw_ids, components, strict=True):
            move.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                {
                    "move_id": move.id,
                    "product_id": component.id,
                    "lot_id": self.lot(component, name).id,
                    "quantity": quantity,
                    "picked": True,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            )
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        return order

    def unbuild(self, order):
        """Take the one unit of ``order`` apart."""
        unbuild = self.env["mrp.unbuild"].create(
            {
                "mo_id": order.id,
                "product_id": order.product_id.id,
                "lot_id": order.lot_producing_ids.id,
                "product_qty": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
            }
        )
        unbuild.action_unbuild()
        return unbuild

    def reached(self, product, name):
        """Names of the lots that the walk reaches: ``(backward, forward)``."""
        self.env.flush_all()
        lot = self.lot(product, name)
        return self.names(lot, forward=False), self.names(lot, forward=True)

    def names(self, lot, forward, untracked=False):
        """Names of the lots that the walk reaches in one direction, without the lot."""
        reach = self.env["trace.edge"]._reach([(lot.id, None)], forward, untracked=untracked)
        found = self.env.execute_query(SQL("SELECT lot_id FROM %s WHERE level > 0", reach))
        ids = [lot_id for (lot_id,) in found if lot_id > 0]
        return set(self.env["stock.lot"].browse(ids).mapped("name"))


@tagged("post_install", "-at_install")
class TestGenealogy(GenealogyCase):
    """What was made of what, kept set-wise and walked in the right direction of time."""

    def test_production_both_ways(self):
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))
        self.make(self.cheese, "C1", (self.milk, "M1", 2))
        self.make(self.pizza, "P1", (self.cheese, "C1", 1))
        self.make(self.cheese, "C2", (self.milk, "M2", 2))
        self.assertEqual(self.reached(self.milk, "M1"), (set(), {"C1", "P1"}))
        self.assertEqual(self.reached(self.pizza, "P1"), ({"M1", "C1"}, set()))
        self.assertEqual(self.reached(self.milk, "M2")[1], {"C2"})
        run = self.env["trace.run"]._ask(self.lot(self.pizza, "P1"))
        self.assertEqual(
            [(line.level, line.lot_name) for line in run.made_from_ids], [(1, "C1"), (2, "M1")]
        )
        self.assertIn("/MO/", run.made_from_ids[0].origin)
        self.assertEqual(run.supplier_ids.mapped("lot_name"), ["M1"], "the milk has the supplier")

    def test_inputs_and_outputs_are_not_multiplied(self):
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))
        order = self.make(self.cheese, "C1", (self.milk, "M1", 1), (self.milk, "M2", 1))
        edges = self.env["trace.edge"].search(
            [("operation", "=", "production"), ("operation_id", "=", order.id)]
        )
        self.assertEqual(
            sorted((edge.side, edge.lot_name, edge.quantity) for edge in edges),
            [("in", "M1", 1), ("in", "M2", 1), ("out", "C1", 1)],
        )

    def test_unbuild_does_not_accuse_what_was_made_before(self):
        """A part that came back out of a unit is tainted from then on, not before."""
        self.receive((self.milk, "M1", 10), (self.cheese, "C1", 10))
        order = self.make(self.pizza, "P1", (self.milk, "M1", 1), (self.cheese, "C1", 1))
        self.make(self.pizza, "P0", (self.cheese, "C1", 1))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE trace_edge SET first_time = first_time - interval '1 day', "
            "last_time = last_time - interval '1 day'"
        )
        self.unbuild(order)
        _back, forward = self.reached(self.milk, "M1")
        self.assertIn("P1", forward)
        self.assertIn("C1", forward, "came out of P1, which held M1")
        self.assertNotIn("P0", forward, "was made of C1 before P1 was taken apart")

    def test_correction_of_a_consumed_lot_moves_the_edge(self):
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))
        order = self.make(self.cheese, "C1", (self.milk, "M1", 1))
        order.move_raw_ids.move_line_ids.lot_id = self.lot(self.milk, "M2")
        self.assertEqual(self.reached(self.cheese, "C1")[0], {"M2"})
        self.assertEqual(self.reached(self.milk, "M1")[1], set())

    def test_cycles_end(self):
        self.receive((self.milk, "M1", 10), (self.cheese, "C1", 10))
        for _turn in range(3):
            order = self.make(self.pizza, "P1", (self.milk, "M1", 1), (self.cheese, "C1", 1))
            self.unbuild(order)
        back, forward = self.reached(self.milk, "M1")
        self.assertEqual((back, forward), ({"P1", "C1"}, {"P1", "C1"}))

    def test_repair_part_in_is_not_origin_of_part_out(self):
        if "repair.order" not in self.env:
            self.skipTest("repairs are not installed")
        self.receive((self.device, "D1", 1), (self.milk, "NEW", 1))
        repair = self.env["repair.order"].create(
            {
                "product_id": self.device.id,
                "lot_id": self.lot(self.device, "D1").id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "location_id": self.stock.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "repair_line_type": kind,
                            "product_id": product.id,
                            "product_uom_qty": 1,
                        },
                    )
                    for kind, product in (("add", self.milk), ("remove", self.cheese))
                ],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        old = self.env["stock.lot"].create({"name": "WORN", "product_id": self.cheese.id})
        for move, lot in zip(repair.move_ids, (self.lot(self.milk, "NEW"), old), strict=True):
            move.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                {
                    "move_id": move.id,
                    "product_id": move.product_id.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "picked": True,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
            )
        repair.move_ids.picked = True
        repair.action_repair_end()
        self.assertEqual(self.reached(self.milk, "NEW")[1], {"D1"})
        self.assertEqual(self.reached(self.device, "D1"), ({"NEW"}, {"WORN"}))


@tagged("post_install", "-at_install")
class TestRun(TraceCase):
    """One question: supplier, path, stock, customers; kept and repeatable."""

    def furnish(self):
        super().furnish()
        self.receive((self.device, "SN1", 1), (self.device, "SN2", 1), (self.milk, "L1", 10))
        self.validate(self.picking("int", [(self.device, "SN1", 1)]))
        self.validate(self.picking("out", [(self.device, "SN1", 1)], source=self.shelf))

    def test_answer(self):
        run = self.env["trace.run"]._ask(self.lot(self.device, "SN1"), "customer")
        self.assertEqual(run.supplier_ids.mapped("partner_name"), ["Supplier"])
        self.assertEqual(run.customer_ids.mapped("partner_name"), ["Customer"])
        self.assertEqual(run.path_ids.mapped("biz_step"), ["receiving", "storing", "shipping"])
        self.assertFalse(run.stock_ids)
        self.assertEqual((run.purpose, run.user_id), ("customer", self.env.user))
        self.assertGreater(run.query_count, 3)
        self.assertGreater(run.seconds, 0)

    def test_where_it_is_now(self):
        run = self.env["trace.run"]._ask(self.lot(self.milk, "L1"))
        self.assertEqual(
            run.stock_ids.mapped(lambda line: (line.dest_name, line.quantity)), [("TRT/Stock", 10)]
        )

    def test_correction_replaces_what_was_said(self):
        picking = self.picking("out", [(self.device, "SN2", 1)])
        self.validate(picking)
        other = self.env["stock.lot"].create({"name": "SN3", "product_id": self.device.id})
        picking.move_line_ids.lot_id = other
        self.assertFalse(self.env["trace.run"]._ask(self.lot(self.device, "SN2")).customer_ids)
        self.assertTrue(self.env["trace.run"]._ask(other).customer_ids)

    def test_as_many_queries_for_many_numbers_as_for_one(self):
        self.receive(*[(self.device, f"B{number}", 1) for number in range(50)])
        lots = self.env["stock.lot"].search(
            [("name", "like", "B"), ("product_id", "=", self.device.id)]
        )
        asking = self.env["trace.run"]
        asking._ask(lots[0])
        one, many = asking._ask(lots[0]), asking._ask(lots)
        self.assertEqual(one.query_count, many.query_count)
        self.assertLess(many.query_count, 45)

    def test_asked_again_says_whether_it_is_the_same(self):
        run = self.env["trace.run"]._ask(self.lot(self.milk, "L1"))
        again = self.env["trace.run"].browse(run.action_repeat()["res_id"])
        self.assertTrue(again.same_as_before)
        self.validate(self.picking("out", [(self.milk, "L1", 2)]))
        changed = self.env["trace.run"].browse(run.action_repeat()["res_id"])
        self.assertFalse(changed.same_as_before)

    def test_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "stranger",
            groups="lot_serial_trace.group_trace_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        run = self.env["trace.run"].with_user(user)._ask(self.lot(self.device, "SN1"))
        self.assertEqual(run.line_ids.mapped("role"), ["asked"])

    def test_auditor_asks_and_prints(self):
        user = new_test_user(self.env, "auditor1", groups="lot_serial_trace.group_trace_auditor")
        run = self.env["trace.run"].with_user(user)._ask(self.lot(self.device, "SN1"), "audit")
        html = (
            self.env["ir.actions.report"]
            .with_user(user)
            ._render_qweb_html("lot_serial_trace.report_trace_run", run.ids)[0]
            .decode()
        )
        for word in ("SN1", "Supplier", "Customer", run.digest):
            self.assertIn(word, html)
        with self.assertRaises(AccessError):
            run.write({"note": "changed"})

    def test_backfill_writes_history_once(self):
        events = self.env["trace.event"]
        self.env.cr.execute("ALTER TABLE trace_event DISABLE TRIGGER USER")
        self.env.cr.execute("DELETE FROM trace_event")
        self.env.cr.execute("ALTER TABLE trace_event ENABLE TRIGGER USER")
        self.env["ir.config_parameter"].set_param("lot_serial_trace.backfill_next", 1)
        self.env.flush_all()
        self.env.cr.execute("SELECT max(id) FROM stock_move_line")
        last = self.env.cr.fetchone()[0]
        lines = self.env["stock.move.line"].search_count(
            [
                ("state", "=", "done"),
                "|",
                ("lot_id", "!=", False),
                ("product_id.tracking", "!=", "none"),
            ]
        )
        self.env["ir.config_parameter"].set_param("lot_serial_trace.backfill_last", last)
        left = events._backfill_batch(size=last - 1)
        self.assertEqual(left, 1)
        self.assertEqual(events._backfill_batch(), 0)
        self.assertEqual(events._backfill_progress(), (last, last))
        history = self.events()
        self.assertEqual(len(history), lines)
        self.assertEqual(set(history.mapped("recorded")), {"history"})
        self.env["ir.config_parameter"].set_param("lot_serial_trace.backfill_next", 1)
        events._backfill_batch(size=last)
        self.assertEqual(len(self.events()), lines, "again changes nothing")
