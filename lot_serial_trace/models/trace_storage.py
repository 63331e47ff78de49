from odoo import api, models, tools
from odoo.tools import SQL

from ..core import gate_storage
from ..core.expiry import day_of


class TraceStorage(models.AbstractModel):
    """What places say about their goods, and what lies there, for ``core/gate_storage.py``.

    What a place does not say itself the places around it say, nearest first; a storage
    category speaks for its places. Who asks: the gate (``trace_gate_storage.py``) and putaway
    (``stock_move_line_place.py``). No query where no place says anything, two or three for
    any number of lines else.
    """

    _name = "trace.storage"
    _description = "Storage Rules"

    # -- what places say ------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _said(self):
        """dict place id -> (classes that it takes, what it mixes, window), of all that speak."""
        said = {}
        domain = [
            "|",
            "|",
            ("trace_class_ids", "!=", False),
            ("trace_mixing", "!=", False),
            ("storage_category_id.trace_mixing", "!=", False),
        ]
        for place in self.env["stock.location"].sudo().search(domain):
            rule = place if place.trace_mixing else place.storage_category_id
            said[place.id] = (
                frozenset(place.trace_class_ids.ids),
                rule.trace_mixing or "",
                rule.trace_date_window,
            )
        return said

    @api.model
    def _rooms(self, places):
        """dict place id -> :class:`core.gate_storage.Room` of those that are under a rule."""
        said = self._said()
        rooms = {place.id: self._room(place, said) for place in places.sudo()} if said else {}
        return {place_id: room for place_id, room in rooms.items() if room}

    @api.model
    def _room(self, place, said):
        path = [int(part) for part in reversed((place.parent_path or "").split("/")) if part]
        speaking = [place_id for place_id in path if place_id in said]
        taking = next((place_id for place_id in speaking if said[place_id][0]), None)
        mixing = next((said[place_id] for place_id in speaking if said[place_id][1]), None)
        if place.usage != "internal" or not (taking or mixing):
            return None
        return gate_storage.Room(
            place.display_name,
            said[taking][0] if taking else frozenset(),
            taking or place.id,
            mixing[1] if mixing else gate_storage.ANYTHING,
            mixing[2] if mixing else 0,
        )

    # -- goods ----------------------------------------------------------------

    @api.model
    def _goods(self, lines):
        """dict line -> :class:`core.gate_storage.Goods`."""
        classes = lines.product_id._trace_classes()
        zones = {
            company: self.env["trace.expiry.rule"]._zone(company) for company in lines.company_id
        }
        return {
            line: self._goods_of(line, classes[line.product_id], zones[line.company_id])
            for line in lines
        }

    @api.model
    def _goods_of(self, line, classes, zone):
        lot, product = line.lot_id, line.product_id
        number = lot.name or line.lot_name or ""
        batch = (lot.trace_batch or line.trace_batch) if product.tracking == "serial" else number
        expires = lot.expiration_date if lot else line.expiration_date
        return gate_storage.Goods(
            product.id,
            product.display_name,
            number,
            batch or "",
            day_of(expires, zone) if product.use_expiration_date else None,
            classes,
        )

    # -- what lies there ------------------------------------------------------

    @api.model
    def _plan(self, places, goods, company, planned_but=None):
        """A :class:`core.gate_storage.Plan` of places and what lies there.

        :param places: ``stock.location``
        :param goods: the goods that shall go there
        :param planned_but: lines; given, what other open lines will bring counts, too
        """
        rooms = self._rooms(places)
        plan = gate_storage.Plan(rooms, self.env["trace.storage.class"]._classes())
        if rooms:
            self._add_stock(plan, goods, company, planned_but)
            self._add_neighbours(plan, goods)
        return plan

    @api.model
    def _add_stock(self, plan, goods, company, planned_but):
        """Note which lots and dates lie in places that may not mix all: one query."""
        rooms = plan.rooms.items()
        mixing = [place for place, room in rooms if room.mixing != gate_storage.ANYTHING]
        if not mixing:
            return
        alone = [place for place, room in rooms if room.mixing == gate_storage.ONE_LOT]
        products = list({one.product for one in goods})
        zone = self.env["trace.expiry.rule"]._zone(company)
        names = {}
        for row in self._lying(mixing, alone, products, planned_but):
            product_id = row["product_id"]
            if product_id not in names:
                product = self.env["product.product"].sudo().browse(product_id)
                names[product_id] = product.display_name
            plan.put(
                gate_storage.Goods(
                    product_id,
                    names[product_id],
                    row["name"] or "",
                    row["batch"] or "",
                    day_of(row["expires"], zone),
                ),
                row["location_id"],
            )

    @api.model
    def _lying(self, places, alone, products, planned_but):
        """Rows of what lies in ``places``: lots, and batches of serial numbers, by date."""
        self.env["stock.quant"].flush_model(["product_id", "location_id", "lot_id", "quantity"])
        self.env["stock.lot"].flush_model(["name", "trace_batch", "expiration_date"])
        planned = SQL()
        if planned_but is not None:
            self.env["stock.move.line"].flush_model()
            planned = SQL(
                """
                UNION ALL
                SELECT l.location_dest_id, l.product_id, l.lot_id, l.lot_name, l.trace_batch,
                    l.expiration_date
                FROM stock_move_line l
                WHERE l.location_dest_id = ANY(%(places)s) AND l.id != ALL(%(but)s)
                    AND l.state IN ('assigned', 'partially_available') AND l.quantity > 0
                """,
                places=places,
                but=planned_but.ids,
            )
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT s.location_id, s.product_id, min(COALESCE(o.name, s.lot_name)) AS name,
                    CASE WHEN t.tracking = 'serial' THEN COALESCE(o.trace_batch, s.trace_batch)
                        ELSE COALESCE(o.name, s.lot_name) END AS batch,
                    COALESCE(o.expiration_date, s.expires) AS expires
                FROM (
                    SELECT q.location_id, q.product_id, q.lot_id, NULL AS lot_name,
                        NULL AS trace_batch, NULL::timestamp AS expires
                    FROM stock_quant q
                    WHERE q.location_id = ANY(%(places)s) AND q.quantity > 0
                    %(planned)s
                ) s
                JOIN product_product p ON p.id = s.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                LEFT JOIN stock_lot o ON o.id = s.lot_id
                WHERE s.product_id = ANY(%(products)s) OR s.location_id = ANY(%(alone)s)
                GROUP BY 1, 2, 4, 5
                """,
                places=places,
                alone=alone,
                products=products,
                planned=planned,
            )
        )

    @api.model
    def _add_neighbours(self, plan, goods):
        """Note which classes lie in areas to which goods shall go that do not lie with all."""
        classes = plan.classes
        if not any(classes[class_id].apart for one in goods for class_id in one.classes):
            return
        areas = {room.area for room in plan.rooms.values()}
        self.env["stock.quant"].flush_model(["product_id", "location_id", "quantity"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT a.id, q.product_id
                FROM stock_location a
                JOIN stock_location s ON s.parent_path LIKE a.parent_path || '%%'
                JOIN stock_quant q ON q.location_id = s.id AND q.quantity > 0
                WHERE a.id = ANY(%s)
                """,
                list(areas),
            )
        )
        products = self.env["product.product"].sudo().browse({row[1] for row in rows})
        of_product = products._trace_classes()
        for area, product_id in rows:
            product = products.browse(product_id)
            if of_product[product]:
                known = gate_storage.Goods(
                    product_id, product.display_name, classes=of_product[product]
                )
                plan.note_class(area, known)
