from odoo.tests import tagged
from odoo.tools import SQL

from ..core import health
from ..models.trace_event_history import BACKFILL_LAST
from .common import TraceCase


class HealthCase(TraceCase):
    """What this test did is looked at, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.findings = cls.env["trace.health.finding"]
        cls.findings.search([]).unlink()
        cls.env["trace.policy"].search([]).active = False
        cls.env["ir.config_parameter"].set_param(BACKFILL_LAST, 0)

    def past_odoo(self, query, *args):
        self.env.flush_all()
        self.env.cr.execute(SQL(query, *args))
        self.env.invalidate_all()

    def look(self):
        """Look at the products of this test; returns the kinds found."""
        products = tuple((self.device | self.milk | self.own_products()).ids)
        lots = SQL("IN (SELECT id FROM stock_lot WHERE product_id IN %s)", products)
        lines = SQL("IN (SELECT id FROM stock_move_line WHERE product_id IN %s)", products)
        events = SQL("IN (SELECT lot_id FROM trace_event WHERE product_id IN %s)", products)
        self.findings._look_at_lots(
            lambda column: SQL("(%s %s OR %s %s)", SQL(column), lots, SQL(column), events)
        )
        self.findings._look_at_lines(lambda column: SQL("%s %s", SQL(column), lines))
        found = self.findings.search([("product_id", "in", products)], order="kind, id")
        self.assertTrue(all(found.mapped("name")), "each finding can be said")
        return found

    def own_products(self):
        return self.env["product.product"]

    def kinds(self):
        return self.look().mapped("kind")


@tagged("post_install", "-at_install")
class TestHealth(HealthCase):
    """Each flaw that breaks a trace is found where it is, and none where nothing is wrong."""

    def furnish(self):
        super().furnish()
        self.receipt = self.receive((self.milk, "M1", 10), (self.device, "S1", 1))

    def line(self, name, picking=None):
        lines = (picking or self.receipt).move_line_ids
        return lines.filtered(lambda line: line.lot_id.name == name)

    def test_nothing_is_found_where_nothing_is_wrong(self):
        self.validate(self.picking("int", [(self.milk, "M1", 4), (self.device, "S1", 1)]))
        self.validate(self.picking("out", [(self.milk, "M1", 2)]))
        self.validate(self.picking("out", [(self.device, "S1", 1)], source=self.shelf))
        self.line("M1").quantity = 9
        self.assertEqual(self.kinds(), [])

    def test_moved_without_a_number(self):
        picking = self.picking("in", [(self.milk, "M2", 3)])
        self.warehouse.in_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        picking.move_line_ids.lot_name = False
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["no_number"])
        self.assertEqual(
            (found.move_line_id, found.quantity, found.document, found.document_id),
            (picking.move_line_ids.id, 3, picking.name, picking.id),
        )

    def test_serial_number_of_many_units(self):
        self.past_odoo(
            "UPDATE stock_move_line SET quantity = 2, quantity_product_uom = 2 WHERE id = %s",
            self.line("S1").id,
        )
        self.assertIn("serial_quantity", self.kinds())

    def test_serial_number_in_two_places(self):
        lot = self.lot(self.device, "S1")
        self.past_odoo(
            "INSERT INTO stock_quant (product_id, lot_id, location_id, quantity, "
            "reserved_quantity, in_date) VALUES (%s, %s, %s, 1, 0, now())",
            self.device.id,
            lot.id,
            self.customers.id,
        )
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["serial_twice"])
        self.assertEqual((found.lot_id, found.quantity), (lot, 2))
        self.assertEqual(found.location_id, self.stock, "where it can be looked for")

    def test_left_before_it_came(self):
        moved = self.picking("int", [(self.milk, "M1", 4)])
        self.validate(moved)
        line = self.line("M1", moved)
        self.past_odoo(
            "UPDATE stock_move_line SET date = date - interval '2 days' WHERE id = %s", line.id
        )
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["time_reversal"])
        self.assertEqual(
            (found.location_id, found.move_line_id, found.quantity), (self.stock, line.id, 4)
        )

    def test_more_had_left_than_had_come_by_then(self):
        early = self.picking("int", [(self.milk, "M1", 7)])
        self.validate(early)
        late = self.receive((self.milk, "M1", 5))
        self.validate(self.picking("int", [(self.milk, "M1", 5)]))
        self.assertEqual(self.kinds(), [])
        self.past_odoo(
            "UPDATE stock_move_line SET date = date + interval '1 day' WHERE id = %s",
            late.move_line_ids.id,
        )
        self.assertEqual(self.kinds(), ["time_reversal"])

    def test_less_than_nothing(self):
        self.validate(self.picking("out", [(self.milk, "M1", 12)]))
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["negative_stock"])
        self.assertEqual((found.quantity, found.location_id), (-2, self.stock))

    def test_stock_from_nowhere(self):
        lot = self.env["stock.lot"].create({"name": "M9", "product_id": self.milk.id})
        self.env["stock.quant"]._update_available_quantity(self.milk, self.stock, 3, lot_id=lot)
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["no_origin"])
        self.assertEqual((found.lot_id, found.quantity), (lot, 3))

    def test_counted_stock_has_an_origin(self):
        lot = self.env["stock.lot"].create({"name": "M9", "product_id": self.milk.id})
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": self.milk.id,
                "location_id": self.stock.id,
                "lot_id": lot.id,
                "inventory_quantity": 3,
            }
        ).action_apply_inventory()
        self.assertEqual(self.kinds(), [])

    def test_stock_that_no_movement_explains(self):
        lot = self.lot(self.milk, "M1")
        self.past_odoo(
            "UPDATE stock_quant SET quantity = 14 WHERE lot_id = %s AND location_id = %s",
            lot.id,
            self.stock.id,
        )
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["unexplained"])
        self.assertEqual((found.lot_id, found.quantity), (lot, 4))

    def test_received_from_nobody(self):
        picking = self.picking("in", [(self.milk, "M3", 2)])
        picking.partner_id = False
        picking.move_ids.partner_id = False
        self.validate(picking)
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["no_supplier"])
        picking.partner_id = self.supplier
        self.assertEqual(self.kinds(), [], "the receipt says it now")

    def test_number_that_the_notice_does_not_have(self):
        exchange = self.env["trace.asn.exchange"].sudo().create({"name": "notice.xml"})
        asn = exchange.env["trace.asn"].create(
            {"name": "DA-1", "partner_id": self.supplier.id, "exchange_id": exchange.id}
        )
        line = (
            self.env["trace.asn.line"].sudo().create({"asn_id": asn.id, "product_id": self.milk.id})
        )
        self.env["trace.asn.unit"].sudo().create(
            {"asn_id": asn.id, "line_id": line.id, "name": "SUP-77", "lot": "SUP-77"}
        )
        self.receipt.trace_asn_ids = asn
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["no_supplier_number"])
        self.assertEqual(found.lot_name, "M1")
        found.lot_id.trace_batch = "SUP-77"
        self.assertEqual(self.kinds(), [])

    def test_renamed(self):
        lot = self.lot(self.milk, "M1")
        lot.name = "M1-NEW"
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["renamed"])
        self.assertEqual((found.lot_name, found.other), ("M1-NEW", "M1"))
        self.assertEqual(found.weight, 0, "the ledger knows both")

    def test_renamed_past_the_ledger(self):
        lot = self.lot(self.milk, "M1")
        self.past_odoo("UPDATE stock_lot SET name = 'M1-SQL' WHERE id = %s", lot.id)
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["renamed_past"])
        found.action_repair()
        self.assertEqual(self.kinds(), ["renamed"])
        event = self.events(("lot_id", "=", lot.id), ("kind", "=", "number"))
        self.assertEqual(event.lot_name, "M1-SQL")
        self.assertIn("M1", event.reason)

    def test_deleted_past_odoo(self):
        lot = self.lot(self.device, "S1")
        self.past_odoo("DELETE FROM stock_quant WHERE lot_id = %s", lot.id)
        self.past_odoo("DELETE FROM stock_lot WHERE id = %s", lot.id)
        found = self.look()
        self.assertEqual(found.mapped("kind"), ["deleted_lot", "no_number"])
        self.assertEqual((found[0].lot_ref, found[0].lot_name), (lot.id, "S1"))

    def test_what_is_put_right_is_found_no_more(self):
        lot = self.lot(self.milk, "M1")
        self.past_odoo(
            "UPDATE stock_quant SET quantity = 14 WHERE lot_id = %s AND location_id = %s",
            lot.id,
            self.stock.id,
        )
        first = self.look()
        self.assertEqual(self.look(), first, "the same finding stays the same record")
        self.past_odoo(
            "UPDATE stock_quant SET quantity = 10 WHERE lot_id = %s AND location_id = %s",
            lot.id,
            self.stock.id,
        )
        self.assertEqual(self.kinds(), [])

    def test_queries_do_not_grow_with_the_numbers(self):
        def queries():
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.findings._look_at_lots(lambda column: SQL("%s >= %s", SQL(column), first))
            return self.cr.sql_log_count - before

        first = self.lot(self.milk, "M1").id
        few = queries()
        lots = self.env["stock.lot"].create(
            [{"name": f"N{n}", "product_id": self.milk.id} for n in range(60)]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(self.milk, self.stock, 3, lot_id=lot)
        self.assertEqual(queries(), few)
        self.assertEqual(self.findings.search_count([("kind", "=", "no_origin")]), 60)

    def test_reads_by_index(self):
        """Of millions of rows only those of the numbers at hand are read."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        tables = {"stock_move_line", "stock_quant", "trace_event", "trace_edge"}

        def read_whole(plan):
            if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in tables:
                yield plan["Relation Name"]
            for part in plan.get("Plans", ()):
                yield from read_whole(part)

        for query in self.findings._lot_checks(lambda name: SQL("%s BETWEEN 1 AND 9", SQL(name))):
            [(plans,)] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query))
            self.assertEqual(list(read_whole(plans[0]["Plan"])), [])

    def test_every_kind_is_said(self):
        """Whoever adds a flaw must say what it means and what to do."""
        for flaw in health.FLAWS.values():
            self.assertTrue(flaw.title and flaw.meaning and flaw.remedy, flaw.code)
            self.assertIn(flaw.about, ("lot", "line", "product", "ledger"))
            self.assertIn(flaw.repair, ("fix", "ask", "open"))
            if flaw.repair == "fix":
                self.assertTrue(hasattr(self.findings, f"_fix_{flaw.code}"))
