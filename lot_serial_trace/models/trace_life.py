from collections import namedtuple

from odoo import api, fields, models
from odoo.fields import Domain

from ..core import expiry, gate_life

#: Value of the context key ``trace_fresh``: whom goods are reserved for, and what must not be
#: taken for them. An object, so that no client can send one.
#:
#: ``partners``: who gets them; ``date``: when (UTC); ``codes``: findings that make reservation
#: pass a lot by; ``company``: whose goods.
Fresh = namedtuple("Fresh", "partners date codes company")
#: What a lot can be passed by for, on the way to whom.
CODES = {"customer": ("expired", *gate_life.CODES), "production": ("expired",)}
#: Fields of a lot behind the dates that rules count to, by kind; the first one set counts.
DATES = {
    kind: list(dict.fromkeys((f"{kind}_date", "expiration_date", "use_date", "removal_date")))
    for kind in (expiry.EXPIRATION, expiry.BEST_BEFORE, expiry.REMOVAL)
}


class TraceLife(models.AbstractModel):
    """What rules about remaining life mean for goods on the way to somebody.

    Reservation, the gate, the FEFO report and the answer to “why not?” ask here, so that what
    one takes the other does not refuse. ``core/expiry.py`` decides; the dates are local days.
    """

    _name = "trace.life"
    _description = "Remaining Life"

    @api.model
    def _has_rules(self):
        """Whether any rule says when to stop selling, or what a customer wants."""
        rules = self.env["trace.expiry.rule"]._rules()
        return any(rule.stop_unit or rule.min_life_unit for rule in rules)

    @api.model
    def _for_partners(self, product_id, path, partners, company_id):
        """The limits for goods in a place, for each of ``partners``; for nobody, if there is none.

        :return: list of ``(partner or empty, core.expiry.Limits)``
        """
        partners = list(partners) or [partners]
        asks = [(product_id, path, one.id or None, company_id) for one in partners]
        return list(zip(partners, self.env["trace.expiry.rule"]._limits(asks), strict=True))

    @api.model
    def _codes(self, move, bound, brought=False):
        """The findings for which reservation for ``move`` passes lots by.

        Those that policy has switched off are not. Goods that somebody has brought on purpose,
        in a chain of movements, are passed by only where they would be stopped in the end.
        """
        policies = self.env["trace.policy"]
        codes = policies._may_find(CODES[bound.kind], move.company_id.ids)
        if not self._has_rules():
            codes = [code for code in codes if code not in gate_life.CODES]
        cases = [
            self._case(code, move, partner)
            for code in codes
            for partner in (bound.partners or [bound.partners])
        ]
        passes = ("block", "quarantine") if brought else ("note", "warn", "block", "quarantine")
        answers = zip(cases, policies._resolve(cases), strict=True) if cases else ()
        return {case["code"] for case, (severity, _rule) in answers if severity in passes}

    @api.model
    def _case(self, code, move, partner):
        return {
            "code": code,
            "company_id": move.company_id.id,
            "product_id": move.product_id.id,
            "partner_id": partner.id,
            "picking_type_id": move.picking_type_id.id,
            "location_ids": (move.location_id.id, move.location_dest_id.id),
        }

    # -- reservation ----------------------------------------------------------

    @api.model
    def _domain(self, fresh, product, location):
        """Domain of the quants that are fresh enough.

        Rules may name places below ``location``: each place is asked with its own.
        """
        domain = Domain.TRUE
        if "expired" in fresh.codes:
            domain &= Domain("expiration_date", "=", False) | Domain(
                "expiration_date", ">=", self._oldest_good(fresh.date, location, fresh.company)
            )
        if not fresh.codes.isdisjoint(gate_life.CODES):
            domain &= self._domain_of_places(fresh, product, location)
        return domain

    @api.model
    def _domain_of_places(self, fresh, product, location):
        places = location | self._places_below(location)
        fits = {place: self._domain_of_place(fresh, product, place) for place in places}
        if len(places) == 1:
            return fits[location]
        return Domain.OR(
            Domain("location_id", "child_of", place.id)
            & Domain.AND(
                ~Domain("location_id", "child_of", other.id)
                for other in places - place
                if other.parent_path.startswith(place.parent_path)
            )
            & fits[place]
            for place in places
        )

    @api.model
    def _places_below(self, location):
        """Places below ``location`` that rules name."""
        ids = {rule.location_id for rule in self.env["trace.expiry.rule"]._rules()}
        places = self.env["stock.location"].sudo().browse(sorted(ids - {None, location.id}))
        return places.filtered(lambda place: place._child_of(location))

    @api.model
    def _domain_of_place(self, fresh, product, place):
        limits = self._for_partners(product.id, place.parent_path, fresh.partners, fresh.company.id)
        today = self.env["trace.expiry.rule"]._today(place)
        wanted = set()
        for _partner, one in limits:
            if "past_stop_sale" in fresh.codes and one.stop:
                wanted.add((one.stop, today))
            if "short_life_customer" in fresh.codes and one.min_life:
                wanted.add((one.min_life, self._day(fresh.date, place)))
        return Domain.AND(
            ~Domain("lot_id", "in", self._lots_past(limit, day, product, place, fresh.company))
            for limit, day in wanted
        )

    @api.model
    def _lots_past(self, limit, day, product, place, company):
        """Lots of ``product`` that have passed ``limit`` on ``day``: ids, or a subquery."""
        rules = self.env["trace.expiry.rule"]
        lots = self.env["stock.lot"].sudo()
        if limit.unit == expiry.DAYS:
            good = expiry.earliest_good(limit, day, rules._zone(company))
            domain = Domain("product_id", "=", product.id) & _before(DATES[limit.kind], good)
            return lots._search(domain).subselect()
        if limit.unit == expiry.NEVER:
            return []
        # A share of each lot's own life: looked at one by one, but only what is in stock.
        quants = self.env["stock.quant"].sudo()
        domain = [("product_id", "=", product.id), ("location_id", "child_of", place.id)]
        lots = lots.union(*(lot for [lot] in quants._read_group(domain, ["lot_id"])))
        dates = rules._dates(lots, company)
        return [lot_id for lot_id, one in dates.items() if limit.passed(one, day)]

    @api.model
    def _oldest_good(self, moment, place, company):
        """The earliest expiration date (UTC) of goods that have not expired when they are sent."""
        day = self._day(moment, place)
        return self.env["trace.calendar"]._oldest_good(day, company)

    @api.model
    def _day(self, moment, place):
        """The local day of a moment in a place, but not one that is over."""
        rules = self.env["trace.expiry.rule"]
        day = expiry.day_of(moment, rules._place_zone(place))
        return max(day, rules._today(place))


def _before(names, moment):
    """Domain of lots whose date, the first one set of ``names``, lies before ``moment``."""
    domain = Domain.FALSE
    for name in reversed(names):
        unset = Domain(name, "=", False) & domain
        domain = Domain(name, "<", fields.Datetime.to_string(moment)) | unset
    return domain
