import hashlib
from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import findings
from .trace_guard import again_if_taken, refuse_forgery
from .trace_policy import SEVERITIES, selection_codes

#: Fields that say what an exception is about; together with the kind they tell
#: whether the same thing is on the desk already.
SUBJECT = (
    "lot_name",
    "product_id",
    "picking_id",
    "asn_id",
    "pos_order_id",
    "run_id",
    "exchange_id",
)

#: Who may see what traceability adds to the stock screens.
READERS = "lot_serial_trace.group_trace_user,lot_serial_trace.group_trace_auditor"

RESOLUTIONS = [
    ("accepted", "Accepted as it is"),
    ("corrected", "Corrected"),
    ("returned", "Returned to supplier"),
    ("scrapped", "Scrapped"),
    ("claimed", "Claimed from supplier"),
    ("repaired", "Repaired"),
    ("exchanged", "Exchanged"),
    ("refunded", "Refunded"),
    ("refused", "Claim refused"),
    ("mistake", "False alarm"),
]
#: How an exception ends that somebody with the right let pass: set by machinery only.
LET_PASS = ("passed", "Let pass with a reason")


class TraceException(models.Model):
    """The desk: everything that needs a person.

    An exception is opened by machinery (the gate, a shipping notice, the till),
    never by an activity or a mail per lot. It has an owner, a clock and an end:
    ``new`` -> ``progress`` -> ``resolved``, the last with a resolution and a
    reason. The same finding about the same number on the same document is one
    exception, seen again.
    """

    _name = "trace.exception"
    _description = "Traceability Exception"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state_order, severity_order desc, opened_at desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char("What happened", required=True, readonly=True)
    kind = fields.Selection(
        lambda self: selection_codes(self.env), required=True, readonly=True, index=True
    )
    cause = fields.Selection(
        lambda self: selection_codes(self.env),
        readonly=True,
        help="The finding behind it, where one kind of exception has several.",
    )
    severity = fields.Selection(SEVERITIES, required=True, readonly=True, default="warn")
    severity_order = fields.Integer(compute="_compute_orders", store=True)
    remedy = fields.Text("What to do", readonly=True)
    state = fields.Selection(
        [("new", "New"), ("progress", "In Progress"), ("resolved", "Resolved")],
        default="new",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
    )
    state_order = fields.Integer(compute="_compute_orders", store=True)
    user_id = fields.Many2one(
        "res.users", "Owner", tracking=True, domain="[('share', '=', False)]", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        index=True,
    )
    opened_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    last_seen_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    times_seen = fields.Integer(readonly=True, default=1)
    resolved_at = fields.Datetime(readonly=True)
    resolved_by_id = fields.Many2one("res.users", readonly=True)
    resolution = fields.Selection(
        [*RESOLUTIONS, LET_PASS],
        readonly=True,
        tracking=True,
    )
    resolution_reason = fields.Text("Reason", readonly=True)
    hours_open = fields.Float(compute="_compute_hours_open")

    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True, index="btree_not_null")
    lot_name = fields.Char("Number", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True, index="btree_not_null")
    asn_id = fields.Many2one("trace.asn", "Shipping Notice", readonly=True, index="btree_not_null")
    exchange_id = fields.Many2one(
        "trace.asn.exchange", "Arrival", readonly=True, index="btree_not_null"
    )
    pos_order_id = fields.Many2one("pos.order", "Till Order", readonly=True, index="btree_not_null")
    run_id = fields.Many2one("trace.run", "Trace", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    location_id = fields.Many2one("stock.location", "Place", readonly=True)
    policy_id = fields.Many2one("trace.policy", "Decided By", readonly=True, ondelete="set null")
    policy_text = fields.Char("Why This Severity", readonly=True)
    pass_id = fields.Many2one(
        "trace.pass", "Permission", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    reported_at = fields.Datetime("Told the Supplier", readonly=True, copy=False)
    reported_by_id = fields.Many2one("res.users", "Told By", readonly=True, copy=False)
    # Technical: what belongs into the sentence, to say it in another language.
    details = fields.Json(readonly=True)
    # A document that has no field of its own here.
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        readonly=True, model_field="document_model", index="btree_not_null"
    )
    subject_key = fields.Char(readonly=True)

    _open_subject_idx = models.UniqueIndex(
        "(subject_key) WHERE state != 'resolved' AND subject_key IS NOT NULL"
    )

    @api.depends("severity", "state")
    def _compute_orders(self):
        states = ["new", "progress", "resolved"]
        for record in self:
            record.severity_order = findings.SEVERITIES.index(record.severity)
            record.state_order = states.index(record.state) // 2

    @api.depends("opened_at", "resolved_at")
    def _compute_hours_open(self):
        for record in self:
            until = record.resolved_at or fields.Datetime.now()
            record.hours_open = (until - record.opened_at).total_seconds() / 3600

    # -- opening --------------------------------------------------------------

    @api.model
    def _open_many(self, vals_list):
        """Put findings on the desk: a constant number of queries.

        :param vals_list: dicts with ``kind``, ``values`` (for the kind's sentence) and any of
            ``hint`` (a further sentence, put before the remedy), ``severity``, ``company_id``,
            ``lot_id``, ``lot_name``, ``product_id``, ``quantity``, ``picking_id``, ``asn_id``,
            ``exchange_id``, ``pos_order_id``, ``run_id``, ``partner_id``, ``location_id``,
            ``user_id``, ``policy_id`` (False: no policy decided), ``cause``, ``document_model``
            and ``document_id`` (any other document). Those with severity ``off`` are left out.
        :return: the exceptions, new ones and those that were open already
        """
        wanted = {}
        for vals in vals_list:
            if vals.get("severity") != "off":
                wanted.setdefault(self._subject_key(vals), vals)
        if not wanted:
            return self.browse()
        desk = self.sudo()
        seen = desk.search([("subject_key", "in", list(wanted)), ("state", "!=", "resolved")])
        if seen:
            seen._see_again()
        known = set(seen.mapped("subject_key"))
        fresh = [self._prepare(key, vals) for key, vals in wanted.items() if key not in known]
        self._say_why(fresh)
        desk = desk.with_context(mail_create_nolog=True, tracking_disable=True)
        with again_if_taken():
            return self.browse((seen | desk.create(fresh)).ids)

    def _see_again(self):
        for times, records in self.grouped("times_seen").items():
            records.with_context(tracking_disable=True).write(
                {"times_seen": times + 1, "last_seen_at": fields.Datetime.now()}
            )

    @api.model
    def _say_why(self, vals_list):
        """Keep why a finding is as severe as it is: the policy may change tomorrow."""
        policies = self.env["trace.policy"]
        texts = policies._explain(
            policies.browse(vals["policy_id"]) for vals in vals_list if vals.get("policy_id")
        )
        for vals in vals_list:
            if "policy_id" in vals:
                vals["policy_text"] = texts.get(vals["policy_id"])

    @api.model
    def _prepare(self, key, vals):
        kind = findings.KINDS[vals["kind"]]
        values = vals.get("values", {})
        record = {name: value for name, value in vals.items() if name not in ("values", "hint")}
        sentence = self.env._(kind.message)
        hint = self.env._(vals["hint"]) if vals.get("hint") else ""
        record.update(
            name=sentence % values,
            remedy="\n".join(filter(None, (hint % values, self.env._(kind.remedy)))),
            severity=vals.get("severity") or kind.severity,
            subject_key=key,
        )
        record["company_id"] = vals.get("company_id") or self.env.company.id
        record["details"] = {
            name: value if isinstance(value, (int, float)) else str(value)
            for name, value in values.items()
        }
        return record

    def _sentence_again(self):
        """What happened, in the language of the context."""
        self.ensure_one()
        if not self.details:
            return self.name
        sentence = self.env._(findings.KINDS[self.kind].message)
        return sentence % self.details

    @api.model
    def _subject_key(self, vals):
        subject = [vals["kind"], str(vals.get("company_id") or self.env.company.id)]
        subject += [str(vals.get(name) or "") for name in SUBJECT]
        if vals.get("cause"):
            subject.append(vals["cause"])
        if vals.get("document_id"):
            subject.append(f"{vals['document_model']},{vals['document_id']}")
        elif not any(vals.get(name) for name in SUBJECT):
            subject.append(str(sorted(vals.get("values", {}).items())))
        # A digest, because an index cannot hold a key as long as names may be.
        return hashlib.sha256("|".join(subject).encode()).hexdigest()

    # -- working --------------------------------------------------------------

    def write(self, vals):
        """People choose the owner. What was found stays; how it ends is for the buttons."""
        refuse_forgery(self, vals, {"user_id"})
        return super().write(vals)

    def action_take(self):
        """Make the user the owner and start the work."""
        self.check_access("write")
        self.sudo().filtered(lambda record: record.state != "resolved").write(
            {"user_id": self.env.uid, "state": "progress"}
        )

    def action_resolve(self):
        """Open the dialog that asks for resolution and reason."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resolve"),
            "res_model": "trace.exception.resolve",
            "view_mode": "form",
            "target": "new",
            "context": {"default_exception_ids": self.ids},
        }

    def _resolve(self, resolution, reason):
        """Close exceptions.

        :param resolution: one of the ``resolution`` keys
        :param reason: text, required: an auditor reads it
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: an auditor will read the reason."))
        self.sudo().filtered(lambda record: record.state != "resolved").write(
            {
                "state": "resolved",
                "resolution": resolution,
                "resolution_reason": reason.strip(),
                "resolved_at": fields.Datetime.now(),
                "resolved_by_id": self.env.uid,
            }
        )

    def _let_pass(self, reason, user_id, permit=None):
        """Close exceptions about goods that somebody with the right let pass.

        The desk keeps them under *Let pass*, for whoever reviews these decisions.

        :param permit: the ``trace.pass`` by which they went, if it was one
        """
        self.sudo().with_context(tracking_disable=True).filtered(
            lambda record: record.state != "resolved"
        ).write(
            {
                "state": "resolved",
                "resolution": LET_PASS[0],
                "resolution_reason": reason,
                "resolved_at": fields.Datetime.now(),
                "resolved_by_id": user_id,
                "pass_id": permit.id if permit else False,
            }
        )

    def action_reopen(self):
        """Put resolved exceptions back on the desk; the chatter keeps how they had ended."""
        self.check_access("write")
        resolved = self.filtered(lambda record: record.state == "resolved")
        for record in resolved:
            record.message_post(
                body=Markup("<p>%s</p>")
                % self.env._("Reopened. It had been resolved with: %s", record.resolution_reason)
            )
        resolved.sudo().write(
            {
                "state": "progress",
                "resolution": False,
                "resolution_reason": False,
                "resolved_at": False,
                "resolved_by_id": False,
            }
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Exceptions are kept. Resolve them with “False alarm” instead."))

    def action_open_subject(self):
        """Open the document that the exception is about."""
        self.ensure_one()
        names = ["exchange_id", "asn_id", "picking_id", "pos_order_id"]
        if not self.document_id:
            names += ["lot_id", "product_id"]
        for name in names:
            if self[name]:
                return self[name]._get_records_action()
        if self.document_model in self.env and self.document_id:
            return self.env[self.document_model].browse(self.document_id)._get_records_action()
        raise UserError(self.env._("This exception names no document."))

    def action_why(self):
        """Open the screen that says which policy wins for a case like this one."""
        self.ensure_one()
        picking = self.picking_id
        return self.env["trace.policy.try"]._open(
            {
                "code": self.kind,
                "company_id": self.company_id.id,
                "product_id": self.product_id.id,
                "partner_id": (picking.partner_id or self.partner_id).id,
                "picking_type_id": picking.picking_type_id.id,
                "location_id": (self.location_id or picking.location_id).id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )

    @api.model
    def _count_by(self, records, field):
        """Map record id -> number of open exceptions about it, for smart buttons."""
        groups = self._read_group(
            [(field, "in", records.ids), ("state", "!=", "resolved")], [field], ["__count"]
        )
        return Counter({record.id: count for record, count in groups})
