from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .marks import FROM_QUARANTINE
from .trace_hold_sql import covers, flush

#: Value of the context key ``trace_skip_held``: an object, because clients can only send
#: JSON, and sent from outside the key would reach the calls it must not reach.
SKIP_HELD = object()


class StockQuant(models.Model):
    """Reservation passes held lots by.

    Every reservation asks ``_get_reserve_quantity``; the context key set there
    reaches ``_gather`` and nothing else. The domain must not be narrowed
    unconditionally: ``_update_available_quantity`` uses it to find the quant it
    changes and would make a second, negative one.
    """

    _inherit = "stock.quant"

    trace_days_left = fields.Integer(related="lot_id.trace_days_left")
    trace_held = fields.Boolean(
        "On Hold",
        compute="_compute_trace_held",
        search="_search_trace_held",
        help="The lot is on hold where these goods are.",
    )

    def _get_reserve_quantity(self, product_id, location_id, quantity, *args, **kwargs):
        numbered = product_id.tracking != "none" or location_id._trace_quarantine_below()
        if quantity <= 0 or not numbered:
            return super()._get_reserve_quantity(product_id, location_id, quantity, *args, **kwargs)
        passing = self.with_context(trace_skip_held=SKIP_HELD)
        reserved = super(StockQuant, passing)._get_reserve_quantity(
            product_id, location_id, quantity, *args, **kwargs
        )
        # The quants are handed on to strict calls, which must see held lots.
        return [(quant.with_env(self.env), taken) for quant, taken in reserved]

    def _get_gather_domain(self, product_id, location_id, *args, **kwargs):
        domain = super()._get_gather_domain(product_id, location_id, *args, **kwargs)
        if self.env.context.get("trace_skip_held") is not SKIP_HELD:
            return domain
        return Domain(domain) & self._trace_reservable(product_id, location_id)

    @api.model
    def _trace_reservable(self, product, location):
        """Domain of the quants that may be reserved; further rules narrow it with ``&``."""
        company = location.company_id or self.env.company
        return self._trace_not_held(product, company) & self._trace_outside_quarantine(location)

    @api.model
    def _trace_outside_quarantine(self, location):
        """Goods in quarantine are passed by, held or not, unless they are fetched from there."""
        if self.env.context.get("trace_from_quarantine") is FROM_QUARANTINE:
            return Domain.TRUE
        if location._trace_in_quarantine():
            return Domain.TRUE
        below = location._trace_quarantine_below()
        return Domain("location_id", "not in", below) if below else Domain.TRUE

    # -- meeting holds --------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Quants that are made to reserve only meet whoever places a hold now."""
        self._trace_meet_holds(vals_list)
        return super().create(vals_list)

    @api.model
    def _trace_meet_holds(self, vals_list):
        """Touch the lots of reservations that a hold could not see.

        Odoo passes by a quant that somebody is changing and makes another one to reserve: who
        places a hold at that moment rewrites the quants that he sees, and not this one. So
        both write to the lot, and the second of them runs again.
        """
        lots = {
            vals["lot_id"]
            for vals in vals_list
            if vals.get("lot_id") and vals.get("reserved_quantity", 0) > 0
        }
        if lots:
            self.env.cr.execute(
                "UPDATE stock_lot SET trace_status = trace_status WHERE id = ANY(%s)",
                [sorted(lots)],
            )

    # -- held -----------------------------------------------------------------

    def _compute_trace_held(self):
        """One query for all of them."""
        held = self.browse(self._search(Domain("id", "in", self.ids) & self._trace_held_domain()))
        for quant in self:
            quant.trace_held = quant in held

    @api.model
    def _search_trace_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return Domain.TRUE
        return self._trace_held_domain(held=True in value)

    @api.model
    def _trace_held_domain(self, held=True):
        """Domain of the quants in stock that a hold of the user's companies covers, or not."""
        flush(self.env)
        companies = self.env.companies.ids

        def to_sql(model, alias, query):
            return SQL(
                "%s EXISTS (%s)",
                SQL("") if held else SQL("NOT"),
                self._trace_covering_sql(alias, companies),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _trace_not_held(self, product, company):
        """Domain of the quants of a product that no hold of a company covers.

        Lots on hold everywhere are read once and not for each quant, however many there are.
        """
        flush(self.env)
        everywhere = (
            self.env["trace.hold"]
            .sudo()
            ._search(
                [
                    ("product_id", "=", product.id),
                    ("company_id", "=", company.id),
                    ("state", "=", "active"),
                    ("location_id", "=", False),
                ]
            )
        )

        def to_sql(model, alias, query):
            covering = self._trace_covering_sql(alias, company.ids)
            return SQL("NOT EXISTS (%s AND h.location_id IS NOT NULL)", covering)

        in_places = Domain.custom(to_sql=to_sql)
        return Domain("lot_id", "not in", everywhere.subselect("lot_id")) & in_places

    @api.model
    def _trace_covering_sql(self, alias, company_ids):
        """The holds that cover a quant; those of ``company_ids`` where the place is nobody's."""
        return SQL(
            """
            SELECT FROM trace_hold h JOIN stock_location a ON a.id = %(location)s
            WHERE h.lot_id = %(lot)s AND h.state = 'active' AND a.usage IN ('internal', 'transit')
                AND (h.company_id = a.company_id
                    OR a.company_id IS NULL AND h.company_id = ANY(%(companies)s))
                AND %(covered)s
            """,
            location=SQL.identifier(alias, "location_id"),
            lot=SQL.identifier(alias, "lot_id"),
            companies=company_ids,
            covered=covers(self.env, "h", "a"),
        )
