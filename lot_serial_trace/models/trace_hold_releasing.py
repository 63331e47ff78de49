from odoo import fields, models
from odoo.exceptions import UserError


class TraceHoldReleasing(models.Model):
    """Releasing: goods that no other hold covers are free again, and what placing did is undone."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    def _release(self, reason):
        """Release active holds; lots without another hold are free again.

        :param reason: text, required
        """
        self._check_right()
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the goods may move again."))
        holds = self.sudo().filtered(lambda hold: hold.state == "active")
        if not holds:
            return
        holds.write(
            {
                "state": "released",
                "release_reason": reason.strip(),
                "released_by_id": self.env.uid,
                "released_at": fields.Datetime.now(),
            }
        )
        holds.lot_id._trace_update_status()
        holds._record_events("release", reason.strip(), "inspecting", "sellable_accessible")
        holds._trace_tell_tills("released")
