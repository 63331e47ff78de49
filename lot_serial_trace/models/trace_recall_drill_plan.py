import logging
import secrets
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..core import drill

_logger = logging.getLogger(__name__)

#: Days within which a surprise comes.
SPREAD = 28
#: Days after which a drill that is still open has been missed.
PATIENCE = 7


class TraceRecallDrillPlan(models.Model):
    """Drills that come by themselves: every so many months, on a working day.

    On the day the cron makes the drill and gives the owner an activity; some days before it
    reminds him. Of a surprise nobody is told the day: it is drawn within four weeks, and on that
    day the lot is drawn and the clock starts. Plans are counted on from their dates, not from when
    somebody found time.
    """

    _name = "trace.recall.drill.plan"
    _description = "Plan of Recall Drills"
    _inherit = ["trace.recall.drill.terms", "mail.thread", "mail.activity.mixin"]
    _order = "next_date, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Who carries the drill out: a recall manager",
    )
    months = fields.Integer("Every (months)", default=12, required=True)
    next_date = fields.Date(
        "Next",
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=1),
        help="A drill that would come on a day off comes on the next working day.",
    )
    surprise_date = fields.Date(
        "Day of the Surprise",
        readonly=True,
        copy=False,
        groups="lot_serial_trace.group_trace_admin",
    )
    remind_days = fields.Integer("Remind (days before)", default=7)
    reminded_for = fields.Date(readonly=True, copy=False)
    drill_ids = fields.One2many("trace.recall", "drill_plan_id", "Drills")
    drill_count = fields.Integer("Drills Made", compute="_compute_drills")
    last_verdict = fields.Selection(
        lambda self: self.env["trace.recall"]._fields["drill_verdict"].selection,
        compute="_compute_drills",
    )
    is_missed = fields.Boolean("Missed", compute="_compute_drills")

    _months_positive = models.Constraint(
        "CHECK(months > 0)", "A plan is for every 1 month or more."
    )

    @api.depends("drill_ids.drill_verdict", "drill_ids.state")
    def _compute_drills(self):
        before = fields.Datetime.now() - timedelta(days=PATIENCE)
        for plan in self:
            drills = plan.drill_ids.sorted("id")
            closed = drills.filtered("drill_verdict")
            plan.drill_count = len(drills)
            plan.last_verdict = closed[-1:].drill_verdict
            plan.is_missed = any(
                one.state in ("draft", "running") and one.create_date < before for one in drills
            )

    # -- cron -----------------------------------------------------------------

    @api.model
    def _cron(self):
        """Look at all plans; each is committed by itself."""
        for plan in self.search([("active", "=", True)]):
            plan._try_to_go_on()
            self.env["ir.cron"]._commit_progress(1)

    def _try_to_go_on(self):
        """Go on; a plan that fails stops no other one."""
        try:
            with self.env.cr.savepoint():
                self._go_on()
        except Exception:
            _logger.exception("Plan of drills: %s", self.name)

    def _go_on(self):
        """Do what is to be done today."""
        plan = self.with_company(self.company_id).with_context(
            allowed_company_ids=self.company_id.ids, lang=self.user_id.lang
        )
        today = self.env["trace.calendar"]._latest_today(self.company_id)
        if today >= plan._day():
            plan._make_drill()
        elif not plan.drill_surprise:
            plan._remind(today)

    def _day(self):
        """The working day on which the next drill comes."""
        if not self.drill_surprise:
            return self._workday(self.next_date)
        if not self.surprise_date or self.surprise_date < self.next_date:
            ahead = int(drill.point(secrets.randbits(63)) * SPREAD)
            self.surprise_date = self._workday(self.next_date + timedelta(days=ahead))
        return self.surprise_date

    def _workday(self, day):
        """The day, or the next one on which the company works by its calendar."""
        lines = self.company_id.sudo().resource_calendar_id.attendance_ids
        days = {int(line.dayofweek) for line in lines} or {0, 1, 2, 3, 4}
        while day.weekday() not in days:
            day += timedelta(days=1)
        return day

    def _remind(self, today):
        day = self._day()
        if self.reminded_for == self.next_date or today < day - timedelta(days=self.remind_days):
            return
        self.reminded_for = self.next_date
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=day,
            summary=self.env._("Recall drill on %s", day),
            user_id=self.user_id.id,
        )

    def _make_drill(self):
        """Make the next drill and tell the owner; a surprise begins at once."""
        self.activity_unlink(["mail.mail_activity_data_todo"])
        recall = self.env["trace.recall"].sudo().create(self._drill_values())
        self._move_on()
        says = self.env._("Start the drill %s", recall.name)
        if self.drill_surprise and self._surprised(recall):
            says = self.env._("Surprise drill %s: the clock runs", recall.name)
        recall.activity_schedule(
            "mail.mail_activity_data_todo", summary=says, user_id=self.user_id.id
        )
        return recall

    def _drill_values(self):
        return {
            **self._drill_terms_values(),
            "title": self.name,
            "is_drill": True,
            "drill_plan_id": self.id,
            "user_id": self.user_id.id,
            "company_id": self.company_id.id,
            "company_ids": [(6, 0, self.company_id.ids)],
        }

    def _surprised(self, recall):
        """Draw the lot and start the clock; where none can be drawn the owner is told why."""
        if recall.drill_how != "random":
            return False
        recall.initiated_at = fields.Datetime.now()
        try:
            with self.env.cr.savepoint():
                recall._drill_draw_lot()
        except Exception as error:
            recall._note("not_drawn", str(error))
            return False
        return True

    def _move_on(self):
        """The next date, counted from the last one; what was missed long ago is not made up."""
        day, turn = self.next_date, 0
        today = fields.Date.context_today(self)
        while day <= today:
            turn += 1
            day = self.next_date + relativedelta(months=self.months * turn)
        self.write({"next_date": day, "surprise_date": False, "reminded_for": False})

    # -- buttons --------------------------------------------------------------

    def action_make_now(self):
        """Make a drill of the plan now; the plan goes on as it was."""
        self.ensure_one()
        self.check_access("read")
        self.env["trace.recall"].check_access("create")
        values = {**self._drill_values(), "drill_surprise": False}
        return self.env["trace.recall"].sudo().create(values)._trace_open_drill()

    def action_drills(self):
        """Open the drills of the plan."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_recall_drill"
        )
        return {**action, "domain": [("drill_plan_id", "in", self.ids)], "context": {}}
