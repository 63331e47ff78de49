from odoo import api, fields, models
from odoo.exceptions import UserError


class TraceHealthNumber(models.TransientModel):
    """Asks which lot or serial number it was that moved without one, and corrects the movement.

    Odoo moves the stock of the number accordingly, the gate is asked, and the ledger gets a
    correction, as if somebody had edited the movement.
    """

    _name = "trace.health.number"
    _description = "Give a Movement its Number"

    finding_id = fields.Many2one("trace.health.finding", required=True, readonly=True)
    says = fields.Char("What happened", related="finding_id.name")
    product_id = fields.Many2one(related="finding_id.product_id")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", domain="[('product_id', '=', product_id)]")
    number = fields.Char("New Number", help="Where the number does not exist yet")

    def action_give(self):
        """Write the number on the movement."""
        self.ensure_one()
        line = self.env["stock.move.line"].browse(self.finding_id.move_line_id).exists()
        if not line or line.lot_id:
            raise UserError(self.env._("The movement has changed since. Check again."))
        line.lot_id = self.lot_id or self._made(line)
        self.finding_id._look_again()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _made(self, line):
        number = (self.number or "").strip()
        if not number:
            raise UserError(self.env._("Choose a number, or type a new one."))
        lots = self.env["stock.lot"]
        found = lots.search(
            [("product_id", "=", line.product_id.id), ("name", "=", number)], limit=1
        )
        return found or lots.create({"product_id": line.product_id.id, "name": number})
