from odoo import fields, models


class ResCompany(models.Model):
    """Companies: whether somebody was asked to set the app up."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    trace_setup_offered = fields.Boolean("Set-up Offered", copy=False)
