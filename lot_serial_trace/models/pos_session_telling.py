from odoo import api, models


class PosSession(models.Model):
    """Who is told of changes follows from who sells."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.session"

    @api.model_create_multi
    def create(self, vals_list):
        """From now on the till is told."""
        sessions = super().create(vals_list)
        self.env["pos.config"]._trace_forget_open_tills()
        return sessions

    def write(self, vals):
        """A till that is closed is not told any more."""
        result = super().write(vals)
        if not vals.keys().isdisjoint(("state", "rescue", "config_id")):
            self.env["pos.config"]._trace_forget_open_tills()
        return result

    def unlink(self):
        """Nor is one whose session was a mistake."""
        self.env["pos.config"]._trace_forget_open_tills()
        return super().unlink()
