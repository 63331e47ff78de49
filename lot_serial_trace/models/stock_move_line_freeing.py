from functools import cached_property

from odoo import models
from odoo.tools import SQL, OrderedSet

from .quant_batch import in_batches

#: Key of the cursor's cache: what is known of others' reservations while lines are booked.
FREEING = "lot_serial_trace.freeing"
#: What makes goods the same, as ``_free_reservation`` is asked.
GOODS = ("product_id", "location_id", "lot_id", "package_id", "owner_id")


class StockMoveLine(models.Model):
    """Who books goods that are not there asks once whose reservations that concerns.

    Odoo asks for each line, and each time names all lines before it: three thousand serial
    numbers without stock behind them took hours. Reservations that are really given up are
    Odoo's business as ever.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _action_done(self):
        cache = self.env.cr.cache
        outer = cache.get(FREEING)
        if len(self) > 1 and in_batches(self.env):
            cache[FREEING] = Reservations(self)
        try:
            return super()._action_done()
        finally:
            cache[FREEING] = outer

    def _free_reservation(
        self,
        product_id,
        location_id,
        quantity,
        lot_id=None,
        package_id=None,
        owner_id=None,
        ml_ids_to_ignore=None,
    ):
        given = (product_id, location_id, quantity, lot_id, package_id, owner_id)
        others = self.env.cr.cache.get(FREEING)
        if others is None or self.id not in others.lines:
            return super()._free_reservation(*given, ml_ids_to_ignore)
        key = (product_id, location_id, lot_id, package_id, owner_id)
        if not others.reserve(key):
            return None
        # Of lines that take other goods Odoo would find none anyway.
        mine = OrderedSet(id_ for id_ in others.alike(key) if id_ in (ml_ids_to_ignore or ()))
        others.stale = True
        return super()._free_reservation(*given, mine)


class Reservations:
    """Goods that open lines have reserved, as far as they are of those that ``lines`` move."""

    def __init__(self, lines):
        self.env = lines.env(su=True)
        self.lines = OrderedSet(lines.ids)
        self.known = set()
        self.last_id = 0
        self.stale = True

    def reserve(self, goods):
        """Whether somebody may have reserved these goods."""
        if self.stale:
            self._read()
            self.stale = False
        return _ids(goods) in self.known

    def alike(self, goods):
        """Ids of those of the lines that move the same goods."""
        return self._by_goods.get(_ids(goods), ())

    @cached_property
    def _moved(self):
        return self.env["stock.move.line"].browse(self.lines).exists()

    @cached_property
    def _by_goods(self):
        found = {}
        for line in self._moved:
            found.setdefault(_ids(line[name] for name in GOODS), []).append(line.id)
        return found

    def _read(self):
        """Read what is new: who gave up a reservation may have got another one meanwhile."""
        lines = self.env["stock.move.line"]
        lines.flush_model([*GOODS, "state", "picked", "quantity_product_uom"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, %s FROM stock_move_line
                WHERE id > %s AND (lot_id = ANY(%s) OR lot_id IS NULL) AND product_id = ANY(%s)
                    AND (state IS NULL OR state NOT IN ('cancel', 'done'))
                    AND quantity_product_uom > 0 AND picked IS NOT TRUE
                """,
                SQL(", ").join(map(SQL.identifier, GOODS)),
                self.last_id,
                self._moved.lot_id.ids,
                self._moved.product_id.ids,
            )
        )
        for line_id, *goods in rows:
            self.last_id = max(self.last_id, line_id)
            self.known.add(tuple(goods))


def _ids(records):
    return tuple(record.id if record else None for record in records)
