from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .trace_hold_sql import covers, flush

REASONS = [
    ("quality", "Quality"),
    ("asn", "Shipping notice"),
    ("expiry", "Expiry"),
    ("recall", "Recall"),
    ("manual", "Other"),
]

GOODS = [("move", "Move to quarantine"), ("stay", "Stay where they are")]


class TraceHold(models.Model):
    """A lot or serial number that must not move on, everywhere or in a place.

    Placing a hold frees what is reserved of the lot and not yet picked, reserves
    other stock instead, marks the lot (``stock.lot.trace_status``), tells the
    documents that lost goods, writes an event and makes a transfer to quarantine
    where there is one (``trace_hold_placing.py``). From then on reservation passes
    the lot by (``stock.quant``) and the gate refuses to let it go (``core/gate.py``).
    What placing did is kept (``trace.hold.effect``), and releasing the last hold that
    covers the goods undoes it (``trace_hold_releasing.py``). Holds are never deleted:
    they say who stopped what, and why.

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
    location_id = fields.Many2one(
        "stock.location",
        "Only In",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The hold is for goods at or below this place, and for those taken from there to "
        "quarantine. Empty: wherever the goods are.",
    )
    reason = fields.Char(required=True, readonly=True)
    source = fields.Selection(REASONS, required=True, readonly=True, default="manual")
    origin_model = fields.Char(readonly=True)
    origin_id = fields.Many2oneReference("Origin ID", model_field="origin_model", readonly=True)
    origin = fields.Char(
        "Asked By", readonly=True, help="The document, rule or recall that asked for the hold"
    )
    goods = fields.Selection(
        GOODS, "Goods on Hand", readonly=True, help="What was decided when the hold was placed"
    )
    state = fields.Selection(
        [("active", "On hold"), ("released", "Released")],
        default="active",
        required=True,
        readonly=True,
        tracking=True,
    )
    placed_by_id = fields.Many2one("res.users", readonly=True)
    placed_at = fields.Datetime(readonly=True)
    released_by_id = fields.Many2one("res.users", readonly=True)
    released_at = fields.Datetime(readonly=True)
    release_reason = fields.Char(readonly=True, tracking=True)
    effect_ids = fields.One2many("trace.hold.effect", "hold_id", "Effects", readonly=True)
    transfer_count = fields.Integer("Transfers", compute="_compute_transfer_count")

    # Nearly all holds asked for are active ones of a lot. An index over states alone would be
    # chosen after ten thousand were placed at once, and each look-up would read them all.
    _active_idx = models.Index("(lot_id) WHERE state = 'active'")

    def init(self):
        """Drop the index over states that earlier versions had."""
        self.env.cr.execute("DROP INDEX IF EXISTS trace_hold__state_index")

    # -- what is covered ------------------------------------------------------

    @api.model
    def _active(self, lot_ids, company):
        """The holds of a company in force on lots, also those in a place only."""
        return self.search(
            [("lot_id", "in", lot_ids), ("company_id", "=", company.id), ("state", "=", "active")]
        )

    @api.model
    def _covering(self, lots, company):
        """What holds of a company in force say of lots: one query.

        :return: dict lot id -> list of ``(reason, path)`` in the order of placing; the path is
            that of the place that the hold is for, as in ``stock.location.parent_path``, and
            None for everywhere. Lots without a hold are left out.
        """
        flush(self.env)
        found = {}
        for lot_id, reason, path in self.env.execute_query(
            SQL(
                """
                SELECT h.lot_id, h.reason, top.parent_path
                FROM trace_hold h LEFT JOIN stock_location top ON top.id = h.location_id
                WHERE h.lot_id = ANY(%s) AND h.company_id = %s AND h.state = 'active'
                ORDER BY h.id
                """,
                lots.ids,
                company.id,
            )
        ):
            found.setdefault(lot_id, []).append((reason, path))
        return found

    @api.model
    def _not_held(self, lots, company, place=None):
        """Those of ``lots`` that no hold of a company stops at ``place``; None: everywhere.

        A hold in another place says nothing of goods that come in here.
        """
        here = place.parent_path if place else ""
        held = {
            lot_id
            for lot_id, holds in self._covering(lots, company).items()
            if any(path is None or here.startswith(path) for _reason, path in holds)
        }
        return lots.filtered(lambda lot: lot.id not in held)

    @api.model
    def _reasons_at(self, covering, place):
        """Those of the reasons in a list of ``_covering`` that count for goods at ``place``."""
        here = place.parent_path or ""
        quarantined = place._trace_in_quarantine()
        return [
            reason
            for reason, path in covering
            if path is None or quarantined or here.startswith(path)
        ]

    @api.model
    def _covers(self, hold, place):
        """SQL condition, see :func:`trace_hold_sql.covers`; aliases as text."""
        return covers(self.env, hold, place)

    # -- buttons and guards ---------------------------------------------------

    @api.depends("effect_ids")
    def _compute_transfer_count(self):
        for hold in self:
            hold.transfer_count = len(hold._transfers())

    def _transfers(self):
        """Transfers to quarantine, and back."""
        ours = self.effect_ids.filtered(lambda effect: effect.kind in ("moved", "back"))
        return ours.picking_id

    def action_open_transfers(self):
        """Open the transfers to quarantine, and back."""
        return self._transfers()._get_records_action(name=self.env._("Transfers"))

    def action_release(self):
        """Open the dialog that asks why the hold is released."""
        return self.env["trace.hold.wizard"]._ask_to_release(self)

    def action_open_origin(self):
        """Open what asked for the hold, as far as it still exists."""
        self.ensure_one()
        model = self.origin_model if self.origin_model in self.env else None
        record = self.env[model].browse(self.origin_id).exists() if model else None
        if not record:
            raise UserError(self.env._("%s no longer exists.", self.origin or ""))
        return record._get_records_action()

    @api.model
    def _check_right(self):
        if not self.env.su and not self.env.user.has_group("lot_serial_trace.group_trace_quality"):
            raise AccessError(self.env._("Only Quality can place and release holds."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Holds are kept. Release this one instead."))
