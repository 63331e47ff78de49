from odoo import api, models

from .trace_warranty_making import COLUMNS, Cover


class TraceWarranty(models.Model):
    """The receipt named a wrong number: the warranty is that of the unit that was handed over."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.warranty"

    @api.model
    def _renumber(self, packs):
        """Warranties say what ``packs`` (numbers of orders at a till) say now.

        What was begun for another number was never sold: it is void. The right one is covered
        for the same days. Numbers that were missing until now begin with the day of the sale.
        """
        if not self._offered() or not packs:
            return
        self, packs = self.sudo(), packs.sudo()
        by_id = {pack.id: pack for pack in packs}
        wrong = self.search([("pack_id", "in", packs.ids), ("closed_as", "=", False)]).filtered(
            lambda one: one.number != by_id[one.pack_id].lot_name
        )
        covers = [one._for_number(by_id[one.pack_id]) for one in wrong]
        for one in wrong:
            right = by_id[one.pack_id].lot_name
            one._void(self.env._("Another unit was handed over: %s", right))
        self._insert(covers)
        self._cover_sold(packs.pos_order_line_id.filtered(lambda line: line.qty > 0))

    def _for_number(self, pack):
        """The same warranty for the number that ``pack`` says now."""
        records = ("product_id", "partner_id", "company_id")
        return Cover(
            **{
                **{name: self[name] for name in COLUMNS if name not in records},
                **{name: self[name].id or None for name in records},
                "number": pack.lot_name,
                "lot_id": pack.lot_id.id or None,
                "move_line_id": None,
            }
        )
