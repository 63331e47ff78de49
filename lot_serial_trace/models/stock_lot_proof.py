from odoo import models


class StockLot(models.Model):
    """The proof of a number's history, for somebody who has no access to the database."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    def action_trace_proof(self):
        """Download the proof; see ``trace.block.proof``."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_serial_trace/proof/{self.id}.json",
            "target": "download",
        }
