from odoo import fields, models

OUTCOMES = [
    ("reached", "Reached"),
    ("no_answer", "No answer"),
    ("wrong_number", "Wrong number"),
    ("refuses", "Refuses"),
]


class TraceRecallCall(models.Model):
    """A call to a consignee and how it ended."""

    _name = "trace.recall.call"
    _description = "Call to a Consignee"
    _order = "id desc"
    _rec_name = "called_at"

    consignee_id = fields.Many2one(
        "trace.recall.consignee", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    called_at = fields.Datetime("When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    phone = fields.Char(readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
