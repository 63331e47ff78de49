from odoo import models

#: What the book of a till says of a lot, or what its last day of sale follows from.
TOLD = (
    "name",
    "product_id",
    "company_id",
    "expiration_date",
    "use_date",
    "removal_date",
    "trace_made",
)


class StockLot(models.Model):
    """Other names and dates are told to the open tills, wherever the goods are."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    # For tills that ask what changed.
    _trace_changed_idx = models.Index("(write_date)")

    def write(self, vals):
        """Tell the tills of the lots' companies."""
        result = super().write(vals)
        tills = self.env["pos.config"]
        if not vals.keys().isdisjoint(TOLD) and tills._trace_open_tills():
            tills._trace_tell([lot.company_id.id for lot in self])
        return result
