from odoo import api, models


class StockMoveLine(models.Model):
    """In a chain of pick, pack and ship a scan is asked for once: where the goods leave.

    Unless a policy names the operation type: then it is asked there, because somebody wants it.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _trace_scan_required(self):
        required = super()._trace_scan_required()
        return required - required._trace_scanned_later()

    def _trace_scanned_later(self):
        """The lines whose number is asked for at a later step of their chain."""
        ahead = self.filtered(
            lambda line: (
                line.location_id.usage in ("internal", "transit")
                and line.location_dest_id.usage in ("internal", "transit")
                and not line.location_dest_id._is_outgoing()
            )
        )
        if not ahead:
            return ahead
        bound = ahead.move_id._trace_bound()
        ahead = ahead.filtered(
            lambda line: line.move_id.id in bound and bound[line.move_id.id].kind == "customer"
        )
        return ahead - ahead._trace_named_here()

    def _trace_named_here(self):
        """The lines for whose operation type somebody set the policy."""
        gate = self.env["trace.gate"]
        keys = [gate._key("not_scanned", line) for line in self]
        answers = self.env["trace.policy"]._resolve([dict(key) for key in keys])
        return self.browse(
            line.id
            for line, (_severity, rule) in zip(self, answers, strict=True)
            if rule and rule.picking_type_id
        )


class TraceGate(models.AbstractModel):
    """The gate asks for scans at the same steps."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.gate"

    @api.model
    def _add_captures(self, lines, asks):
        result = super()._add_captures(lines, asks)
        later = set(lines._trace_scanned_later().ids)
        for ask in asks:
            if ask.ref in later:
                ask.unscanned = ""
        return result
