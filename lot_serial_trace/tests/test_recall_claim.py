from odoo.exceptions import UserError
from odoo.tests import tagged

from .disposal_case import DisposalCase


@tagged("post_install", "-at_install")
class TestRecallClaim(DisposalCase):
    """What a recall has cost is claimed: a draft for each supplier, at what was paid."""

    def furnish(self):
        super().furnish()
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    (0, 0, {"product_id": self.milk.id, "product_qty": 10, "price_unit": 3})
                ],
            }
        )
        order.button_confirm()
        receipt = order.picking_ids
        receipt.move_line_ids.unlink()
        move = receipt.move_ids
        self.env["stock.move.line"].create(
            {
                "move_id": move.id,
                "picking_id": receipt.id,
                "product_id": self.milk.id,
                "lot_name": "M1",
                "quantity": 10,
                "picked": True,
                "location_id": move.location_id.id,
                "location_dest_id": move.location_dest_id.id,
            }
        )
        receipt.button_validate()
        self.order = order
        self.m1 = self.lot(self.milk, "M1")
        self.case = self.recall(self.m1)

    def claim(self, **said):
        if not self.env["account.journal"].search(
            [("type", "=", "purchase"), ("company_id", "=", self.company.id)]
        ):
            self.skipTest("the company keeps no books")
        return self.enter(self.case, "claim", [self.m1], **said)

    def test_a_draft_at_what_was_paid(self):
        rows = self.claim(extra_cost=50, extra_text="Furnace")
        refund = rows.claim_id
        self.assertEqual((refund.move_type, refund.state), ("in_refund", "draft"))
        self.assertEqual(refund.partner_id, self.supplier)
        lines = refund.invoice_line_ids
        self.assertEqual(lines.mapped("price_unit"), [3, 50])
        self.assertEqual(lines[0].quantity, 10)
        self.assertEqual(lines[1].name, "Furnace")
        self.assertEqual((rows.unit_cost, rows.extra_cost), (3, 50))
        listed = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", refund.id)]
        )
        self.assertIn(b"M1", listed.raw)

    def test_goods_stay_where_they_are(self):
        self.claim()
        row = self.balance(self.case, self.m1)
        self.assertEqual((row.open_qty, row.planned_qty), (10, 0))

    def test_returned_goods_count_on_their_order(self):
        self.enter(self.case, "return", {self.m1: 4})._finish()
        self.assertEqual(self.order.order_line.qty_received, 6)

    def test_who_has_the_supplier_pay_twice_is_warned(self):
        """What goes back on its order is credited there, too."""

        def said(kind):
            action = self.env["trace.recall.dispose"]._ask(self.case, kind=kind)
            return self.env["trace.recall.dispose"].browse(action["res_id"]).twice

        self.assertFalse(said("claim"))
        self.enter(self.case, "return", {self.m1: 4})
        self.assertIn("4 ", said("claim"))
        self.assertIn("counts them as returned", said("claim"))
        self.assertFalse(said("destroy"))
        refund = self.claim().claim_id
        self.assertIn("counts them as returned", refund.narration)
        self.assertIn(refund.display_name, said("return"))

    def test_undone_the_draft_goes(self):
        rows = self.claim()
        refund = rows.claim_id
        rows._undo()
        self.assertFalse(refund.exists())
        self.assertEqual(rows.state, "cancelled")

    def test_where_no_books_are_kept_there_is_a_list(self):
        self.env["account.journal"].search([("type", "=", "purchase")]).active = False
        rows = self.enter(self.case, "claim", [self.m1])
        self.assertFalse(rows.claim_id)
        listed = self.env["ir.attachment"].search(
            [("res_model", "=", "trace.recall"), ("res_id", "=", self.case.id)]
        )
        self.assertIn(b"M1", listed.raw)

    def test_a_posted_document_is_for_accounting(self):
        rows = self.claim()
        rows.claim_id.invoice_date = "2026-05-01"
        rows.claim_id.action_post()
        with self.assertRaisesRegex(UserError, "is posted"):
            rows._undo()
