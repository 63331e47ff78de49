from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .disposal_case import SEEN, DisposalCase


@tagged("post_install", "-at_install")
class TestRecallDispose(DisposalCase):
    """The dialog: which goods, how much, and what was said about them."""

    def furnish(self):
        super().furnish()
        self.receive(
            (self.milk, "M1", 100),
            (self.milk, "M2", 10),
            *((self.device, f"S{n}", 1) for n in range(5)),
        )
        lots = self.env["stock.lot"].search([("product_id", "in", (self.milk | self.device).ids)])
        self.m1 = self.lot(self.milk, "M1")
        self.case = self.recall(*lots)

    def dialog(self, scopes=None, **values):
        action = self.env["trace.recall.dispose"]._ask(self.case, scopes)
        return Form(self.env[action["res_model"]].browse(action["res_id"]))

    def test_all_that_is_to_be_decided(self):
        form = self.dialog()
        self.assertEqual(form.facts, "7 lots: 115 Units")
        form.product_ids.add(self.device)
        self.assertEqual(form.facts, "5 lots: 5 Units")
        form.witness, form.method, form.happened = SEEN["witness"], SEEN["method"], True
        form.save().action_do()
        self.assertEqual(set(self.case.disposition_ids.mapped("state")), {"done"})
        self.assertEqual(len(self.case.disposition_ids), 5)
        self.assertEqual(self.on_hand(self.m1), 100)

    def test_quantities_can_be_changed(self):
        form = self.dialog(self.scope(self.case, self.m1))
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.lot_name, line.open_qty), ("M1", 100))
            line.quantity = 30
        self.assertEqual(form.facts, "1 lots: 30 Units")
        form.save().action_do()
        self.assertEqual(self.case.disposition_ids.quantity, 30)

    def test_numbers_are_scanned_or_pasted(self):
        form = self.dialog()
        form.which = "numbers"
        form.numbers = "S1\nS2\nM1\t25\nNOT-HERE\n"
        self.assertEqual(form.facts, "3 lots: 27 Units")
        self.assertEqual(form.flaws, "Line 4: NOT-HERE is not in this case.")
        form.save().action_do()
        rows = self.case.disposition_ids
        self.assertEqual({row.lot_name: row.quantity for row in rows}, {"S1": 1, "S2": 1, "M1": 25})

    def test_nothing_is_chosen(self):
        form = self.dialog()
        form.which = "numbers"
        with self.assertRaisesRegex(UserError, "Choose at least one lot"):
            form.save().action_do()

    def test_what_a_customer_reported(self):
        form = self.dialog(self.scope(self.case, self.m1))
        form.side = "customer"
        form.partner_id = self.customer
        with form.line_ids.edit(0) as line:
            line.quantity = 2
        form.save().action_do()
        row = self.case.disposition_ids
        self.assertEqual((row.side, row.quantity, row.partner_id), ("customer", 2, self.customer))

    def test_how_it_went(self):
        self.enter(self.case, "destroy", [self.m1])
        action = self.case.disposition_ids.action_done()
        form = Form(self.env[action["res_model"]].browse(action["res_id"]))
        self.assertIn("100 Units of M1", form.facts)
        form.witness = "Ada Miller"
        form.save().action_do()
        self.assertEqual(self.case.disposition_ids.state, "done")

    def test_the_list_decides_about_selected_lots(self):
        self.case._look_at_balance()
        row = self.case.balance_ids.filtered(lambda one: one.lot_id == self.m1)
        action = row.action_dispose()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((wizard.which, wizard.scope_ids.lot_id), ("chosen", self.m1))
