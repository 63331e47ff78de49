from odoo import api, fields, models
from odoo.tools import format_datetime

ROLES = [
    ("asked", "Asked about"),
    ("supplier", "Came from"),
    ("made_from", "Made from"),
    ("path", "Path"),
    ("made_into", "Made into"),
    ("stock", "Where it is now"),
    ("transit", "On the way"),
    ("reserved", "Promised"),
    ("production", "In production"),
    ("order", "Open orders"),
    ("consignee", "Customers to call"),
    ("customer", "Went to"),
    ("returned", "Came back"),
    ("scrapped", "Scrapped"),
    ("balance", "Balance"),
    ("purged", "Purged"),
]

#: The sides of the balance as people read them: sign, key, words.
BALANCE = [
    ("received", 1),
    ("made", 1),
    ("from_other", 1),
    ("on_hand", -1),
    ("in_transit", -1),
    ("sold", -1),
    ("returned", 1),
    ("consumed", -1),
    ("scrapped", -1),
    ("adjusted", -1),
    ("sent_back", -1),
    ("handed_over", -1),
]


class TraceRunLine(models.Model):
    """One line of an answer, as plain values: it says later what it said then.

    Written by SQL only (``trace_run_keeping``). The columns are those of the sections of an
    answer (``trace.question``), so that a section is inserted as it is.
    """

    _name = "trace.run.line"
    _description = "Trace Answer"
    _order = "run_id, sequence, id"
    _rec_name = "lot_name"
    _log_access = False

    run_id = fields.Many2one("trace.run", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id")
    sequence = fields.Integer(readonly=True)
    role = fields.Selection(ROLES, required=True, readonly=True)
    level = fields.Integer(
        "Steps Away",
        readonly=True,
        aggregator=None,
        help="Operations between the asked number and this one",
    )
    lot_id = fields.Integer("Lot ID", readonly=True, aggregator=None)
    lot_name = fields.Char("Lot/Serial", readonly=True)
    product_id = fields.Integer("Product ID", readonly=True, aggregator=None)
    product_name = fields.Char("Product", readonly=True)
    event_time = fields.Datetime("When", readonly=True)
    last_time = fields.Datetime("Last", readonly=True)
    expiration_date = fields.Datetime("Expires", readonly=True)
    biz_step = fields.Selection(
        lambda self: self.env["trace.event"]._fields["biz_step"]._description_selection(self.env),
        "Step",
        readonly=True,
    )
    disposition = fields.Selection(
        lambda self: (
            self.env["trace.event"]._fields["disposition"]._description_selection(self.env)
        ),
        readonly=True,
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    returned = fields.Float("Came Back", digits="Product Unit", readonly=True)
    reserved = fields.Float(digits="Product Unit", readonly=True)
    uom = fields.Char("Unit", readonly=True)
    deliveries = fields.Integer(readonly=True)
    lot_count = fields.Integer("Lots", readonly=True)
    place_id = fields.Integer("Place ID", readonly=True, aggregator=None)
    source_name = fields.Char("From", readonly=True)
    dest_name = fields.Char("To", readonly=True)
    package_name = fields.Char("Package", readonly=True)
    partner_id = fields.Integer("Partner ID", readonly=True, aggregator=None)
    partner_name = fields.Char("Partner", readonly=True)
    email = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    address = fields.Char(readonly=True)
    lang = fields.Char("Language", readonly=True)
    document = fields.Char(readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Integer("Document ID", readonly=True, aggregator=None)
    origin = fields.Char("Source Document", readonly=True)
    notice = fields.Char("Shipping Notice", readonly=True)
    status = fields.Selection("_statuses", readonly=True)
    figures = fields.Json(readonly=True)
    balance_text = fields.Char("Balance", compute="_compute_balance_text")

    _run_role_idx = models.Index("(run_id, role, sequence)")

    @api.model
    def _statuses(self):
        """What may stand there: how lots and goods are, and what would be hit."""
        statuses = {
            "quarantine": self.env._("Quarantine"),
            "production": self.env._("Manufacturing"),
            "repair": self.env._("Repair"),
            "till": self.env._("Till"),
        }
        for model, name in (("stock.picking.type", "code"), ("stock.lot", "trace_status")):
            statuses.update(self.env[model]._fields[name]._description_selection(self.env))
        return list(statuses.items())

    @api.depends("figures")
    def _compute_balance_text(self):
        words = self._balance_words()
        for line in self:
            line.balance_text = self._balance_sentence(line.figures or {}, words)

    @api.model
    def _balance_words(self):
        """What the sides of the balance are called."""
        return {
            "received": self.env._("received"),
            "made": self.env._("made"),
            "from_other": self.env._("from another company"),
            "on_hand": self.env._("on hand"),
            "in_transit": self.env._("on the way"),
            "sold": self.env._("sold"),
            "returned": self.env._("came back"),
            "consumed": self.env._("used"),
            "scrapped": self.env._("scrapped"),
            "adjusted": self.env._("lost by count"),
            "sent_back": self.env._("sent back"),
            "handed_over": self.env._("to another company"),
        }

    @api.model
    def _balance_sentence(self, figures, words):
        """ "received 10 + came back 1 = on hand 4 + sold 7", and where the difference is."""
        sides = {1: [], -1: []}
        for name, sign in BALANCE:
            value = figures.get(name) or 0
            if value:
                # What was found by count stands with what came.
                side = sign if value > 0 else -sign
                sides[side].append(f"{words[name]} {abs(value):g}")
        if not any(sides.values()):
            return ""
        text = " = ".join(" + ".join(side) or "0" for side in (sides[1], sides[-1]))
        for line in figures.get("lines") or []:
            text += ". " + self.env._(
                "%(place)s: the ledger says %(ledger)s, the stock %(stock)s",
                place=line["place"],
                ledger=f"{line['ledger']:g}",
                stock=f"{line['stock']:g}",
            )
        return text

    def _cell(self, name):
        """The value of a field as the printed record shows it."""
        value = self[name]
        if name == "event_time":
            return format_datetime(self.env, value, dt_format="short") if value else ""
        if name in ("quantity", "returned", "reserved"):
            return f"{value:g}"
        if name in ("biz_step", "status"):
            return dict(self._fields[name]._description_selection(self.env)).get(value, "")
        return value or ""

    def action_open_document(self):
        """Open the document of the line, as far as it still exists."""
        self.ensure_one()
        return self.env["trace.event"]._open_record(self.document_model, self.document_id)

    def action_open_lot(self):
        """Open the lot or serial number, as far as it still exists."""
        self.ensure_one()
        return self.env["trace.event"]._open_record("stock.lot", self.lot_id)

    def action_open_partner(self):
        """Open the partner, as far as it still exists."""
        self.ensure_one()
        return self.env["trace.event"]._open_record("res.partner", self.partner_id)
