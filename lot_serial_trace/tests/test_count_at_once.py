from functools import partial

from odoo.tests import tagged

from .test_at_once import AtOnceCase


@tagged("post_install", "-at_install")
class TestCountAtOnce(AtOnceCase):
    """Goods move while they are counted and while the count is applied: both stay true."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.clean)
        cls.request(cls.prepare)
        cls.place_id = cls.request(cls.make_place)

    @classmethod
    def make_place(cls, env):
        warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        place = env["stock.location"].create(
            {"name": "At once", "location_id": warehouse.lot_stock_id.id}
        )
        return place.id

    @classmethod
    def clean(cls):
        with cls.connection.cursor() as cr:
            mine = "(SELECT id FROM trace_count WHERE location_id = %s)"
            cr.execute(f"DELETE FROM trace_scan WHERE count_id IN {mine}", [cls.place_id])
            cr.execute("DELETE FROM trace_count_result WHERE location_id = %s", [cls.place_id])
            cr.execute("DELETE FROM trace_count WHERE location_id = %s", [cls.place_id])
        cls.clean_goods()
        cls.request(lambda env: env["stock.location"].browse(cls.place_id).unlink())
        return super().clean()

    def put(self, env, quantity):
        lot = env["stock.lot"].create(
            {"product_id": self.product_ids["lot"], "name": "COUNTED", "company_id": False}
        )
        env["stock.quant"]._update_available_quantity(
            lot.product_id, env["stock.location"].browse(self.place_id), quantity, lot_id=lot
        )
        return lot.id

    def deliver(self, env, quantity):
        lot = env["stock.lot"].search([("name", "=", "COUNTED")])
        picking = self.transfer(env, "out", "lot", [{"lot_id": lot.id, "quantity": quantity}])
        picking.move_line_ids.location_id = self.place_id
        picking.move_ids.product_uom_qty = quantity
        picking.with_context(trace_confirmed=True, skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")

    def begin(self, env):
        return env["trace.count"].trace_start(location_id=self.place_id)["id"]

    def scan(self, env, count_id, quantity):
        answer = (
            env["trace.count"]
            .browse(count_id)
            .trace_count_scan("COUNTED", product_id=self.product_ids["lot"], quantity=quantity)
        )
        self.assertEqual(answer["verdict"], "good", answer["message"])

    def finish(self, env, count_id):
        self.assertTrue(env["trace.count"].browse(count_id).trace_count_finish()["done"])

    def test_a_delivery_while_it_is_counted_and_another_while_it_is_applied(self):
        """10 by the books, 9 counted; 4 leave, then 1. What is left is 10 - 1 - 4 - 1."""
        self.request(partial(self.put, quantity=10))
        count_id = self.request(self.begin)
        scan = partial(self.scan, count_id=count_id, quantity=9)
        self.assertEqual(self.at_once([scan, partial(self.deliver, quantity=4)]), [None, None])
        finish = partial(self.finish, count_id=count_id)
        self.assertEqual(self.at_once([finish, partial(self.deliver, quantity=1)]), [None, None])
        place = "location_id = %s"
        counted = f"{place} AND theory_qty = 10 AND counted_qty = 9 AND difference_qty = -1"
        self.assertEqual(self.count("trace_count_result", counted, self.place_id), 1)
        self.assertEqual(self.count("trace_count_result", place, self.place_id), 1)
        left = f"{place} AND product_id = %s HAVING sum(quantity) = 4"
        product = self.product_ids["lot"]
        self.assertTrue(self.count("stock_quant", left, self.place_id, product))
