import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from .trace_guard import refuse_forgery


class TraceEpcisEvent(models.Model):
    """An event that a partner told: evidence, never a movement of stock.

    It is kept under the hash of what it says, once in a company, whoever sends it and however
    often; the document that brought it is kept as it came. What partners say of goods is shown
    beside what the own ledger knows of them; nothing is booked because of it. When a partner
    declares an event wrong it is marked, not deleted.
    """

    _name = "trace.epcis.event"
    _description = "Partner's Event"
    _order = "event_time desc, id desc"
    _rec_name = "event_hash"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    capture_id = fields.Many2one(
        "trace.epcis.capture",
        "Came in",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    index = fields.Integer("Number in Document", readonly=True, aggregator=None)
    line = fields.Integer("Line in File", readonly=True, aggregator=None)
    record_time = fields.Datetime("Recorded", readonly=True)
    event_hash = fields.Char(required=True, readonly=True, help="Identifier by content, CBV 2.0")
    event_ref = fields.Char("Sender's Identifier", readonly=True)
    altered = fields.Boolean(
        "Hash Differs",
        readonly=True,
        help="The sender calls the event by a hash that is not that of its content: it was "
        "changed since, or the sender counts otherwise.",
    )
    event_type = fields.Char(required=True, readonly=True)
    action = fields.Char(readonly=True)
    biz_step = fields.Char("Business Step", readonly=True)
    disposition = fields.Char(readonly=True)
    event_time = fields.Datetime("Happened", required=True, readonly=True)
    event_offset = fields.Char("Zone", readonly=True)
    read_point = fields.Char(readonly=True)
    biz_location = fields.Char("Business Location", readonly=True)
    content = fields.Json(readonly=True)
    context = fields.Json(readonly=True)
    told = fields.Text("What It Says", compute="_compute_told")
    error_time = fields.Datetime("Declared Wrong", readonly=True)
    error_reason = fields.Char("Why Wrong", readonly=True)
    declaration = fields.Json(readonly=True)
    declared_by_id = fields.Many2one("trace.epcis.capture", "Declared in", readonly=True)
    item_ids = fields.One2many("trace.epcis.item", "event_id", "Goods", readonly=True)
    sender = fields.Char(related="capture_id.sender")

    _once = models.UniqueIndex("(company_id, event_hash)")
    _ref_idx = models.Index("(company_id, event_ref) WHERE event_ref IS NOT NULL")
    _time_idx = models.Index("(company_id, event_time)")
    _recorded_idx = models.Index("(company_id, record_time)")

    @api.depends("content", "declaration")
    def _compute_told(self):
        for event in self:
            event.told = json.dumps(event._for_machines(), indent=2, ensure_ascii=False)

    @api.depends("event_type", "biz_step", "event_time")
    def _compute_display_name(self):
        for event in self:
            moment = fields.Datetime.to_string(event.event_time)
            event.display_name = f"{event.biz_step or event.event_type} {moment}"

    def write(self, vals):
        """Nothing of it is for people to write."""
        refuse_forgery(self, vals, set())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What a partner sent is kept."))

    def _for_machines(self):
        """The event as EPCIS has it: with its identifier and the contexts of its own names."""
        self.ensure_one()
        content = dict(self.content or {})
        found = {"type": content.pop("type", ""), "eventID": self.event_ref or self.event_hash}
        if self.declaration:
            found["errorDeclaration"] = self.declaration
        found |= {name: value for name, value in content.items() if name != "eventID"}
        return {"@context": self.context, **found} if self.context else found
