from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestQuarantinePlace(TraceCase):
    """A warehouse has a quarantine place, and nothing is fetched from there by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.action_trace_make_quarantine()
        cls.quarantine = cls.warehouse.trace_quarantine_id

    def stock_up(self, place, number="Q1", quantity=5):
        lot = self.env["stock.lot"].create({"product_id": self.milk.id, "name": number})
        self.env["stock.quant"]._update_available_quantity(self.milk, place, quantity, lot_id=lot)
        return lot

    def assign(self, source, dest, quantity=5):
        move = self.env["stock.move"].create(
            {
                "product_id": self.milk.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "picking_type_id": self.warehouse.int_type_id.id,
            }
        )
        move._action_confirm(merge=False)
        move._action_assign()
        return move

    def test_the_button_makes_a_marked_place_outside_of_stock(self):
        self.assertTrue(self.quarantine.trace_quarantine)
        self.assertFalse(self.quarantine._child_of(self.stock))
        self.assertEqual(self.quarantine.warehouse_id, self.warehouse)

    def test_pressed_again_the_button_makes_no_second_place(self):
        self.warehouse.action_trace_make_quarantine()
        self.assertEqual(self.warehouse.trace_quarantine_id, self.quarantine)
        self.warehouse.trace_quarantine_id = False
        self.warehouse.action_trace_make_quarantine()
        self.assertEqual(self.warehouse.trace_quarantine_id, self.quarantine)

    def test_a_place_that_is_chosen_becomes_quarantine(self):
        self.warehouse.trace_quarantine_id = self.shelf
        self.assertTrue(self.shelf.trace_quarantine)

    def test_places_of_other_warehouses_and_all_stock_are_refused(self):
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        with self.assertRaisesRegex(ValidationError, "internal place of that warehouse"):
            self.warehouse.trace_quarantine_id = other.lot_stock_id
        with self.assertRaisesRegex(ValidationError, "place of its own"):
            self.warehouse.trace_quarantine_id = self.stock

    def test_each_place_has_the_quarantine_of_its_warehouse(self):
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        places = self.shelf | other.lot_stock_id | self.customers
        found = places._trace_quarantines_for()
        self.assertEqual(found[self.shelf], self.quarantine)
        self.assertFalse(found[other.lot_stock_id])
        self.assertFalse(found[self.customers])

    def test_a_marked_place_serves_where_the_warehouse_names_none(self):
        self.warehouse.trace_quarantine_id = False
        self.assertEqual(self.shelf._trace_quarantine_for(), self.quarantine)
        self.quarantine.trace_quarantine = False
        self.assertFalse(self.shelf._trace_quarantine_for())

    def test_an_archived_place_serves_nobody(self):
        self.quarantine.active = False
        self.assertFalse(self.shelf._trace_quarantine_for())

    def test_goods_of_another_company_do_not_go_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(self.shelf._trace_quarantine_for(other))

    def test_many_places_cost_as_few_queries_as_one(self):
        shelves = self.env["stock.location"].create(
            [{"name": f"S{n}", "location_id": self.stock.id} for n in range(200)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(5):
            found = shelves._trace_quarantines_for()
        self.assertEqual(set(found.values()), {self.quarantine})

    def test_a_place_in_quarantine_is_quarantine_also_when_it_is_made_later(self):
        cage = self.shelf.create({"name": "Cage", "location_id": self.quarantine.id})
        self.assertTrue(cage._trace_in_quarantine())
        cage.location_id = self.stock
        self.assertFalse(cage._trace_in_quarantine())

    # -- reservation ----------------------------------------------------------

    def test_deliveries_take_nothing_out_of_quarantine_in_stock(self):
        self.shelf.trace_quarantine = True
        self.stock_up(self.shelf)
        self.assertFalse(self.assign(self.stock, self.customers).quantity)
        self.shelf.trace_quarantine = False
        self.assertEqual(self.assign(self.stock, self.customers).quantity, 5)

    def test_goods_without_numbers_are_safe_in_quarantine_too(self):
        nails = self._product("Nails", "none")
        self.env["stock.quant"]._update_available_quantity(nails, self.shelf, 5)
        self.milk = nails
        self.shelf.trace_quarantine = True
        self.assertFalse(self.assign(self.stock, self.customers).quantity)
        self.shelf.trace_quarantine = False
        self.assertEqual(self.assign(self.stock, self.customers).quantity, 5)

    def test_goods_may_be_fetched_from_quarantine(self):
        self.stock_up(self.quarantine)
        self.assertEqual(self.assign(self.quarantine, self.stock).quantity, 5)

    def test_suppliers_scrap_and_quarantine_may_have_quarantined_goods(self):
        self.shelf.trace_quarantine = True
        scrap = self.env["stock.location"].search([("usage", "=", "inventory")], limit=1)
        for number, dest in enumerate((self.suppliers, scrap, self.quarantine)):
            self.stock_up(self.shelf, f"Q{number}")
            self.assertEqual(self.assign(self.stock, dest).quantity, 5, dest.display_name)

    # -- putaway --------------------------------------------------------------

    def test_rules_of_putaway_do_not_put_goods_into_quarantine(self):
        self.shelf.trace_quarantine = True
        rule = self.env["stock.putaway.rule"].create(
            {
                "location_in_id": self.stock.id,
                "location_out_id": self.shelf.id,
                "company_id": self.warehouse.company_id.id,
            }
        )
        self.assertEqual(self.stock._get_putaway_strategy(self.milk, 1), self.stock)
        self.shelf.trace_quarantine = False
        self.assertEqual(self.stock._get_putaway_strategy(self.milk, 1), self.shelf)
        cage = self.shelf.create({"name": "Cage", "location_id": self.quarantine.id})
        rule.write({"location_in_id": self.quarantine.id, "location_out_id": cage.id})
        self.assertEqual(self.quarantine._get_putaway_strategy(self.milk, 1), cage)
