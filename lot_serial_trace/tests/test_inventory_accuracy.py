from datetime import timedelta
from uuid import uuid4

from odoo import fields
from odoo.tests import new_test_user, tagged

from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestInventoryAccuracy(ScanCase):
    """Whatever is counted, and however: it is pooled, and gives the figures worked out by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf.barcode = "SHELF-1"
        cls.bin = cls.shelf.copy({"name": "Bin", "barcode": "BIN-1"})
        cls.bag = cls._product("Bag", "none", barcode="4012345678925", standard_price=2)
        cls.milk.standard_price = 3

    def count(self, place, *codes, missing=False, **details):
        """Count a place by scanning; the finished count."""
        counts = self.env["trace.count"]
        count = counts.browse(counts.trace_start(code=place.barcode)["id"])
        for code in codes:
            answer = count.trace_count_scan(code, uuid=str(uuid4()), **details)
            self.assertNotEqual(answer["verdict"], "stop", answer["message"])
        self.assertTrue(count.trace_count_finish(missing_is_zero=missing)["done"])
        return count

    def quant(self, product, place, lot=None):
        domain = [("product_id", "=", product.id), ("location_id", "=", place.id)]
        domain += [("lot_id", "=", lot.id if lot else False)]
        return self.env["stock.quant"].search(domain).with_context(inventory_mode=True)

    def adjust(self, quant, counted):
        quant.inventory_quantity = counted
        return quant.action_apply_inventory()

    def rows(self, *domain):
        self.env.flush_all()
        mine = [("warehouse_id", "=", self.warehouse.id)]
        return self.env["trace.inventory.accuracy"].search([*mine, *domain], order="id")

    def rates(self, *domain):
        mine = [("warehouse_id", "=", self.warehouse.id), *domain]
        return self.env["trace.inventory.accuracy"]._rates(mine)

    def test_figures_worked_out_by_hand(self):
        """Shelf: bags 10 by the books, 8 found; milk A 10 and 10; milk B 5 and none; milk C is
        a surplus of 1. Bin, in Odoo's inventory: bags 4 and 4."""
        self.put(self.bag, quantity=10, place=self.shelf)
        self.put(self.milk, "A", 10, place=self.shelf)
        self.put(self.milk, "B", 5, place=self.shelf)
        self.put(self.bag, quantity=4, place=self.bin)
        codes = ["4012345678925"] * 8
        codes += ["(01)04012345678901(10)A(30)10", "(01)04012345678901(10)C(30)1"]
        self.count(self.shelf, *codes, missing=True)
        self.adjust(self.quant(self.bag, self.bin), 4)
        facts = {
            (row.location_id.name, row.product_id.name, row.lot_id.name or ""): (
                row.theory_qty,
                row.counted_qty,
                row.difference_qty,
                row.value_difference,
                row.quantity_right,
                row.location_right,
                row.source,
            )
            for row in self.rows()
        }
        self.assertEqual(
            facts,
            {
                ("Shelf", "Bag", ""): (10, 8, -2, -4, False, False, "scan"),
                ("Shelf", "Milk", "A"): (10, 10, 0, 0, True, False, "scan"),
                ("Shelf", "Milk", "B"): (5, 0, -5, -15, False, False, "scan"),
                ("Shelf", "Milk", "C"): (0, 1, 1, 3, False, False, "scan"),
                ("Bin", "Bag", ""): (4, 4, 0, 0, True, True, "adjustment"),
            },
        )
        rates = self.rates()
        # 1 - (2 + 0 + 5 + 1 + 0) / (10 + 10 + 5 + 0 + 4)
        self.assertAlmostEqual(rates["quantity"], 1 - 8 / 29)
        self.assertEqual(rates["location"], 0.5)
        self.assertAlmostEqual(rates["lot"], 1 / 3)
        shelf = self.rates(("location_id", "=", self.shelf.id))
        self.assertAlmostEqual(shelf["quantity"], 1 - 8 / 25)
        self.assertEqual(shelf["location"], 0)
        self.assertEqual(self.rates(("product_id", "=", self.bag.id))["lot"], None)
        self.assertEqual(set(self.rates(("id", "=", 0)).values()), {None})

    def test_nothing_by_the_books_and_something_found_is_wrong(self):
        self.count(self.shelf, "4012345678925")
        self.assertEqual(self.rates(), {"quantity": 0, "location": 0, "lot": None})
        self.assertEqual(self.rows().quantity_accuracy, 0)

    def test_groups_have_the_rate_of_their_rows_and_no_mean_of_means(self):
        self.put(self.bag, quantity=99, place=self.shelf)
        self.put(self.milk, "A", 1, place=self.shelf)
        self.count(self.shelf, "(01)04012345678901(10)A(30)1", missing=True)
        [(rate, count)] = self.env["trace.inventory.accuracy"]._read_group(
            [("warehouse_id", "=", self.warehouse.id)],
            aggregates=["quantity_accuracy:avg", "row_count:sum"],
        )
        self.assertAlmostEqual(rate, 0.01)
        self.assertEqual(count, 2)

    def test_odoos_own_adjustments(self):
        """With and without a difference, with packages, and by somebody who was assigned."""
        counter = new_test_user(self.env, "counter", groups="stock.group_stock_user")
        package = self.env["stock.package"].create({"name": "BOX"})
        lot = self.put(self.milk, "A", 6, place=self.shelf, package=package)
        self.put(self.milk, "A", 4, place=self.shelf)
        quants = self.quant(self.milk, self.shelf, lot)
        self.assertEqual(len(quants), 2)
        for quant in quants:
            quant.inventory_quantity = quant.quantity - 1
            quant.user_id = counter
        self.assertIsNone(quants.action_apply_inventory())
        row = self.rows()
        self.assertEqual((row.theory_qty, row.counted_qty, row.lot_right), (10, 8, True))
        self.assertEqual((row.user_id, row.source), (counter, "adjustment"))
        self.assertEqual(row.value_difference, -6)

    def test_adjustment_after_a_movement_keeps_what_was_compared(self):
        """Odoo asks which holds; either way the theory is the one that the count was put beside."""
        lot = self.put(self.milk, "A", 10, place=self.shelf)
        quant = self.quant(self.milk, self.shelf, lot)
        quant.inventory_quantity = 9
        self.env.flush_all()
        self.env["stock.quant"]._update_available_quantity(self.milk, self.shelf, -4, lot_id=lot)
        self.env.flush_all()
        self.env.invalidate_all()
        action = quant.action_apply_inventory()
        self.assertEqual(action["res_model"], "stock.inventory.conflict")
        conflict = self.env["stock.inventory.conflict"].create({"quant_ids": quant.ids})
        conflict.with_context(inventory_mode=True).action_keep_difference()
        row = self.rows()
        self.assertEqual((row.theory_qty, row.counted_qty, row.difference_qty), (6, 5, -1))
        self.assertEqual(quant.quantity, 5)

    def test_quantity_set_in_the_product_form(self):
        """A quantity that is changed there is an adjustment; one that is left is no count."""
        product = self.bag.with_context(warehouse_id=self.warehouse.id)
        before = self.env["trace.inventory.accuracy"].search([("product_id", "=", self.bag.id)])
        product.qty_available = 7
        product.qty_available = 7
        after = self.env["trace.inventory.accuracy"].search([("product_id", "=", self.bag.id)])
        self.assertEqual((after - before).mapped("counted_qty"), [7])

    def test_places_counted_piece_by_piece_are_one_counting_of_a_day(self):
        self.put(self.bag, quantity=5, place=self.shelf)
        lot = self.put(self.milk, "A", 5, place=self.shelf)
        self.adjust(self.quant(self.bag, self.shelf), 5)
        self.assertEqual(self.rates()["location"], 1)
        self.adjust(self.quant(self.milk, self.shelf, lot), 4)
        self.assertEqual(self.rates()["location"], 0)
        self.assertEqual(self.rows().mapped("location_right"), [False, False])

    def test_submitted_count_is_recorded_once_wherever_it_is_applied(self):
        counter = new_test_user(self.env, "counter", groups="stock.group_stock_user")
        self.put(self.milk, "A", 10, place=self.shelf)
        lot = self.put(self.milk, "B", 5, place=self.shelf)
        counts = self.env["trace.count"].with_user(counter)
        count = counts.browse(counts.trace_start(code="SHELF-1")["id"])
        for code in ("(01)04012345678901(10)A(30)9", "(01)04012345678901(10)B(30)5"):
            count.trace_count_scan(code)
        count.trace_count_finish()
        self.assertEqual(len(self.rows()), 2)
        first = self.quant(self.milk, self.shelf, self.lot(self.milk, "A"))
        self.assertIsNone(first.action_apply_inventory())
        self.assertEqual((count.state, first.quantity), ("submitted", 9))
        # The rest is applied here; what is applied already is not applied again.
        count.with_env(self.env).trace_count_finish()
        self.assertEqual((count.state, first.quantity), ("done", 9))
        self.assertEqual(self.quant(self.milk, self.shelf, lot).quantity, 5)
        self.assertEqual(len(self.rows()), 2)
        self.assertEqual(self.rows().user_id, counter)

    def test_another_quantity_entered_for_a_submitted_count_is_a_count_of_its_own(self):
        counter = new_test_user(self.env, "counter", groups="stock.group_stock_user")
        self.put(self.bag, quantity=10, place=self.shelf)
        counts = self.env["trace.count"].with_user(counter)
        count = counts.browse(counts.trace_start(code="SHELF-1")["id"])
        count.trace_count_scan("4012345678925", quantity=9)
        count.trace_count_finish()
        self.adjust(self.quant(self.bag, self.shelf), 8)
        self.assertEqual(self.rows().mapped("counted_qty"), [9, 8])
        self.assertEqual(self.rows().mapped("source"), ["scan", "adjustment"])
        self.assertEqual(count.state, "done")
        self.assertEqual(self.quant(self.bag, self.shelf).quantity, 8)

    def test_goods_that_moved_between_two_scans(self):
        lot = self.put(self.milk, "A", 10, place=self.shelf)
        counts = self.env["trace.count"]
        count = counts.browse(counts.trace_start(code="SHELF-1")["id"])
        count.trace_count_scan("(01)04012345678901(10)A(30)3")
        self.assertFalse(count.line_ids.moved)
        self.env["stock.quant"]._update_available_quantity(self.milk, self.shelf, -4, lot_id=lot)
        count.trace_count_scan("(01)04012345678901(10)A(30)3")
        self.assertTrue(count.line_ids.moved)
        self.env["stock.quant"]._update_available_quantity(self.milk, self.shelf, -2, lot_id=lot)
        count.trace_count_finish()
        row = self.rows()
        self.assertEqual((row.theory_qty, row.counted_qty), (6, 6))

    def test_scans_that_waited_for_a_network(self):
        """The books are those of the moment of the scan, not of its arrival."""
        self.put(self.milk, "A", 10, place=self.shelf)
        scanned_at = fields.Datetime.now() - timedelta(minutes=10)
        picking = self.transfer("out", (self.milk, 4), source=self.shelf)
        picking.button_validate()
        self.put(self.bag, quantity=2, place=self.shelf)
        counts = self.env["trace.count"]
        count = counts.browse(counts.trace_start(code="SHELF-1")["id"])
        when = {"scanned_at": fields.Datetime.to_string(scanned_at)}
        count.trace_count_scan("(01)04012345678901(10)A(30)10", **when)
        count.trace_count_finish()
        row = self.rows()
        self.assertEqual((row.theory_qty, row.counted_qty), (10, 10))
        self.assertEqual(row.counted_at, scanned_at.replace(microsecond=0))
        quant = self.quant(self.milk, self.shelf, self.lot(self.milk, "A"))
        self.assertEqual(quant.quantity, 6)

    def test_units_and_rounding(self):
        """Counted in thirds of a dozen: no dust of decimal fractions is a difference."""
        kilo = self.env.ref("uom.product_uom_kgm")
        flour = self._product("Flour", "none", barcode="4012345678949", uom_id=kilo.id)
        for part in (0.1, 0.2, 0.4):
            self.put(flour, quantity=part, place=self.shelf)
        self.count(self.shelf, *["4012345678949"] * 7, quantity=0.1)
        row = self.rows()
        self.assertEqual((row.difference_qty, row.quantity_right, row.uom), (0, True, kilo))

    def test_other_companys_counts_are_not_seen(self):
        self.put(self.bag, quantity=1, place=self.shelf)
        self.count(self.shelf, "4012345678925")
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="lot_serial_trace.group_trace_auditor",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in ("trace.inventory.accuracy", "trace.count.result"):
            mine = self.env[model].search([("product_id", "=", self.bag.id)])
            self.assertTrue(mine)
            self.assertFalse(mine.with_user(stranger).search([("id", "in", mine.ids)]))

    def test_a_thousand_rows_take_as_many_queries_as_ten(self):
        """What is kept of a count costs the same number of queries, however much was counted."""

        def record(numbers):
            lots = self.env["stock.lot"].create(
                [{"product_id": self.milk.id, "name": f"Q{number}"} for number in numbers]
            )
            quants = self.env["stock.quant"].create(
                [
                    {
                        "product_id": self.milk.id,
                        "location_id": self.shelf.id,
                        "lot_id": lot.id,
                        "quantity": 5,
                        "inventory_quantity": 4,
                        "inventory_quantity_set": True,
                    }
                    for lot in lots
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            result = self.env["trace.count.result"]
            result._record(quants._trace_counted(None))
            return self.env.cr.sql_log_count - before

        few = record(range(10))
        many = record(range(10, 1010))
        self.assertLessEqual(many, few + 4)
        self.assertEqual(len(self.rows()), 1010)
