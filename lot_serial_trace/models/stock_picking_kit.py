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
