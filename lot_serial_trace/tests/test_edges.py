from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .test_migrations import migrate
from .test_trace import GenealogyCase


class EdgeCase(GenealogyCase):
    """Adds words for what an operation took and gave."""

    def edges(self, order, operation="production"):
        """What an operation took and gave: ``(side, lot or product, quantity)``."""
        self.env.flush_all()
        rows = self.env["trace.edge"].search(
            [("operation", "=", operation), ("operation_id", "=", order.id)]
        )
        return sorted((row.side, row.lot_name or row.product_name, row.quantity) for row in rows)

    def later(self, lines, hours):
        """Say that lines were done hours later than they were."""
        for line in lines:
            line.date += timedelta(hours=hours)


@tagged("post_install", "-at_install")
class TestEdges(EdgeCase):
    """Edges say what the movements say: also after corrections, renames and reversals."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))

    def test_corrected_to_nothing_and_back(self):
        order = self.make(self.cheese, "C1", (self.milk, "M1", 2))
        line = order.move_raw_ids.move_line_ids
        line.quantity = 0
        self.assertEqual(self.edges(order), [("out", "C1", 1)])
        self.assertEqual(self.reached(self.milk, "M1")[1], set())
        line.quantity = 3
        self.assertEqual(self.edges(order), [("in", "M1", 3), ("out", "C1", 1)])
        self.assertEqual(self.reached(self.milk, "M1")[1], {"C1"})

    def test_the_lot_that_was_made_is_corrected(self):
        order = self.make(self.cheese, "C1", (self.milk, "M1", 2))
        other = self.env["stock.lot"].create({"name": "C2", "product_id": self.cheese.id})
        order.move_finished_ids.move_line_ids.lot_id = other
        self.assertEqual(self.edges(order), [("in", "M1", 2), ("out", "C2", 1)])
        self.assertEqual(self.reached(self.cheese, "C1"), (set(), set()))
        self.assertEqual(self.reached(self.cheese, "C2")[0], {"M1"})

    def test_a_renamed_lot_is_called_by_its_new_name(self):
        order = self.make(self.cheese, "C1", (self.milk, "M1", 2))
        self.lot(self.milk, "M1").name = "M1-A"
        self.assertEqual(self.edges(order), [("in", "M1-A", 2), ("out", "C1", 1)])

    def test_a_corrected_date_is_when_it_happened(self):
        """Made an hour later than it says: what was made of it before is innocent."""
        order = self.make(self.cheese, "C1", (self.milk, "M1", 2))
        pizza = self.make(self.pizza, "P1", (self.cheese, "C1", 1))
        self.assertEqual(self.reached(self.milk, "M1")[1], {"C1", "P1"})
        self.later(order.move_finished_ids.move_line_ids | order.move_raw_ids.move_line_ids, 1)
        self.assertEqual(self.reached(self.milk, "M1")[1], {"C1"})
        self.assertEqual(self.reached(self.pizza, "P1")[0], {"C1"})
        self.later((pizza.move_finished_ids | pizza.move_raw_ids).move_line_ids, 2)
        self.assertEqual(self.reached(self.milk, "M1")[1], {"C1", "P1"})

    def test_deliveries_before_the_taint_are_innocent(self):
        """One lot, filled by two orders; it is tainted from the second one on."""
        self.make(self.cheese, "C1", (self.milk, "M1", 1))
        second = self.make(self.cheese, "C1", (self.milk, "M2", 1))
        self.later((second.move_finished_ids | second.move_raw_ids).move_line_ids, 5)
        made = second.move_finished_ids.move_line_ids.date
        starts = [(self.lot(self.milk, "M2").id, None)]
        self.env.flush_all()
        rows = self.env.execute_query(self.reach(starts))
        self.assertEqual(rows, [(self.lot(self.cheese, "C1").id, made, 1)])

    def reach(self, starts):
        return SQL(
            "SELECT lot_id, at, level FROM %s WHERE level > 0",
            self.env["trace.edge"]._reach(starts, True),
        )

    def test_taken_apart_again(self):
        order = self.make(self.pizza, "P1", (self.milk, "M1", 2), (self.milk, "M2", 1))
        unbuild = self.unbuild(order)
        self.assertEqual(
            self.edges(unbuild, "unbuild"),
            [("in", "P1", 1), ("out", "M1", 2), ("out", "M2", 1)],
        )

    def test_a_cancelled_order_took_nothing(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.cheese.id, "product_qty": 1, "bom_id": False}
        )
        order.action_confirm()
        order.action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.edges(order), [])

    def test_moves_packs_and_returns_are_no_operations(self):
        count = self.env["trace.edge"].search_count([])
        sent = self.picking("out", [(self.milk, "M1", 2)])
        sent.move_line_ids.result_package_id = self.env["stock.package"].create({})
        self.validate(sent)
        back = self.picking(
            "in", [(self.milk, "M1", 2)], source=self.customers, partner=self.customer
        )
        self.validate(back)
        self.assertEqual(self.env["trace.edge"].search_count([]), count)
        self.assertEqual(self.reached(self.milk, "M1"), (set(), set()))

    def test_a_kit_is_no_operation(self):
        """Its parts move as themselves, and the customer has got them."""
        kit = self._product("Breakfast", "none")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [(0, 0, {"product_id": self.milk.id, "product_qty": 2})],
            }
        )
        count = self.env["trace.edge"].search_count([])
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "partner_id": self.customer.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": kit.id,
                            "product_uom_qty": 1,
                            "location_id": self.stock.id,
                            "location_dest_id": self.customers.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.validate(picking)
        self.assertEqual(picking.move_line_ids.lot_id.mapped("name"), ["M1"])
        self.assertEqual(self.env["trace.edge"].search_count([]), count)
        event = self.events(("lot_name", "=", "M1"), ("dest_usage", "=", "customer"))
        self.assertEqual((event.quantity, event.partner_id), (2, self.customer.id))

    def test_by_products_come_of_the_same_lots(self):
        whey = self._product("Whey", "lot")
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.cheese.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": self.milk.id, "product_qty": 4})],
                "byproduct_ids": [(0, 0, {"product_id": whey.id, "product_qty": 3})],
            }
        )
        order = self.env["mrp.production"].create(
            {
                "product_id": self.cheese.id,
                "product_qty": 1,
                "bom_id": bom.id,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.stock.id,
                "location_dest_id": self.stock.id,
            }
        )
        order.action_confirm()
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"product_id": self.cheese.id, "name": "C1"}
        )
        order.qty_producing = 1
        made = order.move_byproduct_ids
        made.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {
                "move_id": made.id,
                "product_id": whey.id,
                "lot_id": self.env["stock.lot"].create({"product_id": whey.id, "name": "W1"}).id,
                "quantity": 3,
                "picked": True,
                "location_id": made.location_id.id,
                "location_dest_id": made.location_dest_id.id,
            }
        )
        raw = order.move_raw_ids
        raw.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {
                "move_id": raw.id,
                "product_id": self.milk.id,
                "lot_id": self.lot(self.milk, "M1").id,
                "quantity": 4,
                "picked": True,
                "location_id": raw.location_id.id,
                "location_dest_id": raw.location_dest_id.id,
            }
        )
        (raw | made).picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self.edges(order), [("in", "M1", 4), ("out", "C1", 1), ("out", "W1", 3)])
        self.assertEqual(self.reached(whey, "W1")[0], {"M1"})

    def test_by_subcontractors(self):
        """What a subcontractor made of our goods comes from our lots."""
        if "subcontractor_ids" not in self.env["mrp.bom"]._fields:
            self.skipTest("subcontracting is not installed")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.cheese.product_tmpl_id.id,
                "type": "subcontract",
                "subcontractor_ids": [(6, 0, self.supplier.ids)],
                "bom_line_ids": [(0, 0, {"product_id": self.milk.id, "product_qty": 2})],
            }
        )
        theirs = self.supplier.property_stock_subcontractor
        self.validate(self.picking("int", [(self.milk, "M1", 4)], dest=theirs))
        receipt = self.picking("in", [])
        self.env["stock.move"].create(
            {
                "product_id": self.cheese.id,
                "product_uom_qty": 1,
                "picking_id": receipt.id,
                "location_id": self.suppliers.id,
                "location_dest_id": self.stock.id,
            }
        )
        receipt.action_confirm()
        order = receipt.move_ids.move_orig_ids.production_id
        self.assertTrue(order, "a subcontracting order was made")
        lot = self.env["stock.lot"].create({"product_id": self.cheese.id, "name": "C1"})
        receipt.move_ids.lot_ids = lot
        receipt.move_ids.quantity = 1
        receipt.move_ids.picked = True
        self.policy("unknown_number", "warn", company_id=self.env.company.id)
        self.assertIs(self.validate(receipt), True, "the order is closed behind its receipt")
        order = receipt.move_ids.move_orig_ids.production_id
        self.assertEqual(order.state, "done")
        self.assertEqual(self.edges(order), [("in", "M1", 2), ("out", "C1", 1)])
        self.assertEqual(self.reached(self.milk, "M1")[1], {"C1"})


@tagged("post_install", "-at_install")
class TestUntracked(EdgeCase):
    """Goods without a number break the chain: the trace says where, and goes on if told to."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10))
        self.curd = self._product("Curd", "none")
        self.salt = self._product("Salt", "none")

    def test_the_chain_ends_and_says_so(self):
        made = self.make(self.curd, None, (self.milk, "M1", 2), (self.salt, None, 1))
        used = self.make(self.cheese, "C1", (self.curd, None, 1), (self.salt, None, 1))
        self.assertEqual(self.edges(made), [("in", "M1", 2), ("out", "Curd", 1)])
        self.assertEqual(
            self.edges(used), [("in", "Curd", 1), ("out", "C1", 1)], "salt comes from no lot"
        )
        lot = self.lot(self.milk, "M1")
        self.assertEqual(self.names(lot, forward=True), set())
        self.assertEqual(self.names(lot, forward=True, untracked=True), {"C1"})
        cheese = self.lot(self.cheese, "C1")
        self.assertEqual(self.names(cheese, forward=False), set())
        self.assertEqual(self.names(cheese, forward=False, untracked=True), {"M1"})
        (link,) = self.env["trace.edge"]._links([(lot.id, None)], "forward")
        self.assertEqual(
            (link["operation_id"], link["inputs"], link["outputs"], link["untracked_outputs"]),
            (made.id, lot.ids, [], self.curd.ids),
        )
        (link,) = self.env["trace.edge"]._links([(cheese.id, None)], "backward")
        self.assertEqual((link["untracked_inputs"], link["inputs"]), (self.curd.ids, []))

    def test_corrected_to_nothing(self):
        made = self.make(self.curd, None, (self.milk, "M1", 2))
        made.move_finished_ids.move_line_ids.quantity = 0
        self.assertEqual(self.edges(made), [("in", "M1", 2)])
        made.move_finished_ids.move_line_ids.quantity = 3
        self.assertEqual(self.edges(made), [("in", "M1", 2), ("out", "Curd", 3)])

    def test_an_upgrade_reads_it_from_history(self):
        """Edges of earlier versions have nothing of goods without a number."""
        made = self.make(self.curd, None, (self.milk, "M1", 2))
        used = self.make(self.cheese, "C1", (self.curd, None, 1))
        self.env.flush_all()
        self.cr.execute("DELETE FROM trace_edge WHERE lot_id < 0")
        events = self.events(("lot_name", "=", "M1"))
        migrate(self.cr, "19.0.1.4.0", "post-edges.py")
        while self.env["trace.event"]._backfill_batch():
            pass
        self.assertEqual(self.edges(made), [("in", "M1", 2), ("out", "Curd", 1)])
        self.assertEqual(self.edges(used), [("in", "Curd", 1), ("out", "C1", 1)])
        self.assertEqual(self.events(("lot_name", "=", "M1")), events, "the ledger has it")

    def test_goods_that_never_held_a_lot_are_left_out(self):
        dough = self._product("Dough", "none")
        made = self.make(dough, None, (self.salt, None, 1))
        used = self.make(self.cheese, "C1", (dough, None, 1))
        self.assertEqual(self.edges(made), [])
        self.assertEqual(self.edges(used), [("out", "C1", 1)])

    def test_what_was_made_before_is_innocent(self):
        before = self.make(self.cheese, "C0", (self.curd, None, 1))
        self.make(self.curd, None, (self.milk, "M1", 2))
        self.make(self.cheese, "C1", (self.curd, None, 1))
        lot = self.lot(self.milk, "M1")
        self.assertEqual(self.edges(before), [("out", "C0", 1)])
        self.assertEqual(self.names(lot, forward=True, untracked=True), {"C1"})


