from odoo import fields, models
from odoo.tools import SQL

from .trace_exception import READERS


class ResPartner(models.Model):
    """Customers: which lots and serial numbers they got."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.partner"

    trace_got_lots = fields.Boolean(compute="_compute_trace_got_lots", groups=READERS)

    def _compute_trace_got_lots(self):
        """Whether there is anything to show: one query, answered by the index over partners."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id FROM unnest(%s::int[]) AS p(id)
                WHERE EXISTS (
                    SELECT FROM res_partner family
                    JOIN trace_event e ON e.partner_id = family.id AND e.dest_usage = 'customer'
                    WHERE family.commercial_partner_id = p.id OR family.id = p.id)
                """,
                self.ids,
            )
        )
        found = {partner_id for (partner_id,) in rows}
        for partner in self:
            partner.trace_got_lots = partner.id in found

    def action_trace_delivered(self):
        """Which lots and serial numbers this customer got, at all of its addresses."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_delivery"
        )
        family = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        return {
            **action,
            "domain": [("partner_id", "in", family.ids)],
            "context": {"search_default_by_product": 1, "create": False},
        }
