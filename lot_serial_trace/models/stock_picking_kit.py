from odoo import api, models


class StockPicking(models.Model):
    """Numbers of what is in a kit: nobody captures them at a till, so they are a guess.

    Odoo takes what it reserves, which keeps nobody waiting. It is called a guess on the movement
    and in the ledger, never counts as scanned, and each number is told to the desk (policy *Number
    in a kit, guessed*), where somebody who knows better says which unit was handed over.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    def _trace_mark_parts(self, lines, apart):
        """Mark the numbers of goods that are on no line of the orders, or on no line alone."""
        kits = self.move_ids._trace_parts()
        self._trace_take_parts_back(kits, lines, apart)
        parts = self.move_line_ids.filtered(
            lambda one: (
                one.lot_id
                and (one.move_id in kits or one.product_id not in lines.product_id)
                and one.location_id.usage == "internal"
            )
        )
        if parts:
            self.env["trace.till.packs"]._keep_guessed(parts)
            why = self.env._("Inferred: part of a kit, nobody captured the number.")
            apart.inferred.update(dict.fromkeys(parts.ids, why))
            apart.parts |= set(parts.ids)

    def _trace_take_parts_back(self, moves, lines, apart):
        """Give parts of kits that come back the numbers with which they left."""
        moves = moves.filtered(
            lambda one: one.location_id.usage == "customer" and one.product_id.tracking != "none"
        )
        sold = lines.refunded_orderline_id.order_id
        if not moves or not sold:
            return
        packs = {pack.lot_name: pack for pack in lines.pack_lot_ids if pack.lot_name}
        back = self.env["trace.till.kit"]._come_back(moves, sold, packs, apart.parts)
        for move, found in back.items():
            if found:
                move.move_line_ids.unlink()
                made = move._trace_add_parts(found)
                self._trace_mark_parts_back(made, packs, apart)

    @api.model
    def _trace_mark_parts_back(self, made, packs, apart):
        """Say of each line how its number is known: scanned, the only one left, or guessed."""
        kept = self.env["trace.till.packs"]
        scanned = {line: packs[line.lot_id.name] for line, how in made.items() if how == "scanned"}
        kept._keep(scanned)
        others = {line: how for line, how in made.items() if line not in scanned}
        kept._keep_guessed(others)
        words = {
            "rest": self.env._("Inferred: part of a kit, it went out with the same order."),
            "guess": self.env._("Inferred: part of a kit, nobody scanned which one came back."),
        }
        apart.inferred.update({line.id: words[how] for line, how in others.items()})
        apart.parts |= {line.id for line, how in others.items() if how == "guess"}

    @api.model
    def _trace_tell_parts(self):
        """Put the guesses that were booked on the desk."""
        lines = self.env["stock.move.line"].browse(self.env.context["trace_apart"].parts)
        lines = lines.exists().filtered(lambda line: line.state == "done" and line.lot_id)
        if not lines:
            return
        severities = self.env["trace.quarantine"]._severities("pos_kit_guess", list(lines))
        self.env["trace.exception"]._open_many(
            [line._trace_part_guessed(*severities[line]) for line in lines]
        )


class StockMoveLine(models.Model):
    """What the desk hears of the number of a part."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _trace_part_guessed(self, severity, rule):
        till = self.env["trace.gate"]._at_till()
        return {
            "kind": "pos_kit_guess",
            "values": {
                "lot": self.lot_id.name,
                "product": self.product_id.display_name,
                "till": till.order,
            },
            "severity": severity,
            "policy_id": rule.id if rule else False,
            "company_id": self.company_id.id,
            "lot_id": self.lot_id.id,
            "lot_name": self.lot_id.name,
            "product_id": self.product_id.id,
            "quantity": self.quantity_product_uom,
            "picking_id": self.picking_id.id,
            "pos_order_id": till.res_id if till.model == "pos.order" else False,
            "pos_session_id": till.res_id if till.model == "pos.session" else False,
            "partner_id": self.picking_id.partner_id.id,
        }
