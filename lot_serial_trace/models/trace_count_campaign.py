from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.counting import ApprovalRule, RecountRule, deal
from .trace_guard import refuse_forgery


class TraceCountCampaign(models.Model):
    """A count campaign: what is counted, by whom, until when, and what becomes of differences.

    Begun with *Start*: what is to be counted now is drawn (``trace.count.drawing``), each place
    becomes a task (``trace.count.task``), and the tasks are dealt to the counters, who find them
    on the count screen. What differs by more than the campaign allows is counted once more, what
    is over its approval threshold waits for a stock manager, the rest goes on the stock by
    Odoo's own inventory adjustment. A campaign that repeats is made anew by the cron.
    """

    _name = "trace.count.campaign"
    _description = "Count Campaign"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, default=lambda self: self.env._("Count"))
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, tracking=True
    )

    # -- what -----------------------------------------------------------------
    method = fields.Selection(
        [
            ("place", "Whole places"),
            ("abc", "ABC classes"),
            ("expiry", "What expires soon"),
            ("risk", "Risks"),
            ("product", "Products"),
            ("lot", "Lots and serial numbers"),
        ],
        "Count By",
        required=True,
        default="place",
    )
    location_ids = fields.Many2many(
        "stock.location",
        string="In Places",
        check_company=True,
        domain="[('usage', 'in', ('view', 'internal', 'transit'))]",
        help="These and the places in them; empty: all of the company",
    )
    include_empty = fields.Boolean("Empty Places, Too")
    abc_by = fields.Selection(
        [("value", "Value in stock"), ("turnover", "Value that left")],
        "Classes By",
        required=True,
        default="value",
    )
    abc_a = fields.Boolean("A", default=True)
    abc_b = fields.Boolean("B")
    abc_c = fields.Boolean("C")
    abc_a_percent = fields.Integer("A up to (%)", default=80, required=True)
    abc_b_percent = fields.Integer("B up to (%)", default=95, required=True)
    abc_days = fields.Integer("Left in the Last (days)", default=365, required=True)
    expiry_days = fields.Integer("Expires Within (days)", default=30, required=True)
    risk_hold = fields.Boolean("On hold", default=True)
    risk_exception = fields.Boolean("With an open exception", default=True)
    risk_negative = fields.Boolean("Below zero by the books", default=True)
    risk_twice = fields.Boolean("Serial number in two places", default=True)
    risk_never = fields.Boolean("Never counted")
    product_ids = fields.Many2many(
        "product.product", string="Products", domain="[('is_storable', '=', True)]"
    )
    lot_ids = fields.Many2many("stock.lot", string="Lots/Serials")
    fresh_days = fields.Integer(
        "Not If Counted Within (days)", help="What was counted that lately is left out; 0: nothing"
    )
    task_limit = fields.Integer("At Most (places)", help="0: as many as there are")

    # -- how ------------------------------------------------------------------
    blind = fields.Boolean(
        default=True, help="Who counts does not see what should be there, before or after"
    )
    counter_ids = fields.Many2many(
        "res.users",
        string="Counters",
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("stock.group_stock_user").id),
            ("share", "=", False),
        ],
        help="Places are dealt to them, neighbours to the same person. Empty: whoever comes first",
    )
    date_due = fields.Date("Due", tracking=True)
    recount = fields.Boolean("Count Differences Again", default=True)
    recount_percent = fields.Float("Over (%)", help="Of what the books say")
    recount_value = fields.Monetary("And Over", help="0: whatever it is worth")
    recount_other = fields.Boolean(
        "By Another Person", default=True, help="Nobody counts again what he has counted"
    )
    approval = fields.Selection(
        [("all", "Every difference"), ("over", "Differences over"), ("none", "None")],
        "Approve",
        required=True,
        default="all",
        help="By a stock manager. What needs no approval is applied at once.",
    )
    approve_quantity = fields.Float(
        "Approve Over (quantity)", digits="Product Unit", help="0: whatever the quantity is"
    )
    approve_value = fields.Monetary("Approve Over (value)", help="0: whatever it is worth")
    reason_required = fields.Boolean("Reasons for Differences", default=True)
    currency_id = fields.Many2one(related="company_id.currency_id")

    # -- again ----------------------------------------------------------------
    repeat = fields.Boolean("Repeats", copy=False)
    repeat_every = fields.Integer("Every", default=1, required=True)
    repeat_unit = fields.Selection(
        [("days", "Days"), ("weeks", "Weeks"), ("months", "Months")],
        default="months",
        required=True,
    )
    next_date = fields.Date("Next", copy=False)
    days_to_count = fields.Integer("Days to Count", default=7, required=True)
    origin_id = fields.Many2one("trace.count.campaign", "Repetition Of", readonly=True, copy=False)

    # -- how far --------------------------------------------------------------
    started_at = fields.Datetime(readonly=True, copy=False)
    ended_at = fields.Datetime(readonly=True, copy=False)
    task_ids = fields.One2many("trace.count.task", "campaign_id", "Places", copy=False)
    task_count = fields.Integer("Number of Places", compute="_compute_progress")
    done_count = fields.Integer("Counted", compute="_compute_progress")
    approve_count = fields.Integer("To Approve", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress", help="Places that are done (%)")
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")

    _percents = models.Constraint(
        "CHECK(0 < abc_a_percent AND abc_a_percent <= abc_b_percent AND abc_b_percent <= 100)",
        "Class A ends before class B, and B at 100 % at most.",
    )
    _repeats = models.Constraint(
        "CHECK(repeat_every > 0 AND days_to_count >= 0)", "A campaign repeats every 1 or more."
    )
    _not_negative = models.Constraint(
        "CHECK(fresh_days >= 0 AND task_limit >= 0 AND expiry_days >= 0 AND abc_days > 0"
        " AND COALESCE(recount_percent, 0) >= 0 AND COALESCE(recount_value, 0) >= 0"
        " AND COALESCE(approve_quantity, 0) >= 0 AND COALESCE(approve_value, 0) >= 0)",
        "Days and thresholds are not below zero.",
    )

    def _compute_progress(self):
        """One query for all of them."""
        groups = self.env["trace.count.task"]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "state"], ["__count"]
        )
        counts = {(campaign.id, state): count for campaign, state, count in groups}
        states = [name for name, _title in self.env["trace.count.task"]._fields["state"].selection]
        for campaign in self:
            total = sum(counts.get((campaign.id, state), 0) for state in states)
            done = counts.get((campaign.id, "done"), 0)
            campaign.task_count = total
            campaign.done_count = done
            campaign.approve_count = counts.get((campaign.id, "approve"), 0)
            campaign.progress = 100.0 * done / total if total else 0.0

    @api.depends("date_due", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for campaign in self:
            due = campaign.date_due
            campaign.is_late = bool(campaign.state == "running" and due and due < today)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in" or len(set(value)) != 1:
            return NotImplemented
        late = [("state", "=", "running"), ("date_due", "<", fields.Date.context_today(self))]
        return late if True in value else ["!", "&", *late]

    @api.model_create_multi
    def create(self, vals_list):
        """A campaign begins as a new one."""
        for vals in vals_list:
            self._refuse_machinery(vals)
        return super().create(vals_list)

    def write(self, vals):
        """What buttons decide is not written by hand."""
        self._refuse_machinery(vals)
        return super().write(vals)

    @api.model
    def _refuse_machinery(self, vals):
        allowed = self._fields.keys() - {"state", "started_at", "ended_at", "origin_id", "task_ids"}
        refuse_forgery(self, vals, allowed)

    # -- rules ----------------------------------------------------------------

    def _recount_rule(self):
        """The :class:`RecountRule`; None if nothing is counted again."""
        self.ensure_one()
        return RecountRule(self.recount_percent, self.recount_value) if self.recount else None

    def _approval_rule(self):
        self.ensure_one()
        return ApprovalRule(self.approval, self.approve_quantity, self.approve_value)

    # -- life -----------------------------------------------------------------

    def action_start(self):
        """Draw what is to be counted now, and deal it to the counters."""
        for campaign in self:
            if campaign.state != "draft":
                raise UserError(self.env._("%s is started already.", campaign.name))
            campaign._start()

    def _start(self):
        places = self.env["trace.count.drawing"]._draw(self)
        if not places:
            raise UserError(
                self.env._(
                    "%s: there is nothing to count. Choose other goods or places.", self.name
                )
            )
        people = deal(len(places), self.counter_ids.ids)
        self.env["trace.count.task"].sudo().create(
            [
                {
                    "campaign_id": self.id,
                    "location_id": place.location_id,
                    "product_ids": [(6, 0, place.product_ids)],
                    "lot_ids": [(6, 0, place.lot_ids)],
                    "user_id": person,
                }
                for place, person in zip(places, people, strict=True)
            ]
        )
        self.sudo().write({"state": "running", "started_at": fields.Datetime.now()})
        if self.repeat and not self.next_date:
            self.next_date = self._after(fields.Date.context_today(self))

    def action_cancel(self):
        """Stop counting; what was counted stays recorded, and nothing more is applied."""
        for campaign in self.filtered(lambda campaign: campaign.state in ("draft", "running")):
            campaign.task_ids.sudo()._cancel()
            campaign.sudo().write({"state": "cancelled", "ended_at": fields.Datetime.now()})

    def _end_if_done(self):
        """A campaign whose places are all done is done."""
        running = self.filtered(lambda campaign: campaign.state == "running")
        left = running.task_ids.filtered(lambda task: task.state != "done").campaign_id
        (running - left).sudo().write({"state": "done", "ended_at": fields.Datetime.now()})

    @api.ondelete(at_uninstall=False)
    def _unlink_if_new(self):
        if any(campaign.state != "draft" for campaign in self):
            raise UserError(self.env._("A campaign that was started is kept. Cancel it."))

    # -- again ----------------------------------------------------------------

    def _after(self, day):
        return day + relativedelta(**{self.repeat_unit: self.repeat_every})

    @api.model
    def _cron(self):
        """Make campaigns anew whose day has come."""
        today = fields.Date.context_today(self)
        due = self.search(
            [("repeat", "=", True), ("next_date", "<=", today), ("state", "!=", "cancelled")]
        )
        for campaign in due:
            campaign._again(today)
            self.env["ir.cron"]._commit_progress(1)

    def _again(self, today):
        """The campaign of today; days that nobody was there for are not made up for."""
        self.ensure_one()
        next_date = self.next_date
        while next_date <= today:
            next_date = self._after(next_date)
        self.next_date = next_date
        new = self.sudo().copy(
            {
                "name": f"{self.name} {fields.Date.to_string(today)}",
                "origin_id": self.id,
                "date_due": today + relativedelta(days=self.days_to_count),
            }
        )
        # A campaign that finds nothing to count waits as a new one, and says so.
        if self.env["trace.count.drawing"]._draw(new):
            new._start()
        else:
            new.message_post(body=self.env._("There is nothing to count."))
        return new

    # -- going there ----------------------------------------------------------

    def action_open_tasks(self):
        """Open the places of the campaign."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_serial_trace.action_trace_count_task"
        )
        return {**action, "domain": [("campaign_id", "in", self.ids)], "context": {}}

    def action_open_accuracy(self):
        """Open what was counted, with the three rates."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_serial_trace.action_trace_inventory_accuracy"
        )
        return {
            **action,
            "domain": [("campaign_id", "in", self.ids)],
            "view_mode": "list,pivot,graph",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
        }
