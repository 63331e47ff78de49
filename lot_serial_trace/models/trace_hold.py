from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

REASONS = [
    ("quality", "Quality"),
    ("asn", "Shipping notice"),
    ("expiry", "Expiry"),
    ("recall", "Recall"),
    ("manual", "Other"),
]


class TraceHold(models.Model):
    """A lot or serial number that must not move on.

    Placing a hold frees what is reserved of the lot and not yet picked, reserves
    other stock instead, marks the lot (``stock.lot.trace_status``) and writes an
    event. From then on reservation passes the lot by (``stock.quant``) and the
    gate refuses to let it go (``core/gate.py``). Releasing the last hold of a lot
    frees it again. Holds are never deleted: they say who stopped what, and why.

    A hold is a company's: where companies share products they share the records of lots,
    and none stops, reads or frees the goods of another.
    """

    _name = "trace.hold"
    _description = "Lot Hold"
    _inherit = ["mail.thread"]
    _order = "state, placed_at desc, id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", required=True, readonly=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    reason = fields.Char(required=True, readonly=True)
    source = fields.Selection(REASONS, required=True, readonly=True, default="manual")
    state = fields.Selection(
        [("active", "On hold"), ("released", "Released")],
        default="active",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    placed_by_id = fields.Many2one("res.users", readonly=True)
    placed_at = fields.Datetime(readonly=True)
    released_by_id = fields.Many2one("res.users", readonly=True)
    released_at = fields.Datetime(readonly=True)
    release_reason = fields.Char(readonly=True, tracking=True)

    @api.model
    def _place(self, lots, reason, source="manual", company=None):
        """Put ``lots`` on hold: a constant number of queries, beside re-reservation.

        :param lots: ``stock.lot`` records
        :param reason: sentence that everybody who is stopped will read, or dict lot id -> sentence
        :param source: one of ``quality``, ``asn``, ``expiry``, ``recall``, ``manual``
        :return: the holds
        """
        reasons = reason if isinstance(reason, dict) else dict.fromkeys(lots.ids, reason)
        reasons = {lot_id: (text or "").strip() for lot_id, text in reasons.items()}
        if not all(reasons[lot_id] for lot_id in lots.ids):
            raise UserError(self.env._("Say why: whoever is stopped will read the reason."))
        company = company or self.env.company
        self._meet_movements(lots)
        holds = (
            self.sudo()
            .with_context(mail_create_nolog=True)
            .create(
                [
                    {
                        "lot_id": lot.id,
                        "reason": reasons[lot.id],
                        "source": source,
                        "company_id": (lot.company_id or company).id,
                        "placed_by_id": self.env.uid,
                        "placed_at": fields.Datetime.now(),
                    }
                    for lot in lots
                ]
            )
        )
        lots.sudo()._trace_update_status()
        self.env["trace.event"]._record_notes(
            "hold", lots, reasons, "holding", "non_sellable_other", company_id=company.id
        )
        self._free_reservations(lots.sudo(), holds.company_id)
        return self.browse(holds.ids)

    @api.model
    def _meet_movements(self, lots):
        """Rewrite the stock of ``lots`` as it is, to collide with what moves or reserves it now.

        Whoever is second runs again and sees the other: a hold finds the new reservation,
        a reservation the new hold.
        """
        self.env["stock.quant"].flush_model()
        self.env.cr.execute(
            "UPDATE stock_quant SET in_date = in_date WHERE lot_id = ANY(%s)", [lots.ids]
        )

    @api.model
    def _active(self, lot_ids, company):
        """The holds of a company in force on lots."""
        return self.search(
            [("lot_id", "in", lot_ids), ("company_id", "=", company.id), ("state", "=", "active")]
        )

    @api.model
    def _free_reservations(self, lots, companies):
        """Give up what is reserved of ``lots`` and not picked, and reserve other stock."""
        lines = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("lot_id", "in", lots.ids),
                    ("company_id", "in", companies.ids),
                    ("state", "in", ("assigned", "partially_available")),
                    ("picked", "=", False),
                    ("location_id.usage", "in", ("internal", "transit")),
                ]
            )
        )
        moves = lines.move_id
        lines.unlink()
        moves._action_assign()

    def action_release(self):
        """Open the dialog that asks why the hold is released."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release"),
            "res_model": "trace.hold.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_mode": "release", "default_hold_ids": self.ids},
        }

    def _release(self, reason):
        """Release active holds; lots without another hold are free again.

        :param reason: text, required
        """
        self._check_right()
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the goods may move again."))
        holds = self.sudo().filtered(lambda hold: hold.state == "active")
        holds.write(
            {
                "state": "released",
                "release_reason": reason.strip(),
                "released_by_id": self.env.uid,
                "released_at": fields.Datetime.now(),
            }
        )
        lots = holds.lot_id
        lots._trace_update_status()
        self.env["trace.event"]._record_notes(
            "release",
            lots,
            reason.strip(),
            "inspecting",
            "sellable_accessible",
            company_id=holds[:1].company_id.id,
        )

    @api.model
    def _check_right(self):
        if not self.env.su and not self.env.user.has_group("lot_serial_trace.group_trace_quality"):
            raise AccessError(self.env._("Only Quality can place and release holds."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Holds are kept. Release this one instead."))
