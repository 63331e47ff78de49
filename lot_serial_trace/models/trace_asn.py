from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core.findings import Finding

STATES = [
    ("new", "New"),
    ("parsed", "To Match"),
    ("expected", "Expected"),
    ("receiving", "Receiving"),
    ("reconciled", "Reconciled"),
    ("closed", "Closed"),
    ("rejected", "Rejected"),
    ("superseded", "Superseded"),
    ("cancelled", "Cancelled"),
]
#: state -> the states that may follow it
NEXT = {
    "new": {"parsed"},
    "parsed": {"expected", "rejected", "superseded", "cancelled", "closed"},
    "expected": {"parsed", "receiving", "reconciled", "rejected", "superseded", "cancelled"},
    "receiving": {"reconciled", "rejected", "superseded"},
    "reconciled": {"receiving", "closed", "superseded"},
    "closed": {"superseded"},
    "rejected": {"parsed"},
    "superseded": set(),
    "cancelled": set(),
}
#: What a person may correct on a notice; all else is as the supplier sent it.
EDITABLE = {"partner_id", "warehouse_id", "picking_ids", "line_ids"}
#: Findings that park a notice until a person has helped.
PARKING = (
    "asn_unknown_supplier",
    "asn_unknown_product",
    "asn_no_order",
    "asn_cancelled",
    "asn_cancelled_late",
    "asn_corrected_late",
)
#: Findings about the document, which a person's help settles.
MATCHING = (*PARKING, "asn_unknown_unit", "asn_wrong_ship_to")

#: Flaw of a document -> finding about it, where labels are likely to have the same fault.
BAD_CODES = {"bad_gtin": "asn_bad_gtin", "bad_sscc": "asn_bad_sscc"}


