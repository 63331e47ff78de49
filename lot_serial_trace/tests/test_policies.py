from odoo.tests import tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestPolicy(TraceCase):
    """The most specific policy wins."""

    def severity(self, **case):
        case = {"code": "expired", "company_id": self.env.company.id, **case}
        return self.env["trace.policy"]._resolve([case])[0][0]

    def test_most_specific_wins(self):
        food = self.env["product.category"].create({"name": "Food"})
        dairy = self.env["product.category"].create({"name": "Dairy", "parent_id": food.id})
        self.milk.categ_id = dairy
        plant = self.env["res.partner"].create(
            {"name": "Plant", "parent_id": self.supplier.id, "is_company": False}
        )
        self.assertEqual(self.severity(product_id=self.milk.id), "off", "kind's own")
        self.policy("expired", "note", company_id=False)
        self.assertEqual(self.severity(product_id=self.milk.id), "note")
        self.policy("expired", "warn", categ_id=food.id)
        self.assertEqual(self.severity(product_id=self.milk.id), "warn", "through the parent")
        self.policy("expired", "block", categ_id=dairy.id)
        self.assertEqual(self.severity(product_id=self.milk.id), "block", "nearest category")
        self.policy("expired", "quarantine", product_id=self.milk.id)
        self.assertEqual(self.severity(product_id=self.milk.id), "quarantine")
        self.policy("expired", "off", partner_id=self.supplier.id)
        self.assertEqual(
            self.severity(product_id=self.milk.id, partner_id=plant.id),
            "off",
            "address of the supplier",
        )
        self.assertEqual(self.severity(product_id=self.device.id), "note")

    def test_other_company_is_not_asked(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.policy("expired", "block", company_id=other.id)
        self.assertEqual(self.severity(product_id=self.milk.id), "off")

    def test_change_counts_at_once(self):
        policy = self.policy("expired", "block")
        self.assertEqual(self.severity(), "block")
        policy.severity = "note"
        self.assertEqual(self.severity(), "note")
        policy.active = False
        self.assertEqual(self.severity(), "off")
        self.assertEqual(policy.display_name, "Expired: Note")
        policy.unlink()

    def places(self, source, dest):
        return {"location_ids": (source.id, dest.id)}

    def test_a_place_counts_for_what_leaves_or_reaches_it(self):
        self.policy("expired", "warn", location_id=self.stock.id)
        self.assertEqual(self.severity(**self.places(self.stock, self.customers)), "warn")
        self.assertEqual(self.severity(**self.places(self.suppliers, self.shelf)), "warn", "in it")
        self.assertEqual(self.severity(**self.places(self.suppliers, self.customers)), "off")
        self.assertEqual(self.severity(), "off", "a case without places")

    def test_the_nearest_place_wins(self):
        self.policy("expired", "block", location_id=self.shelf.id)
        self.policy("expired", "note", location_id=self.stock.id)
        self.assertEqual(self.severity(**self.places(self.shelf, self.customers)), "block")
        self.assertEqual(self.severity(**self.places(self.stock, self.customers)), "note")
        self.policy("expired", "off", picking_type_id=self.warehouse.out_type_id.id)
        case = self.places(self.shelf, self.customers)
        case["picking_type_id"] = self.warehouse.out_type_id.id
        self.assertEqual(self.severity(**case), "off", "the operation type counts for more")

    def test_the_gate_asks_with_the_places_of_the_line(self):
        self.policy("no_number", "block", location_id=self.shelf.id)
        self.receive((self.milk, "L1", 5), dest=self.shelf)
        for source, refused in ((self.stock, False), (self.shelf, True)):
            with self.subTest(source.name):
                picking = self.picking("out", [(self.milk, False, 1)], source=source)
                verdicts = self.env["trace.gate"]._examine(picking.move_line_ids)
                self.assertEqual(bool(verdicts), refused)

    def test_a_policy_goes_with_its_place(self):
        place = self.env["stock.location"].create({"name": "Gone", "usage": "internal"})
        policy = self.policy("expired", "block", location_id=place.id)
        place.unlink()
        self.assertFalse(policy.exists())

    def test_queries_are_constant_however_many_policies_and_cases(self):
        def queries(count):
            products = self.env["product.product"].create(
                [{"name": f"P{count}-{number}", "tracking": "lot"} for number in range(count)]
            )
            for name, ids in (("product_id", products.ids), ("categ_id", products.categ_id.ids)):
                self.env["trace.policy"].create(
                    [{"code": "expired", "severity": "warn", name: one} for one in ids]
                )
            self.policy("expired", "warn", location_id=self.shelf.id)
            self.policy("expired", "warn", partner_id=self.supplier.id)
            asks = [
                {
                    "code": "expired",
                    "company_id": self.env.company.id,
                    "product_id": product.id,
                    "partner_id": self.supplier.id,
                    **self.places(self.suppliers, self.shelf),
                }
                for product in products
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            self.env["trace.policy"]._rules()
            before = self.cr.sql_log_count
            answers = self.env["trace.policy"]._resolve(asks)
            self.assertEqual(len(answers), count)
            return self.cr.sql_log_count - before

        few = queries(2)
        self.assertEqual(queries(200), few)
        self.assertLessEqual(few, 6)
