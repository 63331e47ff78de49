from odoo import models
from odoo.tools import SQL

from .stock_picking_till import Apart


class StockMoveLine(models.Model):
    """On which numbers of a sale Odoo would choke, before it does; which of them are a guess."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _trace_remarks(self):
        """The ledger says of a number that it was inferred, and why."""
        apart = self.env.context.get("trace_apart")
        inferred = apart.inferred if isinstance(apart, Apart) else {}
        return {
            **super()._trace_remarks(),
            **{line_id: inferred[line_id] for line_id in self.ids if line_id in inferred},
        }

    def _trace_chokes(self):
        """dict line -> why Odoo would refuse to move it: one query for all of them."""
        lines = self.filtered(lambda line: line.product_id.tracking != "none")
        there = lines._trace_serials_there()
        seen, chokes = set(), {}
        for line in lines:
            number = line.lot_id.name or line.lot_name
            key = (line.product_id, number, line.location_dest_id)
            if not number:
                chokes[line] = self.env._("no number was captured")
            elif line.lot_id.company_id not in (line.lot_id.company_id.browse(), line.company_id):
                chokes[line] = self.env._("it is a number of another company")
            elif line.product_id.tracking == "serial" and key in seen:
                chokes[line] = self.env._("it was sold twice")
            elif (line.lot_id.id, line.location_dest_id.id) in there:
                chokes[line] = (
                    self.env._("it was sold already")
                    if line.location_dest_id.usage == "customer"
                    else self.env._("it is in stock already")
                )
            seen.add(key)
        return chokes

    def _trace_serials_there(self):
        """Pairs (lot id, location id) of serial numbers that are where they are to go."""
        serials = self.filtered(lambda line: line.product_id.tracking == "serial").lot_id
        if not serials:
            return set()
        self.env["stock.quant"].flush_model(["lot_id", "location_id", "quantity"])
        return set(
            self.env.execute_query(
                SQL(
                    """
                    SELECT lot_id, location_id FROM stock_quant
                    WHERE lot_id = ANY(%s) AND location_id = ANY(%s)
                    GROUP BY lot_id, location_id HAVING sum(quantity) > 0
                    """,
                    serials.ids,
                    self.location_dest_id.ids,
                )
            )
        )
