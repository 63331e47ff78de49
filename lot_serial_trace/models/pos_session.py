from odoo import models

from .trace_till import Till


class PosSession(models.Model):
    """Tells the ledger that goods moved at the closing of a till."""

    _inherit = "pos.session"

    def _create_picking_at_end_of_session(self):
        self.ensure_one()
        till = Till(self.name, "pos.session", self.id)
        result = super(
            PosSession, self.with_context(trace_till=till)
        )._create_picking_at_end_of_session()
        # Numbers that nobody knew have a record now.
        self.order_ids.lines.pack_lot_ids._trace_link_lots()
        return result
