from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .trace_guard import refuse_forgery

#: What people may change of a hold that is in force; how it ends is for the button.
SAID = {
    "name",
    "reason",
    "lot_ids",
    "product_ids",
    "partner_ids",
    "date_from",
    "date_to",
    "relatives",
}


class TraceLegalHold(models.Model):
    """Somebody's order that records be kept: nothing that it covers is ever purged.

    Lots, products, partners and a period narrow it together; what is left empty narrows nothing,
    and a hold that names nothing keeps all there is of the company. The whole history of a lot is
    kept as soon as one entry of it is covered, and, if wanted, that of the lots which it was made
    of or went into. Holds are released, never deleted: they say who had what kept, and why.

    Not to be taken for ``trace.hold``, which stops goods.
    """

    _name = "trace.legal.hold"
    _description = "Legal Hold"
    _inherit = ["mail.thread"]
    _order = "state, id desc"

    name = fields.Char(required=True, tracking=True, help="The case, e.g. its file number")
    reason = fields.Text(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    lot_ids = fields.Many2many("stock.lot", string="Lots and Serial Numbers")
    product_ids = fields.Many2many("product.product", string="Products")
    partner_ids = fields.Many2many(
        "res.partner",
        string="Partners",
        help="Who sent or got the goods, also by one of their contacts.",
    )
    date_from = fields.Date("From", help="Of what happened from that day on (UTC)")
    date_to = fields.Date("To", help="Of what happened until the end of that day (UTC)")
    relatives = fields.Boolean(
        "Also What They Are Made Of and Went Into",
        default=True,
        help="Keeps the lots from which the covered ones were made and those made from them, too.",
    )
    state = fields.Selection(
        [("active", "In force"), ("released", "Released")],
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
    release_reason = fields.Char("Why Released", tracking=True)
    lot_count = fields.Integer("Lots Kept", compute="_compute_lot_count")

    _order_of_days = models.Constraint(
        "CHECK(date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "The period of a legal hold cannot end before it begins.",
    )

    # -- placing and releasing ------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Who placed it, and when, is not for people to say."""
        said = SAID | {"company_id"}
        return super().create(
            [
                {
                    **{name: value for name, value in vals.items() if name in said},
                    "placed_by_id": self.env.uid,
                    "placed_at": fields.Datetime.now(),
                }
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """What a hold covers can be changed while it is in force."""
        refuse_forgery(self, vals, SAID | {"release_reason"})
        if not self.env.su and any(hold.state == "released" for hold in self):
            raise UserError(self.env._("A released hold is kept as it was. Place a new one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Legal holds are kept. Release this one instead."))

    def action_release(self):
        """Let go what only these holds kept; the reason must have been said."""
        if not self.env.user.has_group("lot_serial_trace.group_trace_admin"):
            raise AccessError(self.env._("Only a traceability administrator releases legal holds."))
        self.check_access("write")
        if any(not (hold.release_reason or "").strip() for hold in self):
            raise UserError(self.env._("Say first why it is released: an auditor will read it."))
        self.sudo().filtered(lambda hold: hold.state == "active").write(
            {
                "state": "released",
                "released_by_id": self.env.uid,
                "released_at": fields.Datetime.now(),
            }
        )

    # -- what is covered ------------------------------------------------------

    def _compute_lot_count(self):
        for hold in self:
            hold.lot_count = len(hold._lots()) if hold.state == "active" else 0

    def action_open_lots(self):
        """Show the lots that are kept, as far as they still exist."""
        self.ensure_one()
        return self.env["stock.lot"].browse(self._lots()).exists()._get_records_action()

    @api.model
    def _in_force(self, company):
        return self.sudo().search([("company_id", "=", company.id), ("state", "=", "active")])

    @api.model
    def _covered(self, company):
        """Ids of all lots of a company that a hold in force keeps."""
        return sorted({lot_id for hold in self._in_force(company) for lot_id in hold._lots()})

    @api.model
    def _holds_loose(self, company):
        """SQL of the reason why an entry ``e`` of no lot (packages) stays, NULL if none does.

        Only holds that name no lot, product or partner can mean it.
        """
        holds = self._in_force(company).filtered(
            lambda hold: not (hold.lot_ids or hold.product_ids or hold.partner_ids)
        )
        if not holds:
            return SQL("NULL")
        meant = SQL(" OR ").join(SQL("(%s)", hold._period()) for hold in holds)
        return SQL("CASE WHEN %s THEN 'legal' END", meant)

    def _lots(self):
        """Ids of the lots whose history this hold keeps: one query, one more for relatives."""
        self.ensure_one()
        self.env.flush_all()
        found = [
            lot_id
            for (lot_id,) in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT e.lot_id FROM trace_event e "
                    "WHERE e.company_id = %s AND e.lot_id IS NOT NULL AND %s",
                    self.company_id.id,
                    self._meant(),
                )
            )
        ]
        return self._with_relatives(found) if self.relatives and found else found

    def _meant(self):
        """SQL condition of the entries ``e`` that the hold means."""
        meant = [self._period()]
        if self.lot_ids:
            meant.append(SQL("e.lot_id = ANY(%s)", self.lot_ids.ids))
        if self.product_ids:
            meant.append(SQL("e.product_id = ANY(%s)", self.product_ids.ids))
        if self.partner_ids:
            partners = self.env["res.partner"].sudo().with_context(active_test=False)
            ids = partners.search([("id", "child_of", self.partner_ids.ids)]).ids
            meant.append(SQL("(e.partner_id = ANY(%s) OR e.supplier_id = ANY(%s))", ids, ids))
        return SQL(" AND ").join(meant)

    def _period(self):
        """SQL condition of the entries ``e`` of the hold's period."""
        return SQL(
            "(%s::date IS NULL OR e.event_time >= %s) "
            "AND (%s::date IS NULL OR e.event_time < %s::date + 1)",
            self.date_from or None,
            self.date_from or None,
            self.date_to or None,
            self.date_to or None,
        )

    def _with_relatives(self, lot_ids):
        """The lots, those that they were made of and those that were made from them."""
        edges, companies = self.env["trace.edge"], self.company_id.ids
        starts = [(lot_id, None) for lot_id in lot_ids]
        rows = self.env.execute_query(
            SQL(
                "SELECT lot_id FROM %s UNION SELECT lot_id FROM %s",
                edges._reach(starts, True, companies),
                edges._reach(starts, False, companies),
            )
        )
        return sorted(lot_id for (lot_id,) in rows)
