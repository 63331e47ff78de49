from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Figure -> field with its target, and how many of the figure's unit one of the field's is.
TARGETS = {
    "cycle_time": ("trace_target_cycle_hours", 3600),
    "accuracy_quantity": ("trace_target_accuracy", 0.01),
    "accuracy_location": ("trace_target_accuracy", 0.01),
    "accuracy_lot": ("trace_target_accuracy", 0.01),
    "scan": ("trace_target_scan", 0.01),
    "recall_time": ("trace_target_recall_days", 86400),
    "touchless_asn": ("trace_target_touchless", 0.01),
    "touchless_expiry": ("trace_target_touchless", 0.01),
    "touchless_notice": ("trace_target_touchless", 0.01),
}


class ResCompany(models.Model):
    """Companies: how good their figures are to be. 0: no target."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    # What is commonly asked for: a whole trace within four hours (BRCGS Food 9, 3.9).
    trace_target_cycle_hours = fields.Float("Lot Traceability Cycle Time (h)", default=4)
    trace_target_accuracy = fields.Float("Inventory Accuracy Rate (%)", default=98)
    trace_target_scan = fields.Float("Scan Compliance Rate (%)", default=95)
    # Nobody publishes how long recalls take from the first word to the close.
    trace_target_recall_days = fields.Float("Recall Resolution Time (days)", default=30)
    trace_target_touchless = fields.Float("Settled Without a Person (%)", default=80)

    trace_report_every = fields.Selection(
        [("week", "Each week"), ("month", "Each month")],
        "Report of Figures",
        help="Sent by mail, with the figures as PDF and as a spreadsheet",
    )
    trace_report_user_ids = fields.Many2many(
        "res.users",
        "trace_report_user_rel",
        "company_id",
        "user_id",
        "Report To",
        domain="[('share', '=', False)]",
    )
    trace_report_next = fields.Date("Next Report")

    @api.constrains(*sorted({name for name, _factor in TARGETS.values()}))
    def _trace_check_targets(self):
        for company in self:
            for name, factor in TARGETS.values():
                value = company[name]
                if value < 0 or factor < 1 and value > 100:
                    raise ValidationError(
                        self.env._(
                            "%s: a target is not below 0, and a rate not above 100 %%.",
                            self._fields[name]._description_string(self.env),
                        )
                    )

    def _trace_target(self, code):
        """What a figure is to be, in its unit; 0 for no target."""
        name, factor = TARGETS[code]
        return self[name] * factor
