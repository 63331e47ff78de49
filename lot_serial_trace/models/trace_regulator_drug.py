from odoo import api, models
from odoo.tools import SQL

from ..core.regulator.ndc import ndc_of
from ..core.regulator.sheets import Sheet
from . import trace_regulator_sql as sql


class TraceRegulatorDrug(models.AbstractModel):
    """DSCSA: transaction information of medicines that came or went, for their statement.

    21 USC 360eee(26): product, strength, form, NDC, container size, number of containers, lot,
    date of the transaction and of the shipment, and the businesses on both sides.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.regulator"

    @api.model
    def _dscsa_ways(self):
        between = sql.between_businesses()
        business = SQL("NOT %s", sql.consumer())
        return [
            (self.env._("Shipped"), "out", [between, business]),
            (self.env._("Received"), "in", [between, business]),
        ]

    @api.model
    def _dscsa_columns(self, _way="out"):
        return [
            (self.env._("Transaction Date"), "day"),
            (self.env._("Product"), "product_name"),
            (self.env._("Strength"), "strength"),
            (self.env._("Dosage Form"), "dosage_form"),
            (self.env._("NDC"), "ndc"),
            (self.env._("GTIN"), "gtin"),
            (self.env._("Container Size"), "container_size"),
            (self.env._("Number of Containers"), "quantity"),
            (self.env._("Unit"), "uom"),
            (self.env._("Lot"), "lot"),
            (self.env._("Serial Number"), "serial"),
            (self.env._("Date of the Lot"), "tlc_date"),
            (self.env._("Shipment Date"), "day"),
            (self.env._("From"), "from_name"),
            (self.env._("From: Address"), "from_address"),
            (self.env._("To"), "to_name"),
            (self.env._("To: Address"), "to_address"),
            (self.env._("Document"), "document"),
            (self.env._("Local Time"), "local_time"),
            (self.env._("Time Zone"), "zone"),
            (self.env._("Ledger Entry"), "id"),
        ]

    @api.model
    def _dscsa_sheets(self, scope, told):
        for title, way, conditions in self._dscsa_ways():
            chosen = self._dscsa_columns(way)
            query = self._moved("drug", way, scope, *conditions)
            yield Sheet(
                title, [name for name, _key in chosen], self._drug_rows(query, way, chosen, told)
            )

    @api.model
    def _drug_rows(self, query, way, chosen, told):
        own = {}
        for record in self._stream(query):
            told.rows["rows"] += 1
            self._complete_drug(record, way, own)
            yield tuple(record.get(key) for _name, key in chosen)

    @api.model
    def _complete_drug(self, record, way, own):
        """Add what is made of what the row says: NDC, serial number, addresses.

        :param own: addresses of own places that were looked up, by id
        """
        place = record["own_id"]
        if place not in own:
            [known] = self._locations([place]) or [{}]
            own[place] = one_line(known)
        theirs = one_line(
            {key: record[f"other_{key}"] for key in ("street", "city", "state", "zip", "country")}
        )
        came = way in sql.CAME
        record["from_address"], record["to_address"] = (
            (theirs, own[place]) if came else (own[place], theirs)
        )
        record["ndc"] = record["ndc"] or ndc_of(record["gtin"])
        serial = record["tracking"] == "serial"
        record["serial"] = record["lot_name"] if serial else None
        record["lot"] = record["batch"] if serial else record["lot_name"]


def one_line(place):
    """An address in a line.

    >>> one_line({"street": "1 Main St", "city": "Newnan", "state": "GA", "zip": "30263"})
    '1 Main St, Newnan, GA 30263'
    """
    region = " ".join(filter(None, (place.get("state"), place.get("zip"))))
    parts = (place.get("street"), place.get("city"), region, place.get("country"))
    return ", ".join(filter(None, parts))
