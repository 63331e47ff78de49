from odoo import api, fields, models

from ..core import expiry
from .trace_expiry_telling import DIGESTS


class StockLot(models.Model):
    """Odoo plans an activity for each lot that reaches its alert date: or, if set so, nothing.

    Owners then get one message for all of them (``trace.expiry.rule``).
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    trace_days_left = fields.Integer(
        "Days Left",
        compute="_compute_trace_days_left",
        help="Days to the expiration date. 0: today is the last good day.",
    )

    @api.depends("expiration_date", "company_id")
    @api.depends_context("company")
    def _compute_trace_days_left(self):
        rules = self.env["trace.calendar"]
        for company, lots in self.grouped("company_id").items():
            zone = rules._zone(company or self.env.company)
            today = expiry.day_of(fields.Datetime.now(), zone)
            for lot in lots:
                last = expiry.day_of(lot.expiration_date, zone)
                lot.trace_days_left = (last - today).days if last else 0

    @api.model
    def _alert_date_exceeded(self):
        if not self.env["ir.config_parameter"].sudo().get_param(DIGESTS):
            return super()._alert_date_exceeded()
        return None
