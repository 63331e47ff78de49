from odoo import fields, models

from .stock_location import MIXING


class StockStorageCategory(models.Model):
    """What the places of a storage category may mix."""

    _inherit = "stock.storage.category"

    trace_mixing = fields.Selection(
        MIXING, "May Mix", help="Of lots and expiry dates. A place may say otherwise itself."
    )
    trace_date_window = fields.Integer(
        "Days Apart", help="For “One expiry date”: by how many days dates may differ."
    )

    _trace_date_window_positive = models.Constraint(
        "CHECK(trace_date_window >= 0)", "Dates cannot differ by less than no day."
    )

    def write(self, vals):
        """What a category says counts at once."""
        result = super().write(vals)
        if not vals.keys().isdisjoint(("trace_mixing", "trace_date_window")):
            self.env.registry.clear_cache()
        return result