@tagged("post_install", "-at_install")
class TestShares(EdgeCase):
    """How much of a lot is in others, as far as it can be said."""

    def shares(self, product, name, forward=True):
        self.env.flush_all()
        lot = self.lot(product, name)
        with self.assertQueryCount(2):
            shares = self.env["trace.edge"]._shares([(lot.id, None)], forward)
        return {
            self.env["stock.lot"].browse(lot_id).name: share for lot_id, share in shares.items()
        }

    def test_both_ways(self):
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))
        self.make(self.cheese, "C1", (self.milk, "M1", 4), (self.milk, "M2", 1))
        self.make(self.pizza, "P1", (self.cheese, "C1", 0.5))
        unit = self.milk.uom_id.name
        said = {"at_most": 4, "uom": unit, "certain": True, "why": "", "quantity": 4}
        shares = self.shares(self.milk, "M1")
        self.assertEqual(shares["C1"], said)
        self.assertEqual(shares["P1"]["quantity"], 2)
        shares = self.shares(self.pizza, "P1", forward=False)
        self.assertEqual(
            {name: share["quantity"] for name, share in shares.items()},
            {"C1": 0.5, "M1": 2, "M2": 0.5},
        )

    def test_a_lot_that_was_bought_and_made(self):
        """Half of it is from elsewhere: how much of the milk is in the pizza cannot be said."""
        self.receive((self.milk, "M1", 10), (self.cheese, "C1", 1))
        self.make(self.cheese, "C1", (self.milk, "M1", 4))
        self.make(self.pizza, "P1", (self.cheese, "C1", 1))
        shares = self.shares(self.milk, "M1")
        self.assertEqual((shares["C1"]["quantity"], shares["P1"]["quantity"]), (4, None))
        self.assertFalse(shares["P1"]["certain"])
        self.assertIn("Several operations", shares["P1"]["why"])
        self.assertEqual(shares["P1"]["at_most"], 4)
