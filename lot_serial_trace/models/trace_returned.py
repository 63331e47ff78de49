import logging

from odoo import api, models
from odoo.exceptions import UserError

from .trace_quarantine_return import GRAVE

_logger = logging.getLogger(__name__)


class TraceReturned(models.AbstractModel):
    """What follows when a till has booked in goods that must not be sold again.

    Faulty goods get a hold with the cashier's words, so that nobody takes them before they were
    looked at: a serial number everywhere, of a lot what lies in quarantine. Of a lot without a
    quarantine place nothing is held, because that would stop the good part of it on the shelf,
    too. Either way, and for goods too old to sell, an exception says what is to be done.

    Nothing here may fail: the money is paid back already.
    """

    _name = "trace.returned"
    _description = "Goods Taken Back at a Till"

    @api.model
    def _settle(self, pickings, order_lines):
        """Hold and tell what came back by done ``pickings`` for lines of till orders."""
        desk = self.sudo()
        lines = desk._lines(pickings.sudo())
        if not lines:
            return
        try:
            with self.env.cr.savepoint():
                desk._settle_lines(lines, order_lines.sudo())
        except UserError:
            _logger.exception("Goods taken back at a till could not be held or told of")

    @api.model
    def _lines(self, pickings):
        """What came in, that in quarantine first: faulty goods are looked for there."""
        return pickings.move_line_ids.filtered(
            lambda line: (
                line.state == "done"
                and line.location_id.usage == "customer"
                and line.location_dest_id.usage == "internal"
            )
        ).sorted(lambda line: (not line.location_dest_id._trace_in_quarantine(), line.id))

    @api.model
    def _settle_lines(self, lines, order_lines):
        quarantine = self.env["trace.quarantine"]
        faulty = quarantine._allotted(lines)
        old = quarantine._last_good_days(lines.filtered("lot_id"))
        if not faulty and not old:
            return
        by_code = {
            "return_faulty": quarantine._severities("return_faulty", list(faulty)),
            "return_expired": quarantine._severities("return_expired", list(old)),
        }
        grave = [line for line, one in by_code["return_faulty"].items() if one[0] in GRAVE]
        self._hold({line: faulty[line][1] for line in grave if line.lot_id})
        orders = self._orders(order_lines)
        told = [
            (line, {"reason": why or "–"}, part, orders) for line, (part, why) in faulty.items()
        ]
        vals = [
            self._exception("return_faulty", by_code["return_faulty"][one[0]], *one) for one in told
        ]
        vals += [
            self._exception("return_expired", severity, line, {"date": old[line]}, None, orders)
            for line, severity in by_code["return_expired"].items()
        ]
        self.env["trace.exception"]._open_many(vals)

    @api.model
    def _orders(self, order_lines):
        """dict (product id, number) -> the till's order that brought it."""
        return {
            (line.product_id.id, number): line.order_id
            for line in order_lines
            for number, _quantity in line._trace_numbers()
        }

    @api.model
    def _exception(self, code, severity, line, found, part, orders):
        product, number = line.product_id, line.lot_id.name or line.lot_name or ""
        quantity = part or line.quantity_product_uom
        order = orders.get((product.id, number), self.env["pos.order"])
        values = {
            "lot": number or f"{quantity:g} {product.uom_id.name}",
            "product": product.display_name,
            "till": order.name or line.picking_id.name or "",
            **found,
        }
        return {
            "kind": code,
            "values": values,
            "severity": severity[0],
            "policy_id": severity[1].id if severity[1] else False,
            "company_id": line.company_id.id,
            "lot_id": line.lot_id.id,
            "lot_name": number,
            "product_id": product.id,
            "quantity": quantity,
            "picking_id": line.picking_id.id,
            "pos_order_id": order.id,
            "partner_id": order.partner_id.id,
            "location_id": line.location_dest_id.id,
        }

    # -- holds ----------------------------------------------------------------

    @api.model
    def _hold(self, reasons):
        """Put faulty goods on hold; release brings them where they would have gone.

        :param reasons: dict done line -> the cashier's words
        """
        groups = {}
        for line, why in reasons.items():
            place = self._held_where(line)
            if place is not None:
                groups.setdefault((line.company_id, place), {})[line] = why
        for (company, place), mine in groups.items():
            self._hold_at(company, place, mine)

    @api.model
    def _held_where(self, line):
        """The place that the hold is for, empty for everywhere; None: no hold."""
        if line.product_id.tracking == "serial":
            return self.env["stock.location"]
        place = line.location_dest_id
        return place if place._trace_in_quarantine() else None

    @api.model
    def _hold_at(self, company, place, reasons):
        holds = self.env["trace.hold"]
        lots = self.env["stock.lot"].union(*(line.lot_id for line in reasons))
        for active in holds._active(lots.ids, company):
            # Held everywhere, or in quarantine already: one hold more would stop nobody else.
            if active.location_id in (self.env["stock.location"], place):
                lots -= active.lot_id
        texts = {
            line.lot_id.id: self.env._("Returned faulty: %s", why or "–")
            for line, why in reasons.items()
        }
        if not lots:
            return
        placed = holds._place(
            lots,
            {lot.id: texts[lot.id] for lot in lots},
            "quality",
            company,
            location=place or None,
            goods="stay",
        )
        self._remember_way_back(placed.sudo(), reasons)

    @api.model
    def _remember_way_back(self, holds, lines):
        """Note on new holds which goods went to quarantine for them."""
        effect = self.env["trace.quarantine"]._effect
        by_lot = {hold.lot_id: hold for hold in holds}
        self.env["trace.hold.effect"]._insert(
            [
                effect(by_lot[line.lot_id], line)
                for line in lines
                if line.lot_id in by_lot and line.move_id.trace_instead_id
            ]
        )
