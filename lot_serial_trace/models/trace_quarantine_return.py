from dataclasses import dataclass

from odoo import api, fields, models

from ..core.returns import allot, last_good
from .trace_quarantine import Cause

#: Severities with which goods do not reach the shelf.
GRAVE = ("quarantine", "block")


@dataclass(frozen=True, slots=True)
class Returned:
    """Marks stock work for goods that a till took back; travels in the context key
    ``trace_returned``.

    An object for the same reason as ``trace_till.Till``.

    :param faulty: tuple of :class:`core.returns.Faulty`
    """

    faulty: tuple


class TraceQuarantine(models.AbstractModel):
    """Goods that a till took back and that must not be sold again do not reach the shelf.

    What is on hold or recalled is sent to quarantine as on any road. At the till there are two
    more causes: the cashier called the goods faulty (``return_faulty``), or they are expired or
    past their last day of sale (``return_expired``). Policy can switch both off.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.quarantine"

    @api.model
    def _returned(self):
        returned = self.env.context.get("trace_returned")
        return returned if isinstance(returned, Returned) else None

    @api.model
    def _causes(self, lines, places, check):
        causes = super()._causes(lines, places, check)
        if self._returned():
            rest = lines.browse(line.id for line in places if line not in causes)
            for line, (why, part) in self._unsellable(rest).items():
                causes[line] = Cause(why, part)
        return causes

    # -- what of returned goods must not be sold ------------------------------

    @api.model
    def _unsellable(self, lines):
        """dict line -> (why, quantity or None for all of it) of returned goods, by policy."""
        found = {
            line: (self.env._("Too old to sell, good until %s", day), None)
            for line, day in self._too_old(lines).items()
        }
        found.update(
            {
                line: (self.env._("Faulty: %s", why or "–"), part)
                for line, (part, why) in self._found_faulty(lines).items()
                if part is None or line not in found
            }
        )
        return found

    @api.model
    def _found_faulty(self, lines):
        """dict line -> (quantity or None, the cashier's words), where policy minds."""
        found = self._allotted(lines)
        minded = self._minded("return_faulty", list(found))
        return {line: found[line] for line in minded}

    @api.model
    def _allotted(self, lines):
        """dict line -> (quantity or None for all of it, the cashier's words) of faulty goods."""
        returned = self._returned()
        if not returned or not returned.faulty:
            return {}
        rows = [
            (
                line,
                line.product_id.id,
                line.lot_id.name or line.lot_name or "",
                line.quantity_product_uom,
            )
            for line in lines
        ]
        return allot(returned.faulty, rows)

    @api.model
    def _too_old(self, lines):
        """dict line -> its last good day, of goods expired or past their last day of sale."""
        numbered = lines.filtered("lot_id")
        found = self._last_good_days(numbered) if numbered else {}
        minded = self._minded("return_expired", list(found))
        return {line: found[line] for line in minded}

    @api.model
    def _last_good_days(self, lines):
        """dict line -> the day until which its goods were good; those that still are left out."""
        rules = self.env["trace.expiry.rule"]
        dates = self.env["trace.gate"]._life_dates(lines)
        places = {line: line.move_id.trace_instead_id or line.location_dest_id for line in lines}
        asks = [
            (line.product_id.id, place.parent_path, None, line.company_id.id)
            for line, place in places.items()
        ]
        today = {place: rules._today(place) for place in set(places.values())}
        found = {}
        for (line, place), limits in zip(places.items(), rules._limits(asks), strict=True):
            last = last_good(limits, dates[line.id], today[place])
            if last or _expired(line.lot_id):
                found[line] = str(last or dates[line.id].expiration)
        return found

    @api.model
    def _minded(self, code, lines):
        """Those of ``lines`` for which policy says quarantine, or block."""
        severities = self._severities(code, lines)
        return [line for line, (severity, _rule) in severities.items() if severity in GRAVE]

    @api.model
    def _severities(self, code, lines):
        """dict line -> (severity, rule) of a finding about returned goods."""
        gate = self.env["trace.gate"]
        answers = self.env["trace.policy"]._resolve([dict(gate._key(code, one)) for one in lines])
        return dict(zip(lines, answers, strict=True))


def _expired(lot):
    return bool(lot.expiration_date) and lot.expiration_date <= fields.Datetime.now()
