from collections import namedtuple

from odoo import fields, models

#: Where goods are on the way to.
#:
#: ``kind``: ``customer`` or ``production``; ``partners``: who gets them, with nobody twice;
#: ``date``: when they are to be there (UTC).
Bound = namedtuple("Bound", "kind partners date")
#: A chain is followed over so many steps; none that people can walk is longer.
STEPS = 20


class StockMove(models.Model):
    """For whom goods are taken, at the first step already.

    Who takes goods off the shelf chooses the lots; those who pack and ship handle what they
    are given. So the first movement of a chain has to know the customer at its end: by its
    own partner, by the final place that a rule gave it, or by the movements that follow.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _trace_bound(self):
        """dict move id -> :class:`Bound` of goods on the way to a customer or into production.

        A constant number of queries for each step of the chains.
        """
        bound = {}
        waiting = {move: (move.id,) for move in self.sudo()}
        for _step in range(STEPS):
            followers = {}
            for move, first in waiting.items():
                kind = move._trace_goes_to()
                if kind:
                    for move_id in first:
                        bound[move_id] = _joined(bound.get(move_id), move._trace_bound_here(kind))
                    continue
                for after in move.move_dest_ids:
                    if after.state != "cancel":
                        followers[after] = (*followers.get(after, ()), *first)
            if not followers:
                break
            waiting = {
                move.with_prefetch([one.id for one in followers]): first
                for move, first in followers.items()
            }
        return self._trace_name_partners(bound)

    def _trace_goes_to(self):
        """``customer`` or ``production`` where this movement says so itself."""
        self.ensure_one()
        if self.location_dest_id.usage == "production":
            return "production"
        places = (self.location_dest_id, self.location_final_id)
        if any(place and place._is_outgoing() for place in places):
            return "customer"
        return None

    def _trace_bound_here(self, kind):
        moment = max(self.date or fields.Datetime.now(), fields.Datetime.now())
        partner = self._trace_customer() if kind == "customer" else self.env["res.partner"]
        return Bound(kind, partner, moment)

    def _trace_customer(self):
        """Who gets the goods; on a dropped shipment the partner is the supplier."""
        named = self.partner_id or self.picking_id.partner_id
        if named and self.location_id.usage != "supplier":
            return named
        order = self.sale_line_id.order_id or self.picking_id.sale_id
        return order.partner_shipping_id or named

    def _trace_name_partners(self, bound):
        """Add who is named at the beginning of a chain where the end names nobody."""
        for move in self.sudo():
            found = bound.get(move.id)
            if found and found.kind == "customer" and not found.partners:
                bound[move.id] = move._trace_bound_here("customer")._replace(date=found.date)
        return bound


def _joined(one, other):
    """One movement for several customers must do for each of them, on the last day."""
    if not one:
        return other
    kind = "customer" if "customer" in (one.kind, other.kind) else one.kind
    return Bound(kind, one.partners | other.partners, max(one.date, other.date))
