from odoo import models


class TraceHoldScreens(models.Model):
    """What people press in the list of holds."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    def action_place_numbers(self):
        """Open the dialog in which a list of numbers is pasted or dropped."""
        self._check_right()
        return {
            "type": "ir.actions.client",
            "tag": "trace_hold_numbers",
            "name": self.env._("Which numbers are to be put on hold?"),
            "target": "new",
        }
