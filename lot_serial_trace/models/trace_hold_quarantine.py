from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from .trace_hold_sql import covers, flush, free


class TraceHoldQuarantine(models.Model):
    """Goods on hand go to quarantine: one internal transfer per warehouse, reserved at once.

    It has a movement per product and a line per quant: lot, package and owner are kept. Its
    movements are its own (``stock.move.trace_for_hold``): none follows them, and they are never
    given other goods than those on hold. What somebody has in his hands, what is promised to a
    place where held goods may go, and what lies where no quarantine is, stays.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    def _to_quarantine(self):
        """Make the transfers for goods under new holds: returns the effects."""
        holds = self.filtered(lambda hold: hold.goods == "move")
        if not holds or not self.env["stock.location"]._trace_quarantine_paths():
            return []
        rows = holds._goods_on_hand()
        places = self.env["stock.location"].browse({row["location_id"] for row in rows})
        targets = {}
        for company in holds.company_id:
            mine = places.filtered(lambda place, company=company: place.company_id == company)
            targets.update(mine._trace_quarantines_for(company))
        dests = {place.id: target.id for place, target in targets.items() if target}
        rows = [
            {**row, "dest_id": dests[row["location_id"]]}
            for row in rows
            if row["location_id"] in dests
        ]
        reasons = ", ".join(dict.fromkeys(holds[:20].mapped("reason")))
        origin = self.env._("On hold: %s", reasons[:200])
        return self._transfer(rows, "moved", origin, trace_for_hold=True)

    def _goods_on_hand(self):
        """What lies free under the holds in warehouses, outside of quarantine: a row per quant."""
        flush(self.env)
        self.env["stock.quant"].flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT * FROM (
                    SELECT h.id AS hold_id, h.company_id, q.id AS quant_id, q.lot_id, q.product_id,
                        q.location_id, q.package_id, q.owner_id, a.warehouse_id, a.complete_name,
                        %(free)s AS quantity
                    FROM trace_hold h
                    JOIN stock_quant q ON q.lot_id = h.lot_id
                    JOIN stock_location a ON a.id = q.location_id AND a.company_id = h.company_id
                    WHERE h.id = ANY(%(holds)s) AND a.usage = 'internal'
                        AND a.warehouse_id IS NOT NULL
                        AND a.id != ALL(%(quarantine)s) AND %(covered)s
                ) g WHERE quantity > 0 ORDER BY product_id, complete_name, quant_id
                """,
                free=free(SQL("h.id")),
                holds=self.ids,
                quarantine=list(self.env["stock.location"]._trace_quarantine_paths()),
                covered=covers(self.env, "h", "a"),
            )
        )

    # -- transfers ------------------------------------------------------------

    @api.model
    def _transfer(self, rows, kind, origin, **values):
        """Make internal transfers for goods, reserved: returns their effects of a ``kind``.

        :param rows: dicts of hold, company, product, lot, place, package, owner, warehouse and
            destination ids and a quantity
        :param values: further values of the movements
        """
        effects = []
        groups = defaultdict(list)
        for row in rows:
            groups[row["warehouse_id"], row["dest_id"] if kind == "moved" else 0].append(row)
        whole = self._whole_packages(rows)
        for (warehouse_id, _dest), mine in groups.items():
            warehouse = self.env["stock.warehouse"].browse(warehouse_id)
            picking = self._make_picking(warehouse, mine, origin)
            moves = self._make_moves(picking, mine, values)
            self._make_lines(moves, mine, whole)
            told = {product_id: self._told_of_transfer(move) for product_id, move in moves.items()}
            effects += [self._transfer_effect(row, kind, told[row["product_id"]]) for row in mine]
        return effects

    @api.model
    def _make_picking(self, warehouse, rows, origin):
        places = self.env["stock.location"]
        source = self._common_place(warehouse, places.browse({row["location_id"] for row in rows}))
        dest = self._common_place(warehouse, places.browse({row["dest_id"] for row in rows}))
        return self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "origin": origin,
                "company_id": warehouse.company_id.id,
                "user_id": False,
            }
        )

    @api.model
    def _common_place(self, warehouse, places):
        """The place that holds all of ``places``: one of them, the stock, or the warehouse."""
        if len(places) == 1:
            return places
        stock = warehouse.lot_stock_id
        inside = all(place.parent_path.startswith(stock.parent_path) for place in places)
        return stock if inside else warehouse.view_location_id

    @api.model
    def _make_moves(self, picking, rows, values):
        """dict product id -> movement."""
        quantities = defaultdict(float)
        for row in rows:
            quantities[row["product_id"]] += row["quantity"]
        products = self.env["product.product"].browse(quantities)
        moves = self.env["stock.move"].create(
            [
                {
                    "product_id": product.id,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": product.uom_id.round(quantities[product.id]),
                    "picking_id": picking.id,
                    "picking_type_id": picking.picking_type_id.id,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                    "location_final_id": False,
                    "company_id": picking.company_id.id,
                    "origin": picking.origin,
                    **values,
                }
                for product in products
            ]
        )
        return {move.product_id.id: move for move in moves}

    @api.model
    def _make_lines(self, moves, rows, whole):
        """Reserve the goods; with all that they want the movements are ready at once."""
        common = {
            product_id: {
                "move_id": move.id,
                "picking_id": move.picking_id.id,
                "product_uom_id": move.product_uom.id,
            }
            for product_id, move in moves.items()
        }
        lines = self.env["stock.move.line"]._trace_reserve_rows(
            [
                {
                    **common[row["product_id"]],
                    "product_id": row["product_id"],
                    "location_id": row["location_id"],
                    "location_dest_id": row["dest_id"],
                    "lot_id": row["lot_id"],
                    "package_id": row["package_id"],
                    "result_package_id": row["package_id"] if row["package_id"] in whole else False,
                    "owner_id": row["owner_id"],
                    "quantity": row["quantity"],
                    "picked": False,
                    # No rule of putaway sends them elsewhere.
                    "trace_by_hand": True,
                }
                for row in rows
            ],
            [row.get("quant_id") for row in rows],
        )
        packages = lines.result_package_id if whole else None
        if packages:
            packages._apply_package_dest_for_entire_packs()
        return lines

    @api.model
    def _whole_packages(self, rows):
        """Ids of the packages that go as a whole; from others the goods are taken out."""
        going = defaultdict(float)
        dests = defaultdict(set)
        for row in rows:
            if row["package_id"]:
                going[row["package_id"]] += row["quantity"]
                dests[row["package_id"]].add(row["dest_id"])
        if not going:
            return set()
        full = self.env.execute_query(
            SQL(
                "SELECT package_id, sum(quantity) FROM stock_quant WHERE package_id = ANY(%s) "
                "AND quantity > 0 GROUP BY package_id",
                list(going),
            )
        )
        return {
            package_id
            for package_id, quantity in full
            if abs(float(quantity) - going[package_id]) < 1e-6 and len(dests[package_id]) == 1
        }

    @api.model
    def _transfer_effect(self, row, kind, told):
        return {
            "hold_id": row["hold_id"],
            "company_id": row["company_id"],
            "lot_id": row["lot_id"],
            "kind": kind,
            "quantity": row["quantity"],
            "location_id": row["location_id"],
            **told,
        }

    @api.model
    def _told_of_transfer(self, move):
        """What all effects of a movement have in common."""
        return {
            "move_id": move.id,
            "picking_id": move.picking_id.id,
            "res_model": "stock.picking",
            "res_id": move.picking_id.id,
            "document": move.picking_id.name,
        }
