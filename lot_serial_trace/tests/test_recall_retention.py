from odoo import fields
from odoo.tests import tagged

from .archive_case import ArchiveCase


@tagged("post_install", "-at_install")
class TestRecallRetention(ArchiveCase):
    """What a recall needs stays in the ledger: while it is open, and long enough afterwards."""

    def furnish(self):
        super().furnish()
        self.old = self.live("2019-03-10", self.device, "OLD-1")
        self.retention()
        self.seal()

    def case(self, **values):
        recall = self.env["trace.recall"].create(
            {"title": "Glass", "reason": "Glass", "lot_ids": [(6, 0, self.old.ids)]}
        )
        if values:
            recall.sudo().write(values)
            self.env.cr.execute(
                "INSERT INTO trace_recall_lot (recall_id, lot_id, company_id, why, state) "
                "VALUES (%s, %s, %s, 'asked', 'held')",
                (recall.id, self.old.id, self.env.company.id),
            )
        return recall

    def kept(self):
        self.env.flush_all()
        kept = self.env["trace.retention"]._keepers(self.env.company)["recall"]
        return {lot_id for (lot_id,) in self.env.execute_query(kept)}

    def test_nothing_is_recalled(self):
        self.assertNotIn(self.old.id, self.kept())

    def test_a_draft_keeps_what_it_asks_about(self):
        self.case()
        self.assertIn(self.old.id, self.kept())
        self.assertEqual(self.purge_nothing(), 2)

    def purge_nothing(self):
        """How many entries are left when somebody orders a purge."""
        wizard = self.look()
        self.assertEqual(wizard.count, 0)
        return self.left(self.old)

    def test_a_running_case_keeps_its_scope(self):
        self.case(state="running")
        self.assertIn(self.old.id, self.kept())

    def test_a_closed_case_keeps_it_as_long_as_the_longest_class(self):
        now = fields.Datetime.now()
        recall = self.case(state="closed", closed_at=now)
        self.assertIn(self.old.id, self.kept())
        recall.sudo().closed_at = fields.Datetime.subtract(now, years=50)
        self.assertNotIn(self.old.id, self.kept())

    def test_drills_and_cancelled_cases_keep_nothing(self):
        self.case(state="closed", closed_at=fields.Datetime.now(), is_drill=True)
        self.case(state="cancelled")
        self.assertNotIn(self.old.id, self.kept())
