from odoo import fields, models


class ResCompany(models.Model):
    """Companies: who may confirm a recall."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    trace_recall_two = fields.Boolean(
        "Two People Confirm a Recall",
        help="One recall manager asks for it, another one confirms it. Drills need one person.",
    )
