from odoo import models


class TraceException(models.Model):
    """Recall cases opened from the desk."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.exception"

    def action_open_recall(self):
        """Make a draft about the number, or the notice, of the exception; then show it."""
        self.ensure_one()
        lots = self.lot_id or self.asn_id._trace_lots()
        recall = self.env["trace.recall"]._open_case(
            lots,
            self.name,
            reason=self.name,
            exception_id=self.id,
            asn_id=self.asn_id.id,
            initiated_at=self.opened_at,
        )
        return recall._get_records_action()
