from odoo import models


class PosOrder(models.Model):
    """What is odd about goods that come back is on the desk; an exchange moves the warranty.

    The till is never refused: the money is paid out already.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.order"

    def _process_saved_order(self, draft):
        """All roads by which an order that takes goods back is paid."""
        result = super()._process_saved_order(draft)
        if not draft:
            self.env["trace.return"]._check(self)
            self.sudo()._trace_move_warranties()
        return result

    def _trace_move_warranties(self):
        """What was handed out instead has what is left of the warranty of what came back."""
        pairs = self._trace_exchanged()
        if not pairs:
            return
        lots = {
            (lot.product_id.id, lot.name): lot
            for lot in self.env["stock.lot"]._trace_named(pair for both in pairs for pair in both)
        }
        moved = [(lots[old], lots[new]) for old, new in pairs if old in lots and new in lots]
        self.env["trace.warranty"]._move_pairs(moved)

    def _trace_exchanged(self):
        """Numbers that came back and what was handed out for them, as pairs of (product id,
        number).
        """
        lines = self.lines
        by_uuid = {line.uuid: line for line in lines._trace_come_back()}
        pairs = []
        for line in lines.filtered("trace_exchange_uuid"):
            old = by_uuid.get(line.trace_exchange_uuid)
            if old:
                # Odd numbers of pieces are nobody's exchange: what has no counterpart stays.
                pairs += zip(old._trace_keys(), line._trace_keys(), strict=False)
        return pairs
