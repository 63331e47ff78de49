from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class TraceRecall(models.Model):
    """Forgetting people after a case: names and addresses go, figures stay."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    def action_forget(self):
        """Erase who the consignees were. How many there were and what came of it stays."""
        self._check_right()
        for recall in self:
            if recall.state not in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "%s is not over: its consignees are still needed.", recall.display_name
                    )
                )
            recall.sudo()._forget()

    def _forget(self):
        """Constant queries, whatever the number of consignees; photos one by one."""
        self.ensure_one()
        self.env.flush_all()
        answers = self.env["trace.recall.answer"].search([("recall_id", "=", self.id)])
        answers.photo_ids.unlink()
        for query in (
            """UPDATE trace_recall_consignee SET partner_id = NULL, email = NULL, phone = NULL,
                address = NULL, note = NULL, remark = NULL, failure = NULL, documents = NULL,
                name = %(name)s || ' ' || id,
                key = CASE WHEN left(key, 1) IN ('p', 'n', 's') THEN 'f' || id ELSE key END
                WHERE recall_id = %(id)s AND kind NOT IN ('unknown', 'place')""",
            """UPDATE trace_recall_consignee SET email = NULL, phone = NULL, note = NULL,
                remark = NULL, failure = NULL
                WHERE recall_id = %(id)s AND kind IN ('unknown', 'place')""",
            """UPDATE trace_recall_consignee_line SET documents = NULL WHERE recall_id = %(id)s""",
            """UPDATE trace_recall_answer SET remark = NULL WHERE consignee_id IN (
                SELECT id FROM trace_recall_consignee WHERE recall_id = %(id)s)""",
            """UPDATE trace_recall_call SET phone = NULL WHERE consignee_id IN (
                SELECT id FROM trace_recall_consignee WHERE recall_id = %(id)s)""",
            """UPDATE trace_recall_letter SET email = NULL, message_ref = NULL, failure = NULL
                WHERE consignee_id IN (
                SELECT id FROM trace_recall_consignee WHERE recall_id = %(id)s)""",
        ):
            self.env.cr.execute(SQL(query, id=self.id, name=self.env._("Consignee")))
        self.env.invalidate_all()
        self._note("forgotten", self.env._("Who the consignees were was erased."))
