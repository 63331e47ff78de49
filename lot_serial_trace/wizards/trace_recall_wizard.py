from odoo import api, fields, models
from odoo.exceptions import UserError

#: Numbers of a list that are named because nothing fits them.
NAMED = 20


class TraceRecallWizard(models.TransientModel):
    """Asks what a button of a recall case has to know: which numbers, which case, and why.

    Numbers are pasted as for a hold (``trace.hold.numbers``): what is found and what is not is
    said while they are typed. Ten thousand numbers are a count here, never ten thousand tags.
    """

    _name = "trace.recall.wizard"
    _description = "Ask About a Recall"

    mode = fields.Selection(
        [
            ("open", "Open a recall case"),
            ("add", "Add numbers"),
            ("narrow", "Take numbers out"),
            ("merge", "Merge another case into this one"),
            ("cancel", "Cancel the case"),
            ("close", "Close the case"),
        ],
        required=True,
    )
    recall_id = fields.Many2one("trace.recall", "Case")
    state = fields.Selection(related="recall_id.state")
    title = fields.Char()
    lot_ids = fields.Many2many("stock.lot", string="Lots/Serials")
    lot_count = fields.Integer(compute="_compute_lot_count")
    numbers = fields.Text(help="One number a line, or separated by commas; SN001-SN050 is a range")
    product_id = fields.Many2one("product.product", help="Of which the numbers are")
    found = fields.Text(compute="_compute_found")
    other_id = fields.Many2one("trace.recall", "Other Case")
    relatives = fields.Boolean(
        "Also What Was Made of Them Alone",
        default=True,
        help="What is in the scope because of these numbers and nothing else.",
    )
    reason = fields.Text()
    obstacles = fields.Text("Still Open", compute="_compute_obstacles")

    # -- showing --------------------------------------------------------------

    @api.depends("lot_ids")
    def _compute_lot_count(self):
        for wizard in self:
            wizard.lot_count = len(wizard.lot_ids)

    @api.depends("numbers", "product_id")
    def _compute_found(self):
        for wizard in self:
            wizard.found = wizard._told() if (wizard.numbers or "").strip() else False

    def _told(self):
        """What becomes of the pasted numbers, in a sentence or two."""
        seen = self.env["trace.hold.numbers"]._preview(self.numbers, None, self.product_id.id, True)
        if seen["error"]:
            return seen["error"]
        good = [row for row in seen["rows"] if row[3] in ("ready", "not_here", "held")]
        bad = [row[1] for row in seen["rows"] if row[3] in ("unknown", "wrong", "no_product")]
        several = [row[1] for row in seen["rows"] if row[3] == "several"]
        parts = [self.env._("%s numbers found.", len(good))]
        if bad:
            parts.append(self.env._("Not known here: %s", self._some(bad)))
        if several:
            parts.append(
                self.env._("Several products have them, choose one: %s", self._some(several))
            )
        return "\n".join(parts)

    @api.model
    def _some(self, names):
        return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")

    @api.depends("mode", "recall_id")
    def _compute_obstacles(self):
        for wizard in self:
            closing = wizard.mode == "close" and wizard.recall_id
            sentences = wizard.recall_id._closing_obstacles() if closing else []
            wizard.obstacles = "\n".join(f"– {sentence}" for sentence in sentences)

    def _open(self):
        """The action that shows this dialog."""
        self.ensure_one()
        titles = dict(self._fields["mode"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": titles[self.mode],
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def action_new_case(self):
        """Open the dialog that makes a case of a list of numbers."""
        self.env["trace.recall"].check_access("create")
        return self.create({"mode": "open"})._open()

    # -- doing ----------------------------------------------------------------

    def _lots(self):
        """The chosen lots and those of the pasted numbers."""
        lots = self.lot_ids
        if (self.numbers or "").strip():
            numbers = self.env["trace.hold.numbers"]
            lots |= numbers._lots(self.numbers, None, self.product_id.id, True, True)
        if not lots:
            raise UserError(self.env._("None of these numbers is known here."))
        return lots

    def action_do(self):
        """Do what was asked for."""
        self.ensure_one()
        return getattr(self, f"_do_{self.mode}")()

    def _do_open(self):
        lots = self._lots() if self.lot_ids or self.numbers else self.lot_ids
        title = self.title or ", ".join(lots.product_id[:2].mapped("display_name"))
        recall = self.env["trace.recall"]._open_case(
            lots, title or self.env._("New recall"), reason=self.reason
        )
        return recall._get_records_action()

    def _do_add(self):
        reason = self.reason
        if self.recall_id.state in ("draft", "approval"):
            reason = reason or self.env._("Added before confirming.")
        self.recall_id._extend(self._lots(), reason)

    def _do_narrow(self):
        reason = self.reason
        if self.recall_id.state in ("draft", "approval"):
            reason = reason or self.env._("Taken out before confirming.")
        self.recall_id._narrow(self._lots(), reason, self.relatives)

    def _do_merge(self):
        if not self.other_id:
            raise UserError(self.env._("Choose the case that is merged into this one."))
        self.recall_id._merge(self.other_id)

    def _do_cancel(self):
        self.recall_id._cancel(self.reason)

    def _do_close(self):
        self.recall_id._close(self.reason)
