from odoo import fields, models

from .trace_exception import READERS
from .trace_till import Till

#: So many conflicts are named at closing.
NAMED = 5


class PosSession(models.Model):
    """Tells the ledger that goods moved at the closing of a till; shows what is still open.

    A conflict never keeps a session from being closed: whoever closes sees how many there are,
    and the session leads to them.
    """

    _inherit = "pos.session"

    trace_conflict_count = fields.Integer(
        "Conflicts", compute="_compute_trace_conflict_count", groups=READERS
    )

    def _compute_trace_conflict_count(self):
        counts = self.env["trace.exception"]._count_by(self, "pos_session_id")
        for session in self:
            session.trace_conflict_count = counts[session.id]

    def action_trace_conflicts(self):
        """Open what the session left on the desk."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_exception"
        )
        return {**action, "domain": [("pos_session_id", "in", self.ids)], "context": {}}

    def _create_picking_at_end_of_session(self):
        self.ensure_one()
        till = Till(self.name, "pos.session", self.id)
        result = super(
            PosSession, self.with_context(trace_till=till)
        )._create_picking_at_end_of_session()
        # Numbers that nobody knew have a record now.
        self.order_ids.lines.pack_lot_ids._trace_link_lots()
        return result

    def get_closing_control_data(self):
        """Beside the money: conflicts about numbers that the session left open."""
        data = super().get_closing_control_data()
        desk = self.env["trace.exception"].sudo()
        about = [("pos_session_id", "=", self.id), ("state", "!=", "resolved")]
        count = desk.search_count(about)
        if count:
            mine = self.env["trace.exception"].has_access("read")
            data["trace_conflicts"] = {
                "count": count,
                "names": desk.search(about, limit=NAMED).mapped("name"),
                "url": f"/odoo/point_of_sale/pos.session/{self.id}" if mine else "",
            }
        return data
