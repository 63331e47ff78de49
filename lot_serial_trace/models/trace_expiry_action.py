from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("hold", "Put on hold"),
    ("release", "Released"),
    ("pull", "Pulled"),
    ("donate", "Donated"),
    ("mark", "Marked down"),
    ("scrap", "To be scrapped"),
    ("tell", "Told"),
]

#: What was undone by a person is not done again by a rule.
ALONE = {"left_alone": True}


class TraceExpiryAction(models.Model):
    """What was done about expiring goods, by a rule or a person: one record for all lots.

    It keeps what it made, so that it can be undone: holds are released, transfers and scrap
    orders that are not done yet are cancelled, marks are taken off. What is done, is done.
    """

    _name = "trace.expiry.action"
    _description = "Done About Expiring Goods"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    rule_id = fields.Many2one("trace.expiry.rule", readonly=True, index=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    done_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    count = fields.Integer("Lots", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    told_id = fields.Many2one("res.users", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True, ondelete="set null")
    hold_ids = fields.Many2many("trace.hold", string="Holds", readonly=True)
    scrap_ids = fields.Many2many("stock.scrap", string="Scrap Orders", readonly=True)
    lot_ids = fields.Many2many("stock.lot", string="Lots and Serials", readonly=True)
    reason = fields.Char(readonly=True)
    undone_at = fields.Datetime(readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True)

    @api.model
    def _record(self, kind, rows, **values):
        """Note what was done about rows of the list."""
        return self.sudo().create(
            {
                "kind": kind,
                "rule_id": rows.rule_id.id if len(rows.rule_id) == 1 else False,
                "company_id": (rows.company_id[:1] or self.env.company).id,
                "user_id": self.env.uid,
                "count": len(rows.lot_id),
                "quantity": sum(rows.mapped("quantity")),
                "lot_ids": [(6, 0, rows.lot_id.ids)],
                **values,
            }
        )

    def action_undo(self):
        """Take back what can be taken back."""
        self.env["trace.expiry.due"]._check_right()
        self.check_access("read")
        for action in self.filtered(lambda action: not action.undone_at):
            getattr(action.sudo(), f"_undo_{action.kind}")()
        self.sudo().write({"undone_at": fields.Datetime.now(), "undone_by_id": self.env.uid})

    def _undo_hold(self):
        self.env["trace.hold"]._check_right()
        self.hold_ids._release(self.env._("Undone: %s", self.reason or self.rule_id.name or ""))

    def _undo_pull(self):
        if self.picking_id.state == "done":
            raise UserError(
                self.env._(
                    "%s is done: the goods have moved. Return it to bring them back.",
                    self.picking_id.name,
                )
            )
        self.picking_id.action_cancel()
        self._rows().write({"state": "open", "picking_id": False, **ALONE})

    _undo_donate = _undo_pull

    def _undo_mark(self):
        marked = self._rows().filtered(lambda row: row.state == "marked")
        marked.write({"state": "open", "marked_percent": 0, "marked_until": False, **ALONE})

    def _undo_scrap(self):
        drafts = self.scrap_ids.filtered(lambda scrap: scrap.state == "draft")
        rows = self.env["trace.expiry.due"].search([("scrap_id", "in", drafts.ids)])
        rows.write({"state": "open", "scrap_id": False, **ALONE})
        drafts.unlink()

    def _undo_tell(self):
        raise UserError(self.env._("What was said cannot be taken back."))

    _undo_release = _undo_tell

    def _rows(self):
        """Rows of the list that the action is about and that are still there."""
        domain = [("lot_id", "in", self.lot_ids.ids), ("company_id", "=", self.company_id.id)]
        if self.picking_id:
            domain.append(("picking_id", "=", self.picking_id.id))
        return self.env["trace.expiry.due"].search(domain)

    def action_open_made(self):
        """Open what was made: transfer, holds or scrap orders."""
        self.ensure_one()
        made = self.picking_id or self.hold_ids or self.scrap_ids or self.lot_ids
        return made._get_records_action()
