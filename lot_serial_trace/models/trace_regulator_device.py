from odoo import api, models
from odoo.tools import SQL

from ..core.regulator.ndc import udi
from ..core.regulator.sheets import Sheet


class TraceRegulatorDevice(models.AbstractModel):
    """EU MDR: medical devices with their UDI, whom they came from and whom they went to.

    Regulation (EU) 2017/745, articles 25 and 27. UDI-DI is the GTIN; UDI-PI are serial number,
    lot, expiry and day of manufacture, as far as the label has them. Who got a device over the
    counter is a consumer: not named, unless the request wants it.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.regulator"

    @api.model
    def _udi_ways(self):
        return [
            (self.env._("Sold"), "sold", []),
            (self.env._("Came back"), "back", []),
            (self.env._("Supplied by"), "in", [SQL("e.source_usage = 'supplier'")]),
        ]

    @api.model
    def _udi_columns(self, way="sold"):
        other = self.env._("Supplier") if way == "in" else self.env._("Customer")
        return [
            (self.env._("Date"), "day"),
            (self.env._("UDI-DI"), "gtin"),
            (self.env._("Serial Number"), "serial"),
            (self.env._("Lot"), "lot"),
            (self.env._("Expires"), "expires_on"),
            (self.env._("Made"), "made_on"),
            (self.env._("UDI"), "udi"),
            (self.env._("Product"), "product_name"),
            (self.env._("Internal Reference"), "product_code"),
            (self.env._("Quantity"), "quantity"),
            (self.env._("Unit"), "uom"),
            (other, "other_name"),
            (self.env._("Street"), "other_street"),
            (self.env._("ZIP"), "other_zip"),
            (self.env._("City"), "other_city"),
            (self.env._("Country"), "other_country"),
            (self.env._("Document"), "document"),
            (self.env._("Own Place"), "own_name"),
            (self.env._("Local Time"), "local_time"),
            (self.env._("Time Zone"), "zone"),
            (self.env._("Ledger Entry"), "id"),
        ]

    @api.model
    def _udi_sheets(self, scope, told):
        for title, way, conditions in self._udi_ways():
            chosen = self._udi_columns(way)
            query = self._moved("device", way, scope, *conditions)
            yield Sheet(
                title, [name for name, _key in chosen], self._udi_rows(query, chosen, scope, told)
            )

    @api.model
    def _udi_rows(self, query, chosen, scope, told):
        for record in self._stream(query):
            told.rows["rows"] += 1
            self._complete_device(record, scope)
            yield tuple(record.get(key) for _name, key in chosen)

    @api.model
    def _complete_device(self, record, scope):
        """Add what is made of what the row says: the UDI; take out who must not be named."""
        serial = record["tracking"] == "serial"
        record["serial"] = record["lot_name"] if serial else None
        record["lot"] = record["batch"] if serial else record["lot_name"]
        expires = record["expires_on"]
        parts = (record["serial"], record["lot"], expires, record["made_on"])
        record["udi"] = udi(record["gtin"], *parts) if record["gtin"] else None
        private = record["consumer"] or not record["other_name"]
        if private and not scope.get("consumers"):
            record["other_name"] = self.env._("Consumer") if record["consumer"] else None
            record.update(dict.fromkeys(("other_street", "other_zip", "other_city")))
