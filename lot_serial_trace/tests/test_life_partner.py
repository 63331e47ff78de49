from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .life_case import LifeCase


@tagged("post_install", "-at_install")
class TestLifePartner(LifeCase):
    """What a customer wants at delivery can be set on the customer; it is an expiry rule."""

    def rules(self):
        return self.env["trace.expiry.rule"].search([("partner_id", "=", self.customer.id)])

    def test_written_as_a_rule_and_read_from_it(self):
        self.assertEqual(self.customer.trace_min_life, 0)
        self.customer.trace_min_life = 30
        rule = self.rules()
        self.assertEqual((rule.min_life_unit, rule.min_life_at), ("days", 30))
        self.customer.write({"trace_min_life": 50, "trace_min_life_unit": "percent"})
        self.assertEqual(self.rules(), rule)
        self.assertEqual((rule.min_life_unit, rule.min_life_at), ("percent", 50))
        rule.min_life_at = 60
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.trace_min_life, 60)
        self.customer.trace_min_life = 0
        self.assertFalse(self.rules(), "a rule that says nothing is put away")

    def test_a_rule_for_more_is_kept(self):
        rule = self.wants(30, stop_unit="days", stop_at=5)
        self.customer.trace_min_life = 0
        self.assertEqual((rule.active, rule.min_life_unit, rule.stop_unit), (True, False, "days"))

    def test_rules_for_some_products_are_left_alone(self):
        rule = self.wants(30, product_id=self.milk.id)
        self.assertEqual(self.customer.trace_min_life, 0)
        self.customer.trace_min_life = 10
        self.assertEqual(rule.min_life_at, 30)
        self.assertEqual(len(self.rules()), 2)

    def test_a_contact_shows_what_its_company_wants(self):
        shop = self.env["res.partner"].create({"name": "Shop", "parent_id": self.customer.id})
        self.customer.trace_min_life = 30
        self.assertEqual(shop.trace_min_life, 30)
        shop.trace_min_life = 10
        self.assertEqual(self.customer.trace_min_life, 30)

    def test_on_the_form_by_an_administrator_only(self):
        admin = new_test_user(
            self.env,
            "life-admin",
            "lot_serial_trace.group_trace_admin,base.group_partner_manager",
        )
        user = new_test_user(
            self.env, "life-user", "lot_serial_trace.group_trace_user,base.group_partner_manager"
        )
        with Form(self.customer.with_user(admin), "base.view_partner_form") as form:
            form.trace_min_life = 30
        self.assertEqual(self.rules().min_life_at, 30)
        with self.assertRaises(AccessError):
            self.customer.with_user(user).trace_min_life = 10
        with Form(self.customer.with_user(user), "base.view_partner_form") as form:
            form.name = "Another name"
