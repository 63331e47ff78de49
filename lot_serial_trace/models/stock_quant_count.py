from datetime import datetime

from odoo import api, fields, models
from odoo.tools import groupby

from .marks import COUNTED_BEFORE
from .trace_count_result import Counted


class StockQuant(models.Model):
    """Odoo's own inventory adjustments are counts, too: what they compared is kept.

    Theory is what the books said when the quantity was entered: Odoo keeps the difference of that
    moment and clears it when it applies it. A count without a difference is kept as well. What a
    count on the scan screen has recorded already is not recorded again when it is applied.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.quant"

    def _apply_inventory(self, date=None):
        if self.env.context.get("trace_counted") is not COUNTED_BEFORE:
            # As Odoo does first: it decides what the difference is.
            self.inventory_quantity_set = True
            self.env["trace.count.result"]._record(self._trace_counted(date))
        return super()._apply_inventory(date)

    def _trace_counted(self, date):
        """The :class:`Counted` rows of what is about to be applied, one for each lot and place."""
        when = date or fields.Datetime.now()
        moment = when if isinstance(when, datetime) else fields.Datetime.to_datetime(when)
        unchanged = self.env.context.get("from_inverse_qty")
        quants = self.sudo().filtered(
            lambda quant: (
                quant.location_id.usage in ("internal", "transit")
                and not (unchanged and quant.product_uom_id.is_zero(quant.inventory_diff_quantity))
            )
        )
        quants = self.env["trace.count.applying"]._without_counts(quants)
        groups = groupby(quants, lambda quant: (quant.product_id, quant.location_id, quant.lot_id))
        return [self._trace_counted_row(group, moment) for _key, group in groups]

    @api.model
    def _trace_counted_row(self, quants, moment):
        """One lot in one place; a list of its quants, each of which knows its neighbours."""
        first = quants[0]
        user = first.user_id or self.env.user
        company = first.company_id or self.env.company
        difference = sum(quant.inventory_diff_quantity for quant in quants)
        counted = sum(quant.inventory_quantity for quant in quants)
        ours = not any(quant.owner_id - company.partner_id for quant in quants)
        return Counted(
            company_id=company.id,
            location_id=first.location_id.id,
            user_id=user.id,
            counted_at=moment,
            source="adjustment",
            session=f"day,{moment.date()},{user.id}",
            product_id=first.product_id.id,
            lot_id=first.lot_id.id or None,
            number=first.lot_id.name or "",
            theory_qty=counted - difference,
            counted_qty=counted,
            value_difference=0.0 if ours else None,
        )
