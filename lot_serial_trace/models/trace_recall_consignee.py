from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .trace_guard import refuse_forgery

QUANTITY = "Product Unit"
#: What people who work the call list may write: how somebody is reached.
REACHED_BY = {"email", "phone", "address", "lang", "channel", "note"}
#: States in which a notice has gone out and nothing has come back.
WAITING = ("sending", "notified", "reminded")
#: States in which nothing more is expected.
OVER = ("answered", "done")


class TraceRecallConsignee(models.Model):
    """Somebody whom goods of a recall have reached, and what came of it.

    Made set-wise from the ledger (``trace_recall_consignee_making``): customers by delivery and
    sale, buyers whom the till knows, one row for each shop for the buyers whom nobody knows, and
    places of one's own where the goods lie. Name and address are kept as they were, so that they
    can be corrected for the case and forgotten after it.

    ``to_notify``, then ``sending`` (the mail waits in the queue), ``notified``, ``reminded``; or
    ``bounced``. ``answered``: an answer is in that does not account for all they got; ``done``:
    it does, or somebody has decided that no more comes. ``void``: all was given back before
    anybody was told, or the lots left the scope: they stay in the list and are counted apart.

    Whom a consignee sold the goods on to are consignees themselves, of the second level.
    """

    _name = "trace.recall.consignee"
    _description = "Consignee of a Recall"
    _order = "recall_id desc, id"

    recall_id = fields.Many2one("trace.recall", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, help="Whose goods they got"
    )
    key = fields.Char(required=True, readonly=True, help="Who it is, once in each case")
    kind = fields.Selection(
        [
            ("customer", "Customer"),
            ("till", "Customer at a till"),
            ("unknown", "Unknown buyers"),
            ("place", "Place of our own"),
        ],
        required=True,
        readonly=True,
    )
    role = fields.Selection(
        [("business", "Business"), ("consumer", "Consumer"), ("shop", "Shop")],
        required=True,
        readonly=True,
        help="Decides which notice they get.",
    )
    is_beyond = fields.Boolean(
        "Beyond the Depth", readonly=True, help="The case does not go down so far."
    )
    parent_id = fields.Many2one(
        "trace.recall.consignee",
        "Got It From",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    child_ids = fields.One2many("trace.recall.consignee", "parent_id", "Sold On To")
    partner_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="set null"
    )
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True, ondelete="set null")
    name = fields.Char(required=True, readonly=True)
    email = fields.Char()
    phone = fields.Char()
    address = fields.Char()
    lang = fields.Char("Language")
    by_hand = fields.Boolean(readonly=True, help="Somebody has corrected how they are reached.")
    channel = fields.Selection(
        [
            ("mail", "E-mail"),
            ("letter", "Letter"),
            ("call", "Telephone"),
            ("public", "Public notice"),
        ],
        readonly=False,
        required=True,
        help="How they are told. Unknown buyers are reached by a notice in the shop only.",
    )
    note = fields.Char("Remark")
    line_ids = fields.One2many("trace.recall.consignee.line", "consignee_id", "Goods")
    lot_count = fields.Integer("Lots", readonly=True)
    quantity = fields.Float(
        digits=QUANTITY, readonly=True, help="Delivered less what came back, over all units"
    )
    quantities = fields.Json(readonly=True, help="The same for each unit")
    quantity_text = fields.Char("How Much", readonly=True)
    sales = fields.Integer(readonly=True, help="Deliveries and sales")
    documents = fields.Char(readonly=True)
    last_time = fields.Datetime("Last Delivery", readonly=True)
    state = fields.Selection(
        [
            ("to_notify", "To tell"),
            ("sending", "Sending"),
            ("notified", "Told"),
            ("bounced", "Bounced"),
            ("reminded", "Reminded"),
            ("answered", "Answered"),
            ("done", "Done"),
            ("void", "Not concerned any more"),
        ],
        required=True,
        readonly=True,
        default="to_notify",
        index=True,
    )
    notified_at = fields.Datetime("Told", readonly=True)
    told_quantity = fields.Float(
        digits=QUANTITY, readonly=True, help="How much the last notice was about"
    )
    reminded_at = fields.Datetime("Reminded", readonly=True)
    reminders = fields.Integer(readonly=True)
    opened_at = fields.Datetime(
        "Page Opened", readonly=True, help="Programs that check mails open links, too."
    )
    reached_at = fields.Datetime(
        "Reached", readonly=True, help="When it was certain that they know"
    )
    answered_at = fields.Datetime("Answered", readonly=True)
    failure = fields.Char("Why It Failed", readonly=True)
    to_call = fields.Boolean("Call", readonly=True, index=True)
    call_from = fields.Datetime("Not Before", readonly=True)
    calls = fields.Integer("Number of Calls", readonly=True)
    refused = fields.Boolean("Refuses", readonly=True)
    in_sample = fields.Boolean("Checked for Effectiveness", readonly=True)
    is_effective = fields.Boolean(
        "Effective", readonly=True, help="They know, and what they got is accounted for."
    )
    found_qty = fields.Float("Found", digits=QUANTITY, readonly=True)
    sold_on_qty = fields.Float("Sold On", digits=QUANTITY, readonly=True)
    destroyed_qty = fields.Float("Destroyed", digits=QUANTITY, readonly=True)
    returned_qty = fields.Float("Sent Back", digits=QUANTITY, readonly=True)
    answered_quantities = fields.Json(readonly=True, help="The same for each unit")
    has_none = fields.Boolean(readonly=True)
    remark = fields.Text("What They Say", readonly=True)
    answer_ids = fields.One2many("trace.recall.answer", "consignee_id", "Answers")
    letter_ids = fields.One2many("trace.recall.letter", "consignee_id", "Notices")
    call_ids = fields.One2many("trace.recall.call", "consignee_id", "Calls")

    _one_of_each = models.UniqueIndex("(recall_id, company_id, key)")
    _state_idx = models.Index("(recall_id, state, channel)")

    # -- guards ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Consignees are found in the ledger or named in an answer, not made up."""
        if not self.env.su:
            raise AccessError(self.env._("Consignees are made by the case."))
        return super().create(vals_list)

    def write(self, vals):
        """People correct how somebody is reached; the rest is what happened."""
        refuse_forgery(self, vals, REACHED_BY)
        if not self.env.su and REACHED_BY & set(vals) - {"note"}:
            self._check_caller()
            self.sudo().write({"by_hand": True})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("Consignees are kept: they are counted."))

    def _check_worker(self):
        """Whoever works with traceability may work the call list of a case that runs."""
        self._check_user()
        self._check_open()

    def _check_caller(self):
        """Whether calls may be taken down, and how somebody is reached."""
        self._check_worker()

    def _check_user(self):
        if not self.env.su and not self.env.user.has_group("lot_serial_trace.group_trace_user"):
            raise AccessError(self.env._("Only users of traceability can do this."))
        self.check_access("read")

    def _check_open(self):
        over = self.recall_id.filtered(lambda recall: recall.state in ("closed", "cancelled"))
        if over:
            raise UserError(
                self.env._("%s is over. Nothing is added to it any more.", over[0].display_name)
            )

    # -- what they may be asked -----------------------------------------------

    def _is_over(self):
        """Whether nothing more is expected of them."""
        self.ensure_one()
        return self.state in OVER or self.state == "void"

    def _lines(self):
        """The goods that they still have as far as the ledger knows."""
        return self.line_ids.filtered(lambda line: line.quantity > 0)

    def action_done(self):
        """Expect nothing more of them."""
        self._check_worker()
        self.sudo().write({"state": "done", "to_call": False})
        self.recall_id._note_answers()

    def action_call_again(self):
        """Put them on the call list."""
        self._check_worker()
        self.sudo().write({"to_call": True, "call_from": False})

    def action_open_partner(self):
        """Open the partner."""
        self.ensure_one()
        return self.partner_id._get_records_action()
