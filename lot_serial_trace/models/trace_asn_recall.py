from odoo import models
from odoo.exceptions import UserError


class TraceAsn(models.Model):
    """Recall cases opened from shipping notices."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.asn"

    def _trace_lots(self):
        """The lots of a notice, as far as they have arrived."""
        if not self:
            return self.env["stock.lot"]
        starts = self.env["trace.question"]._starts({"asns": self.ids})
        return self.env["stock.lot"].browse(lot_id for lot_id, _since in starts)

    def action_open_recall(self):
        """Make a draft about all that came with the notice; then show it."""
        self.ensure_one()
        lots = self._trace_lots()
        if not lots:
            raise UserError(self.env._("Nothing of %s has arrived yet.", self.display_name))
        title = self.env._(
            "%(notice)s of %(supplier)s",
            notice=self.display_name,
            supplier=self.partner_id.display_name or "–",
        )
        return (
            self.env["trace.recall"]._open_case(lots, title, asn_id=self.id)._get_records_action()
        )
