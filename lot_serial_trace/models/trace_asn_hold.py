from odoo import models


class TraceAsn(models.Model):
    """A notice can be held as a whole: what it advises, so far as it exists, and what came."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.asn"

    def action_place_hold(self):
        """Open the dialog that puts the numbers of the selected notices on hold."""
        advised = self.env["stock.lot"]._trace_named(
            (unit.product_id.id, unit.name) for unit in self.line_ids.unit_ids
        )
        came = self.picking_ids.move_line_ids.lot_id
        origin = self if len(self) == 1 else None
        return self.env["trace.hold.wizard"]._ask_to_place(advised | came, origin, source="asn")
