from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TraceCase


class StorageCase(TraceCase):
    """Two bins, classes for temperature and hazard, and words for what lies where."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bins = cls.env["stock.location"].create(
            [{"name": f"Bin {n}", "location_id": cls.shelf.id} for n in (1, 2, 3)]
        )
        classes = cls.env["trace.storage.class"]
        cls.chilled = classes.create({"name": "Chilled", "temperature": "chilled"})
        cls.frozen = classes.create({"name": "Frozen", "temperature": "frozen"})

    def put(self, product, number, place, expires=None, quantity=1):
        lot = self.lot(product, number) or self.env["stock.lot"].create(
            {"product_id": product.id, "name": number}
        )
        if expires:
            lot.expiration_date = expires
        if quantity:
            stock = self.env["stock.quant"]
            stock._update_available_quantity(product, place, quantity, lot_id=lot)
        return lot

    def found(self, picking):
        """(code, number) of what the gate finds about storage."""
        verdicts = self.env["trace.gate"]._examine(picking.move_line_ids)
        codes = ("wrong_storage", "wrong_neighbour", "mixed_lots", "mixed_dates")
        return sorted(
            (verdict.finding.code, verdict.finding.values["lot"])
            for verdict in verdicts
            if verdict.finding.code in codes
        )

    def arriving(self, *units, place):
        picking = self.picking("in", list(units))
        picking.move_line_ids.location_dest_id = place
        return picking


@tagged("post_install", "-at_install")
class TestStorageRules(StorageCase):
    """A place that says what it takes or mixes is heard; one that says nothing takes all."""

    def test_wrong_temperature(self):
        self.milk.categ_id = self.env["product.category"].create({"name": "Dairy"})
        self.milk.categ_id.trace_class_ids = self.chilled
        freezer, fridge = self.bins[:2]
        freezer.trace_class_ids = self.frozen
        fridge.trace_class_ids = self.chilled
        wrong = self.arriving((self.milk, "L1", 1), place=freezer)
        self.assertEqual(self.found(wrong), [("wrong_storage", "L1")])
        self.assertEqual(self.found(self.arriving((self.milk, "L1", 1), place=fridge)), [])
        self.assertEqual(self.found(self.arriving((self.milk, "L1", 1), place=self.bins[2])), [])

    def test_classes_come_from_the_category_above_unless_the_product_has_its_own(self):
        food = self.env["product.category"].create({"name": "Food"})
        dairy = self.env["product.category"].create({"name": "Dairy", "parent_id": food.id})
        self.milk.categ_id = dairy
        food.trace_class_ids = self.chilled
        self.assertEqual(self.milk._trace_classes()[self.milk], {self.chilled.id})
        dairy.trace_class_ids = self.frozen
        self.assertEqual(self.milk._trace_classes()[self.milk], {self.frozen.id})
        self.milk.trace_class_ids = self.chilled
        self.assertEqual(self.milk._trace_classes()[self.milk], {self.chilled.id})

    def test_places_below_take_what_the_place_above_takes(self):
        self.milk.trace_class_ids = self.chilled
        self.shelf.trace_class_ids = self.frozen
        wrong = self.arriving((self.milk, "L1", 1), place=self.bins[0])
        self.assertEqual(self.found(wrong), [("wrong_storage", "L1")])
        self.bins[0].trace_class_ids = self.chilled
        self.assertEqual(self.found(wrong), [])

    def test_archived_classes_say_nothing(self):
        self.milk.trace_class_ids = self.chilled
        self.bins[0].trace_class_ids = self.frozen
        self.chilled.active = False
        self.assertEqual(self.found(self.arriving((self.milk, "L1", 1), place=self.bins[0])), [])

    def test_hazards_apart_though_only_one_of_them_says_so(self):
        classes = self.env["trace.storage.class"]
        oxidising = classes.create({"name": "Oxidising", "hazard": "ADR 5.1"})
        flammable = classes.create(
            {"name": "Flammable", "hazard": "ADR 3", "apart_ids": [(6, 0, oxidising.ids)]}
        )
        self.milk.trace_class_ids = oxidising
        self.device.trace_class_ids = flammable
        self.shelf.trace_class_ids = oxidising | flammable
        self.put(self.device, "S1", self.bins[1])
        beside = self.arriving((self.milk, "L1", 1), place=self.bins[0])
        self.assertEqual(self.found(beside), [("wrong_neighbour", "L1")])

    def test_one_lot_of_each_product(self):
        self.shelf.trace_mixing = "lot_per_product"
        self.put(self.milk, "L1", self.bins[0])
        butter = self._product("Butter", "lot")
        same = self.arriving((self.milk, "L1", 1), (butter, "B1", 1), place=self.bins[0])
        self.assertEqual(self.found(same), [])
        other = self.arriving((self.milk, "L2", 1), place=self.bins[0])
        self.assertEqual(self.found(other), [("mixed_lots", "L2")])
        self.assertEqual(self.found(self.arriving((self.milk, "L2", 1), place=self.bins[1])), [])

    def test_lots_that_come_together(self):
        self.bins[0].trace_mixing = "one_lot"
        both = self.arriving((self.milk, "L1", 1), (self.milk, "L2", 1), place=self.bins[0])
        self.assertEqual(self.found(both), [("mixed_lots", "L2")])

    def test_serial_numbers_of_one_batch_are_one_lot(self):
        self.bins[0].trace_mixing = "lot_per_product"
        self.put(self.device, "S1", self.bins[0]).trace_batch = "X"
        picking = self.arriving((self.device, "S2", 1), (self.device, "S3", 1), place=self.bins[0])
        for line, batch in zip(picking.move_line_ids, "XY", strict=True):
            line.trace_batch = batch
        self.assertEqual(self.found(picking), [("mixed_lots", "S3")])

    def test_dates_by_the_category_with_a_window(self):
        category = self.env["stock.storage.category"].create(
            {"name": "By date", "trace_mixing": "one_date", "trace_date_window": 3}
        )
        self.bins[0].storage_category_id = category
        self.put(self.milk, "L1", self.bins[0], "2031-03-10 12:00:00")
        for number, day in (("L2", "2031-03-13"), ("L3", "2031-03-14")):
            self.put(self.milk, number, self.stock, f"{day} 12:00:00")
        picking = self.arriving((self.milk, "L2", 1), (self.milk, "L3", 1), place=self.bins[0])
        self.assertEqual(self.found(picking), [("mixed_dates", "L3")])
        category.trace_date_window = 4
        self.assertEqual(self.found(picking), [])
        self.bins[0].trace_mixing = "anything"
        category.trace_date_window = 0
        self.assertEqual(self.found(picking), [])

    def test_empty_places_and_counts(self):
        self.bins[0].trace_mixing = "one_lot"
        self.put(self.milk, "L1", self.bins[0])
        self.lot(self.milk, "L1").quant_ids.quantity = 0
        self.assertEqual(self.found(self.arriving((self.milk, "L2", 1), place=self.bins[0])), [])
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        for number in ("L3", "L4"):
            lot = self.put(self.milk, number, self.stock)
            quant.create(
                {
                    "product_id": self.milk.id,
                    "location_id": self.bins[0].id,
                    "lot_id": lot.id,
                    "inventory_quantity": 1,
                }
            ).action_apply_inventory()
        kinds = self.env["trace.exception"].search([("product_id", "=", self.milk.id)])
        self.assertNotIn("mixed_lots", kinds.mapped("kind"), "a count says what is there")

    def test_policy_may_block_it(self):
        self.policy("mixed_lots", "block")
        self.bins[0].trace_mixing = "one_lot"
        self.put(self.milk, "L1", self.bins[0])
        picking = self.arriving((self.milk, "L2", 1), place=self.bins[0])
        self.assertIsNot(self.validate(picking), True)
        self.assertEqual(picking.state, "assigned")

    def test_the_person_who_validates_is_asked(self):
        self.bins[0].trace_mixing = "one_lot"
        self.put(self.milk, "L1", self.bins[0])
        picking = self.arriving((self.milk, "L2", 1), place=self.bins[0])
        action = self.validate(picking)
        said = self.env[action["res_model"]].browse(action["res_id"]).line_ids.message
        self.assertIn("would lie in", said)

    def test_where_no_place_says_anything_nothing_is_asked(self):
        self.env["trace.policy"].search([]).active = False
        picking = self.arriving((self.milk, "L1", 1), place=self.bins[0])
        self.env["trace.gate"]._examine(picking.move_line_ids)
        with self.assertQueryCount(0):
            self.assertFalse(self.env["trace.storage"]._rooms(self.bins))
            self.env["trace.gate"]._examine(picking.move_line_ids)

    def test_thousand_lines_take_the_queries_of_ten(self):
        self.milk.trace_class_ids = self.chilled
        self.shelf.write({"trace_mixing": "one_lot", "trace_class_ids": [(6, 0, self.frozen.ids)]})
        self.put(self.milk, "L", self.bins[0])

        def queries(count, letter):
            units = [(self.milk, f"{letter}{n}", 1) for n in range(count)]
            picking = self.arriving(*units, place=self.bins[0])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.found(picking)), 2 * count)
            return self.env.cr.sql_log_count - before

        queries(3, "W")
        small, large = queries(10, "A"), queries(1000, "B")
        self.assertLessEqual(large, small + 5, "reading in chunks")

    def test_a_class_that_says_nothing_is_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["trace.storage.class"].create({"name": "Empty"})
