from odoo import models


class TraceHold(models.Model):
    """Recall cases know of the end of their holds, whoever released them."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    def _end(self, reason):
        ended = super()._end(reason)
        if any(hold.source == "recall" for hold in ended):
            self.env.cr.execute(
                "UPDATE trace_recall_lot SET state = 'released' "
                "WHERE hold_id = ANY(%s) AND state = 'held'",
                [ended.ids],
            )
            self.env["trace.recall.lot"].invalidate_model(["state"])
        return ended
