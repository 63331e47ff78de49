from odoo import api, fields, models


class TraceHoldScreens(models.Model):
    """What people see of a hold beside its own fields, and what they press."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    where = fields.Char(compute="_compute_where")
    exception_count = fields.Integer(compute="_compute_exception_count")

    @api.depends("location_id")
    def _compute_where(self):
        for hold in self:
            place = hold.sudo().location_id
            hold.where = (
                self.env._("Only in %s", place.display_name)
                if place
                else self.env._("Wherever the goods are")
            )

    def _compute_exception_count(self):
        counts = self.env["trace.exception"]._count_by(self.lot_id, "lot_id")
        for hold in self:
            hold.exception_count = counts[hold.lot_id.id]

    def action_place_numbers(self):
        """Open the dialog in which a list of numbers is pasted or dropped."""
        self._check_right()
        return {
            "type": "ir.actions.client",
            "tag": "trace_hold_numbers",
            "name": self.env._("Which numbers are to be put on hold?"),
            "target": "new",
        }

    def action_open_lot(self):
        """Open the number."""
        view = self.env.ref("lot_serial_trace.view_trace_lot_form")
        return {**self.lot_id._get_records_action(), "views": [(view.id, "form")]}

    def action_open_exceptions(self):
        """Open the exceptions about the number."""
        return self.lot_id.action_trace_exceptions()
