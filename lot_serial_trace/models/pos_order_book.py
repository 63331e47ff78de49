from odoo import models


class PosOrder(models.Model):
    """A sale takes numbers out of the book of each till of the shop, booked or not."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.order"

    def write(self, vals):
        """Once an order is paid, its numbers are sold; cancelled, they are free for others."""
        result = super().write(vals)
        if vals.get("state") in ("paid", "cancel"):
            self._trace_let_go()
        if vals.get("state") == "paid":
            self._trace_tell_sold()
        return result

    def unlink(self):
        """The numbers of an order that never was are free for others."""
        self._trace_let_go()
        return super().unlink()

    def _trace_let_go(self):
        self.env["trace.till.claim"]._release(self.mapped("uuid"))

    def _trace_tell_sold(self):
        """Tell the tills that sell from the same place, or from one around it or in it."""
        tills = self.env["pos.config"]
        if tills._trace_open_tills():
            for company, orders in (
                self.filtered("lines.pack_lot_ids").grouped("company_id").items()
            ):
                paths = {till._trace_shop().parent_path or "" for till in orders.config_id}
                tills._trace_tell(company.ids, paths, around=True)
