from odoo import fields, models

from .trace_till import Till


class PosOrder(models.Model):
    """Tells the ledger which sale moved the goods, and when it was made.

    Whatever is wrong with its numbers, the sale stands; what would have been refused is on the
    desk (``trace_till_sale.py``) as soon as the order is paid, on whichever road.
    """

    _inherit = "pos.order"

    # Technical: its numbers were looked at when it was paid.
    trace_judged = fields.Boolean(readonly=True, copy=False)

    def action_pos_order_paid(self):
        """Look at the numbers before the goods are booked, once."""
        result = super().action_pos_order_paid()
        if not self.trace_judged:
            self.sudo().trace_judged = True
            self.env["trace.till.sale"].sudo()._judge(self)
        return result

    def _create_order_picking(self):
        self.ensure_one()
        till = Till(self.name, "pos.order", self.id)
        result = super(PosOrder, self.with_context(trace_till=till))._create_order_picking()
        # Numbers that nobody knew have a record now.
        self.lines.pack_lot_ids._trace_link_lots()
        return result
