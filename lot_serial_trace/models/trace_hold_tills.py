from odoo import models
from odoo.tools import SQL

#: Name of the message on the bus.
CHANNEL = "TRACE_HOLDS"
#: So many numbers are named in a message, those in the shop first; the others are counted.
MOST = 200


class TraceHoldTills(models.Model):
    """Open tills hear at once of numbers that are on hold, or free again.

    One message per till, when the transaction ends well: the till tells the cashier and
    looks whether such a number is on an order (``static/src/pos/hold_listener.js``).
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    def _trace_tell_tills(self, what):
        """Tell open tills that holds were ``placed`` or ``released``."""
        result = super()._trace_tell_tills(what)
        tills = self._open_tills()
        if not tills:
            return result
        holds = self if what == "placed" else self._lots_free_again()
        paths = holds._stock_paths()
        for till in tills:
            mine = holds._meant_for(till)
            if mine:
                till._notify(CHANNEL, mine._till_message(what, till, paths))
        return result

    def _open_tills(self):
        """Tills of the holds' companies at which somebody sells."""
        sessions = (
            self.env["pos.session"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("state", "in", ("opening_control", "opened")),
                    ("rescue", "=", False),
                ]
            )
        )
        return sessions.config_id

    def _lots_free_again(self):
        """Those of released holds whose number nothing else holds."""
        return self.filtered(lambda hold: hold.sudo().lot_id.trace_status == "free")

    def _meant_for(self, till):
        """The holds that can mean goods of the shop: those for everywhere, or for its places."""
        shop = _shop(till).parent_path
        meant = self.browse()
        for (company, place), holds in (
            self.sudo().grouped(lambda hold: (hold.company_id, hold.location_id)).items()
        ):
            path = place.parent_path or ""
            if company == till.company_id and (shop.startswith(path) or path.startswith(shop)):
                meant |= holds
        return meant

    def _stock_paths(self):
        """dict lot id -> paths of the places that have it: one query."""
        self.env["stock.quant"].flush_model(["lot_id", "location_id", "quantity"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT q.lot_id, array_agg(a.parent_path)
                FROM stock_quant q JOIN stock_location a ON a.id = q.location_id
                WHERE q.lot_id = ANY(%s) AND q.quantity > 0 AND a.usage = 'internal'
                GROUP BY q.lot_id
                """,
                self.lot_id.ids,
            )
        )
        return dict(rows)

    def _till_message(self, what, till, paths):
        """What a till is told: a bounded number of numbers, those in its shop first."""
        shop = _shop(till).parent_path
        here = {
            lot_id
            for lot_id, places in paths.items()
            if any(path.startswith(shop) for path in places)
        }
        holds = self.sorted(lambda hold: hold.lot_id.id not in here)
        return {
            "what": what,
            "count": len(holds.lot_id),
            "here": len(here.intersection(holds.lot_id.ids)),
            "lots": [hold._till_line() for hold in holds[:MOST]],
        }

    def _till_line(self):
        hold = self.sudo()
        return {
            "id": hold.lot_id.id,
            "name": hold.lot_id.name,
            "product_id": hold.product_id.id,
            "product": hold.product_id.display_name,
            "reason": hold.reason,
            "place": hold.location_id.display_name or "",
        }


def _shop(till):
    """The place from which a till sells."""
    return till.sudo().picking_type_id.default_location_src_id
