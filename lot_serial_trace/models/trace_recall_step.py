from odoo import api, fields, models
from odoo.exceptions import UserError


class TraceRecallStep(models.Model):
    """Something that happened to a recall case: its timeline, and what its clock reads.

    Written by ``trace.recall._note`` only, never changed and never deleted.
    """

    _name = "trace.recall.step"
    _description = "Step of a Recall"
    _order = "at desc, id desc"
    _rec_name = "says"

    recall_id = fields.Many2one(
        "trace.recall", required=True, readonly=True, index=True, ondelete="cascade"
    )
    at = fields.Datetime("When", required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    says = fields.Text("What Happened", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    data = fields.Json(readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What happened to a case is kept."))
