from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .recall_case import ConsigneeCase


@tagged("post_install", "-at_install")
class TestRecallForgetting(ConsigneeCase):
    """After a case people are forgotten: names and addresses go, figures stay."""

    def furnish(self):
        super().furnish()
        self.tell(self.recall)
        self.one = self.of(self.recall, self.ann)
        self.one._answer(
            {"unit-0-sold_on": "2", "sold_to": "Dan, dan@example.com", "remark": "Ann was here"},
            "page",
        )
        self.of(self.recall, self.cora).with_user(self.worker).action_called_no_answer()

    def test_not_before_it_is_over(self):
        with self.assertRaises(UserError):
            self.recall.with_user(self.manager).action_forget()

    def test_only_managers(self):
        self.recall._close("for the test")
        with self.assertRaises(AccessError):
            self.recall.with_user(self.worker).action_forget()

    def test_nothing_of_them_stays(self):
        self.env["mail.mail"].search([("model", "=", "trace.recall.consignee")]).unlink()
        self.recall._close("for the test")
        figures = self.recall.effectiveness
        self.recall.with_user(self.manager).action_forget()
        self.env.flush_all()
        for table in ("consignee", "consignee_line", "answer", "letter", "call"):
            mine = "id" if table == "consignee" else "consignee_id"
            self.env.cr.execute(
                f"SELECT string_agg(t::text, ' ') FROM trace_recall_{table} t WHERE {mine} IN "
                "(SELECT id FROM trace_recall_consignee WHERE recall_id = %s)",
                [self.recall.id],
            )
            [text] = self.env.cr.fetchone()
            for word in ("Ann", "ann@", "Dan", "dan@", "Cora", "+49 30", "Main Street"):
                self.assertNotIn(word, text or "", table)
        self.assertEqual(self.recall.effectiveness, figures, "figures stay")
        self.assertEqual(self.one.sold_on_qty, 2)
        self.assertFalse(self.one.partner_id)
        self.recall.with_user(self.manager).action_forget()
