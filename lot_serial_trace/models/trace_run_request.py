from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class TraceRun(models.Model):
    """Questions that wait for a person: who is to answer, and since when somebody waits.

    Somebody asks in words or by a complete question and names who is to answer; an activity
    tells that person. The clock runs from the request until the answer is complete.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.run"

    assigned_id = fields.Many2one("res.users", "To Be Answered by", readonly=True)
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True)
    cycle_seconds = fields.Float(
        "Cycle Time (s)",
        digits=(12, 3),
        readonly=True,
        help="From the request to the complete answer",
    )

    @api.model
    def _request(self, purpose, note, assigned, question=None):
        """Ask somebody else; the clock starts now.

        :param purpose: see ``_ask``
        :param note: what is to be found out, in words
        :param assigned: ``res.users`` who is to answer
        :param question: dict (see ``trace.question``), where it is known already
        :return: the ``trace.run``
        """
        self.check_access("read")
        if not assigned.has_group("lot_serial_trace.group_trace_user"):
            raise UserError(
                self.env._(
                    "%s cannot answer: choose somebody of the Traceability users.", assigned.name
                )
            )
        questions = self.env["trace.question"]
        if question:
            questions._check_right()
            questions._checked(question)
        words = questions._words(question) if question else ""
        if not (words or (note or "").strip()):
            raise UserError(self.env._("Say what is to be found out."))
        run = self.sudo().create(
            {
                "name": (words or note).strip().split("\n")[0][:200],
                "state": "requested",
                "purpose": purpose,
                "note": note,
                "question": question,
                "question_text": words,
                "user_id": self.env.uid,
                "assigned_id": assigned.id,
                "company_id": self.env.company.id,
                "company_ids": [(6, 0, self.env.company.ids)],
                "requested_at": fields.Datetime.now(),
            }
        )
        run.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Answer: %s", run.name),
            user_id=assigned.id,
        )
        return self.browse(run.id)

    def _answered(self):
        """Tell those who waited."""
        self.activity_feedback(["mail.mail_activity_data_todo"])
        self.message_post(
            body=self.env._("Answered: %s", self.summary),
            partner_ids=(self.user_id.partner_id - self.env.user.partner_id).ids,
        )

    def action_answer(self):
        """Answer a request: at once where the question is known, else ask what to look for."""
        self.ensure_one()
        self._check_may_answer()
        if not self.question:
            return self.env["trace.ask"]._open_request(self)
        self._ask(self.question, self.purpose, request=self)
        return self._get_records_action()

    def _check_may_answer(self):
        self.check_access("read")
        if not self.env.user.has_group("lot_serial_trace.group_trace_user"):
            raise AccessError(self.env._("Traceability users answer requests."))
        if self.state != "requested":
            raise UserError(self.env._("%s is answered already.", self.name))
