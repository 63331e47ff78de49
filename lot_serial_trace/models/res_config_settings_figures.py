from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of figures: their targets."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    trace_target_cycle_hours = fields.Float(
        related="company_id.trace_target_cycle_hours", readonly=False
    )
    trace_target_accuracy = fields.Float(related="company_id.trace_target_accuracy", readonly=False)
    trace_target_scan = fields.Float(related="company_id.trace_target_scan", readonly=False)
    trace_target_recall_days = fields.Float(
        related="company_id.trace_target_recall_days", readonly=False
    )
    trace_target_touchless = fields.Float(
        related="company_id.trace_target_touchless", readonly=False
    )
    trace_report_every = fields.Selection(related="company_id.trace_report_every", readonly=False)
    trace_report_user_ids = fields.Many2many(
        related="company_id.trace_report_user_ids", readonly=False
    )
    trace_report_next = fields.Date(related="company_id.trace_report_next", readonly=False)

    def action_trace_report_now(self):
        """Send the report of figures now, to see what it is like."""
        self.ensure_one()
        return self.env["trace.kpi.report"]._send_now(self.company_id)
