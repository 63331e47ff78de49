from odoo import api, models


class TraceEvent(models.Model):
    """Goods that move are told to the tills in whose shops they were or are."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.event"

    # Rows come in the order of their time: a small index finds the last ones.
    _recorded_idx = models.Index("USING brin (record_time)")

    @api.model
    def _record_lines(self, lines, kind="movement", reasons=None, redated=()):
        result = super()._record_lines(lines, kind, reasons, redated)
        tills = self.env["pos.config"]
        if kind == "correction":
            # They may have been in a shop before.
            tills._trace_tell(lines.company_id.ids)
        else:
            tills._trace_tell_moved(lines)
        return result
