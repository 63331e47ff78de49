from odoo import api, models
from odoo.tools import SQL


class StockLot(models.Model):
    """Numbers that documents only name, found among the lots that exist."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    @api.model
    def _trace_named(self, pairs):
        """The lots of (product id, number) pairs that exist here: one query."""
        pairs = {(product, name) for product, name in pairs if product and name}
        if not pairs:
            return self.browse()
        self.flush_model(["product_id", "name", "company_id"])
        products, names = zip(*pairs, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id FROM unnest(%s::int[], %s::varchar[]) AS c(product_id, name)
                JOIN stock_lot l ON l.product_id = c.product_id AND l.name = c.name
                WHERE l.company_id IS NULL OR l.company_id = ANY(%s)
                ORDER BY l.id
                """,
                list(products),
                list(names),
                self.env.companies.ids,
            )
        )
        return self.browse([lot_id for (lot_id,) in rows])
