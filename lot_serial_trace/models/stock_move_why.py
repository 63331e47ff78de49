from collections import namedtuple

from odoo import models

from ..core import gate_life

#: Why stock is not reserved: a code of the gate or one of ``quarantine``, ``removed`` and
#: ``reserved``, the quantity that it is about, and the sentence.
Reason = namedtuple("Reason", "move quant code quantity text")
#: So much stock is looked at for one answer; nobody reads more.
LOOKED_AT = 5000


class StockMove(models.Model):
    """Why less was reserved than is on hand: asked by a person, answered for all movements."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _trace_short(self):
        """Movements of numbered goods that have less reserved than they want."""
        return self.filtered(
            lambda move: (
                move.state in ("confirmed", "waiting", "partially_available")
                and move.product_id.tracking != "none"
                and not move._should_bypass_reservation()
                and move.product_uom.compare(move.quantity, move.product_uom_qty) < 0
            )
        )

    def _trace_why_not(self):
        """Return the :class:`Reason` for each quant that these movements do not get.

        A constant number of queries, beside rules that count in shares of a lot's life.
        """
        moves = self.sudo()._trace_short()
        quants = self.env["stock.quant"].sudo()
        quants = quants.search(
            [
                ("product_id", "in", moves.product_id.ids),
                ("location_id", "child_of", moves.location_id.ids),
                ("quantity", ">", 0),
            ],
            order="removal_date, in_date, id",
            limit=LOOKED_AT,
        )
        facts = _Facts(moves, quants)
        reasons = []
        for move in moves:
            for quant in facts.by_product.get(move.product_id, ()):
                if quant.location_id._child_of(move.location_id):
                    reasons.append(facts.why(move, quant))
        return [reason for reason in reasons if reason]

    def _trace_why_finding(self, quant, dates, bound, codes):
        """What rules about remaining life say of a quant for this movement, as a finding."""
        life = self.env["trace.life"]
        rules = self.env["trace.expiry.rule"]
        place = quant.location_id
        if not bound or codes.isdisjoint(gate_life.CODES):
            return None
        for partner, limits in life._for_partners(
            self.product_id.id, place.parent_path, bound.partners, self.company_id.id
        ):
            ask = gate_life.LifeAsk(
                ref=None,
                product=self.product_id.display_name,
                lot=quant.lot_id.name,
                customer=partner.display_name or self.env._("the customer"),
                dates=dates,
                today=rules._today(place),
                day=life._day(bound.date, place),
                limits=limits,
            )
            for finding in gate_life.examine([ask]):
                if finding.code in codes:
                    return finding
        return None


class _Facts:
    """What is known about quants, read together, and what it means for a movement."""

    def __init__(self, moves, quants):
        self.env = moves.env
        self.by_product = quants.grouped("product_id")
        self.bound = moves._trace_bound()
        life = self.env["trace.life"]
        self.codes = {
            move.id: life._codes(move, self.bound[move.id])
            for move in moves
            if move.id in self.bound
        }
        self.mine = {move.id: _reserved(move) for move in moves}
        self.held = quants.filtered("trace_held")
        self.holds = self._holds()
        self.quarantine = set(moves.location_id._trace_quarantine_below())
        rules = self.env["trace.expiry.rule"]
        self.dates = {company: rules._dates(quants.lot_id, company) for company in moves.company_id}

    def _holds(self):
        """(Lot, company) -> the reason of a hold in force."""
        holds = self.env["trace.hold"].search(
            [("lot_id", "in", self.held.lot_id.ids), ("state", "=", "active")]
        )
        return {(hold.lot_id, hold.company_id): hold.reason for hold in holds}

    def why(self, move, quant):
        """The first reason why ``quant`` does not serve ``move``, or None."""
        mine = self.mine[move.id].get(_key(quant), 0.0)
        told = self._passed_by(move, quant)
        if told:
            code, text = told
            quantity = quant.quantity - mine
        else:
            code = "reserved"
            quantity = quant.reserved_quantity - mine
            text = self.env._("%s is reserved for other transfers.", quant.lot_id.name)
        if move.product_id.uom_id.compare(quantity, 0) <= 0:
            return None
        return Reason(move, quant, code, quantity, text)

    def _passed_by(self, move, quant):
        lot = quant.lot_id
        if quant in self.held:
            reason = self.holds.get((lot, move.company_id), "")
            return "on_hold", self.env._(
                "%(lot)s is on hold: %(reason)s", lot=lot.name, reason=reason
            )
        if quant.location_id.id in self.quarantine:
            text = self.env._(
                "%(lot)s is in quarantine: %(place)s",
                lot=lot.name,
                place=quant.location_id.display_name,
            )
            return "quarantine", text
        return self._too_old(move, quant)

    def _expires(self, move, quant):
        """Whether goods will have expired when they are to be sent."""
        asked = self.bound[move.id].date, move.location_id, move.company_id
        good = self.env["trace.life"]._oldest_good(*asked)
        expires = quant.lot_id.expiration_date
        return bool(expires) and expires < good

    def _too_old(self, move, quant):
        lot = quant.lot_id
        codes = self.codes.get(move.id, set())
        if "expired" in codes and self._expires(move, quant):
            return "expired", self.env._("%s has expired.", lot.name)
        if move.product_id.use_expiration_date and quant.removal_date:
            # Odoo's own rule, as of the day for which the movement is planned.
            if quant.removal_date < move.date and not move.move_orig_ids:
                return "removed", self.env._("%s is past its removal date.", lot.name)
        dates = self.dates[move.company_id].get(lot.id)
        bound = self.bound.get(move.id)
        finding = dates and move._trace_why_finding(quant, dates, bound, codes)
        if not finding:
            return None
        sentence = self.env._(finding.kind.message)
        return finding.code, sentence % finding.values


def _key(record):
    names = ("lot_id", "location_id", "package_id", "owner_id")
    return tuple(record[name].id for name in names)


def _reserved(move):
    """What a movement has reserved itself, by the keys of quants."""
    mine = {}
    for line in move.move_line_ids:
        mine[_key(line)] = mine.get(_key(line), 0.0) + line.quantity_product_uom
    return mine
