from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of recalls."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    trace_recall_two = fields.Boolean(related="company_id.trace_recall_two", readonly=False)
