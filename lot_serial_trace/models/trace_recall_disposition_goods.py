from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .trace_hold_sql import flush, free


class TraceRecallDisposition(models.Model):
    """Which goods a disposition takes, and the transfers that take them.

    What is free of a lot in its company's places, and what waits to go to quarantine: that is
    taken off its transfer. What others have reserved or picked stays with them and is told.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.disposition"

    @api.model
    def _goods(self, wanted):
        """So much of what is free as is wanted: a row for each quant.

        :param wanted: dict ``trace.recall.lot`` -> quantity, None: all that is free
        """
        scopes = self.env["trace.recall.lot"].sudo().union(*wanted)
        self.env["trace.hold"].sudo()._meet_reservations(scopes.lot_id)
        self._take_from_quarantine_transfers(scopes, wanted)
        left = {scope.id: quantity for scope, quantity in wanted.items()}
        goods = []
        for row in self._free(scopes):
            quantity = left[row["scope_id"]]
            part = row["quantity"] if quantity is None else min(quantity, row["quantity"])
            if part > 0:
                goods.append({**row, "quantity": part})
                if quantity is not None:
                    left[row["scope_id"]] = quantity - part
        self._check_enough(scopes, wanted, left)
        return goods

    @api.model
    def _check_enough(self, scopes, wanted, left):
        """Refuse what is wanted beyond what is free, and say who has it."""
        short = scopes.filtered(
            lambda scope: scope.product_id.uom_id.compare(left[scope.id] or 0, 0) > 0
        )
        if not short:
            return
        figure = self.env["trace.recall.balance"]._figure
        told = [
            self.env._(
                "%(lot)s: %(wanted)s wanted, %(free)s free",
                lot=scope.lot_name,
                wanted=figure(scope.product_id, wanted[scope]),
                free=figure(scope.product_id, wanted[scope] - left[scope.id]),
            )
            for scope in short[:10]
        ]
        holders = self._who_has(short)
        if holders:
            told.append(self.env._("Reserved or picked for: %s", ", ".join(holders)))
        raise UserError("\n".join([self.env._("There is not so much to take:"), *told]))

    @api.model
    def _who_has(self, scopes):
        """Documents that have reserved or picked goods of these lots."""
        lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", scopes.lot_id.ids),
                ("company_id", "in", scopes.company_id.ids),
                ("state", "not in", ("draft", "done", "cancel")),
            ],
            limit=20,
        )
        return list(dict.fromkeys(filter(None, lines.mapped("reference"))))

    @api.model
    def _free(self, scopes):
        """What lies free of lots: rows of quants, one query."""
        self.env["stock.quant"].flush_model()
        scopes.flush_recordset()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT * FROM (
                    SELECT s.id AS scope_id, s.company_id, s.lot_name, q.id AS quant_id, q.lot_id,
                        q.product_id, q.location_id, q.package_id, q.owner_id, a.complete_name,
                        COALESCE(a.warehouse_id, (SELECT min(w.id) FROM stock_warehouse w
                            WHERE w.company_id = s.company_id AND w.active)) AS warehouse_id,
                        %(free)s AS quantity
                    FROM trace_recall_lot s
                    JOIN stock_quant q ON q.lot_id = s.lot_id
                    JOIN stock_location a ON a.id = q.location_id AND a.company_id = s.company_id
                    WHERE s.id = ANY(%(scopes)s) AND a.usage = 'internal'
                ) g WHERE quantity > 0 ORDER BY product_id, complete_name, quant_id
                """,
                free=free(SQL("s.id")),
                scopes=scopes.ids,
            )
        )

    @api.model
    def _rows_for(self, move, missing):
        """So much of what its dispositions still want to go with a movement: rows of quants."""
        pickings = move.picking_id | move.picking_id.backorder_id
        deeds = self.search(
            [
                ("picking_id", "in", pickings.ids),
                ("product_id", "=", move.product_id.id),
                ("state", "=", "planned"),
            ]
        )
        left = defaultdict(float)
        for deed in deeds:
            left[deed.scope_id.id] += deed.quantity - self._gone(pickings, deed.lot_id)
        rows = []
        for row in self._free(deeds.scope_id):
            part = min(left[row["scope_id"]], row["quantity"], missing)
            if part > 0:
                left[row["scope_id"]] -= part
                missing -= part
                rows.append({**row, "quantity": part, "dest_id": move.location_dest_id.id})
        return rows

    @api.model
    def _gone(self, pickings, lot):
        """How much of a lot is done or reserved on transfers."""
        lines = pickings.move_line_ids.filtered(lambda line: line.lot_id == lot)
        return sum(lines.mapped("quantity_product_uom"))

    @api.model
    def _on_hand(self, wanted):
        """All that lies here of lots, reserved or not: a row for each, one query."""
        self.env["stock.quant"].flush_model()
        scopes = self.env["trace.recall.lot"].sudo().union(*wanted)
        there = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT s.id, sum(q.quantity)::float FROM trace_recall_lot s
                    JOIN stock_quant q ON q.lot_id = s.lot_id
                    JOIN stock_location a ON a.id = q.location_id AND a.company_id = s.company_id
                    WHERE s.id = ANY(%s) AND a.usage IN ('internal', 'transit')
                    GROUP BY s.id HAVING sum(q.quantity) > 0
                    """,
                    scopes.ids,
                )
            )
        )
        left = {
            scope.id: max((quantity or 0) - there.get(scope.id, 0), 0)
            for scope, quantity in wanted.items()
        }
        self._check_enough(scopes, wanted, left)
        return [
            {**self._of_scope(scope), "quantity": wanted[scope] or there[scope.id]}
            for scope in scopes
            if there.get(scope.id)
        ]

    # -- goods that wait to go to quarantine ----------------------------------

    @api.model
    def _take_from_quarantine_transfers(self, scopes, wanted):
        """Take goods off the transfers that would carry them to quarantine, as far as needed."""
        lines = self._waiting_lines(scopes)
        if not lines:
            return
        missing = self._beyond_free(scopes, wanted)
        dropped = lines.browse()
        for line in lines:
            part = self._part_of(line, missing)
            if part is None:
                dropped |= line
            elif part:
                dropped |= line._trace_split_part(part)
        dropped.move_id._trace_drop_lines(dropped)

    @api.model
    def _part_of(self, line, missing):
        """How much of a line is taken; None: all of it. What is missing gets less by it."""
        key = line.lot_id.id, line.company_id.id
        quantity, whole = missing.get(key, 0), line.quantity_product_uom
        unit = line.product_id.uom_id
        if quantity is None or unit.compare(quantity, whole) >= 0:
            missing[key] = None if quantity is None else quantity - whole
            return None
        missing[key] = 0
        return unit.round(quantity)

    @api.model
    def _waiting_lines(self, scopes):
        lines = self.env["stock.move.line"].sudo()
        return lines.search(
            [
                ("lot_id", "in", scopes.lot_id.ids),
                ("company_id", "in", scopes.company_id.ids),
                ("move_id.trace_for_hold", "=", True),
                ("state", "not in", ("done", "cancel")),
                ("picked", "=", False),
            ]
        )

    @api.model
    def _beyond_free(self, scopes, wanted):
        """dict (lot id, company id) -> how much is wanted beyond what is free; None: all."""
        free_now = defaultdict(float)
        for row in self._free(scopes):
            free_now[row["scope_id"]] += row["quantity"]
        return {
            (scope.lot_id.id, scope.company_id.id): None
            if quantity is None
            else max(quantity - free_now[scope.id], 0)
            for scope, quantity in wanted.items()
        }

    # -- where they came from -------------------------------------------------

    @api.model
    def _receipts(self, goods):
        """dict (lot id, company id) -> the last receipt of the lot from a supplier: one query."""
        self.env["stock.move.line"].flush_model()
        self.env["stock.move"].flush_model(["partner_id", "picking_id"])
        self.env["stock.picking"].flush_model(["partner_id"])
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT DISTINCT ON (l.lot_id, l.company_id) l.lot_id, l.company_id, l.move_id,
                    COALESCE(pi.partner_id, m.partner_id) AS partner_id
                FROM stock_move_line l
                JOIN stock_move m ON m.id = l.move_id
                JOIN stock_location a ON a.id = l.location_id
                LEFT JOIN stock_picking pi ON pi.id = l.picking_id
                WHERE l.lot_id = ANY(%s) AND l.company_id = ANY(%s) AND l.state = 'done'
                    AND a.usage = 'supplier'
                ORDER BY l.lot_id, l.company_id, l.date DESC, l.id DESC
                """,
                list({row["lot_id"] for row in goods}),
                list({row["company_id"] for row in goods}),
            )
        )
        return {(row["lot_id"], row["company_id"]): row for row in rows}

    # -- transfers ------------------------------------------------------------

    @api.model
    def _send(self, recall, kind, goods):
        """Make transfers, reserved: the goods with theirs."""
        flush(self.env)
        groups = defaultdict(list)
        for row in goods:
            groups[row["warehouse_id"], row.get("partner_id"), row.get("dest_id")].append(row)
        whole = self.env["trace.hold"].sudo()._whole_packages(goods)
        sent = []
        for (warehouse_id, partner_id, _dest), rows in groups.items():
            warehouse = self.env["stock.warehouse"].sudo().browse(warehouse_id)
            partner = self.env["res.partner"].sudo().browse(partner_id or ())
            picking = self._make_transfer(recall, kind, warehouse, partner, rows)
            self._fill_transfer(recall, picking, rows, whole)
            sent += [{**row, "picking_id": picking.id} for row in rows]
        return sent

    @api.model
    def _make_transfer(self, recall, kind, warehouse, partner, rows):
        holds = self.env["trace.hold"].sudo()
        places = self.env["stock.location"].sudo()
        if kind == "return":
            receipts = warehouse.in_type_id
            operation = receipts.return_picking_type_id or warehouse.out_type_id
            dest = partner.with_company(warehouse.company_id).property_stock_supplier
        else:
            operation, dest = warehouse.int_type_id, places.browse(rows[0]["dest_id"])
        for row in rows:
            row["dest_id"] = dest.id
        source = holds._common_place(warehouse, places.browse({row["location_id"] for row in rows}))
        return (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    "picking_type_id": operation.id,
                    "location_id": source.id,
                    "location_dest_id": dest.id,
                    "partner_id": partner.id,
                    "origin": recall.name,
                    "company_id": warehouse.company_id.id,
                    "user_id": False,
                }
            )
        )

    @api.model
    def _fill_transfer(self, recall, picking, rows, whole):
        """Movements by product and receipt, with a line for each quant, reserved."""
        holds = self.env["trace.hold"].sudo()
        groups = defaultdict(list)
        for row in rows:
            groups[row.get("origin_move_id")].append(row)
        for origin_id, mine in groups.items():
            origin = self.env["stock.move"].sudo().browse(origin_id or ())
            values = {"trace_recall_id": recall.id, "partner_id": picking.partner_id.id}
            if origin:
                values |= self._as_return(origin)
            holds._make_lines(holds._make_moves(picking, mine, values), mine, whole)

    @api.model
    def _as_return(self, origin):
        """Values of a movement that takes goods back to where they were ordered."""
        values = {"origin_returned_move_id": origin.id, "to_refund": True}
        if origin.purchase_line_id:
            values["purchase_line_id"] = origin.purchase_line_id.id
        return values
