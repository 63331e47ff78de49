import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize

from .trace_recall_tasks import WORK

_logger = logging.getLogger(__name__)

#: Notices that are put into the mail queue in one transaction.
SLICE = 100
ROLES = ("business", "consumer", "shop")
#: Values of the context: the tokens of the links, by consignee; the mail is a reminder.
TOKENS, REMINDER = "trace_recall_tokens", "trace_recall_reminder"


class TraceRecall(models.Model):
    """Telling the consignees, and reminding them.

    Notices go out in slices: in one transaction a slice is taken, its links are made, its mails
    are put into Odoo's mail queue, and its consignees are marked. A server that is killed in the
    middle has either done all of a slice or nothing of it, so nobody is written to twice. A
    consignee is told as soon as the mail server has taken his mail (``mail.mail``).

    Once switched on, notices go out by themselves to whoever joins later. Who does not answer is
    reminded after ``remind_days``, ``remind_times`` times, and then called.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    is_telling = fields.Boolean("Notices Go Out", readonly=True, copy=False)
    remind_days = fields.Integer("Remind After Days", default=3)
    remind_times = fields.Integer("Reminders", default=2, help="After the last one: the call list")
    answer_days = fields.Integer("Links End After Days", default=90)
    business_template_id = fields.Many2one(
        "mail.template",
        "Notice to Businesses",
        domain=[("model", "=", "trace.recall.consignee")],
        default=lambda self: self._template("business"),
    )
    consumer_template_id = fields.Many2one(
        "mail.template",
        "Notice to Consumers",
        domain=[("model", "=", "trace.recall.consignee")],
        default=lambda self: self._template("consumer"),
    )
    shop_template_id = fields.Many2one(
        "mail.template",
        "Notice to Shops",
        domain=[("model", "=", "trace.recall.consignee")],
        default=lambda self: self._template("shop"),
    )
    over_reason = fields.Char("Why It Is Over", readonly=True, copy=False)
    telling_progress = fields.Float(compute="_compute_telling_progress")

    _days_within = models.Constraint(
        "CHECK(remind_days >= 1 AND remind_times BETWEEN 0 AND 10 "
        "AND answer_days BETWEEN 1 AND 366)",
        "Remind after a day or more, up to 10 times; links end after 1 to 366 days.",
    )

    @api.model
    def _said(self):
        templates = {f"{role}_template_id" for role in ROLES}
        return super()._said() | templates | {"remind_days", "remind_times", "answer_days"}

    @api.model
    def _template(self, role):
        xmlid = f"lot_serial_trace.mail_recall_{role}"
        return self.env.ref(xmlid, raise_if_not_found=False) or self.env["mail.template"]

    def _template_for(self, role):
        chosen = role in ROLES and self.sudo()[f"{role}_template_id"]
        return chosen or self.sudo()._template(role)

    @api.depends("told_count", "consignee_count")
    def _compute_telling_progress(self):
        for recall in self:
            count = recall.consignee_count
            recall.telling_progress = 100 * recall.told_count / count if count else 0

    # -- buttons --------------------------------------------------------------

    def action_tell(self):
        """Have notices go out, now and to whoever joins later."""
        self._check_right()
        for recall in self:
            recall._check_telling()
            recall.sudo()._draw_sample()
            recall.sudo().is_telling = True
            recall._note("telling", self.env._("Notices were switched on."))
        if drills := self.filtered("is_drill"):
            drills.sudo()._tell_drill()
        self.sudo()._call_those_with_telephone()
        self._wake_telling()

    def action_stop_telling(self):
        """Send no more notices and reminders until they are switched on again."""
        self._check_right()
        self.sudo().is_telling = False
        for recall in self:
            recall._note("telling_stopped", self.env._("Notices were switched off."))

    def _check_telling(self):
        if self.state != "running":
            raise UserError(
                self.env._("%s does not run: confirm it first, then tell.", self.display_name)
            )
        if not self.reason or not self.instructions:
            raise UserError(
                self.env._(
                    "Write the reason and what those who have the goods are to do (page What to "
                    "Do): that is what the notices say."
                )
            )

    def action_consignees(self):
        """Open the consignees."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_recall_consignee"
        )
        return {
            **action,
            "domain": [("recall_id", "=", self.id)],
            "context": {"recall_known": True, "default_recall_id": self.id},
        }

    def action_calls(self):
        """Open the call list of the case."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_recall_calls"
        )
        return {**action, "domain": [("recall_id", "=", self.id), ("to_call", "=", True)]}

    def action_preview_notice(self):
        """See what a notice looks like, and have one sent to oneself."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notice"),
            "res_model": "trace.recall.notice.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_recall_id": self.id},
        }

    # -- by itself ------------------------------------------------------------

    @api.model
    def _wake_telling(self):
        self.env.ref("lot_serial_trace.cron_recall_notices").sudo()._trigger()

    @api.model
    def _cron_notices(self):
        """Send notices and reminders of all cases, slice by slice."""
        commit = self.env["ir.cron"]._commit_progress
        recalls = self.search(
            [
                ("state", "in", ("running", "cancelled")),
                ("is_telling", "=", True),
                ("is_drill", "=", False),
            ]
        )
        for recall in recalls:
            runs = recall.state == "running"
            if runs:
                recall._call_those_with_telephone()
            for kind in ("mail", "reminder") if runs else ("over",):
                while taken := recall._tell_slice(kind):
                    left = recall._left_to_tell(kind)
                    if not commit(taken, remaining=left) and left:
                        return
            if runs:
                recall._call_who_is_silent()
            else:
                recall.is_telling = False
            commit(0)

    def _after_cancel(self, reason):
        """Whoever was told is told that it is over."""
        done = super()._after_cancel(reason)
        consignees = self.env["trace.recall.consignee"].sudo()
        told = consignees.search_count([("recall_id", "=", self.id), ("notified_at", "!=", False)])
        case = self.sudo()
        case.write({"is_telling": bool(told), "over_reason": reason})
        if told and not self.is_drill:
            by_mail = self._left_to_tell("over")
            self._note(
                "over",
                self.env._(
                    "%(mail)s who were told are written to that it is over; %(other)s have no mail "
                    "address: call or write to them.",
                    mail=by_mail,
                    other=told - by_mail,
                ),
            )
            self._have_told_that_it_is_over()
            self._wake_telling()
        return done

    def _have_told_that_it_is_over(self):
        """A task in each company for those whom no mail tells."""
        told = [
            ("recall_id", "=", self.id),
            ("notified_at", "!=", False),
            ("over_at", "=", False),
            ("channel", "!=", "mail"),
        ]
        ones = self.env["trace.recall.consignee"].sudo().search(told)
        tasks = [
            {
                "user_id": self._manager_of(company).id,
                "summary": self.env._("Tell %s consignees that the recall is over", len(mine)),
                "note": mine._named_for_task(),
            }
            for company, mine in ones.grouped("company_id").items()
        ]
        if tasks:
            self._activities(WORK, tasks)

    def _tell_slice(self, kind, size=SLICE):
        """Put the next notices into the mail queue; returns how many were taken."""
        self.ensure_one()
        consignees = self._next_to_tell(kind, size)
        good = consignees.filtered(lambda one: email_normalize(one.email))
        for one in consignees - good:
            one._bounce(self.env._("%s is no mail address.", one.email or ""))
        try:
            with self.env.cr.savepoint():
                good._queue(kind)
        except Exception:
            _logger.exception("Notices of %s, one by one now", self.name)
            for one in good:
                one._queue_alone(kind)
        if good:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return len(consignees)

    def _next_to_tell(self, kind, size):
        """The next ones, taken so that nobody else takes them, too."""
        self.env["trace.recall.consignee"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT c.id FROM trace_recall_consignee c WHERE %s ORDER BY c.id LIMIT %s "
                "FOR NO KEY UPDATE SKIP LOCKED",
                self._to_tell(kind),
                size,
            )
        )
        return self.env["trace.recall.consignee"].browse(id_ for (id_,) in rows)

    def _left_to_tell(self, kind):
        self.env["trace.recall.consignee"].flush_model()
        return self.env.execute_query(
            SQL("SELECT count(*) FROM trace_recall_consignee c WHERE %s", self._to_tell(kind))
        )[0][0]

    def _to_tell(self, kind):
        """Condition: the consignee ``c`` is to be written to now."""
        common = SQL(
            "c.recall_id = %s AND c.channel = 'mail' AND c.is_beyond IS NOT TRUE "
            "AND c.is_proposed IS NOT TRUE",
            self.id,
        )
        if kind == "mail":
            return SQL("%s AND c.state = 'to_notify'", common)
        if kind == "over":
            return SQL("%s AND c.notified_at IS NOT NULL AND c.over_at IS NULL", common)
        return SQL(
            "%s AND c.state IN ('notified', 'reminded') AND c.answered_at IS NULL "
            "AND COALESCE(c.reminders, 0) < %s "
            "AND COALESCE(c.reminded_at, c.notified_at) <= %s",
            common,
            self.remind_times,
            self._silent_since(),
        )

    def _silent_since(self):
        return fields.Datetime.now() - timedelta(days=self.remind_days)

    # -- call list ------------------------------------------------------------

    def _call_those_with_telephone(self):
        """Who can only be called is called as soon as notices go out."""
        self.env["trace.recall.consignee"].search(
            [
                ("recall_id", "in", self.ids),
                ("channel", "=", "call"),
                ("state", "=", "to_notify"),
                ("is_beyond", "=", False),
                ("is_proposed", "=", False),
                ("to_call", "=", False),
            ]
        ).write({"to_call": True})

    def _call_who_is_silent(self):
        """Put on the call list who has not answered the last reminder, a letter or a call."""
        self.ensure_one()
        self.env["trace.recall.consignee"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE trace_recall_consignee SET to_call = TRUE
                WHERE recall_id = %(recall)s AND state IN ('notified', 'reminded')
                    AND to_call IS NOT TRUE AND answered_at IS NULL AND channel != 'public'
                    AND kind != 'owner'
                    AND is_beyond IS NOT TRUE
                    AND COALESCE(reminded_at, notified_at) <= %(since)s
                    AND (channel != 'mail' OR COALESCE(reminders, 0) >= %(times)s)
                    AND (call_from IS NULL OR call_from <= %(now)s)
                RETURNING id
                """,
                recall=self.id,
                since=self._silent_since(),
                times=self.remind_times,
                now=fields.Datetime.now(),
            )
        )
        if rows:
            self.env["trace.recall.consignee"].invalidate_model(["to_call"])
            self._note(
                "silent",
                self.env._("%s consignees who have not answered are to be called.", len(rows)),
                count=len(rows),
            )

    # -- clock ----------------------------------------------------------------

    def _note_first_notice(self):
        """Stop the clock of the first notice when somebody was told."""
        for recall in self.filtered(lambda one: not one.first_notice_at):
            told = self.env["trace.recall.consignee"].search_count(
                [("recall_id", "=", recall.id), ("notified_at", "!=", False)], limit=1
            )
            if told:
                recall.sudo().first_notice_at = fields.Datetime.now()
                recall._note("first_notice", self.env._("The first notice went out."))

    def _tell_drill(self):
        """A drill tells nobody: the consignees are marked, so that its clock runs."""
        now = fields.Datetime.now()
        for recall in self:
            self.env["trace.recall.consignee"].search(
                [
                    ("recall_id", "=", recall.id),
                    ("state", "=", "to_notify"),
                    ("is_beyond", "=", False),
                ]
            ).write({"state": "notified", "notified_at": now})
            recall._note_first_notice()
