from odoo import api, fields, models


class TraceRecallRework(models.Model):
    """Rework: goods stay on hold, and one order may take so much of them.

    No reservation takes goods on hold. An order of manufacturing gets those it is for all the
    same, whenever its components are reserved: as far as it wants them, and from where it takes
    its goods; what waited to go to quarantine stays for that.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.disposition"

    @api.model
    def _enter_rework(self, recall, kind, wanted, said):
        """Keep the goods on hold; the order that works on them may take so much of them."""
        document = said.get("document")
        goods = [{**row, "picking_id": None} for row in self._on_hand(wanted)]
        permits = {}
        for company_id in {row["company_id"] for row in goods} if document else ():
            mine = [row for row in goods if row["company_id"] == company_id]
            permits[company_id] = self._permit(recall, mine, document).id
        for row in goods:
            row["pass_id"] = permits.get(row["company_id"])
        rows = self._keep(recall, kind, goods, said)
        rows._tell_ledger()
        if document:
            self._reserve_for_orders(document)
        return rows

    @api.model
    def _permit(self, recall, goods, document):
        """The permission by which the order takes held goods: these, so much, and no others."""
        return (
            self.env["trace.pass"]
            .sudo()
            .create(
                {
                    "code": "on_hold",
                    "lot_ids": [(6, 0, [row["lot_id"] for row in goods])],
                    "picking_type_id": document.picking_type_id.id,
                    "quantity": sum(row["quantity"] for row in goods),
                    "until": fields.Datetime.add(fields.Datetime.now(), days=90),
                    "reason": self.env._(
                        "Rework for %(recall)s: %(document)s",
                        recall=recall.name,
                        document=document.display_name,
                    ),
                    "origin": recall.name,
                    "company_id": goods[0]["company_id"],
                }
            )
        )

    # -- the goods on the order -----------------------------------------------

    @api.model
    def _reserve_for_orders(self, orders):
        """Put recalled goods on the orders that are to rework them.

        :param orders: ``mrp.production`` records; of others nothing is reserved
        """
        if orders._name != "mrp.production":
            return
        planned = self.sudo().search(
            [
                ("kind", "=", "rework"),
                ("state", "=", "planned"),
                ("document_model", "=", orders._name),
                ("document_id", "in", orders.ids),
            ]
        )
        for order_id, rows in planned.grouped("document_id").items():
            rows._reserve_on(orders.sudo().browse(order_id))

    def _reserve_on(self, order):
        """Put these goods on the components of an order that still want some."""
        moves = order.move_raw_ids.filtered(
            lambda move: (
                move.product_id in self.product_id and move.state not in ("draft", "done", "cancel")
            )
        )
        left = {row.scope_id: row.quantity - self._on_moves(moves, row.lot_id) for row in self}
        left = {scope: quantity for scope, quantity in left.items() if quantity > 0}
        if not moves or not left:
            return
        self._take_from_quarantine_transfers(self.scope_id, left)
        for move in moves:
            self._put_on(move, left)

    @api.model
    def _on_moves(self, moves, lot):
        """How much of a lot movements have already."""
        lines = moves.move_line_ids.filtered(lambda line: line.lot_id == lot)
        return sum(lines.mapped("quantity_product_uom"))

    def _put_on(self, move, left):
        """Reserve for a movement what it wants of ``left``, which gets less by it."""
        unit = move.product_id.uom_id
        missing = move.product_qty - sum(move.move_line_ids.mapped("quantity_product_uom"))
        rows = []
        for quant in self._free(self.scope_id & self.scope_id.union(*left)):
            scope = self.scope_id.browse(quant["scope_id"])
            place = move.location_id.browse(quant["location_id"])
            part = min(left[scope], quant["quantity"], missing)
            mine = scope.product_id == move.product_id and place._child_of(move.location_id)
            if mine and unit.compare(part, 0) > 0:
                left[scope] -= part
                missing -= part
                rows.append({**quant, "quantity": part, "dest_id": move.location_dest_id.id})
        if rows:
            self.env["trace.hold"].sudo()._make_lines({move.product_id.id: move}, rows, set())
            move._recompute_state()

    def _drop_from_orders(self):
        """Take the goods off the orders that were to rework them and have not begun."""
        rows = self.filtered(lambda row: row.document_model == "mrp.production")
        for order_id, mine in rows.grouped("document_id").items():
            order = self.env["mrp.production"].sudo().browse(order_id).exists()
            order.move_raw_ids.move_line_ids.filtered(
                lambda line, mine=mine: (
                    line.lot_id in mine.lot_id
                    and not line.picked
                    and line.state not in ("done", "cancel")
                )
            ).unlink()

    # -- done -----------------------------------------------------------------

    def _finish_rework(self):
        permits = self.pass_id.filtered(lambda one: one.state == "active")
        if permits:
            permits._revoke(self.env._("The rework is done."))
        now = fields.Datetime.now()
        self.write({"state": "done", "done_at": now, "done_by_id": self.env.uid})
