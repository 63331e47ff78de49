from odoo import api, fields, models

#: Moments that a deadline is set for: name, stamp of the case.
MILESTONES = {
    "hold": "held_at",
    "notice": "first_notice_at",
    "answered": "answered_at",
    "accounted": "accounted_at",
    "closed": "closed_at",
}
NEVER = 0


class TraceRecallDeadline(models.Model):
    """How much time a recall of a class has until each moment, and who is told when it is late.

    Hours are counted from the initiation of the case. What the company itself has set goes before
    what is set for all companies. Once a moment is late, the responsible gets an activity, one for
    each moment; so many hours later the manager gets one (``trace.recall.escalation``).
    """

    _name = "trace.recall.deadline"
    _description = "Deadlines of Recalls"
    _order = "severity_class, company_id"
    _rec_name = "severity_class"

    severity_class = fields.Selection(
        lambda self: self.env["trace.recall"]._fields["severity_class"].selection,
        "Class",
        required=True,
    )
    company_id = fields.Many2one("res.company", ondelete="cascade", help="Empty: all companies")
    hold_hours = fields.Float("Goods on Hold (h)", help="0: no deadline")
    notice_hours = fields.Float("First Notice (h)", help="0: no deadline")
    answered_hours = fields.Float("95 % Answered (h)", help="0: no deadline")
    accounted_hours = fields.Float("Accounted For (h)", help="0: no deadline")
    closed_hours = fields.Float("Closed (h)", help="0: no deadline")
    escalate_hours = fields.Float(
        "Manager After (h)", default=4, help="Hours after a deadline until the manager is told"
    )
    manager_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Who is told when it stays late. Empty: the manager of the responsible, where the "
        "Employees app knows one.",
    )

    _sensible = models.Constraint(
        "CHECK(LEAST(hold_hours, notice_hours, answered_hours, accounted_hours, closed_hours, "
        "escalate_hours) >= 0)",
        "Hours are not below zero.",
    )
    _one_each = models.UniqueIndex(
        "(severity_class, COALESCE(company_id, 0))",
        "There are deadlines for this class and company already.",
    )

    @api.model
    def _for(self, recalls):
        """dict recall id -> its deadlines (or none): one query."""
        known = {(one.severity_class, one.company_id.id): one for one in self.sudo().search([])}
        nothing = self.sudo().browse()
        return {
            recall.id: known.get((recall.severity_class, recall.company_id.id))
            or known.get((recall.severity_class, False))
            or nothing
            for recall in recalls
        }

    def _hours(self, milestone):
        """Hours until a moment; 0: no deadline."""
        return self[f"{milestone}_hours"] if self else NEVER
