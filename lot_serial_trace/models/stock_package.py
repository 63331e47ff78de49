from odoo import models

from .quant_batch import open_batch


class StockPackage(models.Model):
    """Packages look at what lies in them: they see quants written."""

    _inherit = "stock.package"

    def _apply_dest_to_package(self, *args, **kwargs):
        batch = open_batch(self.env)
        if batch:
            batch.close()
        return super()._apply_dest_to_package(*args, **kwargs)
