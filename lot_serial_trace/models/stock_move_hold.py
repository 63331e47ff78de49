from odoo import models


class StockMove(models.Model):
    """Movements as holds see them: whose document they are part of."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _trace_document(self):
        """The document that people know the movement by: transfer, production or repair order."""
        self.ensure_one()
        for name in ("picking_id", "raw_material_production_id", "production_id", "repair_id"):
            if name in self._fields and self[name]:
                return self[name]
        return self
