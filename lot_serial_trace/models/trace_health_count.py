from odoo import api, fields, models

from ..core import health


class TraceHealthCount(models.Model):
    """How many flaws of a kind there were on a day: a line of the day's record."""

    _name = "trace.health.count"
    _description = "Trace Health Check"
    _order = "health_id desc, found desc, id"
    _rec_name = "kind"
    _log_access = False

    health_id = fields.Many2one("trace.health", required=True, index=True, ondelete="cascade")
    date = fields.Date(related="health_id.date", store=True)
    company_id = fields.Many2one(related="health_id.company_id", store=True, index=True)
    kind = fields.Selection(
        lambda self: (
            self.env["trace.health.finding"]._fields["kind"]._description_selection(self.env)
        ),
        "What is wrong",
        required=True,
        readonly=True,
    )
    count = fields.Integer("Flaws", readonly=True)
    found = fields.Boolean(compute="_compute_found", store=True)
    weighs = fields.Selection(
        [("breaks", "Breaks the trace"), ("weakens", "Weakens it"), ("tells", "For information")],
        compute="_compute_words",
    )
    meaning = fields.Text("What it means", compute="_compute_words")
    remedy = fields.Text("What to do", compute="_compute_words")

    @api.depends("count")
    def _compute_found(self):
        for record in self:
            record.found = record.count > 0

    @api.depends_context("lang")
    @api.depends("kind")
    def _compute_words(self):
        words = {health.BREAKS: "breaks", health.WEAKENS: "weakens", health.TELLS: "tells"}
        for record in self:
            flaw = health.FLAWS[record.kind]
            record.weighs = words[flaw.weight]
            record.meaning = self.env._(flaw.meaning)
            record.remedy = self.env._(flaw.remedy)

    def action_open(self):
        """Open what was found of this kind."""
        self.ensure_one()
        name = "trace_ledger_gap" if self.kind == health.GAP else "trace_health_finding"
        action = self.env["ir.actions.act_window"]._for_xml_id(f"lot_serial_trace.action_{name}")
        domain = [("company_id", "=", self.company_id.id)]
        if self.kind != health.GAP:
            domain.append(("kind", "=", self.kind))
        return {**action, "domain": domain, "context": {}}
