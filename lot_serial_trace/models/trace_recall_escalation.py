import logging
from datetime import timedelta

from odoo import api, fields, models

from .trace_recall_deadline import MILESTONES
from .trace_recall_late import OPEN

_logger = logging.getLogger(__name__)


class TraceRecallEscalation(models.Model):
    """Somebody was told that a moment of a recall is late: each person once for each moment.

    The cron looks at open cases. The responsible gets an activity when the deadline is over, the
    manager when it stays so. When the moment comes, or the case ends, both activities are done.
    """

    _name = "trace.recall.escalation"
    _description = "Late Recall, Told"
    _order = "id desc"
    _rec_name = "milestone"

    recall_id = fields.Many2one("trace.recall", required=True, readonly=True, ondelete="cascade")
    milestone = fields.Char(required=True, readonly=True)
    level = fields.Selection(
        [("responsible", "Responsible"), ("manager", "Manager")], required=True, readonly=True
    )
    due_at = fields.Datetime("Was Due", readonly=True)
    told_at = fields.Datetime("Told", readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "Who", readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    ended_at = fields.Datetime("Over", readonly=True)

    _once = models.UniqueIndex("(recall_id, milestone, level)")

    @api.model
    def _cron(self):
        """Tell what is late and what no longer is; a case that fails stops no other one."""
        self._end_those_over()
        recalls = self.env["trace.recall"].search(
            [("state", "in", OPEN), ("is_drill", "=", False)], order="id"
        )
        told = {
            (one.recall_id.id, one.milestone, one.level)
            for one in self.search([("recall_id", "in", recalls.ids)])
        }
        deadlines = self.env["trace.recall.deadline"]._for(recalls)
        for recall, dues in recalls._dues():
            try:
                with self.env.cr.savepoint():
                    self._tell(recall, dues, deadlines[recall.id], told)
            except Exception:
                _logger.exception("Deadlines of %s could not be told", recall.name)

    @api.model
    def _tell(self, recall, dues, deadline, told):
        now = fields.Datetime.now()
        patience = timedelta(hours=deadline.escalate_hours)
        for name, due, reached in dues:
            if not due or reached or due >= now:
                continue
            levels = {"responsible": recall.user_id or recall.create_uid}
            if due + patience < now:
                levels["manager"] = recall._deadline_manager(deadline)
            for level, user in levels.items():
                if user and (recall.id, name, level) not in told:
                    self._tell_one(recall, name, level, due, user)

    @api.model
    def _tell_one(self, recall, milestone, level, due, user):
        what = recall._milestone_words()[milestone]
        activity = recall.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Late: %s", what),
            note=self.env._("It was due at %s UTC.", due),
            user_id=user.id,
        )
        self.create(
            {
                "recall_id": recall.id,
                "milestone": milestone,
                "level": level,
                "due_at": due,
                "user_id": user.id,
                "activity_id": activity.id,
            }
        )
        recall._note(
            "late",
            self.env._(
                "%(what)s: it was due at %(due)s UTC. %(who)s was told.",
                what=what,
                due=due,
                who=user.name,
            ),
            milestone=milestone,
            level=level,
        )

    @api.model
    def _end_those_over(self):
        """Take back what no longer waits for anybody."""
        for one in self.search([("ended_at", "=", False)]):
            recall = one.recall_id
            if recall[MILESTONES[one.milestone]] or recall.state not in OPEN:
                one.activity_id.action_feedback(self.env._("It is over."))
                one.ended_at = fields.Datetime.now()
