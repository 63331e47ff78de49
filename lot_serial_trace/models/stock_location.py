from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.barcode import check_barcode_encoding


class StockLocation(models.Model):
    """Places with their Global Location Number and whether they are quarantine."""

    _inherit = "stock.location"

    trace_gln = fields.Char(
        "GLN", help="Global Location Number, 13 digits. Empty: the warehouse address's GLN is used."
    )
    trace_quarantine = fields.Boolean(
        "Quarantine Place", help="Goods on hold may be moved here, and nowhere else in the house."
    )

    def _trace_in_quarantine(self):
        """Whether the place is quarantine or lies in a place that is."""
        self.ensure_one()
        path = [int(location_id) for location_id in (self.parent_path or "").split("/")[:-1]]
        return any(place.trace_quarantine for place in self.sudo().browse(path))

    @api.constrains("trace_gln")
    def _check_trace_gln(self):
        for location in self.filtered("trace_gln"):
            if not check_barcode_encoding(location.trace_gln, "ean13"):
                raise ValidationError(
                    self.env._(
                        "%s is not a GLN: 13 digits with a right check digit are wanted.",
                        location.trace_gln,
                    )
                )
