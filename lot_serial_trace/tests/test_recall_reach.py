from odoo.tests import tagged

from .recall_case import ConsigneeCase
from .till_case import TillCase


@tagged("post_install", "-at_install")
class TestRecallReach(ConsigneeCase, TillCase):
    """Roads by which goods reach people without a delivery from the warehouse."""

    staged = False

    def reached(self, recall, partner):
        """Who he is in the case, how he is told, and how much he got."""
        one = self.of(recall, partner)
        return one.kind, one.role, one.channel, one.quantity

    def test_dropship(self):
        """From the supplier to the customer: the goods never lie here."""
        picking = self.picking("in", [(self.milk, "D1", 6)], dest=self.customers)
        picking.move_ids.partner_id = self.ann
        picking.partner_id = self.ann
        self.validate(picking)
        recall = self.case("D1")
        self.assertEqual(self.reached(recall, self.ann), ("customer", "consumer", "mail", 6))
        self.assertEqual(self.lot(self.milk, "D1").trace_status, "recalled", "what comes back")
        row = recall.scope_ids
        self.assertEqual((row.received_qty, row.delivered_qty, row.balance_qty), (6, 6, 0))

    def test_a_customer_known_at_the_till(self):
        self.receive((self.milk, "T1", 10))
        self.open("real")
        self.sell(self.milk, 2, "T1", partner_id=self.ann.id)
        self.sell(self.milk, 1, "T1", partner_id=False)
        recall = self.case("T1")
        self.assertEqual(self.reached(recall, self.ann), ("till", "consumer", "mail", 2))
        [unknown] = recall.consignee_ids.filtered(lambda one: one.kind == "unknown")
        self.assertEqual((unknown.name, unknown.quantity), (self.config.name, 1))

    def test_a_customer_known_at_a_till_that_moves_goods_when_it_closes(self):
        self.receive((self.milk, "T2", 10))
        self.open("closing")
        self.sell(self.milk, 3, "T2", partner_id=self.ann.id)
        self.sell(self.milk, 1, "T2", partner_id=self.bob.id)
        self.sell(self.milk, 2, "T2", partner_id=False)
        self.close()
        recall = self.case("T2")
        [unknown] = recall.consignee_ids.filtered(lambda one: one.kind == "unknown")
        self.assertEqual((unknown.name, unknown.quantity), (self.config.name, 2))
        self.assertTrue(self.of(recall, self.ann).documents)
        self.assertEqual(self.reached(recall, self.ann), ("till", "consumer", "mail", 3))
        self.assertEqual(self.reached(recall, self.bob), ("till", "consumer", "letter", 1))

    def test_all_buyers_of_a_closing_are_known(self):
        """Serial numbers: one that came back in the same session is nobody's."""
        self.receive((self.device, "S1", 1), (self.device, "S2", 1))
        self.open("closing")
        self.sell(self.device, 1, "S1", partner_id=self.ann.id)
        self.sell(self.device, 1, "S2", partner_id=self.bob.id)
        self.sell(self.device, -1, "S2", partner_id=self.bob.id)
        self.close()
        lots = self.lot(self.device, "S1") | self.lot(self.device, "S2")
        recall = self.env["trace.recall"].create(
            {"title": "Devices", "reason": "fire", "lot_ids": [(6, 0, lots.ids)]}
        )
        recall._confirm()
        self.assertEqual(self.of(recall, self.ann).quantity, 1)
        self.assertEqual(self.of(recall, self.bob).state, "void", "he has given it back")
        self.assertFalse(recall.consignee_ids.filtered(lambda one: one.kind == "unknown"))

    def test_another_company_by_the_way_between_them(self):
        """What was sent to a sister and has not come in there lies on the way to her."""
        sister = self.env["res.company"].create({"name": "Sister", "email": "sister@example.com"})
        self.receive((self.milk, "X1", 10))
        way = self.env.ref("stock.stock_location_inter_company")
        way.active = True
        picking = self.picking("out", [(self.milk, "X1", 4)], dest=way, partner=sister.partner_id)
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        recall = self.case("X1")
        self.assertEqual(self.reached(recall, sister.partner_id), ("place", "shop", "mail", 4))
        [home] = recall.consignee_ids.filtered(lambda one: one.warehouse_id == self.warehouse)
        self.assertEqual((home.kind, home.quantity), ("place", 6))
