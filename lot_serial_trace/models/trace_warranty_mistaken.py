from odoo import api, models


class TraceWarranty(models.Model):
    """Somebody corrects a transfer by hand: the unit that is on the receipt was not sold.

    Which unit is meant is found out from what is known of each: other numbers of the same order
    that still wait for their goods keep their warranties.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.warranty"

    @api.model
    def _void_mistaken(self, lines, tills):
        """Another unit was booked than the one on the receipt: that one was not sold.

        Of a number that a till captured it is known on which line it was booked. Otherwise
        numbers are given up only if they wait on no open transfer of the order, and are not more
        than can be meant: rather one warranty too many than one taken from a customer.
        """
        lines = lines.filtered(lambda line: line.product_id.tracking == "serial")
        told = self._told_already(lines)
        lines = lines.filtered(lambda line: line.id not in told)
        waiting = self._waiting(lines, self.env["pos.order"].union(*(tills[one] for one in lines)))
        if not waiting:
            return
        captured = self._captured_for(lines)
        meant = waiting.filtered(lambda one: one.pack_id in captured)
        rest = lines.filtered(lambda line: line.id not in captured.values())
        meant |= self._not_awaited(waiting - meant, rest, tills)
        meant._void(self.env._("Another unit was handed over"))

    @api.model
    def _told_already(self, lines):
        """Ids of the lines that began a warranty once: its number was the mistaken one."""
        began = self.search([("move_line_id", "in", lines.ids)]) if lines else self
        return set(began.mapped("move_line_id"))

    @api.model
    def _waiting(self, lines, orders):
        """Warranties of numbers that were sold by ``orders`` and that nothing has booked yet."""
        if not lines or not orders:
            return self.browse()
        return self.search(
            [
                ("document_model", "=", orders._name),
                ("document_id", "in", orders.ids),
                ("product_id", "in", lines.product_id.ids),
                ("move_line_id", "=", False),
                ("pack_id", "!=", False),
                ("closed_as", "=", False),
            ]
        )

    @api.model
    def _captured_for(self, lines):
        """dict id of a number captured at a till -> id of the one of ``lines`` it was booked on."""
        scans = self.env["trace.scan"].search_fetch(
            [("move_line_id", "in", lines.ids), ("step", "=", "till")], ["uuid", "move_line_id"]
        )
        by_uuid = {scan.uuid: scan.move_line_id for scan in scans}
        packs = self.env["pos.pack.operation.lot"].search([("uuid", "in", list(by_uuid))])
        return {pack.id: by_uuid[pack.uuid] for pack in packs}

    @api.model
    def _not_awaited(self, waiting, lines, tills):
        """Those of ``waiting`` whose numbers ``lines`` replace, as far as there is no doubt."""
        replaced = lines.grouped(lambda line: (tills[line].id, line.product_id.id))
        moves = waiting._open_moves() - lines.move_id
        open_moves = moves.grouped(lambda m: (m.picking_id.pos_order_id.id, m.product_id.id))
        found = self.browse()
        for key, mine in waiting.grouped(_sold_by).items():
            ours = open_moves.get(key, moves.browse())
            numbers = {one.lot_id.name or one.lot_name for one in ours.move_line_ids}
            free = mine.filtered(lambda one, numbers=numbers: one.number not in numbers)
            missing = len(mine) - sum(ours.mapped("product_qty"))
            if len(free) <= min(missing, len(replaced.get(key, ()))):
                found |= free
        return found

    def _open_moves(self):
        """Movements that the orders of these warranties still wait for."""
        orders = self.env["pos.order"].browse(self.mapped("document_id"))
        moves = orders.picking_ids.move_ids
        return moves.filtered(lambda one: one.state not in ("done", "cancel"))


def _sold_by(one):
    """The order and the product of a warranty."""
    return one.document_id, one.product_id.id