class TraceAsn(models.Model):
    """A supplier's shipping notice: what is in the truck, before it arrives.

    A file arrives as a ``trace.asn.exchange``, which keeps the original; ``core/asn``
    reads it, and each message in it becomes a notice. ``trace.asn.matching`` finds
    supplier, warehouse, orders, receipts and products. Its way::

        new -> parsed -> expected -> receiving -> reconciled -> closed
                 \\-> rejected (by a person, until goods are in)
                 \\-> superseded, cancelled (by a later notice, see trace_asn_versions.py)

    A notice that cannot be matched stays *parsed*, with exceptions that say what to
    do; after a person has helped, :meth:`action_match` tries again. Once its
    receipts are done it is compared with what was captured
    (``stock.picking._trace_asn_reconcile``).

    What the supplier said is never changed here, and a notice is never deleted.
    """

    _name = "trace.asn"
    _description = "Shipping Notice"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char("Number", required=True, readonly=True, index="trigram")
    state = fields.Selection(
        STATES, default="new", required=True, readonly=True, tracking=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    # the original
    exchange_id = fields.Many2one(
        "trace.asn.exchange", "Arrival", required=True, readonly=True, index=True, copy=False
    )
    position = fields.Integer(
        readonly=True, default=1, help="Which of the messages in the file it is, from 1"
    )
    channel = fields.Selection(related="exchange_id.road", string="Arrived By")
    attachment_id = fields.Many2one(related="exchange_id.attachment_id", string="Original")
    file_name = fields.Char(related="exchange_id.name", string="File Name")
    file_size = fields.Integer(related="exchange_id.file_size")
    sha256 = fields.Char(related="exchange_id.sha256")
    reject_reason = fields.Text(readonly=True, tracking=True)

    # as sent
    format = fields.Char(readonly=True)
    version = fields.Char(readonly=True)
    profile = fields.Char(readonly=True)
    action = fields.Selection(
        [
            ("original", "Original"),
            ("copy", "Copy"),
            ("replace", "Replacement"),
            ("cancel", "Cancellation"),
        ],
        readonly=True,
    )
    type_code = fields.Char(readonly=True)
    issued = fields.Date("Date", readonly=True)
    despatched = fields.Date(readonly=True)
    expected_from = fields.Date("Expected", readonly=True, index="btree_not_null")
    expected_until = fields.Date(readonly=True)
    note = fields.Text(readonly=True)
    carrier = fields.Char(readonly=True)
    shipment = fields.Char(readonly=True)
    tracking_number = fields.Char(readonly=True)
    supplier_name = fields.Char("Supplier as Sent", readonly=True)
    supplier_gln = fields.Char("Supplier GLN", readonly=True)
    supplier_identifiers = fields.Json(readonly=True, help="kind -> list of values, as sent")
    supplier_key = fields.Char(
        readonly=True, index="btree_not_null", help="By which the supplier is known again."
    )
    ship_to_name = fields.Char("Ship-to as Sent", readonly=True)
    ship_to_gln = fields.Char("Ship-to GLN", readonly=True)
    order_names = fields.Json("Orders as Sent", readonly=True)
    order_text = fields.Char("Orders Named", compute="_compute_order_text")
    flaw_count = fields.Integer("Flaws", readonly=True)

    # matched
    partner_id = fields.Many2one("res.partner", "Supplier", check_company=True, tracking=True)
    partner_by = fields.Selection(
        [
            ("identity", "Identifier"),
            ("memory", "Earlier notice"),
            ("channel", "Channel"),
            ("person", "Person"),
        ],
        "Supplier Found By",
        readonly=True,
    )
    warehouse_id = fields.Many2one("stock.warehouse", "Ship-to", check_company=True)
    purchase_ids = fields.Many2many("purchase.order", string="Orders", readonly=True)
    picking_ids = fields.Many2many(
        "stock.picking",
        string="Receipts",
        check_company=True,
        domain="[('picking_type_code', '=', 'incoming'), ('state', '!=', 'cancel')]",
    )
    line_ids = fields.One2many("trace.asn.line", "asn_id", "Lines", readonly=True)
    unit_ids = fields.One2many("trace.asn.unit", "asn_id", "Lots and Serials", readonly=True)
    package_ids = fields.One2many("trace.asn.package", "asn_id", "Packages", readonly=True)
    flaw_ids = fields.One2many("trace.asn.flaw", "asn_id", "Findings", readonly=True)
    exception_ids = fields.One2many("trace.exception", "asn_id", "Exceptions", readonly=True)
    exception_count = fields.Integer(compute="_compute_exception_count")
    open_points = fields.Text(
        "To Do", compute="_compute_open_points", help="What keeps the notice from being expected."
    )
    purchase_count = fields.Integer(compute="_compute_counts")
    picking_count = fields.Integer(compute="_compute_counts")
    unit_count = fields.Integer("Numbers", readonly=True)

    @api.depends("order_names")
    def _compute_order_text(self):
        for asn in self:
            asn.order_text = ", ".join(asn.order_names or [])

    @api.depends("purchase_ids", "picking_ids")
    def _compute_counts(self):
        for asn in self:
            asn.purchase_count = len(asn.purchase_ids)
            asn.picking_count = len(asn.picking_ids)

    @api.depends("exception_ids.state", "state")
    def _compute_open_points(self):
        for asn in self:
            parking = asn.exception_ids.filtered(
                lambda one: one.kind in PARKING and one.state != "resolved"
            )
            parking = parking.sorted(lambda one: PARKING.index(one.kind))
            points = [f"• {one.name}. {one.remedy}" for one in parking]
            asn.open_points = "\n".join(points) if asn.state == "parsed" else False

    def _compute_exception_count(self):
        counts = self.env["trace.exception"]._count_by(self, "asn_id")
        for asn in self:
            asn.exception_count = counts[asn.id]

    # -- matching -------------------------------------------------------------

    def _arrived(self):
        """A notice was read: match it and say what is wrong with it."""
        self._set_state("parsed")
        self._match()
        self._report_flaws()

    def action_match(self):
        """Look again for supplier, orders, receipts and products."""
        self.check_access("write")
        for asn in self.filtered(lambda asn: asn.state in ("parsed", "expected")):
            asn.sudo()._match()

    def action_read_again(self):
        """Take a rejected notice back and read its original again."""
        self.check_access("write")
        for asn in self.filtered(lambda asn: asn.state == "rejected").sudo():
            self.env["trace.asn.reading"]._read_again(asn)
            asn._set_state("parsed", reject_reason=False)
            asn._match()
            asn._report_flaws()

    def _match(self):
        """Match, put what is open on the desk, take from it what is settled."""
        self.ensure_one()
        findings = self.env["trace.asn.matching"].sudo()._match(self)
        still_open = self._report(findings)
        self._settle(still_open)
        parked = any(finding.code in PARKING for finding in findings)
        if self.state == "parsed" and not parked:
            self._set_state("expected")
        elif self.state == "expected" and parked:
            self._set_state("parsed")

    def _settle(self, still_open):
        """Resolve what was on the desk about matching and is not found any more."""
        settled = self.exception_ids.filtered(
            lambda exception: (
                exception.state != "resolved"
                and exception.kind in MATCHING
                and exception not in still_open
            )
        )
        if settled:
            settled._resolve("corrected", self.env._("Matched"))

    # -- exceptions -----------------------------------------------------------

    def _report(self, findings, **common):
        """Put findings about the notice on the exception desk, as policy wants it.

        :param findings: list of :class:`core.findings.Finding`
        :param common: values for every exception, such as ``picking_id``
        :return: the exceptions
        """
        self.ensure_one()
        common = {
            "asn_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            **common,
        }
        asks = [{"code": finding.code, **common} for finding in findings]
        severities = self.env["trace.policy"]._resolve(asks)
        return self.env["trace.exception"]._open_many(
            [
                {
                    "kind": finding.code,
                    "values": self._localise(finding.values),
                    "severity": severity,
                    "policy_id": rule.id if rule else False,
                    **common,
                }
                for finding, (severity, rule) in zip(findings, severities, strict=True)
            ]
        )

    @api.model
    def _localise(self, values):
        """Dates in a finding's values as the user writes them."""
        return {
            name: format_date(self.env, value) if hasattr(value, "isoformat") else value
            for name, value in values.items()
        }

    def _report_flaws(self):
        """One exception for all flaws of the document; the list is on the notice."""
        self._report_bad_codes()
        grave = self.flaw_ids.filtered(
            lambda flaw: flaw.severity == "warn" and flaw.code not in BAD_CODES
        )
        if not grave:
            return
        texts = grave[:3].mapped("message")
        error = "; ".join(texts) + ("; …" if len(grave) > 3 else "")
        self._report([Finding("asn_flaw", {"asn": self.name, "error": error})])

    def _report_bad_codes(self):
        """GTIN and SSCC that cannot be right are findings of their own: labels may be wrong."""
        counts = Counter(self.flaw_ids.mapped("code"))
        self._report(
            [
                Finding(finding, {"asn": self.name, "count": counts[flaw]})
                for flaw, finding in BAD_CODES.items()
                if counts[flaw]
            ]
        )

    # -- states ---------------------------------------------------------------

    def _set_state(self, state, **values):
        """The one writer of ``state``.

        :param state: one that :data:`NEXT` allows
        :param values: what else changes with it
        :raises UserError: the notice cannot go there from where it is
        """
        for asn in self:
            if state not in NEXT[asn.state] and state != asn.state:
                titles = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(notice)s is %(now)s and cannot become %(wanted)s.",
                        notice=asn.name,
                        now=titles[asn.state],
                        wanted=titles[state],
                    )
                )
        # past the guard in write()  pylint: disable=super-method-mismatch
        return super(TraceAsn, self.sudo()).write({"state": state, **values})

    def action_close(self):
        """Nothing more is to be done about the notice."""
        self.check_access("write")
        self._set_state("closed")

    def action_reject(self):
        """Open the dialog that asks why the notice is refused."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": "trace.asn.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_asn_ids": self.ids},
        }

    def _reject(self, reason):
        """Refuse notices that nothing was received from yet.

        :param reason: text for the supplier and for an auditor; required
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the supplier will ask."))
        self._set_state("rejected", reject_reason=reason.strip())
        open_ones = self.sudo().exception_ids.filtered(lambda one: one.state != "resolved")
        open_ones._resolve("returned", reason)

    def _start_receiving(self):
        """The first of the goods were captured."""
        self.filtered(lambda asn: asn.state == "expected")._set_state("receiving")

    def _received(self):
        """Receipts are done: a notice whose receipts are all done is reconciled."""
        for asn in self:
            done = all(picking.state in ("done", "cancel") for picking in asn.picking_ids)
            if done and asn.state != "reconciled":
                asn._set_state("reconciled", settled_at=fields.Datetime.now())
            elif not done:
                asn._start_receiving()

    # -- guards ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse notices that are not made of a file."""
        if not self.env.su:
            raise UserError(self.env._("Upload the supplier's file: a notice is made of it."))
        return super().create(vals_list)

    def write(self, vals):
        """Let people correct what was matched; what was sent stays as it was sent."""
        if "state" in vals:
            raise UserError(self.env._("The state of a notice follows from what happens to it."))
        if not self.env.su:
            if {name for name in vals if not self._is_mail(name)} - EDITABLE:
                raise UserError(self.env._("A notice says what the supplier sent: it stays so."))
            if "partner_id" in vals:
                vals = {**vals, "partner_by": "person" if vals["partner_id"] else False}
            super().write(vals)
            return self.sudo()._learn(vals)
        return super().write(vals)

    def _learn(self, chosen):
        """Remember what a person chose, for the next notice with the same codes."""
        memory = self.env["trace.asn.alias"]
        for asn in self:
            if "partner_id" in chosen and asn.supplier_key:
                memory._learn(asn, "supplier", {asn._supplier_code(): asn.partner_id})
            if "warehouse_id" in chosen and asn.ship_to_gln:
                memory._learn(asn, "place", {("gln", asn.ship_to_gln): asn.warehouse_id})
            orders = asn.picking_ids.move_ids.purchase_line_id.order_id
            names = asn.order_names or []
            if "picking_ids" in chosen and len(orders) == len(names) == 1 and asn.partner_id:
                owner = asn.partner_id.commercial_partner_id
                memory._learn(asn, "order", {("order", names[0]): orders}, owner)
        return True

    def _supplier_code(self):
        """Scheme and code by which the supplier is known again."""
        return tuple(self.supplier_key.split(":", 1))

    @api.model
    def _is_mail(self, name):
        return name.startswith(("message_", "activity_")) or name == "website_message_ids"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Shipping notices are evidence and are kept. Reject it instead.")
        )

    # -- buttons --------------------------------------------------------------

    def action_open_receipts(self):
        """Open the receipts."""
        return self.picking_ids._get_records_action(name=self.env._("Receipts"))

    def action_scan(self):
        """Scan into the first receipt that waits for the goods."""
        waiting = self.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        return {
            "type": "ir.actions.client",
            "tag": "lot_serial_trace.scan_transfer",
            "params": {"res_id": waiting[:1].id},
        }

    def action_open_orders(self):
        """Open the purchase orders."""
        return self.purchase_ids._get_records_action(name=self.env._("Orders"))

    def action_open_exceptions(self):
        """Open the exceptions about the notice."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_exception"
        )
        return {**action, "domain": [("asn_id", "in", self.ids)], "context": {}}

    def action_open_exchange(self):
        """Open the arrival, which has the original."""
        return self.exchange_id._get_records_action(name=self.env._("Arrival"))

    def action_download(self):
        """Download the original."""
        return self.exchange_id.action_download()
