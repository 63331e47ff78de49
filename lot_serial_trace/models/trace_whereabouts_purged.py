from odoo import api, models


# An answer on a screen and no wizard.  pylint: disable=no-wizard-in-models
class TraceWhereabouts(models.TransientModel):
    """Sums of numbers of whose history something was purged need not close: it is said."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.whereabouts"

    @api.model
    def _summary(self, answer):
        lots = [one["lot"].id for one in answer]
        return "\n".join([super()._summary(answer), *self.env["trace.tombstone"]._says(lots)])
