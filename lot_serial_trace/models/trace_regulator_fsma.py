from odoo import api, models
from odoo.tools import SQL

from ..core.fsma204 import CTES, GAPS, LOCATIONS, PRODUCTS, columns, location_row, row
from ..core.regulator.sheets import Sheet
from . import trace_regulator_sql as sql
from .trace_regulator_made import MADE


class TraceRegulatorFsma(models.AbstractModel):
    """FSMA 204: critical tracking events with their key data elements, a sheet for each kind.

    Receipts and shipments are movements of the ledger between the own house, suppliers,
    businesses and other houses of one's own; what goes to consumers is none. What was made is
    read from the edges of the genealogy, one row for each food used and each lot that came of
    it. Harvesting and cooling are told as far as the farm told it: they are of the lot.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.regulator"

    @api.model
    def _fsma204_sheets(self, scope, told):
        """The sheets of the sortable spreadsheet, one after the other.

        :param told: :class:`Told`, which learns of whom and what the rows speak
        """
        for code, cte in CTES.items():
            yield Sheet(self.env._(cte.title), columns(code), self._fsma_rows(code, scope, told))
        yield Sheet(
            self.env._("Locations"),
            [title for title, _key in LOCATIONS],
            self._location_rows(told),
        )
        yield Sheet(
            self.env._("Products"),
            [title for title, _key in PRODUCTS],
            self._product_rows("ftl", told),
        )
        yield Sheet(self.env._("Missing"), self._missing_columns(), self._missing_rows(told))

    @api.model
    def _fsma_rows(self, code, scope, told):
        for record in self._stream(self._fsma_query(code, scope)):
            record["paragraph"] = self._paragraph(code, record)
            told.learn(code, record)
            yield row(code, record)

    @api.model
    def _paragraph(self, code, record):
        if code == "receiving":
            return "1.1345(b)" if record["exempt"] else "1.1345(a)"
        return CTES[code].section

    @api.model
    def _fsma_query(self, code, scope):
        """SQL of the events of a kind."""
        if code in MADE:
            return self._made(code, scope)
        way, more = self._fsma_part(code)
        return self._moved("ftl", way, scope, *more)

    @api.model
    def _fsma_part(self, code):
        """Which movements events of a kind are: ``(way, conditions)``."""
        business = SQL("NOT %s", sql.consumer())
        vessel = SQL("e.source_usage = 'supplier' AND COALESCE(r.trace_vessel, FALSE)")
        here = SQL("e.source_usage = 'supplier'")
        lot = SQL("SELECT FROM stock_lot h WHERE h.id = e.lot_id")
        return {
            "shipping": ("out", [business]),
            "receiving": ("in", [business, SQL("NOT (%s)", vessel)]),
            "landing": ("in", [vessel]),
            "harvesting": (
                "in",
                [
                    here,
                    SQL("NOT (%s)", vessel),
                    SQL(
                        "EXISTS (%s AND (h.trace_harvest_from IS NOT NULL "
                        "OR h.trace_farm_id IS NOT NULL))",
                        lot,
                    ),
                ],
            ),
            "cooling": (
                "in",
                [
                    here,
                    SQL(
                        "EXISTS (%s AND (h.trace_cooled_on IS NOT NULL "
                        "OR h.trace_cooled_id IS NOT NULL))",
                        lot,
                    ),
                ],
            ),
        }[code]

    # -- what describes them --------------------------------------------------

    @api.model
    def _location_rows(self, told):
        known = {row["id"]: row for row in self._locations({place for place, _n in told.places})}
        for place, name in sorted(told.places, key=lambda one: (one[1], one[0])):
            yield location_row({**known.get(place, {}), "name": name})

    @api.model
    def _product_rows(self, regime, told):
        for product in self._described(regime, told.products):
            yield tuple(product[key] for _title, key in PRODUCTS)

    @api.model
    def _missing_columns(self):
        return [
            self.env._("Event"),
            self.env._("Paragraph (21 CFR)"),
            self.env._("Key data element"),
            self.env._("Rows without it"),
            self.env._("Rows"),
            self.env._("Whose duty"),
            self.env._("How to repair"),
        ]

    @api.model
    def _missing_rows(self, told):
        duties = self._duties()
        for cte, kde, count, rows in told.lacks():
            gap = GAPS[kde.gap]
            words = (self.env._(cte.title), kde.paragraph, self.env._(kde.title))
            yield (*words, count, rows, duties[gap.duty], self.env._(gap.repair))

    @api.model
    def _duties(self):
        """Who must say what is missing, in words."""
        return {
            "own": self.env._("Own"),
            "supplier": self.env._("Supplier"),
            "customer": self.env._("Customer"),
        }
