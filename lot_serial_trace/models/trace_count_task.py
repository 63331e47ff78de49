from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .trace_guard import refuse_forgery

#: Tasks and names of goods that a screen is told.
TASKS, NAMES = 200, 12
#: States in which somebody is to count.
COUNTABLE = ("todo", "counting", "recount")


class TraceCountTask(models.Model):
    """One place of a count campaign.

    Who is to count it finds it on the count screen, begins (*counting*), and ends: then what
    differs too much is counted again (*recount*), what is over the threshold waits (*approve*),
    and the rest is on the stock (*done*).

    With products the task is about these only; with numbers about these, and what else is found
    of their products is counted, too. A task that is counted again is about the rows that differed.
    """

    _name = "trace.count.task"
    _description = "Place to Count"
    _order = "date_due, location_id, id"
    _rec_name = "location_id"

    campaign_id = fields.Many2one(
        "trace.count.campaign", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    date_due = fields.Date(related="campaign_id.date_due", store=True)
    location_id = fields.Many2one(
        "stock.location", "Place", required=True, readonly=True, index=True, ondelete="cascade"
    )
    product_ids = fields.Many2many("product.product", string="Products", readonly=True)
    lot_ids = fields.Many2many("stock.lot", string="Lots/Serials", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Counter",
        index="btree_not_null",
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("stock.group_stock_user").id),
            ("share", "=", False),
        ],
        help="Empty: whoever comes first",
    )
    state = fields.Selection(
        [
            ("todo", "To Count"),
            ("counting", "Counting"),
            ("recount", "To Count Again"),
            ("approve", "To Approve"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="todo",
        required=True,
        readonly=True,
        index=True,
    )
    count_ids = fields.One2many("trace.count", "task_id", "Counts", readonly=True)
    line_ids = fields.One2many(
        "trace.count.line", "task_id", "Counted", domain=[("superseded", "=", False)]
    )
    difference_count = fields.Integer("Differences", compute="_compute_differences")
    value_difference = fields.Monetary(compute="_compute_differences")
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    done_at = fields.Datetime(readonly=True)
    approved_by_id = fields.Many2one("res.users", readonly=True)

    @api.depends("state")
    def _compute_differences(self):
        """One query; of blind tasks nobody is told before they are counted."""
        groups = (
            self.env["trace.count.line"]
            .sudo()
            ._read_group(
                [
                    ("task_id", "in", self.filtered(lambda t: t.state in ("approve", "done")).ids),
                    ("superseded", "=", False),
                    ("differs", "=", True),
                ],
                ["task_id"],
                ["__count", "value_difference:sum"],
            )
        )
        found = {task.id: (count, value) for task, count, value in groups}
        for task in self:
            task.difference_count, task.value_difference = found.get(task.id, (0, 0.0))

    def write(self, vals):
        """People say who counts, and why something differs."""
        refuse_forgery(self, vals, ("user_id", "line_ids"))
        return super().write(vals)

    # -- for the count screen -------------------------------------------------

    @api.model
    def _mine(self, location=None):
        """What the user is to count: his own, and what is nobody's."""
        domain = [
            ("company_id", "in", self.env.companies.ids),
            ("state", "in", COUNTABLE),
            ("user_id", "in", (self.env.uid, False)),
        ]
        if location:
            domain += [("location_id", "=", location.id), ("user_id", "=", self.env.uid)]
        return self.sudo().search(domain, limit=TASKS).filtered(lambda task: task._open_to_me())

    def _open_to_me(self):
        """Nobody counts again what he has counted, if another person has to."""
        return not (
            self.state == "recount"
            and self.campaign_id.recount_other
            and self.env.user in self.count_ids.user_id
        )

    def _rows(self):
        """Tasks as the count screen lists them, one's own first."""
        mine = self.sorted(lambda task: task.user_id != self.env.user)
        today = fields.Date.context_today(self)
        return [
            {
                "id": task.id,
                "location": {"id": task.location_id.id, "name": task.location_id.display_name},
                "campaign": task.campaign_id.name,
                "due": fields.Date.to_string(task.date_due) if task.date_due else None,
                "late": bool(task.date_due and task.date_due < today),
                "again": bool(task._to_count_again()),
                "mine": task.user_id == self.env.user,
            }
            for task in mine
        ]

    def _told(self):
        """What the screen says of a task while it is counted; None for a count without one."""
        if not self:
            return None
        again = self._to_count_again()
        products = again.product_id if again else self.product_ids
        lots = again.lot_id if again else self.lot_ids
        names = [*(products - lots.product_id).mapped("display_name")]
        names += [f"{lot.product_id.display_name} {lot.name}" for lot in lots[:NAMES]]
        return {
            "id": self.id,
            "campaign": self.campaign_id.name,
            "again": bool(again),
            "goods": names[:NAMES],
            "more": max(0, len(products - lots.product_id) + len(lots) - NAMES),
        }

    def _begin(self):
        """Take a task to count it.

        :raises UserError: it is somebody else's, counted already, or another one has to count
        """
        self.ensure_one()
        self.lock_for_update(allow_referencing=True)
        if self.state not in COUNTABLE:
            raise UserError(
                self.env._("%s is counted already. Choose another place.", self.location_id.name)
            )
        if self.user_id and self.user_id != self.env.user:
            raise UserError(
                self.env._(
                    "%(place)s is %(who)s's to count. Choose another place.",
                    place=self.location_id.display_name,
                    who=self.user_id.name,
                )
            )
        if not self._open_to_me():
            raise UserError(
                self.env._(
                    "You have counted %s before. Somebody else counts it again.",
                    self.location_id.display_name,
                )
            )
        self.user_id = self.env.user
        if self.state == "todo":
            self.state = "counting"

    def _current(self):
        """The rows that hold."""
        return (
            self.env["trace.count.line"]
            .sudo()
            .search([("task_id", "in", self.ids), ("superseded", "=", False)])
        )

    def _to_count_again(self):
        """Rows that differ too much, until they are counted again."""
        if self.state != "recount":
            return self.env["trace.count.line"].sudo()
        return self._current().filtered(lambda row: row.again and row.count_id.state != "open")

    def _takes(self, product):
        """Whether goods belong to the task."""
        again = self._to_count_again()
        wanted = again.product_id if again else self.product_ids
        return not wanted or product in wanted

    def _expects(self):
        """What has to be found: ``expects(product id, lot id)``, lot False for goods without."""
        again = self._to_count_again()
        if again:
            known = again.filtered(lambda row: row.lot_id or not row.number)
            keys = {(row.product_id.id, row.lot_id.id) for row in known}
            return lambda product_id, lot_id: (product_id, lot_id) in keys
        if not self.product_ids:
            return lambda product_id, lot_id: True
        lots = set(self.lot_ids.ids)
        whole = set((self.product_ids - self.lot_ids.product_id).ids)
        return lambda product_id, lot_id: lot_id in lots or product_id in whole

    # -- what becomes of it ---------------------------------------------------

    def _ask_again(self, rows):
        """Have rows counted again, by another person if the campaign says so."""
        self.ensure_one()
        rows.again = True
        other = self.campaign_id.recount_other
        free = self.campaign_id.counter_ids - self.count_ids.user_id
        self.write({"state": "recount", "user_id": free[:1].id if other else self.user_id.id})

    def _cancel(self):
        open_tasks = self.filtered(lambda task: task.state not in ("done", "cancelled"))
        open_tasks.state = "cancelled"
        open_tasks.count_ids.filtered(lambda count: count.state == "open").write({"task_id": False})

    def _check_manager(self):
        if not self.env.user.has_group("stock.group_stock_manager"):
            raise AccessError(self.env._("Only a stock manager approves differences."))
        self.check_access("read")

    def action_approve(self):
        """Put what was counted on the stock; each difference has its reason."""
        self._check_manager()
        for task in self:
            if task.state != "approve":
                raise UserError(
                    self.env._("%s does not wait for approval.", task.location_id.display_name)
                )
            rows = task._current().filtered(lambda row: row.differs and not row.reason_id)
            if task.campaign_id.reason_required and rows:
                raise UserError(
                    self.env._(
                        "%(place)s: say why %(goods)s differs. Open the place and choose a reason.",
                        place=task.location_id.display_name,
                        goods=rows[0]._named(),
                    )
                )
            task.sudo().approved_by_id = self.env.user
            self.env["trace.count.settling"]._apply(task.sudo())

    def action_count_again(self):
        """Have what differs counted again instead of applying it."""
        self._check_manager()
        for task in self.sudo():
            if task.state != "approve":
                raise UserError(
                    self.env._("%s does not wait for approval.", task.location_id.display_name)
                )
            task._ask_again(task._current().filtered("differs"))

    def action_open_lines(self):
        """Open what was counted in these places, each result that holds."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Counted"),
            "res_model": "trace.inventory.accuracy",
            "view_mode": "list,pivot,graph",
            "domain": [("count_id.task_id", "in", self.ids)],
        }
