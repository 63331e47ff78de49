from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..core import gate, gate_life, permits
from .trace_guard import refuse_forgery
from .trace_policy import selection_codes

#: What the gate can find, and so let pass.
PASSABLE = (*gate.AT_VALIDATION, *gate_life.CODES)
#: Who may let blocked goods pass.
OVERRIDE_GROUP = "lot_serial_trace.group_trace_quality"
#: What a person says of a permission; everything else follows from what happens.
GIVEN = (
    "code",
    "lot_ids",
    "picking_id",
    "location_dest_id",
    "picking_type_id",
    "partner_id",
    "quantity",
    "until",
    "reason",
    "company_id",
    "origin",
)
#: A permission lasts so long unless somebody says otherwise.
DAYS = 7


class TracePass(models.Model):
    """A permission: Quality lets goods pass that the gate would block.

    Given beforehand for numbers, or for everything on one transfer: to go to a place,
    through an operation type or to a customer, up to a quantity, until a time, and
    always with a reason. The gate honours it on every road, also where nobody can be
    asked (the till, production, interfaces), and uses it up; every use writes an event
    (``override``) and an exception that is resolved as let pass.

    It lets pass the holds that were in force when it was given: a later hold, such as a
    recall, stops the goods again. What is used up, expired or revoked does nothing.
    Permissions are never changed or deleted: they say who allowed what, and why.
    """

    _name = "trace.pass"
    _description = "Permission"
    _inherit = ["mail.thread"]
    _order = "state, until desc, id desc"
    _rec_name = "reason"
    _check_company_auto = True

    reason = fields.Char(required=True)
    code = fields.Selection(
        lambda self: [one for one in selection_codes(self.env) if one[0] in PASSABLE],
        "Although",
        help="The finding that is let pass. Empty: whatever the gate finds.",
    )
    lot_ids = fields.Many2many("stock.lot", string="Lots/Serials", check_company=True)
    picking_id = fields.Many2one(
        "stock.picking", "Everything On", check_company=True, index="btree_not_null"
    )
    location_dest_id = fields.Many2one(
        "stock.location", "To", check_company=True, help="This place, or a place in it."
    )
    picking_type_id = fields.Many2one("stock.picking.type", "Through", check_company=True)
    partner_id = fields.Many2one("res.partner", "For", check_company=True)
    quantity = fields.Float(
        "Up To",
        digits="Product Unit",
        help="In the products' units, all numbers together. 0: no limit.",
    )
    used_quantity = fields.Float("Used", digits="Product Unit", readonly=True)
    until = fields.Datetime(
        required=True, default=lambda self: fields.Datetime.now() + timedelta(days=DAYS)
    )
    state = fields.Selection(
        [("active", "In force"), ("used", "Used up"), ("revoked", "Revoked")],
        default="active",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    status = fields.Selection(
        [
            ("active", "In force"),
            ("used", "Used up"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_status",
        search="_search_status",
    )
    origin = fields.Char("Asked From", help="The hold, exception or document behind it.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    granted_by_id = fields.Many2one("res.users", "Given By", readonly=True)
    granted_at = fields.Datetime("Given", readonly=True)
    revoked_by_id = fields.Many2one("res.users", readonly=True)
    revoked_at = fields.Datetime(readonly=True)
    revoke_reason = fields.Char("Why Revoked", readonly=True, tracking=True)
    # Technical: later holds are not let pass.
    last_hold_id = fields.Integer(readonly=True)
    exception_ids = fields.One2many("trace.exception", "pass_id", "Uses", readonly=True)
    use_count = fields.Integer(compute="_compute_use_count")

    _lots_idx = models.Index("(company_id, until) WHERE state = 'active'")
    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0)", "The quantity cannot be negative; 0 means no limit."
    )

    @api.depends("reason")
    def _compute_display_name(self):
        for record in self:
            number = self.env._("Permission %s", record.id or "")
            record.display_name = f"{number}: {record.reason}" if record.reason else number

    @api.depends("state", "until")
    def _compute_status(self):
        now = fields.Datetime.now()
        for record in self:
            over = record.state == "active" and record.until and record.until <= now
            record.status = "expired" if over else record.state

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        plain = [one for one in value if one in ("used", "revoked")]
        domain = fields.Domain("state", "in", plain)
        for status, compare in (("active", ">"), ("expired", "<=")):
            if status in value:
                domain |= fields.Domain([("state", "=", "active"), ("until", compare, now)])
        return domain

    def _compute_use_count(self):
        groups = self.env["trace.exception"]._read_group(
            [("pass_id", "in", self.ids)], ["pass_id"], ["__count"]
        )
        counts = {record.id: count for record, count in groups}
        for record in self:
            record.use_count = counts.get(record.id, 0)

    # -- giving ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Who gives a permission, and when, is not for the form to say."""
        self._check_right()
        given = {
            "granted_by_id": self.env.uid,
            "granted_at": fields.Datetime.now(),
            "state": "active",
            "used_quantity": 0.0,
            "last_hold_id": self._last_hold(),
        }
        for vals in vals_list:
            refuse_forgery(self, vals, GIVEN)
        known = self._fields.keys() - {*GIVEN, *given}
        passes = super().create(
            [
                {**vals, **given, **{name: False for name in known if name.startswith("revoke")}}
                for vals in vals_list
            ]
        )
        self.env["pos.config"]._trace_tell(passes.company_id.ids)
        return passes

    @api.model
    def _check_right(self):
        if not self.env.su and not self.env.user.has_group(OVERRIDE_GROUP):
            raise AccessError(self.env._("Only Quality can let blocked goods pass."))

    @api.model
    def _last_hold(self):
        return self.env["trace.hold"].sudo().search([], order="id desc", limit=1).id

    @api.constrains("lot_ids", "picking_id", "location_dest_id", "picking_type_id", "partner_id")
    def _check_named(self):
        """Everything to everywhere is no permission, it is the end of the gate."""
        for record in self:
            if not record.lot_ids and not record.picking_id:
                raise ValidationError(
                    self.env._("Say what may pass: lots or serial numbers, or a transfer.")
                )
            where = record.location_dest_id or record.picking_type_id or record.partner_id
            if not record.picking_id and not where:
                raise ValidationError(
                    self.env._(
                        "Say where it may go: to a place, through an operation type or to a "
                        "customer."
                    )
                )

    @api.constrains("reason", "until")
    def _check_said(self):
        for record in self:
            if not record.reason.strip():
                raise ValidationError(
                    self.env._("Say why these goods may pass: it is kept in the ledger.")
                )
            if record.until <= fields.Datetime.now():
                raise ValidationError(self.env._("The permission would be over already."))

    @api.model
    def _ask(self, values):
        """Return the action that opens an empty permission with ``values``."""
        self._check_right()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Let Pass"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(self.env.ref("lot_serial_trace.view_trace_pass_grant").id, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in values.items() if value},
        }

    @api.model
    def _ask_for(self, records):
        """Return the action that opens a permission for what ``records`` are about.

        :param records: lots, a transfer, holds or exceptions
        """
        self._check_right()
        describe = {
            "stock.lot": self._about_lots,
            "stock.picking": self._about_picking,
            "trace.hold": self._about_holds,
            "trace.exception": self._about_exceptions,
        }
        return self._ask(describe[records._name](records))

    @api.model
    def _about_lots(self, lots):
        return {"lot_ids": [(6, 0, lots.ids)], "code": "on_hold"}

    @api.model
    def _about_picking(self, picking):
        picking.ensure_one()
        company = picking.company_id.id
        return {"picking_id": picking.id, "company_id": company, "origin": picking.name}

    @api.model
    def _about_holds(self, holds):
        return {
            **self._about_lots(holds.lot_id),
            "company_id": holds.company_id[:1].id,
            "origin": _brief(holds.mapped("reason")),
        }

    @api.model
    def _about_exceptions(self, exceptions):
        pickings, kinds = exceptions.picking_id, set(exceptions.mapped("kind"))
        code = kinds.pop() if len(kinds) == 1 else False
        numbered = all(one.lot_id for one in exceptions)
        return {
            "lot_ids": [(6, 0, exceptions.lot_id.ids)] if numbered else False,
            "picking_id": pickings.id if len(pickings) == 1 else False,
            "code": code if code in PASSABLE else False,
            "company_id": exceptions.company_id[:1].id,
            "origin": _brief(exceptions.mapped("name")),
        }

    def action_given(self):
        """Close the dialog: the form has been saved, which is all there is to do."""
        return {"type": "ir.actions.act_window_close"}

    def write(self, vals):
        """A permission stays as it was given."""
        refuse_forgery(self, vals, ())
        return super().write(vals)

    def action_revoke(self):
        """Open the dialog that asks why the permission ends."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Revoke"),
            "res_model": "trace.pass.revoke",
            "view_mode": "form",
            "target": "new",
            "context": {"default_pass_ids": self.ids},
        }

    def _revoke(self, reason):
        """End permissions that are in force.

        :param reason: text, required
        """
        self._check_right()
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the permission ends."))
        self.sudo().filtered(lambda record: record.state == "active").write(
            {
                "state": "revoked",
                "revoke_reason": reason.strip(),
                "revoked_by_id": self.env.uid,
                "revoked_at": fields.Datetime.now(),
            }
        )
        self.env["pos.config"]._trace_tell(self.company_id.ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Permissions are kept. Revoke this one instead."))

    def action_uses(self):
        """Open the exceptions that tell what went by the permission."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_exception"
        )
        return {**action, "domain": [("pass_id", "in", self.ids)], "context": {}}

    # -- for the gate ---------------------------------------------------------

    @api.model
    def _admit(self, verdicts):
        """Which blocked movements go by a permission: at most four queries.

        :param verdicts: verdicts of the gate that block
        :return: dict position in ``verdicts`` -> permission
        """
        lines = verdicts[0].line.union(*(verdict.line for verdict in verdicts))
        mine = self._in_force(lines.company_id.ids)
        if not mine:
            return {}
        latest = self._latest_holds(verdicts)
        found = mine._admit_blocked([self._blocked(verdict, latest) for verdict in verdicts])
        return {place: mine.browse(one) for place, one in found.items()}

    def _admit_blocked(self, blocked):
        """Which of a list of :class:`core.permits.Blocked` go by these permissions.

        :return: dict place in the list -> id of the permission
        """
        if not self or not blocked:
            return {}
        book = permits.Permits(self._permits({one.number for one in blocked}))
        found = map(book.admit, blocked)
        return {place: one for place, one in enumerate(found) if one}

    @api.model
    def _in_force(self, company_ids):
        """The permissions of companies that count now, the first to end first."""
        return self.sudo().search(
            [
                ("company_id", "in", company_ids),
                ("state", "=", "active"),
                ("until", ">", fields.Datetime.now()),
            ],
            order="until, id",
        )

    def _permits(self, numbers):
        """The permissions as :class:`core.permits.Permit`, with those of ``numbers`` they name."""
        named = self._numbers(numbers)
        return [
            permits.Permit(
                id=one.id,
                company_id=one.company_id.id,
                code=one.code or None,
                numbers=named.get(one.id),
                picking_id=one.picking_id.id or None,
                picking_type_id=one.picking_type_id.id or None,
                partner_id=one.partner_id.id or None,
                dest_path=one.location_dest_id.parent_path or "",
                left=one.quantity - one.used_quantity if one.quantity else None,
                holds_until=one.last_hold_id,
            )
            for one in self
            if one.id in named or one.picking_id
        ]

    def _numbers(self, numbers):
        """dict permission id -> those of ``numbers`` that it names; those naming none left out."""
        products, names = zip(*numbers, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.trace_pass_id, array_agg(ARRAY[l.product_id::text, l.name])
                        FILTER (WHERE c.name IS NOT NULL)
                FROM stock_lot_trace_pass_rel r
                JOIN stock_lot l ON l.id = r.stock_lot_id
                LEFT JOIN unnest(%s::int[], %s::varchar[]) AS c(product_id, name)
                    ON c.product_id = l.product_id AND c.name = l.name
                WHERE r.trace_pass_id = ANY(%s)
                GROUP BY r.trace_pass_id
                """,
                list(products),
                list(names),
                self.ids,
            )
        )
        return {
            pass_id: frozenset((int(product), name) for product, name in found or ())
            for pass_id, found in rows
        }

    @api.model
    def _latest_holds(self, verdicts):
        """dict (lot id, company id) -> id of the last hold in force."""
        lots = {v.line.lot_id.id for v in verdicts if v.finding.code == "on_hold"} - {False}
        if not lots:
            return {}
        groups = (
            self.env["trace.hold"]
            .sudo()
            ._read_group(
                [("lot_id", "in", sorted(lots)), ("state", "=", "active")],
                ["lot_id", "company_id"],
                ["id:max"],
            )
        )
        return {(lot.id, company.id): latest for lot, company, latest in groups}

    @api.model
    def _blocked(self, verdict, latest):
        line = verdict.line
        partner = line.picking_id.partner_id or line.move_id.partner_id
        return permits.Blocked(
            ref=line.id,
            code=verdict.finding.code,
            company_id=line.company_id.id,
            number=_number(line),
            picking_id=line.picking_id.id or None,
            picking_type_id=line.move_id.picking_type_id.id or None,
            partner_ids=(partner.id, partner.commercial_partner_id.id),
            dest_path=line.location_dest_id.parent_path or "",
            quantity=line.quantity_product_uom,
            hold_id=latest.get((line.lot_id.id, line.company_id.id), 0),
        )

    @api.model
    def _use(self, lines_by_pass):
        """Use permissions up: one query.

        :param lines_by_pass: dict permission -> move lines that went by it
        """
        used = [
            (one.id, sum(lines.mapped("quantity_product_uom")))
            for one, lines in lines_by_pass.items()
        ]
        ids, quantities = zip(*used, strict=True)
        self.flush_model(["quantity", "used_quantity", "state"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_pass p SET used_quantity = COALESCE(p.used_quantity, 0) + u.quantity,
                    state = CASE WHEN p.quantity > 0
                        AND COALESCE(p.used_quantity, 0) + u.quantity >= p.quantity - %s
                        THEN 'used' ELSE p.state END
                FROM unnest(%s::int[], %s::float[]) AS u(id, quantity) WHERE p.id = u.id
                """,
                permits.EPSILON,
                list(ids),
                list(quantities),
            )
        )
        self.invalidate_model(["used_quantity", "state", "status"])
        self.env["pos.config"]._trace_tell()

    def _told(self):
        """Why goods go by the permission, for the ledger and the desk."""
        self.ensure_one()
        return self.env._(
            "%(reason)s (permission %(number)s of %(person)s)",
            reason=self.reason,
            number=self.id,
            person=self.granted_by_id.name,
        )


def _brief(sentences):
    """Sentences as one text of bounded length, each once."""
    return "; ".join(dict.fromkeys(sentences))[:500]


def _number(line):
    """The number on a line as (product id, number)."""
    return line.product_id.id, line.lot_id.name or line.lot_name or ""
