from odoo import api, models

from ..core import till as till_core
from ..core.till_sale import desk_kind


class TraceGate(models.AbstractModel):
    """The gate at the till: a sale stands, and what is wrong with it is for the desk.

    Numbers were looked at when they were sold (``trace_till_sale.py``); here is told what is
    found out only when the goods move: where they are put, how the number was captured, what a
    kit was made of.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.gate"

    @api.model
    def _settle(self, verdicts):
        till = self._at_till()
        if till and till.numbers:
            verdicts = [one for one in verdicts if not self._judged_at_sale(till, one)]
        return super()._settle(verdicts)

    @api.model
    def _judged_at_sale(self, till, verdict):
        line = verdict.line
        number = line.lot_id.name or line.lot_name
        return (
            not verdict.permit
            and verdict.finding.code in till_core.CODES
            and line.location_dest_id.usage not in ("internal", "transit")
            and (line.product_id.id, number) in till.numbers
        )

    @api.model
    def _exception(self, verdict):
        vals = super()._exception(verdict)
        till = self._at_till()
        if not till or verdict.permit or verdict.finding.code == "not_scanned":
            return vals
        reason = self._sentence(verdict)
        return {
            **vals,
            "kind": desk_kind(verdict.finding.code),
            "cause": verdict.finding.code,
            "values": {"lot": "", **verdict.finding.values, "till": till.order, "reason": reason},
            "pos_order_id": till.res_id if till.model == "pos.order" else False,
            "pos_session_id": till.res_id if till.model == "pos.session" else False,
        }
