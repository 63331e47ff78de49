from odoo import models

from .marks import FROM_QUARANTINE


class StockMove(models.Model):
    """Where goods come in by whatever road, they are compared with what was advised.

    Not on the transfer: interfaces and other add-ons finish movements without it.
    """

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        receiving = self.env["trace.asn.receiving"].sudo()
        check = receiving._before(self.sudo(), cancel_backorder)
        # What is quarantined goes there in the same step, on a movement of its own.
        quarantine = self.env["trace.quarantine"].sudo()
        todo = quarantine._set_apart(self, check)
        moves = super(StockMove, todo)._action_done(cancel_backorder=cancel_backorder)
        if check:
            receiving._after(check)
        quarantine._note_effects(moves.sudo())
        return moves

    def _update_reserved_quantity_vals(self, need, location_id, *args, **kwargs):
        """Nothing is taken out of quarantine but what goes where such goods may go.

        What a movement before this one brought is reserved where it lies, also if that is
        quarantine: Odoo does not ask whether it is where this movement begins.
        """
        if location_id._trace_quarantine_below():
            if self._trace_may_empty_quarantine():
                self = self.with_context(trace_from_quarantine=FROM_QUARANTINE)
            elif location_id._trace_in_quarantine():
                return [], 0
        return super()._update_reserved_quantity_vals(need, location_id, *args, **kwargs)

    def _trace_may_empty_quarantine(self):
        """Whether the movement may be given goods that lie in quarantine."""
        self.ensure_one()
        source, dest = self.location_id, self.location_dest_id
        return (
            source._trace_in_quarantine()
            or dest._trace_in_quarantine()
            or dest.usage in ("supplier", "inventory")
        )
