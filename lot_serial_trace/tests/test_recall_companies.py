from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .recall_common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallCompanies(RecallCase):
    """A case spans companies; who lacks one of them sees his own part and no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create({"name": "Sister"})
        cls.manager.company_ids |= cls.sister
        cls.sister_reader = cls._user(
            "sister_reader",
            "group_trace_user",
            company_id=cls.sister.id,
            company_ids=[(6, 0, cls.sister.ids)],
        )
        cls.stranger = cls._user(
            "third_reader",
            "group_trace_user",
            company_id=(third := cls.env["res.company"].create({"name": "Third"})).id,
            company_ids=[(6, 0, third.ids)],
        )

    def shared_lot(self):
        """A lot of which both companies have goods."""
        lot = self.milk_lots("A1")
        lot.company_id = False
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.sister.id)], limit=1
        )
        self.env["stock.quant"].with_company(self.sister).sudo()._update_available_quantity(
            self.milk, warehouse.lot_stock_id, 7, lot_id=lot
        )
        self.env.flush_all()
        return lot

    def case(self):
        both = self.env.company | self.sister
        lot = self.shared_lot()
        return lot, self.running(lot, company_ids=[(6, 0, both.ids)])

    def test_each_company_has_its_part(self):
        lot, recall = self.case()
        rows = recall.sudo().scope_ids
        self.assertEqual(rows.company_id, self.env.company | self.sister)
        self.assertEqual(self.holds(lot).company_id, self.env.company | self.sister)
        figures = {row.company_id: row.on_hand_qty for row in rows}
        self.assertEqual(figures, {self.env.company: 10, self.sister: 7})

    def test_who_lacks_one_sees_his_own_part(self):
        _lot, recall = self.case()
        mine = recall.with_user(self.sister_reader)
        self.assertEqual(mine.scope_ids.company_id, self.sister)
        self.assertEqual(mine.lot_count, 1)
        self.assertEqual(mine.on_hand_count, 1)
        self.assertFalse(mine.can_read_run)
        with self.assertRaises(UserError):
            mine.action_open_run()

    def test_who_has_none_sees_nothing(self):
        _lot, recall = self.case()
        with self.assertRaises(AccessError):
            recall.with_user(self.stranger).read(["title"])
        self.assertFalse(
            self.env["trace.recall.step"]
            .with_user(self.stranger)
            .search([("recall_id", "=", recall.id)])
        )

    def test_who_has_no_access_to_one_cannot_stop_its_goods(self):
        both = self.env.company | self.sister
        lot = self.shared_lot()
        recall = self.draft(lot, company_ids=[(6, 0, both.ids)])
        with self.assertRaisesRegex(UserError, "no access"):
            recall.with_user(self.second)._confirm()

    def test_each_company_gets_a_task(self):
        _lot, recall = self.case()
        summaries = " ".join(recall.sudo().activity_ids.mapped("summary"))
        self.assertIn("Sister", summaries)
        self.assertIn(self.env.company.name, summaries)

    def test_left_out_companies_are_told(self):
        lot = self.shared_lot()
        seen = self.draft(lot, company_ids=[(6, 0, self.env.company.ids)])._preview()
        self.assertEqual(seen["companies"], ["Sister"])
