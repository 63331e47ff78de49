from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class TraceRecallDrill(models.Model):
    """A drill: a case that nobody feels but those who work on it, against the clock.

    ``_drill_start``: the clock starts, the lot is drawn (``trace_recall_drill_draw``), it is
    traced back, and the case is confirmed: its scope and its consignees are found as those of any
    case, but nothing is held and nobody is told. Then people do their part: they confirm
    addresses that were drawn and find units by scanning them in their places
    (``trace.recall.drill.task``), so that their time is measured, too. ``_drill_end``: the
    percentages are read (``trace_recall_drill_measuring``), the verdict is given, the case is
    closed and the report is made.

    Who has to go and leave it stops the clock with a reason (``trace.recall.drill.pause``); whether
    pauses count is a term of the drill.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _name = "trace.recall"
    _inherit = ["trace.recall", "trace.recall.drill.terms"]

    drill_plan_id = fields.Many2one(
        "trace.recall.drill.plan", "Plan", readonly=True, index="btree_not_null", copy=False
    )
    drill_notice_id = fields.Many2one(
        "trace.notice",
        "Past Notice",
        index="btree_not_null",
        help="The drill is about the lots that are matched with it: what if it came today?",
    )
    drill_task_ids = fields.One2many("trace.recall.drill.task", "recall_id", "What People Do")
    drill_pause_ids = fields.One2many("trace.recall.drill.pause", "recall_id", "Pauses")
    drill_back_run_id = fields.Many2one("trace.run", "Traced Back", readonly=True, copy=False)
    drill_backward_at = fields.Datetime("Traced Back at", readonly=True, copy=False)
    drill_contacts_at = fields.Datetime("Customers Listed", readonly=True, copy=False)
    drill_addresses_at = fields.Datetime("Addresses Confirmed", readonly=True, copy=False)
    drill_found_at = fields.Datetime("Units Looked for", readonly=True, copy=False)
    drill_standing = fields.Boolean("Pause", compute="_compute_drill_standing")
    drill_open = fields.Integer("Left to Do", compute="_compute_drill_open")

    @api.model
    def _said_before(self):
        return super()._said_before() | {*self._drill_terms(), "drill_notice_id"}

    @api.depends("drill_pause_ids.ended_at")
    def _compute_drill_standing(self):
        for recall in self:
            recall.drill_standing = any(not one.ended_at for one in recall.drill_pause_ids)

    @api.depends("drill_task_ids.state")
    def _compute_drill_open(self):
        for recall in self:
            recall.drill_open = len(recall.drill_task_ids.filtered(lambda one: one.state == "open"))

    # -- start ----------------------------------------------------------------

    def _drill_start(self):
        """Start the clock, draw the lot, trace both ways, and give people their part."""
        self.ensure_one()
        self._check_right()
        if not self.is_drill or self.state != "draft":
            raise UserError(self.env._("%s is no drill that can be started.", self.name))
        case = self.sudo()
        if not (case.drill_surprise and case.drill_draw):
            case.initiated_at = fields.Datetime.now()
        case._drill_choose()
        case.reason = case.reason or self.env._("Recall drill %s", self.name)
        case._drill_trace_back()
        self._confirm()

    def _drill_choose(self):
        """Draw the lot, unless it was drawn or chosen before."""
        if self.drill_how == "random" and not self.lot_ids:
            self._drill_draw_lot()
        if self.drill_how == "notice" and not self.lot_ids:
            self._drill_take_notice()
        if not self.lot_ids:
            raise UserError(self.env._("Choose the lots that the drill is about."))

    def _drill_take_notice(self):
        """The lots that were matched with a notice, but for those that somebody refused."""
        notice = self.drill_notice_id
        lots = notice._lots_of(notice.match_ids.filtered(lambda one: one.state != "refused"))
        if not lots:
            raise UserError(self.env._("No lot is matched with the notice: choose another one."))
        says = self.env._("The lots matched with %s.", notice.display_name)
        self.write({"lot_ids": [(6, 0, lots.ids)], "drill_draw_text": says})
        self._note("noticed", says, notice=notice.id, lots=len(lots))

    def _drill_trace_back(self):
        """Where the goods came from, and what they were made of."""
        question = {"lots": self.lot_ids.ids, "direction": "backward"}
        run = self.env["trace.run"]._ask(question, "drill")
        self.write({"drill_back_run_id": run.id, "drill_backward_at": fields.Datetime.now()})
        self._note(
            "traced_back",
            self.env._(
                "Traced back: %(suppliers)s receipts, made from %(lots)s lots.",
                suppliers=run.counts.get("supplier", 0),
                lots=run.counts.get("made_from", 0),
            ),
            run_id=run.id,
            seconds=run.seconds,
        )

    def _after_confirm(self):
        """Customers are listed: their addresses may be looked at."""
        done = super()._after_confirm()
        for recall in self.filtered("is_drill"):
            recall.sudo().drill_contacts_at = fields.Datetime.now()
        return done

    def _step_tasks(self):
        """In a drill people get other tasks than in a case."""
        done = super()._step_tasks()
        if self.is_drill and not self.drill_task_ids:
            self.env["trace.recall.drill.task"]._make(self)
        return done

    def _confirm(self):
        """A drill is confirmed by starting its clock, whatever button was pressed."""
        if self.is_drill and not self.drill_backward_at:
            return self._drill_start()
        return super()._confirm()

    def _close(self, reason=None):
        """A drill is closed by its verdict: nothing of it has to be disposed of."""
        if self.is_drill:
            return self._drill_end()
        return super()._close(reason)

    def _go(self, state, says, **values):
        """Who was to carry out a drill that is over has nothing left to do."""
        done = super()._go(state, says, **values)
        if state in ("closed", "cancelled"):
            self.sudo().filtered("is_drill").activity_unlink(["mail.mail_activity_data_todo"])
        return done

    # -- clock ----------------------------------------------------------------

    def _drill_must_run(self):
        self._drill_check_worker()
        if not self.is_drill or self.state != "running":
            raise UserError(self.env._("The drill %s does not run.", self.name))

    def _drill_check_worker(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("lot_serial_trace.group_trace_user"):
            raise AccessError(self.env._("Auditors watch drills. Users of the app work on them."))

    def _drill_pause(self, reason):
        """Stop the clock: nobody works on it."""
        self._drill_must_run()
        self._check_right()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the drill pauses: the report tells it."))
        if self.drill_standing:
            raise UserError(self.env._("The clock stands already."))
        self.env["trace.recall.drill.pause"].sudo().create(
            {"recall_id": self.id, "reason": reason, "user_id": self.env.uid}
        )
        self._note("pause", self.env._("Pause: %s", reason))

    def _drill_resume(self):
        """Go on after a pause."""
        self._drill_must_run()
        self._check_right()
        standing = self.sudo().drill_pause_ids.filtered(lambda one: not one.ended_at)
        if not standing:
            raise UserError(self.env._("The clock runs already."))
        standing.write({"ended_at": fields.Datetime.now()})
        self._note("resumed", self.env._("The drill goes on."))

    # -- end ------------------------------------------------------------------

    def _drill_end(self):
        """Stop the clock and give the verdict; what was not done counts as not done."""
        self.ensure_one()
        self._drill_must_run()
        self._check_right()
        if self.phase not in (False, "done"):
            raise UserError(self.env._("The trace is not complete yet: wait for it."))
        case = self.sudo()
        now = fields.Datetime.now()
        case.drill_pause_ids.filtered(lambda one: not one.ended_at).write({"ended_at": now})
        case._drill_judge(now)
        says = case.drill_text.split("\n")[0]
        self._go("closed", says, closed_at=now)

    # -- buttons --------------------------------------------------------------

    def action_drill_start(self):
        """Start the drill."""
        self._drill_start()

    def action_drill_end(self):
        """End the drill."""
        self._drill_end()

    def action_drill_resume(self):
        """Go on after a pause."""
        self._drill_resume()

    def action_drill_pause(self):
        """Ask why the drill pauses."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pause"),
            "res_model": "trace.recall.drill.break",
            "view_mode": "form",
            "target": "new",
            "context": {"default_recall_id": self.id},
        }

    def _trace_open_drill(self):
        """Open the drill in the screen of drills."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("lot_serial_trace.view_trace_recall_drill_form").id, "form")],
        }
