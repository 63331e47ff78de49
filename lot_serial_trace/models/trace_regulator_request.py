import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime

from .trace_guard import refuse_forgery

LAWS = [
    ("fsma204", "USA: food traceability (FSMA 204)"),
    ("food178", "EU: one step back, one step forward (178/2002)"),
    ("dscsa", "USA: medicines, transaction information (DSCSA)"),
    ("udi", "EU: medical devices with UDI (MDR)"),
]
#: Kind of goods that a law is about.
REGIMES = {"fsma204": "ftl", "food178": "food", "dscsa": "drug", "udi": "device"}
#: What people say when they ask; all else is found out or decided by a button.
ASKED = {
    "law",
    "authority",
    "authority_ref",
    "note",
    "asked_at",
    "user_id",
    "product_ids",
    "lot_ids",
    "numbers",
    "date_from",
    "date_to",
    "warehouse_ids",
    "partner_ids",
    "picking_ids",
    "consumers",
}
#: What may be added when there is an answer.
LATER = {"note", "user_id", "authority", "authority_ref"}
#: Lot codes of one request.
MOST_NUMBERS = 20_000


class TraceRegulatorRequest(models.Model):
    """What an authority asks for: by lot, by date, by place; until when; and what it was given.

    Written down when the authority asks, on the telephone as well: the clock runs from then on
    (24 hours, 21 CFR 1.1455(c)). What it comes to is counted while the form is filled in. A
    button makes the file; the first file answers the request. Files are kept with their digest,
    and once there is one the question is not changed any more.
    """

    _name = "trace.regulator.request"
    _description = "Request of an Authority"
    _inherit = ["mail.thread"]
    _order = "asked_at desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, default="/", copy=False)
    law = fields.Selection(LAWS, required=True, default="fsma204")
    state = fields.Selection(
        [("open", "Open"), ("making", "Being Made"), ("answered", "Answered")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    authority = fields.Char("Asked by", help="Authority and person, e.g. FDA, J. Doe")
    authority_ref = fields.Char("Their Reference")
    note = fields.Text("Remark")
    user_id = fields.Many2one(
        "res.users",
        "Answers",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    asked_at = fields.Datetime("Asked", required=True, default=fields.Datetime.now, tracking=True)
    due_at = fields.Datetime("Due", compute="_compute_due_at", store=True)
    answered_at = fields.Datetime("Answered", readonly=True, copy=False)
    hours = fields.Float(
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        help="From the question to the first file",
    )
    is_late = fields.Boolean(compute="_compute_is_late")

    product_ids = fields.Many2many("product.product", string="Products")
    lot_ids = fields.Many2many("stock.lot", string="Lots")
    numbers = fields.Text("Lot Codes", help="As they were read out, one a line")
    date_from = fields.Date("From")
    date_to = fields.Date("To", help="This day is included.")
    warehouse_ids = fields.Many2many("stock.warehouse", string="Places", check_company=True)
    partner_ids = fields.Many2many("res.partner", string="Suppliers and Customers")
    picking_ids = fields.Many2many("stock.picking", string="Shipments", check_company=True)
    consumers = fields.Boolean(
        "Name Consumers",
        help="Names and addresses of persons who bought devices. Only where the authority has a "
        "right to them.",
    )

    count = fields.Integer("Rows", compute="_compute_counts")
    counts = fields.Text("What It Comes to", compute="_compute_counts")
    unknown = fields.Text("Not Found", compute="_compute_counts")
    file_ids = fields.One2many("trace.regulator.file", "request_id", readonly=True)
    wanted = fields.Char(readonly=True, copy=False, help="Kind of the file that is being made")
    wanted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    error = fields.Char("Could not be Made", readonly=True, copy=False)

    _days_in_order = models.Constraint(
        "CHECK(date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "The first day comes before the last one.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Requests are numbered."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                number = self.env["ir.sequence"].sudo().next_by_code("trace.regulator.request")
                vals["name"] = number or "/"
        return super().create(vals_list)

    def write(self, vals):
        """What was answered stays as it was asked."""
        refuse_forgery(self, vals, ASKED)
        answered = self.filtered("file_ids")
        if answered and not self.env.su and (ASKED - LATER) & vals.keys():
            raise UserError(
                self.env._("%s has been answered: duplicate it to ask anew.", answered[0].name)
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_answered(self):
        if self.file_ids:
            raise UserError(self.env._("What an authority was given is kept."))

    # -- clock ----------------------------------------------------------------

    @api.depends("asked_at", "law", "company_id")
    def _compute_due_at(self):
        for request in self:
            hours = request.company_id.trace_fsma_hours
            if request.law == "food178":
                hours = request.company_id.trace_food_hours
            request.due_at = request.asked_at and request.asked_at + timedelta(hours=hours)

    @api.depends("asked_at", "answered_at")
    def _compute_hours(self):
        for request in self:
            known = request.asked_at and request.answered_at
            waited = request.answered_at - request.asked_at if known else timedelta()
            request.hours = waited.total_seconds() / 3600

    def _read_group_select(self, aggregate_spec, query):
        """What is not answered took no time yet."""
        if aggregate_spec != "hours:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "AVG(%s) FILTER (WHERE %s IS NOT NULL)",
            self._field_to_sql(self._table, "hours", query),
            self._field_to_sql(self._table, "answered_at", query),
        )

    @api.depends("due_at", "answered_at")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for request in self:
            request.is_late = bool(request.due_at and (request.answered_at or now) > request.due_at)

    # -- what it is about -----------------------------------------------------

    def _scope(self):
        """The question as ``trace.regulator`` reads it, and the lot codes that nobody knows."""
        self.ensure_one()
        zone = self.env["trace.calendar"]._zone(self.company_id)
        lots, unknown = self._lots()
        scope = {
            "companies": self.company_id.ids,
            "zone": str(zone),
            "products": self.product_ids.ids,
            "lots": lots,
            "warehouses": self.warehouse_ids.ids,
            "partners": self.partner_ids.ids,
            "pickings": self.picking_ids.ids,
            "consumers": self.consumers,
            "since": self.date_from,
            "until": self.date_to,
        }
        return scope, unknown

    def _lots(self):
        """Ids of the lots that were asked about, and codes that are those of none: one query.

        A code may be that of a lot, of a serial number, or of the batch of serial numbers.
        """
        numbers = self._numbers()
        if not numbers:
            return self.lot_ids.ids, []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT n.number, array_agg(l.id) FILTER (WHERE l.id IS NOT NULL)
                FROM unnest(%(numbers)s::text[]) AS n(number)
                LEFT JOIN stock_lot l ON (l.name = n.number OR l.trace_batch = n.number)
                    AND (l.company_id IS NULL OR l.company_id = %(company)s)
                GROUP BY n.number ORDER BY min(array_position(%(numbers)s::text[], n.number))
                """,
                numbers=numbers,
                company=self.company_id.id,
            )
        )
        found = {lot_id for _number, ids in rows for lot_id in ids or ()}
        unknown = [number for number, ids in rows if not ids]
        # Nothing that was asked for is known: nothing is what there is to tell, not everything.
        return [*self.lot_ids.ids, *sorted(found)] or [0], unknown

    def _numbers(self):
        numbers = re.split(r"[\n\r;\t]+", self.numbers or "")
        numbers = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
        if len(numbers) > MOST_NUMBERS:
            raise UserError(
                self.env._(
                    "%(count)s lot codes; at most %(most)s can be asked about at once.",
                    count=len(numbers),
                    most=MOST_NUMBERS,
                )
            )
        return numbers

    @api.depends(*sorted(ASKED - {"authority", "authority_ref", "note", "asked_at", "user_id"}))
    def _compute_counts(self):
        for request in self:
            scope, unknown = request._scope()
            counts = self.env["trace.regulator"]._counts(request.law, scope)
            request.count = sum(count for _title, count in counts)
            request.counts = "\n".join(f"{title}: {count}" for title, count in counts)
            request.unknown = ", ".join(unknown[:20])

    def _words(self):
        """What was asked, in words: list of ``(caption, text)``."""
        zone = str(self.env["trace.calendar"]._zone(self.company_id))
        local = self.with_context(tz=zone)

        def names(records):
            shown = ", ".join(records[:30].mapped("display_name"))
            more = len(records) - 30
            return f"{shown}, +{more}" if more > 0 else shown

        rows = [
            (self.env._("Request"), self.name),
            (self.env._("Asked by"), " ".join(filter(None, (self.authority, self.authority_ref)))),
            (
                self.env._("Asked"),
                f"{format_datetime(local.env, self.asked_at, tz=zone)} ({zone})",
            ),
            (self.env._("Products"), names(self.product_ids)),
            (self.env._("Lots"), names(self.lot_ids)),
            (self.env._("Lot codes as given"), ", ".join(self._numbers()[:200])),
            (self.env._("From"), self.date_from and self.date_from.isoformat()),
            (self.env._("To (included)"), self.date_to and self.date_to.isoformat()),
            (self.env._("Places"), names(self.warehouse_ids)),
            (self.env._("Suppliers and customers"), names(self.partner_ids)),
            (self.env._("Shipments"), names(self.picking_ids)),
        ]
        return [(caption, text) for caption, text in rows if text]
