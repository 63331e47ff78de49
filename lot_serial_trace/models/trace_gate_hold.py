from odoo import api, models

from ..core.findings import Finding
from .trace_gate import ALONE

#: Where goods come from that are new here, or back again.
OUTSIDE = ("supplier", "customer", "production", "transit")


class TraceGate(models.AbstractModel):
    """Goods on hold may come in, by whatever road; that they did is for the desk.

    Nobody is asked: a truck, or a customer with a return, cannot be sent away by a dialog. What
    a shipping notice advised is reported with its other differences (``asn_held``).
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.gate"

    @api.model
    def _tell_arrivals(self, lines):
        """Put done lines that brought goods on hold on the desk: one exception a product and
        document. No query while no number that came is on hold.
        """
        arrived = lines.sudo().filtered(
            lambda line: (
                line.lot_id.trace_status not in (False, "free")
                and line.location_id.usage in OUTSIDE
                and line.location_dest_id.usage == "internal"
            )
        )
        if not arrived:
            return
        reasons = self._reasons_of_arrivals(arrived)
        groups = {}
        for line in arrived:
            if reasons[line]:
                key = line.picking_id or line.move_id, line.product_id
                groups[key] = groups.get(key, arrived.browse()) | line
        asks = [self._arrival(document, some, reasons) for (document, _p), some in groups.items()]
        severities = self.env["trace.policy"]._resolve([case for case, _vals in asks])
        self.env["trace.exception"]._open_many(
            [
                {**vals, "severity": severity, "policy_id": rule.id if rule else False}
                for (_case, vals), (severity, rule) in zip(asks, severities, strict=True)
            ]
        )

    @api.model
    def _reasons_of_arrivals(self, lines):
        """dict line -> why the goods are on hold where they are now; advised ones aside."""
        holds = self.env["trace.hold"].sudo()
        reasons = {}
        for company, mine in lines.grouped("company_id").items():
            covering = holds._covering(mine.lot_id, company)
            for line in mine:
                advised = line.picking_id.trace_asn_ids
                found = () if advised else covering.get(line.lot_id.id, ())
                reasons[line] = holds._reasons_at(found, line.location_dest_id)
        return reasons

    @api.model
    def _arrival(self, document, lines, reasons):
        """The case for policy and the values of the exception about lines of a product."""
        lots = lines.lot_id
        told = dict.fromkeys(reason for line in lines for reason in reasons[line])
        values = {
            "lot": ", ".join(lots[:ALONE].mapped("name")) + (", …" if lots[ALONE:] else ""),
            "product": lines.product_id.display_name,
            "document": document.display_name,
            "reason": "; ".join(list(told)[:3]),
        }
        vals = {
            "kind": "hold_arrived",
            "values": values,
            "company_id": lines.company_id.id,
            "lot_id": lots.id if len(lots) == 1 else False,
            "lot_name": lots.name if len(lots) == 1 else False,
            "product_id": lines.product_id.id,
            "quantity": sum(lines.mapped("quantity_product_uom")),
            "picking_id": lines.picking_id.id,
            "partner_id": lines.picking_id.partner_id.id,
            "location_id": lines[:1].location_dest_id.id,
        }
        return self._case(Finding("hold_arrived", values), lines[:1]), vals
