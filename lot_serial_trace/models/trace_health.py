from datetime import timedelta

from odoo import api, fields, models

from ..core import health
from . import trace_health_sql as checks

#: Days that the score looks back.
DAYS = 90


class TraceHealth(models.Model):
    """How well goods can be traced: a score for each company and day, and what lowers it.

    Each night ``trace.health.round`` looks at everything that moved and keeps what it finds as
    ``trace.health.finding``. The end of the round is this record: what share of the movements
    can be traced end to end (``core/health.py`` says how it is counted), and how many flaws of
    each kind there were. The records stay, so that the trend can be seen.
    """

    _name = "trace.health"
    _description = "Trace Health"
    _order = "date desc, company_id"
    _rec_name = "date"

    date = fields.Date(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    checked_at = fields.Datetime(readonly=True)
    score = fields.Float(
        "Traceable",
        readonly=True,
        aggregator="avg",
        help="Share of the movements of tracked goods of the last 90 days that can be traced end "
        "to end. Where a flaw breaks its trace a movement counts nothing, where one weakens it a "
        "half.",
    )
    score_all = fields.Float(
        "Traceable, Ever", readonly=True, aggregator="avg", help="The same of all movements."
    )
    movements = fields.Integer("Movements, 90 Days", readonly=True)
    movements_all = fields.Integer("Movements, Ever", readonly=True)
    findings = fields.Integer("Flaws", readonly=True)
    grade = fields.Selection(
        [("good", "Good"), ("fair", "Fair"), ("poor", "Poor")], compute="_compute_grade"
    )
    latest = fields.Boolean(readonly=True, help="The last look at this company")
    count_ids = fields.One2many("trace.health.count", "health_id", "Checks", readonly=True)

    _day_idx = models.UniqueIndex("(company_id, date)")

    @api.depends("score")
    def _compute_grade(self):
        for record in self:
            share = record.score
            record.grade = "good" if share >= 0.99 else "fair" if share >= 0.9 else "poor"

    # -- keeping --------------------------------------------------------------

    @api.model
    def _conclude(self):
        """Write today's record of every company in which tracked goods moved: constant queries."""
        self.env.flush_all()
        counts = self._counts()
        today = fields.Date.context_today(self)
        rows = self._score_rows(fields.Datetime.now() - timedelta(days=DAYS))
        scores = {company: row for company, *row in rows}
        wanted = [
            self._values(company, counts.get(company, {}), scores.get(company, (0, 0, 0, 0)))
            for company in sorted(scores.keys() | counts.keys())
        ]
        known = self.search(
            [("latest", "=", True), ("company_id", "in", [one["company_id"] for one in wanted])]
        )
        known.filtered(lambda one: one.date == today).unlink()
        known.exists().latest = False
        self.create(wanted)
        self.env["trace.exception"]._keep_for_health(self.search([("latest", "=", True)]))

    @api.model
    def _counts(self):
        """dict company id -> dict kind -> number of flaws; those of the ledger too."""
        found = {}
        for model, domain, kind in (
            ("trace.health.finding", [("company_id", "!=", False)], "kind"),
            ("trace.ledger.gap", [("company_id", "!=", False)], None),
        ):
            groups = ["company_id", kind] if kind else ["company_id"]
            for company, *rest in self.env[model]._read_group(domain, groups, ["__count"]):
                code = rest[0] if kind else health.GAP
                found.setdefault(company.id, {})[code] = rest[-1]
        return found

    @api.model
    def _score_rows(self, since):
        return self.env.execute_query(
            checks.trust(
                since,
                *(health.weights(about) for about in ("line", "lot", "product")),
                "production_id" in self.env["stock.move"]._fields,
            )
        )

    @api.model
    def _values(self, company_id, counts, row):
        movements, trusted, lately, trusted_lately = row
        score_all = health.score(float(trusted), movements)
        return {
            "date": fields.Date.context_today(self),
            "company_id": company_id,
            "checked_at": fields.Datetime.now(),
            "score": health.score(float(trusted_lately), lately) if lately else score_all,
            "score_all": score_all,
            "movements": lately,
            "movements_all": movements,
            "findings": sum(counts.values()),
            "latest": True,
            "count_ids": [
                (0, 0, {"kind": code, "count": counts.get(code, 0)}) for code in health.FLAWS
            ],
        }

    def _has_flaws(self):
        """Whether anything takes from the score."""
        telling = {flaw.code for flaw in health.FLAWS.values() if not flaw.weight}
        return any(one.count and one.kind not in telling for one in self.count_ids)

    def _said(self):
        """What the desk says: as plain values, that they can be compared."""
        telling = {flaw.code for flaw in health.FLAWS.values() if not flaw.weight}
        counted = (one.count for one in self.count_ids if one.kind not in telling)
        return {"count": sum(counted), "share": f"{self.score * 100:.1f}"}

    # -- buttons --------------------------------------------------------------

    def action_check(self):
        """Look at everything now, or as much as can be waited for; the cron does the rest."""
        return self.env["trace.health.round"]._check_now()

    def action_findings(self):
        """Open what was found."""
        return self._open("action_trace_health_finding")

    def action_trend(self):
        """Show how the score went over time."""
        return self._open("action_trace_health_trend")

    def _open(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"lot_serial_trace.{name}")
        return {**action, "domain": [("company_id", "=", self.company_id.id)]}
