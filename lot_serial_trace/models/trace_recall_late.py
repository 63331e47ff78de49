from datetime import timedelta

from odoo import api, fields, models

from .trace_recall_deadline import MILESTONES

OPEN = ("draft", "approval", "running")


class TraceRecall(models.Model):
    """The deadlines of a case: what is next, what is late.

    Read from the stamps and the deadlines of the class (``trace.recall.deadline``), so that what
    is late now is told now. Drills have a clock of their own.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    is_late = fields.Boolean("Late", compute="_compute_late", search="_search_is_late")
    late_text = fields.Char("What Is Late", compute="_compute_late")
    next_due_at = fields.Datetime("Next Deadline", compute="_compute_late")
    clock = fields.Json(compute="_compute_clock")

    @api.depends("state", "severity_class", "initiated_at", *MILESTONES.values())
    def _compute_late(self):
        now, words = fields.Datetime.now(), self._milestone_words()
        for recall, dues in self._dues():
            waiting = [(name, due) for name, due, reached in dues if due and not reached]
            waiting = waiting if recall._clock_runs() else []
            late = [name for name, due in waiting if due < now]
            recall.is_late = bool(late)
            recall.late_text = ", ".join(words[name] for name in late)
            recall.next_due_at = min((due for _name, due in waiting if due >= now), default=False)

    @api.depends("state", "severity_class", "initiated_at", *MILESTONES.values())
    def _compute_clock(self):
        words = self._milestone_words()
        for recall, dues in self._dues():
            end = recall.closed_at or recall.cancelled_at
            recall.clock = {
                "start": fields.Datetime.to_string(recall.initiated_at) or False,
                "end": fields.Datetime.to_string(end) or False,
                "now": fields.Datetime.to_string(fields.Datetime.now()),
                "paused": 0,
                "standing": False,
                "limit": 0,
                "rows": [
                    {
                        "key": name,
                        "label": words[name],
                        "due": fields.Datetime.to_string(due) or False,
                        "at": fields.Datetime.to_string(reached) or False,
                    }
                    for name, due, reached in dues
                    if due or reached
                ],
            }

    @api.model
    def _search_is_late(self, operator, value):
        """Open cases are few: they are looked at one by one."""
        if operator not in ("in", "not in"):
            return NotImplemented
        late = self.search([("state", "in", OPEN), ("is_drill", "=", False)]).filtered("is_late")
        return [("id", "in" if (True in value) == (operator == "in") else "not in", late.ids)]

    def _clock_runs(self):
        return self.state in OPEN and not self.is_drill

    def _dues(self):
        """For each case: itself, list of ``(moment, when it is due, when it was reached)``."""
        deadlines = self.env["trace.recall.deadline"]._for(self)
        for recall in self:
            mine, begin = deadlines[recall.id], recall.initiated_at
            yield (
                recall,
                [
                    (
                        name,
                        begin + timedelta(hours=hours)
                        if begin and (hours := mine._hours(name))
                        else False,
                        recall[stamp],
                    )
                    for name, stamp in MILESTONES.items()
                ],
            )

    def _deadline_manager(self, deadline):
        """The user who is told after the responsible; none where nobody is known."""
        if deadline.manager_id:
            return deadline.manager_id
        user = self.user_id.sudo()
        if "employee_id" not in user._fields:
            return user.browse()
        return user.with_company(self.company_id).employee_id.parent_id.user_id

    @api.model
    def _milestone_words(self):
        return {
            "hold": self.env._("Goods on hold"),
            "notice": self.env._("First notice"),
            "answered": self.env._("95 % answered"),
            "accounted": self.env._("All units accounted for"),
            "closed": self.env._("Closed"),
        }
