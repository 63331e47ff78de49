from odoo import models
from odoo.exceptions import UserError


class StockQuant(models.Model):
    """From goods on a shelf to everywhere else where some of the same lots is."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.quant"

    def action_trace_where_is_it(self):
        """Show every place where some of the selected numbers is."""
        if not self.lot_id:
            raise UserError(self.env._("These goods have no lot or serial number."))
        return self.lot_id.action_where_is_it()
