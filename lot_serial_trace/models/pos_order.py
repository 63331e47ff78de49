from odoo import models

from .trace_till import Till


class PosOrder(models.Model):
    """Tells the ledger which sale moved the goods, and when it was made."""

    _inherit = "pos.order"

    def _create_order_picking(self):
        self.ensure_one()
        till = Till(self.name, "pos.order", self.id)
        return super(PosOrder, self.with_context(trace_till=till))._create_order_picking()
