from odoo import api, fields, models

from .trace_exception import READERS

#: So many numbers are told on a transfer, more are counted.
TOLD = 3


class StockPicking(models.Model):
    """A transfer says by itself what on it is on hold, and holds can be placed from it."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    trace_held_text = fields.Text("On Hold Here", compute="_compute_trace_held")
    trace_held_count = fields.Integer("Numbers on Hold", compute="_compute_trace_held")
    trace_hold_count = fields.Integer(compute="_compute_trace_hold_count", groups=READERS)

    @api.depends("move_line_ids.lot_id", "move_line_ids.location_id", "state")
    def _compute_trace_held(self):
        """What the gate would say of holds at Validate; no query while nothing is held."""
        gate = self.env["trace.gate"].sudo()
        open_ones = self.filtered(lambda picking: picking.state not in ("done", "cancel"))
        lines = open_ones.move_line_ids.filtered("lot_id")._origin
        found = {}
        for verdict in gate._examine(lines.sudo(), codes=("on_hold",)):
            found.setdefault(verdict.line.picking_id.id, []).append(verdict)
        for picking in self:
            verdicts = found.get(picking._origin.id, [])
            picking.trace_held_count = len(verdicts)
            picking.trace_held_text = picking._trace_tell_held(verdicts)

    def _trace_tell_held(self, verdicts):
        sentences = [f"{self.env['trace.gate']._sentence(one)}." for one in verdicts[:TOLD]]
        if len(verdicts) > TOLD:
            sentences.append(self.env._("And %s more.", len(verdicts) - TOLD))
        return "\n".join(sentences)

    @api.depends("move_line_ids.lot_id")
    def _compute_trace_hold_count(self):
        held = self.env["trace.hold"]._read_group(
            [("lot_id", "in", self.move_line_ids.lot_id.ids), ("state", "=", "active")],
            ["lot_id"],
            ["__count"],
        )
        counts = {lot.id: count for lot, count in held}
        for picking in self:
            picking.trace_hold_count = sum(
                counts.get(lot_id, 0) for lot_id in picking.move_line_ids.lot_id.ids
            )

    def action_trace_holds(self):
        """Open the holds on the transfer's numbers."""
        action = self.env["ir.actions.act_window"]._for_xml_id("lot_serial_trace.action_trace_hold")
        return {**action, "domain": [("lot_id", "in", self.move_line_ids.lot_id.ids)]}

    def action_trace_held_lines(self):
        """Open the lines of the transfer whose numbers are on hold."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("On hold: %s", self.name),
            "res_model": "stock.move.line",
            "view_mode": "list",
            "domain": [("picking_id", "=", self.id), ("lot_id.trace_status", "!=", "free")],
            "context": {"create": False, "no_reference": True},
        }

    def action_trace_place_hold(self):
        """Open the dialog that puts the numbers of the selected transfers on hold."""
        origin = self if len(self) == 1 else None
        return self.env["trace.hold.wizard"]._ask_to_place(self.move_line_ids.lot_id, origin)
