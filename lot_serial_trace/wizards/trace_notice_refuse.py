from odoo import fields, models


class TraceNoticeRefuse(models.TransientModel):
    """Asks why goods are not what a notice is about."""

    _name = "trace.notice.refuse"
    _description = "Refuse Matches of a Notice"

    match_ids = fields.Many2many("trace.notice.match", string="Matches")
    reason = fields.Text(
        required=True, help="For whoever asks later. The same words are not proposed again."
    )

    def action_refuse(self):
        """Keep that it is not ours."""
        self.match_ids._judge("refused", self.reason)
        return {"type": "ir.actions.act_window_close"}
