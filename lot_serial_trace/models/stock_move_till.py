from odoo import models

from .stock_picking_till import Apart


class StockMove(models.Model):
    """Movements of a till: without numbers, where those cannot be written down; and the parts of
    kits, to which Odoo gives the numbers of the same product that was sold alone, too.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _add_mls_related_to_order(self, related_order_lines, are_qties_done=True):
        apart = self.env.context.get("trace_apart")
        bare = isinstance(apart, Apart) and apart.bare
        if bare:
            return self.move_line_ids.unlink()
        parts = self._trace_parts()
        goods = parts.product_id & related_order_lines.product_id
        if not isinstance(apart, Apart) or not goods:
            return super()._add_mls_related_to_order(related_order_lines, are_qties_done)
        # What was captured comes first: it is not to be reserved for a kit.
        parts.move_line_ids.unlink()
        super(StockMove, self - parts)._add_mls_related_to_order(
            related_order_lines, are_qties_done
        )
        others = related_order_lines.filtered(lambda line: line.product_id not in goods)
        return super(StockMove, parts)._add_mls_related_to_order(others, are_qties_done)

    def _trace_parts(self):
        """Those of the movements that a kit is made of."""
        if "bom_line_id" not in self._fields:
            return self.browse()
        return self.filtered("bom_line_id")

    def _trace_add_parts(self, found):
        """Add lines for ``(lot, quantity, how)`` of a movement; returns dict line -> how."""
        self.ensure_one()
        made = self.env["stock.move.line"].create(
            [
                {
                    **self._prepare_move_line_vals(quantity),
                    "quantity": quantity,
                    "product_uom_id": self.product_id.uom_id.id,
                    "lot_id": lot.id,
                    "picked": True,
                }
                for lot, quantity, _how in found
            ]
        )
        return dict(zip(made, (how for _lot, _quantity, how in found), strict=True))
