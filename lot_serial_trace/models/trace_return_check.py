from collections import namedtuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.expiry import day_of
from ..core.returns import Return, examine

#: A number that comes back: of which product, how much of it, and who brings it (a partner).
Brought = namedtuple("Brought", "product number quantity customer")


class TraceReturn(models.AbstractModel):
    """Goods that come back are compared with what was sold: what is odd is said.

    The till asks before money is paid out. When the order comes it is asked again, for what the
    till could not know: the refund stands, the money is paid, and what is odd is on the desk.
    Two tills that take the same unit back at the same moment meet at its record: the second one
    runs again and sees the first.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.return"

    @api.model
    def _findings(self, brought, company, besides=()):
        """What is odd about numbers that come back: one query and the names of people.

        :param brought: list of :class:`Brought`
        :param besides: ids of till orders that do not count
        :return: list of ``core.findings.Finding`` with the index of the number as ``ref``
        """
        sums = self._sums(
            [(one.product.id, one.number) for one in brought], company, besides=besides
        )
        buyers = self.env["res.partner"].browse(
            {row["buyer_id"] for row in sums.values() if row["buyer_id"]}
        )
        buyers = {buyer.id: buyer for buyer in buyers.exists()}
        zone = self.env["trace.expiry.rule"]._zone(company)
        asks = []
        for ref, one in enumerate(brought):
            row = sums.setdefault((one.product.id, one.number), {"sold": 0.0, "back": 0.0})
            asks.append(self._return(ref, one, row, buyers.get(row.get("buyer_id")), zone))
            row["back"] += one.quantity
        return list(examine(asks))

    @api.model
    def _return(self, ref, one, row, buyer, zone):
        return Return(
            ref,
            lot=one.number,
            product=one.product.display_name,
            quantity=one.quantity,
            sold=row["sold"],
            back=row["back"],
            order=row.get("order") or "",
            date=fields.Date.to_string(day_of(row.get("date"), zone)) or "",
            buyer=buyer.commercial_partner_id.id if buyer else None,
            customer=one.customer.commercial_partner_id.id or None,
            buyer_name=buyer.display_name if buyer else "",
            customer_name=one.customer.display_name or "",
        )

    @api.model
    def _case(self, code, config, brought):
        """What policy is asked about a finding at a till."""
        kind = config.picking_type_id
        return {
            "code": code,
            "company_id": config.company_id.id,
            "product_id": brought.product.id,
            "partner_id": brought.customer.id,
            "picking_type_id": kind.id,
            "location_ids": (kind.default_location_dest_id.id, kind.default_location_src_id.id),
        }

    # -- orders ---------------------------------------------------------------

    @api.model
    def _check(self, orders):
        """Put on the desk what is odd about goods that came back by orders just paid."""
        lines = orders.sudo().lines._trace_come_back()
        lines = lines.filtered(lambda line: line.product_id.tracking != "none")
        for company, mine in lines.grouped("company_id").items():
            self.sudo()._check_lines(mine, company)

    @api.model
    def _check_lines(self, lines, company):
        pairs = [
            (line.order_id, Brought(line.product_id, number, quantity, line.order_id.partner_id))
            for line in lines
            for number, quantity in line._trace_numbers()
            if number
        ]
        if not pairs:
            return
        lots = self._meet_others([brought for _order, brought in pairs])
        found = self._findings([brought for _order, brought in pairs], company, lines.order_id.ids)
        severities = self.env["trace.policy"]._resolve(
            [self._case(one.code, pairs[one.ref][0].config_id, pairs[one.ref][1]) for one in found]
        )
        self.env["trace.exception"]._open_many(
            [
                self._exception(finding, severity, lots, *pairs[finding.ref])
                for finding, severity in zip(found, severities, strict=True)
            ]
        )

    @api.model
    def _meet_others(self, brought):
        """Rewrite the records of numbers as they are, to collide with who takes the same back.

        :return: dict (product id, number) -> lot id
        """
        lots = self.env["stock.lot"]._trace_named((one.product.id, one.number) for one in brought)
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_lot SET id = id WHERE id IN (
                    SELECT id FROM stock_lot WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
                """,
                lots.filtered(lambda lot: lot.product_id.tracking == "serial").ids,
            )
        )
        return {(lot.product_id.id, lot.name): lot.id for lot in lots}

    @api.model
    def _exception(self, finding, severity, lots, order, brought):
        return {
            "kind": finding.code,
            "values": finding.values,
            "severity": severity[0],
            "policy_id": severity[1].id if severity[1] else False,
            "company_id": order.company_id.id,
            "lot_id": lots.get((brought.product.id, brought.number)),
            "lot_name": brought.number,
            "product_id": brought.product.id,
            "quantity": brought.quantity,
            "pos_order_id": order.id,
            "partner_id": brought.customer.id,
        }
