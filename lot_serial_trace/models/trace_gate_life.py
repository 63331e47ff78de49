from functools import cache

from odoo import api, models

from ..core import expiry, gate_life


class TraceGate(models.AbstractModel):
    """The gate about remaining life: the last day of sale, and what a customer wants.

    Asked where goods are taken from the shelf for a customer, and where they leave; those who
    pack in between handle what was chosen before. Production asks only whether goods have
    expired: what must not be sold any more may still be baked.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.gate"

    @api.model
    def _codes_worth_asking(self, lines, codes):
        if not self.env["trace.life"]._has_rules():
            codes = [code for code in codes if code not in gate_life.CODES]
        return super()._codes_worth_asking(lines, codes)

    @api.model
    def _findings(self, lines, codes):
        found = super()._findings(lines, codes)
        wanted = set(codes).intersection(gate_life.CODES)
        if not wanted:
            return found
        about = {}
        for finding in gate_life.examine(self._life_asks(lines.sudo())):
            if finding.code in wanted:
                # Said once, whichever of several customers minds.
                about.setdefault((finding.ref, finding.code), finding)
        return found + list(about.values())

    @api.model
    def _life_asks(self, lines):
        lines = lines.filtered(lambda line: line.lot_id or line.expiration_date)
        dates = self._life_dates(lines)
        bound = self._life_bound(lines)
        life = self.env["trace.life"]
        limits = cache(life._for_partners)
        return [
            ask
            for line in lines
            if line.id in bound
            for ask in self._life_ask(line, dates[line.id], bound[line.id], limits)
        ]

    @api.model
    def _life_bound(self, lines):
        """Line id -> whom its goods are for, at the steps that ask."""
        leaving = lines.filtered(lambda line: line.location_dest_id._is_outgoing())
        bound = {line.id: line.move_id._trace_bound_here("customer") for line in leaving}
        first = (lines - leaving).filtered(lambda line: not line.move_id.move_orig_ids)
        ahead = first.move_id._trace_bound()
        for line in first:
            one = ahead.get(line.move_id.id)
            if one and one.kind == "customer":
                bound[line.id] = one
        return bound

    @api.model
    def _life_ask(self, line, dates, bound, limits_of):
        rules = self.env["trace.expiry.rule"]
        life = self.env["trace.life"]
        place = line.location_id
        leaves = line.location_dest_id._is_outgoing()
        today = rules._today(place)
        for partner, limits in limits_of(
            line.product_id.id, place.parent_path, bound.partners, line.company_id.id
        ):
            yield gate_life.LifeAsk(
                ref=line.id,
                product=line.product_id.display_name,
                lot=line.lot_id.name or line.lot_name or "",
                customer=partner.display_name or self.env._("the customer"),
                dates=dates,
                today=today,
                # What leaves now is delivered now, whatever was planned.
                day=today if leaves else life._day(bound.date, place),
                limits=limits,
            )

    @api.model
    def _life_dates(self, lines):
        """Line id -> dates of the goods; numbers without a lot yet carry their own."""
        rules = self.env["trace.expiry.rule"]
        dates = {}
        for company, some in lines.grouped("company_id").items():
            of_lots = rules._dates(some.lot_id, company)
            zone = rules._zone(company)
            for line in some:
                own = expiry.Dates(expiration=expiry.day_of(line.expiration_date, zone))
                dates[line.id] = of_lots.get(line.lot_id.id, own)
        return dates
