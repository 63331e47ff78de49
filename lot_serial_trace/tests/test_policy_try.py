from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import TraceCase


@tagged("post_install", "-at_install")
class TestPolicyTry(TraceCase):
    """The screen says which policy wins and why; policies that do nothing are shown as such."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.food = cls.env["product.category"].create({"name": "Food"})
        cls.dairy = cls.env["product.category"].create({"name": "Dairy", "parent_id": cls.food.id})
        cls.milk.categ_id = cls.dairy

    def trial(self, **values):
        return self.env["trace.policy.try"].create({"code": "expired", **values})

    def outcomes(self, trial):
        return [(line.policy_id, line.outcome) for line in trial.line_ids]

    def test_without_policies_the_default_is_told(self):
        trial = self.trial(product_id=self.milk.id)
        self.assertEqual(trial.severity, "off")
        self.assertIn("by default", trial.why)
        self.assertFalse(trial.line_ids)

    def test_the_ranking_and_why_each_beats_the_next(self):
        general = self.policy("expired", "note", company_id=False)
        food = self.policy("expired", "warn", categ_id=self.food.id)
        dairy = self.policy("expired", "block", categ_id=self.dairy.id, note="They asked for it")
        other = self.policy("expired", "off", product_id=self.device.id)
        trial = self.trial(product_id=self.milk.id)
        self.assertEqual(
            self.outcomes(trial),
            [(dairy, "wins"), (food, "beaten"), (general, "beaten"), (other, "other")],
        )
        self.assertEqual(trial.severity, "block")
        whys = trial.line_ids.mapped("why")
        self.assertEqual(whys[0], "“Food / Dairy” is nearer than “Food” of the next one.")
        self.assertEqual(whys[1], "It names Product Category “Food”, the next one does not.")
        self.assertEqual(whys[3], "Only for Product “Device”.")
        self.assertIn("Expired: Block", trial.why)
        self.assertIn("They asked for it", trial.why)
        self.assertIn(whys[0], trial.why)

    def test_places_count_and_the_screen_answers_at_once(self):
        policy = self.policy("expired", "quarantine", location_id=self.stock.id)
        form = Form(self.env["trace.policy.try"])
        form.code = "expired"
        self.assertEqual(form.severity, "off")
        form.picking_type_id = self.warehouse.in_type_id
        self.assertEqual(form.location_dest_id, self.stock)
        self.assertEqual(form.severity, "quarantine")
        self.assertIn("put on hold", form.meaning)
        self.assertIn("Place TRT/Stock", form.why)
        form.location_dest_id = self.customers
        self.assertEqual(form.severity, "off")
        self.assertEqual(form.save().line_ids.policy_id, policy)

    def test_of_equals_the_younger(self):
        first, second = self.policy("expired", "note"), self.policy("expired", "warn")
        trial = self.trial()
        self.assertEqual(self.outcomes(trial), [(second, "wins"), (first, "beaten")])
        self.assertIn("younger", trial.why)

    def test_twins_are_told_until_one_is_archived(self):
        first = self.policy("expired", "note", product_id=self.milk.id)
        second = self.policy("expired", "warn", product_id=self.milk.id)
        self.policy("on_hold", "warn", product_id=self.milk.id)
        self.policy("expired", "warn", product_id=self.device.id)
        self.assertEqual(first.twin_ids, second)
        found = self.env["trace.policy"].search([("twin_ids", "!=", False)])
        self.assertEqual(found, first | second)
        second.active = False
        (first | second).invalidate_recordset(["twin_ids"])
        self.assertFalse(first.twin_ids | second.twin_ids)
        self.assertTrue(second.exists(), "archived ones are kept")
        self.assertFalse(self.env["trace.policy"].search([("twin_ids", "!=", False)]))

    def test_twins_of_a_list_take_one_query(self):
        policies = self.env["trace.policy"].create(
            [{"code": "expired", "severity": "note", "product_id": self.milk.id}] * 50
        )
        self.env.flush_all()
        self.env.invalidate_all()
        policies.mapped("code")
        with self.assertQueryCount(2):
            policies.mapped("twin_ids")

    def test_from_a_policy_and_from_an_exception(self):
        policy = self.policy("expired", "block", categ_id=self.food.id)
        context = policy.action_try()["context"]
        trial = self.env["trace.policy.try"].with_context(**context).create({})
        self.assertEqual(trial.line_ids[0].policy_id, policy)
        self.assertEqual(self.env["trace.policy"].action_try()["res_model"], trial._name)
        self.env["stock.lot"].create({"name": "GHOST", "product_id": self.device.id})
        self.policy("unknown_number", "warn", location_id=self.customers.id)
        picking = self.picking("out", [(self.device, "GHOST", 1)])
        wizard = self.env["trace.gate.wizard"].browse(self.validate(picking)["res_id"])
        self.assertIn("Place Customers", wizard.line_ids.why.replace("Partners/", ""))
        wizard.action_continue()
        exception = self.env["trace.exception"].search([("kind", "=", "unknown_number")])
        self.assertIn("Customers", exception.policy_text)
        context = exception.action_why()["context"]
        trial = self.env["trace.policy.try"].with_context(**context).create({})
        self.assertEqual(trial.severity, "warn")

    def test_users_and_auditors_may_ask_about_their_company_only(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.policy("expired", "block", company_id=other.id)
        for group in ("user", "auditor"):
            user = new_test_user(
                self.env, f"try_{group}", groups=f"lot_serial_trace.group_trace_{group}"
            )
            tries = self.env["trace.policy.try"].with_user(user)
            trial = tries.create({"code": "expired"})
            self.assertEqual(trial.severity, "off")
            self.assertFalse(trial.line_ids, "policies of other companies are not shown")
            with self.assertRaises(AccessError):
                tries.create({"code": "expired", "company_id": other.id}).mapped("severity")
        packer = new_test_user(self.env, "try_packer", groups="stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.env["trace.policy.try"].with_user(packer).create({"code": "expired"})
