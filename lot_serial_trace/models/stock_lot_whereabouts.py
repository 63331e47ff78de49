from odoo import api, fields, models

#: What machines are told of a place; ids are 0 where there is none.
TEXTS = ("state", "place", "package", "owner", "partner", "document", "document_model")
NUMBERS = ("quantity", "reserved")
IDS = ("place_id", "package_id", "owner_id", "partner_id", "document_id", "documents", "company_id")


class StockLot(models.Model):
    """ "Where is it?" of lots and serial numbers, for people and for machines."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    @api.readonly
    def where_is_it(self) -> list[dict]:
        """Tell where all of these lots is: the method for machines (``/json/2``).

        Quantities are in the product's unit, times in UTC. What belongs to companies that the
        caller does not work in is not told.

        :return: list of dicts, one for each lot, with

            * ``id``, ``name``, ``product_id``, ``product``, ``uom``
            * ``came``: dict origin -> quantity; origins are ``received``, ``made``,
              ``other_company``, ``taken_out``, ``found`` and ``returned``
            * ``difference``: quantity that came and is in none of the places
            * ``places``: list of dicts ``state`` (``on_hand``, ``quarantine``, ``held``,
              ``in_transit``, ``subcontractor``, ``customer``, ``till``, ``handed_over``,
              ``supplier``, ``consumed``, ``built_in``, ``taken_apart``, ``scrapped``, ``lost``),
              ``quantity``, ``reserved``, ``since`` (last arrival, or false), ``place``,
              ``package``, ``packages`` (the tree, outermost first: dicts ``id``, ``name``),
              ``owner``, ``partner``, ``document``, ``document_model``, ``documents`` (how many
              there are, the last one is named) and the ids ``place_id``, ``package_id``,
              ``owner_id``, ``partner_id``, ``document_id``, ``company_id`` (0: none)
        :raises AccessError: the caller reads no traceability records
        """
        return [
            {
                "id": one["lot"].id,
                "name": one["lot"].name,
                "product_id": one["lot"].product_id.id,
                "product": one["lot"].product_id.display_name,
                "uom": one["lot"].product_id.uom_id.name,
                "came": one["came"],
                "difference": one["difference"],
                "places": [_for_machines(place) for place in one["places"]],
            }
            for one in self.env["trace.whereabouts"]._answer(self)
        ]

    def action_where_is_it(self):
        """Show every place where some of the selected numbers is."""
        return self.env["trace.whereabouts"]._ask(self)._trace_open()


def _for_machines(place):
    return {
        **{name: place.get(name) or "" for name in TEXTS},
        **{name: place.get(name) or 0.0 for name in NUMBERS},
        **{name: place.get(name) or 0 for name in IDS},
        "since": fields.Datetime.to_string(place.get("since")) or False,
        "packages": place.get("packages") or [],
    }
