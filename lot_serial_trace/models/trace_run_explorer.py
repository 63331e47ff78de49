from odoo import models


class TraceRun(models.Model):
    """From a kept answer to the explorer."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.run"

    def action_explore(self):
        """Show the same question as it is answered now."""
        self.ensure_one()
        return self.env["trace.explorer"]._action(self.env["trace.explorer"].question_of(self.id))
