from odoo import api, models

from .trace_expiry_telling import DIGESTS


class StockLot(models.Model):
    """Odoo plans an activity for each lot that reaches its alert date: or, if set so, nothing.

    Owners then get one message for all of them (``trace.expiry.rule``).
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    @api.model
    def _alert_date_exceeded(self):
        if not self.env["ir.config_parameter"].sudo().get_param(DIGESTS):
            return super()._alert_date_exceeded()
        return None
