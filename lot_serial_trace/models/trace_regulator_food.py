from odoo import api, models
from odoo.tools import SQL

from ..core.regulator.sheets import Sheet
from . import trace_regulator_sql as sql


class TraceRegulatorFood(models.AbstractModel):
    """EU food law: from whom food came and to whom it went, one step back and one step forward.

    Regulation (EC) 178/2002, article 18: each supplier, and each business that was supplied;
    final consumers are none. With address, product, date, quantity and lot a row says what
    Regulation (EU) 931/2011 wants of food of animal origin, too.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.regulator"

    @api.model
    def _food178_ways(self):
        """Title, way and conditions of each direction."""
        between = sql.between_businesses()
        business = SQL("NOT %s", sql.consumer())
        return [
            (self.env._("One step back"), "in", [between, business]),
            (self.env._("One step forward"), "out", [between, business]),
        ]

    @api.model
    def _food178_columns(self, way):
        """``(title, key)`` of the columns."""
        other = self.env._("Supplier") if way == "in" else self.env._("Customer")
        return [
            (self.env._("Date"), "day"),
            (other, "other_name"),
            (self.env._("Street"), "other_street"),
            (self.env._("ZIP"), "other_zip"),
            (self.env._("City"), "other_city"),
            (self.env._("Country"), "other_country"),
            (self.env._("Product"), "description"),
            (self.env._("GTIN"), "gtin"),
            (self.env._("Internal Reference"), "product_code"),
            (self.env._("Lot"), "tlc"),
            (self.env._("Date of the Lot"), "tlc_date"),
            (self.env._("Quantity"), "quantity"),
            (self.env._("Unit"), "uom"),
            (self.env._("Their Document"), "ref_number"),
            (self.env._("Own Document"), "document"),
            (self.env._("Own Place"), "own_name"),
            (self.env._("Local Time"), "local_time"),
            (self.env._("Time Zone"), "zone"),
            (self.env._("Ledger Entry"), "id"),
        ]

    @api.model
    def _food178_sheets(self, scope, told):
        for title, way, conditions in self._food178_ways():
            chosen = self._food178_columns(way)
            query = self._moved("food", way, scope, *conditions)
            yield Sheet(title, [name for name, _key in chosen], self._rows(query, chosen, told))

    @api.model
    def _rows(self, query, chosen, told):
        """Rows of chosen columns; ``told`` counts them."""
        for record in self._stream(query):
            told.rows["rows"] += 1
            yield tuple(record.get(key) for _name, key in chosen)
