from odoo import fields, models


class TraceRecallDrillPause(models.Model):
    """A time in which nobody worked on a drill, and why: the report tells every one."""

    _name = "trace.recall.drill.pause"
    _description = "Pause of a Drill"
    _order = "begun_at, id"
    _rec_name = "reason"

    recall_id = fields.Many2one(
        "trace.recall", required=True, readonly=True, index=True, ondelete="cascade"
    )
    begun_at = fields.Datetime(
        "From", required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    ended_at = fields.Datetime("To", readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)

    _one_at_a_time = models.UniqueIndex(
        "(recall_id) WHERE ended_at IS NULL", "The clock stands already."
    )
