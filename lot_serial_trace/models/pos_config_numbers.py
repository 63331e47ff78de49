from odoo import models

#: So many products are named for one number; more would be no help to a cashier.
MOST = 20


class PosConfig(models.Model):
    """A number scanned alone, which is not in the shop: of which product is it?"""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.config"

    def trace_named(self, number):
        """Products sold at this till of which there is such a number anywhere.

        :return: list of product ids, at most ``MOST``; whether the number may be sold is
            another question (``trace_check``)
        """
        self.ensure_one()
        self.check_access("read")
        lots = self.sudo().env["stock.lot"]
        companies = [False, self.sudo().company_id.id]
        found = lots.search(
            [
                ("name", "=", str(number or "")[:200]),
                ("company_id", "in", companies),
                ("product_id.available_in_pos", "=", True),
            ],
            limit=MOST,
        )
        return found.product_id.ids
