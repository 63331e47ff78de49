from odoo import models


class TraceHold(models.Model):
    """Holds that are placed or released change the books of the tills that they mean."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    def _trace_tell_tills(self, what):
        result = super()._trace_tell_tills(what)
        tills = self.env["pos.config"]
        if tills._trace_open_tills():
            for company, holds in self.sudo().grouped("company_id").items():
                paths = {hold.location_id.parent_path or "" for hold in holds}
                tills._trace_tell(company.ids, paths, around=True)
        return result
