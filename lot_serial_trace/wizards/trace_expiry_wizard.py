from odoo import api, fields, models
from odoo.exceptions import UserError


class TraceExpiryWizard(models.TransientModel):
    """Asks what to do about selected expiring goods, and does it."""

    _name = "trace.expiry.wizard"
    _description = "Do Something About Expiring Goods"

    kind = fields.Selection(
        [
            ("hold", "Put on hold"),
            ("pull", "Pull"),
            ("mark", "Mark down"),
            ("donate", "Donate"),
            ("scrap", "Propose to scrap"),
        ],
        "What",
        required=True,
        default="pull",
    )
    due_ids = fields.Many2many("trace.expiry.due", string="Goods", readonly=True)
    count = fields.Integer(compute="_compute_count")
    busy = fields.Integer(compute="_compute_count")
    location_id = fields.Many2one(
        "stock.location",
        "To",
        domain="[('usage', 'in', ('internal', 'customer') if kind == 'donate' else ('internal',))]",
    )
    partner_id = fields.Many2one("res.partner", "Who Gets Them")
    percent = fields.Float("Markdown (%)", digits=(5, 2), default=30)
    until = fields.Date(help="Empty: as long as the goods are good.")
    reason = fields.Char(help="Empty: the date, and the rule.")

    @api.model
    def default_get(self, names):
        """The selected rows of the list."""
        values = super().default_get(names)
        if self.env.context.get("active_model") == "trace.expiry.due" and "due_ids" in names:
            values["due_ids"] = [(6, 0, self.env.context.get("active_ids", []))]
        return values

    @api.depends("due_ids")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.due_ids)
            wizard.busy = len(wizard.due_ids - wizard.due_ids._unhandled())

    def action_do(self):
        """Do it; open what was made."""
        self.ensure_one()
        dues = self.due_ids.with_env(self.env)
        dues._check_right()
        dues.check_access("read")
        actions = getattr(self, f"_do_{self.kind}")(dues)
        if not actions:
            raise UserError(
                self.env._(
                    "Nothing was done: these goods are reserved for others, under way already, "
                    "or have no date."
                )
            )
        return self._answer(actions)

    def _do_hold(self, dues):
        self.env["trace.hold"]._check_right()
        return dues._hold(self.reason)

    def _do_pull(self, dues):
        return dues._pull(self.location_id or None)

    def _do_mark(self, dues):
        return dues._mark(self.percent, self.until)

    def _do_donate(self, dues):
        if not self.location_id:
            raise UserError(self.env._("Say to which place the donation goes."))
        return dues._donate(self.location_id, self.partner_id)

    def _do_scrap(self, dues):
        return dues._propose_scrap()

    def _answer(self, actions):
        pickings = actions.picking_id
        if pickings:
            return pickings._get_records_action()
        return {"type": "ir.actions.act_window_close"}
