from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .trace_guard import refuse_forgery

#: What people may say of a case; what happens to it is for the buttons.
SAID = {
    "title",
    "severity_class",
    "depth",
    "reason",
    "hazard",
    "instructions",
    "authority",
    "authority_ref",
    "user_id",
    "exception_id",
    "asn_id",
}
#: What is frozen when the case is confirmed.
SAID_BEFORE = {"lot_ids", "direction", "initiated_at", "company_ids"}
#: What is said only when the case is made.
SAID_FIRST = {"company_id", "is_drill"}


class TraceRecall(models.Model):
    """A recall case: which goods come back, from whom, and how far that is.

    ``draft``: the lots asked about are gathered, and the preview (``trace_recall_preview``) tells
    what confirming would mean. ``approval``: somebody asked for it and the company wants a second
    person. ``running``: confirmed. The scope is frozen from a trace (``trace.run``), the lots on
    hand are put on hold first, then the others, in slices that are committed one by one, so that
    a case that was stopped goes on where it was (``trace_recall_confirming``). What comes in later
    of these lots joins by itself (``trace_recall_joining``). ``closed``: all is accounted for.
    ``cancelled``: what the case did is undone.

    One method writes the state (``_go``); all that happens to the case is a step
    (``trace.recall.step``), from which its clock and its report are made. A drill is a case
    without any effect on goods, tills or mail.
    """

    _name = "trace.recall"
    _description = "Recall Case"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "title", "authority_ref"]

    name = fields.Char("Number", readonly=True, copy=False, index=True)
    title = fields.Char(required=True, tracking=True, help="In a few words: which goods, and why")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approval", "To Approve"),
            ("running", "Running"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    is_drill = fields.Boolean(
        "Drill", help="An exercise: nothing is held, nobody is told, the clock runs."
    )
    severity_class = fields.Selection(
        [
            ("I", "Class I: may do serious harm or kill"),
            ("II", "Class II: may do harm that passes"),
            ("III", "Class III: not likely to do harm"),
            ("none", "Not classified"),
        ],
        "Class",
        default="none",
        required=True,
        tracking=True,
    )
    depth = fields.Selection(
        [
            ("consumer", "Consumers"),
            ("retail", "Shops"),
            ("wholesale", "Wholesalers"),
        ],
        default="consumer",
        required=True,
        tracking=True,
        help="How far down the chain goods are called back.",
    )
    reason = fields.Text(tracking=True, help="Whoever is stopped by a hold will read it.")
    hazard = fields.Text("Danger", help="What may happen to whom")
    instructions = fields.Html("What to Do", help="What those who have the goods are to do")
    authority = fields.Char(help="To whom it was or will be reported")
    authority_ref = fields.Char("Authority's Number")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        default=lambda self: self.env.company,
        help="Whose goods the case is about. Each sees its own part.",
    )
    exception_id = fields.Many2one("trace.exception", "From Exception", index="btree_not_null")
    asn_id = fields.Many2one("trace.asn", "Shipping Notice", index="btree_not_null")
    lot_ids = fields.Many2many(
        "stock.lot",
        "trace_recall_asked_rel",
        "recall_id",
        "lot_id",
        "Asked About",
        help="From these the scope is walked.",
    )
    direction = fields.Selection(
        [
            ("forward", "What became of them"),
            ("both", "What they were made from, too"),
        ],
        "Scope Follows",
        default="forward",
        required=True,
    )
    run_id = fields.Many2one("trace.run", "Scope Traced", readonly=True, copy=False)
    parent_id = fields.Many2one("trace.recall", "Merged Into", readonly=True, copy=False)
    child_ids = fields.One2many("trace.recall", "parent_id", "Merged Cases")
    scope_ids = fields.One2many("trace.recall.lot", "recall_id", "Lots")
    step_ids = fields.One2many("trace.recall.step", "recall_id", "Steps")

    asked_by_id = fields.Many2one("res.users", "Confirmation Asked by", readonly=True, copy=False)
    approver_id = fields.Many2one("res.users", "Confirmed by", readonly=True, copy=False)

    initiated_at = fields.Datetime(
        "Initiated",
        default=fields.Datetime.now,
        copy=False,
        help="When you first knew. The clock runs from here.",
    )
    confirmed_at = fields.Datetime("Confirmed", readonly=True, copy=False)
    scope_at = fields.Datetime("Scope Known", readonly=True, copy=False)
    held_at = fields.Datetime("Held", readonly=True, copy=False)
    first_notice_at = fields.Datetime("First Notice", readonly=True, copy=False)
    answered_at = fields.Datetime("95 % Answered", readonly=True, copy=False)
    accounted_at = fields.Datetime("Accounted For", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed", readonly=True, copy=False)
    cancelled_at = fields.Datetime("Cancelled", readonly=True, copy=False)

    # -- guards ---------------------------------------------------------------

    @api.model
    def _said(self):
        """Names of the fields that people may write while a case is open."""
        return SAID

    @api.model
    def _said_before(self):
        """Names of the fields that people may write as long as a case is a draft."""
        return SAID_BEFORE

    @api.model_create_multi
    def create(self, vals_list):
        """Number the cases; drills have numbers of their own."""
        for vals in vals_list:
            known = self._said() | self._said_before() | SAID_FIRST
            refuse_forgery(self, vals, known)
            code = "trace.recall.drill" if vals.get("is_drill") else "trace.recall"
            vals["name"] = self.env["ir.sequence"].sudo().next_by_code(code)
        recalls = super().create(vals_list)
        for recall in recalls:
            recall._note("made", self.env._("The case was made."))
        return recalls

    def write(self, vals):
        """The scope is for drafts only; states and stamps are for the buttons."""
        drafts = all(recall.state == "draft" for recall in self)
        refuse_forgery(self, vals, self._said() | (self._said_before() if drafts else set()))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(recall.state != "draft" or recall.scope_ids for recall in self):
            raise UserError(self.env._("Cases are kept. Cancel this one instead."))

    def _check_right(self):
        if not self.env.su and not self.env.user.has_group("lot_serial_trace.group_trace_recall"):
            raise AccessError(self.env._("Only a recall manager can do this."))
        self.check_access("write")

    # -- state and steps ------------------------------------------------------

    def _go(self, state, says, **values):
        """The one writer of the state.

        :param says: sentence of the step
        :param values: stamps and whatever else is written with it
        """
        before = None
        for recall in self:
            before = recall.state
            recall.sudo().write({"state": state, **values})
            recall._note(state, says, before=before)
        if "running" in (state, before):
            self._running_changed()

    def _running_changed(self):
        """Movements ask for running cases only where there are any."""
        self.env.registry.clear_cache()
        # Others may have asked again before this transaction has ended.
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    def _note(self, kind, says, **data):
        """Keep that something happened to the case: a row of its timeline.

        :param kind: technical word, e.g. ``confirmed``, ``extended``
        :param says: a sentence
        :param data: figures and ids behind it
        :return: the ``trace.recall.step``
        """
        self.ensure_one()
        return (
            self.env["trace.recall.step"]
            .sudo()
            .create(
                {
                    "recall_id": self.id,
                    "at": fields.Datetime.now(),
                    "kind": kind,
                    "says": says,
                    "user_id": self.env.uid,
                    "data": data or False,
                }
            )
        )

    # -- what others fill -----------------------------------------------------

    def _after_confirm(self):
        """Called when the scope has been traced, again when it has grown: consignees are made here.

        In superuser mode, in a transaction of its own; what is there already stays.
        """

    def _closing_obstacles(self):
        """Sentences that tell what is still open."""
        self.ensure_one()
        return []
