import logging
from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import UserError

from .trace_quarantine_return import GRAVE
from .trace_return_check import Brought

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unbooked:
    """A number on an order's ``line`` that came back faulty and could not be booked in."""

    line: models.BaseModel
    number: str
    quantity: float

    @property
    def key(self):
        """What makes two of them the same number."""
        return self.line.product_id.id, self.number

    @property
    def why(self):
        """The cashier's words."""
        return self.line.trace_condition_note or ""

    def case(self, env):
        """What policy is asked about it."""
        order = self.line.order_id
        brought = Brought(self.line.product_id, self.number, self.quantity, order.partner_id)
        return env["trace.return"]._case("return_faulty", order.config_id, brought)


class TraceReturned(models.AbstractModel):
    """What follows when a till has booked in goods that must not be sold again.

    Faulty goods get a hold with the cashier's words, so that nobody takes them before they were
    looked at: a serial number everywhere, of a lot what lies in quarantine. Of a lot without a
    quarantine place nothing is held, because that would stop the good part of it on the shelf,
    too. Either way, and for goods too old to sell, an exception says what is to be done.

    Goods whose transfer could not be done are in the shop all the same: a faulty serial number is
    held whatever the stock says of it.

    Nothing here may fail: the money is paid back already.
    """

    _name = "trace.returned"
    _description = "Goods Taken Back at a Till"

    @api.model
    def _settle(self, pickings, order_lines):
        """Hold and tell what came back by ``pickings`` for lines of till orders."""
        desk, order_lines = self.sudo(), order_lines.sudo()
        lines = desk._lines(pickings.sudo())
        try:
            with self.env.cr.savepoint():
                if lines:
                    desk._settle_lines(lines, order_lines)
                desk._settle_unbooked(order_lines, lines)
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

    # -- what could not be booked -----------------------------------------------

    @api.model
    def _settle_unbooked(self, order_lines, done):
        """Hold and tell the faulty goods of which no done line tells."""
        booked = {(line.product_id.id, line.lot_id.name) for line in done}
        faulty = [
            Unbooked(line, number, quantity)
            for line in order_lines._trace_come_back()
            if line.trace_condition == "faulty"
            for number, quantity in line._trace_numbers()
            if number and (line.product_id.id, number) not in booked
        ]
        if not faulty:
            return
        lots = self.env["stock.lot"]._trace_named(one.key for one in faulty)
        by_key = {(lot.product_id.id, lot.name): lot for lot in lots}
        severities = self.env["trace.policy"]._resolve([one.case(self.env) for one in faulty])
        told = list(zip(faulty, severities, strict=True))
        grave = [one for one, (severity, _rule) in told if severity in GRAVE]
        self._hold_unbooked([(one, by_key[one.key]) for one in grave if one.key in by_key])
        self.env["trace.exception"]._open_many(
            [self._exception_unbooked(one, *severity) for one, severity in told]
        )

    @api.model
    def _hold_unbooked(self, found):
        """Serial numbers only: of a lot nobody can tell the faulty part from the good one."""
        serials = [(one, lot) for one, lot in found if lot.product_id.tracking == "serial"]
        companies = {one.line.company_id for one, _lot in serials}
        for company in companies:
            reasons = {lot: one.why for one, lot in serials if one.line.company_id == company}
            self._place_holds(company, self.env["stock.location"], reasons)

    @api.model
    def _exception_unbooked(self, one, severity, rule):
        order, product = one.line.order_id, one.line.product_id
        return {
            "kind": "return_faulty",
            "values": {
                "lot": one.number,
                "product": product.display_name,
                "till": order.name,
                "reason": one.why or "–",
            },
            "severity": severity,
            "policy_id": rule.id if rule else False,
            "company_id": order.company_id.id,
            "lot_name": one.number,
            "product_id": product.id,
            "quantity": one.quantity,
            "pos_order_id": order.id,
            "partner_id": order.partner_id.id,
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
        placed = self._place_holds(
            company, place, {line.lot_id: why for line, why in reasons.items()}
        )
        self._remember_way_back(placed, reasons)

    @api.model
    def _place_holds(self, company, place, reasons):
        """Hold lots that are not held there yet: ``reasons`` maps them to the cashier's words."""
        holds = self.env["trace.hold"]
        lots = self.env["stock.lot"].union(*reasons)
        for active in holds._active(lots.ids, company):
            # Held everywhere, or in quarantine already: one hold more would stop nobody else.
            if active.location_id in (self.env["stock.location"], place):
                lots -= active.lot_id
        texts = {lot.id: self.env._("Returned faulty: %s", reasons[lot] or "–") for lot in lots}
        if not lots:
            return holds
        return holds._place(
            lots, texts, "quality", company, location=place or None, goods="stay"
        ).sudo()

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
