from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..core import expiry, warranty
from .product_warranty import STARTS
from .trace_guard import refuse_forgery

CLOSED = [("returned", "Returned"), ("moved", "Moved to another unit"), ("void", "Void")]
STATES = [
    (warranty.RUNNING, "Running"),
    (warranty.ENDED, "Ended"),
    (warranty.MOVED, "Moved"),
    (warranty.VOID, "Void"),
]


class TraceWarranty(models.Model):
    """How long a sold unit is covered: one record for each sale of a number.

    Records are made together, where goods are sold: when an order at the till is paid, and when
    a delivery is done (``trace_warranty_making.py``). Whoever has no customer at the till holds
    it as bearer of the receipt. Goods that come back end it, an exchange moves the rest of it to
    the other unit (``_move_to``), and a unit that is sold again gets a new one. A correction of
    what was sold voids it. None is ever deleted: they tell the history of a number.

    Whether it still runs is told by the calendar, not by a job: ``state`` is computed. Days are
    those of the place where the unit was sold.
    """

    _name = "trace.warranty"
    _description = "Warranty"
    _inherit = ["mail.thread"]
    _order = "id desc"

    number = fields.Char("Lot/Serial Number", required=True, readonly=True)
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", readonly=True, index="btree_not_null", ondelete="set null"
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    quantity = fields.Float("Units", digits="Product Unit", readonly=True, default=1.0)
    returned = fields.Float(digits="Product Unit", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty: whoever has the receipt.",
    )
    start = fields.Date(required=True, readonly=True)
    end = fields.Date("Until", required=True, readonly=True, help="The last day covered")
    months = fields.Integer(readonly=True)
    start_by = fields.Selection(STARTS, "Started", readonly=True)
    state = fields.Selection(STATES, compute="_compute_state", search="_search_state")
    days_left = fields.Integer(
        compute="_compute_state", help="Days to the last day covered. 0: today is the last one."
    )
    closed_as = fields.Selection(CLOSED, "Ended Before Its Time", readonly=True, tracking=True)
    closed_on = fields.Date(readonly=True)
    closed_reason = fields.Char("Why It Ended", readonly=True, tracking=True)
    replaced_by_id = fields.Many2one("trace.warranty", readonly=True, index="btree_not_null")
    replaces_id = fields.Many2one("trace.warranty", readonly=True, index="btree_not_null")
    document = fields.Char("Sold With", readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(readonly=True, model_field="document_model")
    claim_count = fields.Integer("Claims", compute="_compute_claim_count")
    # Technical: by which line it was sold; the line may be gone.
    pack_id = fields.Integer(readonly=True)
    move_line_id = fields.Integer(readonly=True)
    # Technical: what brought units back, {"line:12": 2.0}.
    returns = fields.Json(readonly=True)

    _number_idx = models.Index("(product_id, number)")
    _end_idx = models.Index('("end") WHERE closed_as IS NULL')
    _pack_idx = models.UniqueIndex(
        "(pack_id) WHERE pack_id IS NOT NULL AND closed_as IS DISTINCT FROM 'void'"
    )
    _move_line_idx = models.UniqueIndex(
        "(move_line_id) WHERE move_line_id IS NOT NULL AND closed_as IS DISTINCT FROM 'void'"
    )
    _document_idx = models.Index("(document_model, document_id)")
    _returns_idx = models.Index("USING GIN (returns) WHERE returns IS NOT NULL")
    _order_of_days = models.Constraint(
        'CHECK("end" >= start)', "A warranty cannot end before it starts."
    )

    # -- what it says ---------------------------------------------------------

    @api.depends("number", "product_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.number} · {record.product_id.display_name}"

    @api.depends("end", "closed_as", "company_id")
    def _compute_state(self):
        today = {company: self._today(company) for company in self.company_id}
        for record in self:
            day = today.get(record.company_id) or fields.Date.today()
            end = record.end or day
            record.state = warranty.state_of(end, record.closed_as, day)
            record.days_left = max((end - day).days, 0) if record.state == "running" else 0

    def _search_state(self, operator, value):
        if operator not in ("in", "="):
            return NotImplemented
        wanted = {value} if isinstance(value, str) else set(value)
        today = self._today(self.env.company)
        domains = {
            "running": [("closed_as", "=", False), ("end", ">=", today)],
            "ended": [
                "|",
                ("closed_as", "=", "returned"),
                "&",
                ("closed_as", "=", False),
                ("end", "<", today),
            ],
            "moved": [("closed_as", "=", "moved")],
            "void": [("closed_as", "=", "void")],
        }
        return fields.Domain.OR(
            fields.Domain(domain) for state, domain in domains.items() if state in wanted
        )

    @api.model
    def _today(self, company):
        """The local day of a company."""
        zone = self.env["trace.expiry.rule"].sudo()._zone(company)
        return expiry.day_of(fields.Datetime.now(), zone)

    def _compute_claim_count(self):
        groups = (
            self.env["trace.exception"]
            .sudo()
            ._read_group(
                [("document_model", "=", self._name), ("document_id", "in", self.ids)],
                ["document_id"],
                ["__count"],
            )
        )
        counts = dict(groups)
        for record in self:
            record.claim_count = counts.get(record.id, 0)

    def _short(self):
        """Two words for a button."""
        if self.state == "running":
            return self.env._("until %s", format_date(self.env, self.end))
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _sentence(self):
        """What it says, in the reader's language."""
        self.ensure_one()
        until = format_date(self.env, self.end)
        if self.state == "running":
            return self.env._("Under warranty until %s", until)
        if self.state == "moved":
            return self.env._(
                "Warranty moved to %s", self.sudo().replaced_by_id.number or self.env._("a unit")
            )
        if self.state == "void":
            return self.env._("Warranty void: %s", self.closed_reason or "")
        if self.closed_as == "returned":
            return self.env._("Warranty ended by a return")
        return self.env._("Warranty ended on %s", until)

    def _for_till(self):
        """What a cashier may know."""
        self.ensure_one()
        return {
            "number": self.number,
            "product_id": self.product_id.id,
            "state": self.state,
            "start": fields.Date.to_string(self.start),
            "end": fields.Date.to_string(self.end),
            "days_left": self.days_left,
            "text": self._sentence(),
            "document": self.document or "",
            "named": bool(self.partner_id),
            "replaced_by": self.replaced_by_id.number or "",
        }

    # -- answers --------------------------------------------------------------

    @api.model
    def _of(self, lots):
        """dict lot id -> the warranty that counts for each of ``lots``: one query.

        Of several the one that runs counts, then the youngest. Those that are void do not.
        """
        return self._counting(SQL("w.lot_id = ANY(%s)", lots.ids), "lot_id")

    @api.model
    def _of_numbers(self, pairs, companies):
        """dict (product id, number) -> the warranty that counts: one query.

        :param pairs: (product id, number), of lots that may not exist as records
        """
        pairs = {(product, number) for product, number in pairs if product and number}
        if not pairs:
            return {}
        products, numbers = zip(*pairs, strict=True)
        wanted = SQL(
            "w.company_id = ANY(%s) AND (w.product_id, w.number) IN "
            "(SELECT * FROM unnest(%s::int[], %s::varchar[]))",
            companies.ids,
            list(products),
            list(numbers),
        )
        return self._counting(wanted, "product_id", "number")

    @api.model
    def _counting(self, wanted, *keys):
        self.flush_model()
        columns = SQL(", ").join(SQL.identifier("w", key) for key in keys)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (%(key)s) w.id, %(key)s FROM trace_warranty w
                WHERE %(wanted)s AND w.closed_as IS DISTINCT FROM 'void'
                ORDER BY %(key)s, w.closed_as IS NULL DESC, w.id DESC
                """,
                key=columns,
                wanted=wanted,
            )
        )
        records = {row[0]: row[1] if len(keys) == 1 else row[1:] for row in rows}
        return {records[one.id]: one for one in self.browse(records)}

    # -- how it ends ----------------------------------------------------------

    def _void(self, reason):
        """What was sold was not this: it never counted."""
        self._close("void", reason)

    def _close(self, how, reason, **more):
        for company, records in self.sudo().grouped("company_id").items():
            day = self._today(company)
            records.write({"closed_as": how, "closed_on": day, "closed_reason": reason, **more})

    @api.model
    def _move_pairs(self, pairs):
        """Exchanges: for each ``(lot that came back, lot given for it)`` move the rest."""
        known = self.sudo()._of(self.env["stock.lot"].union(*(old for old, _new in pairs)))
        for old, new in pairs:
            if old.id in known:
                known[old.id]._move_to(new)

    def _move_to(self, lot):
        """An exchange: the rest of the warranty goes to the unit given for this one.

        Where the exchange was booked as a return and a sale, the return has ended this one and
        the sale has begun a whole one for the new unit: that one then ends with the old one.

        :return: the warranty of the new unit; empty where nothing is left to move
        """
        self.ensure_one()
        old = self.sudo()
        today = old._today(old.company_id)
        if old.closed_as in ("void", "moved") or old.end < today or lot == old.lot_id:
            return self.browse()
        new = old._fresh_of(lot) or old._rest_for(lot, today)
        new.write({"end": max(old.end, new.start), "replaces_id": old.id})
        old._close("moved", old.env._("Exchanged for %s", lot.name), replaced_by_id=new.id)
        return new.with_env(self.env)

    def _fresh_of(self, lot):
        """The warranty that selling the new unit has just begun."""
        return self.search(
            [
                ("lot_id", "=", lot.id),
                ("company_id", "=", self.company_id.id),
                ("closed_as", "=", False),
                ("replaces_id", "=", False),
                ("id", ">", self.id),
            ],
            limit=1,
        )

    def _rest_for(self, lot, today):
        return self.create(
            {
                "number": lot.name,
                "lot_id": lot.id,
                "product_id": lot.product_id.id,
                "quantity": self.returned or self.quantity,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "start": min(today, self.end),
                "end": self.end,
                "months": self.months,
                "start_by": self.start_by,
                "document": self.document,
                "document_model": self.document_model,
                "document_id": self.document_id,
            }
        )

    # -- buttons and guards ---------------------------------------------------

    def action_claim(self):
        """Open the dialog that takes a claim."""
        return self.env["trace.warranty.wizard"]._ask(self, "claim")

    def action_exchange(self):
        """Open the dialog that moves the warranty to another unit."""
        return self.env["trace.warranty.wizard"]._ask(self, "exchange")

    def action_void(self):
        """Open the dialog that voids the warranty."""
        return self.env["trace.warranty.wizard"]._ask(self, "void")

    def action_open_claims(self):
        """Open the claims on the desk."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_exception"
        )
        domain = [("document_model", "=", self._name), ("document_id", "in", self.ids)]
        return {**action, "domain": domain, "context": {}}

    def action_open_document(self):
        """Open the order or delivery with which the unit was sold."""
        self.ensure_one()
        model = self.document_model if self.document_model in self.env else None
        record = self.env[model].browse(self.document_id).exists() if model else None
        if not record:
            raise UserError(self.env._("%s no longer exists.", self.document or ""))
        return record._get_records_action()

    def action_open_lot(self):
        """Open the lot or serial number."""
        return self.lot_id._get_records_action()

    def action_certificate(self):
        """Download the certificate as PDF."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_serial_trace/warranty/{','.join(map(str, self.ids))}.pdf",
            "target": "download",
        }

    def write(self, vals):
        """What was recorded stays; how it ends is for the buttons."""
        refuse_forgery(self, vals, set())
        return super().write(vals)

    @api.model
    def _check_right(self):
        if not self.env.su and not self.env.user.has_group("lot_serial_trace.group_trace_quality"):
            raise AccessError(self.env._("Only Quality can move and void warranties."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Warranties are kept. Void this one instead."))
