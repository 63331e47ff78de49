from odoo import api, fields, models

#: Words for what stock is not reserved for, in the order in which they are told.
REASONS = [
    ("on_hold", "On hold"),
    ("quarantine", "In quarantine"),
    ("expired", "Expired"),
    ("removed", "Past its removal date"),
    ("past_stop_sale", "Past last day of sale"),
    ("short_life_customer", "Too short a life for the customer"),
    ("reserved", "Reserved for others"),
]
#: So many numbers are listed; the summary counts all.
LONGEST = 200


class TraceWhyNot(models.TransientModel):
    """Tells a person why a transfer got less than is on hand."""

    _name = "trace.why.not"
    _description = "Why Not Reserved"

    picking_id = fields.Many2one("stock.picking", readonly=True)
    summary = fields.Text(readonly=True)
    line_ids = fields.One2many("trace.why.not.line", "wizard_id", readonly=True)
    more = fields.Integer(readonly=True)

    @api.model
    def _about(self, picking):
        """Return the action that shows why ``picking`` got no more."""
        moves = picking.move_ids._trace_short()
        reasons = moves._trace_why_not()
        wizard = self.create(
            {
                "picking_id": picking.id,
                "summary": "\n".join(self._sentence(move, reasons) for move in moves),
                "line_ids": [(0, 0, self._line(reason)) for reason in reasons[:LONGEST]],
                "more": max(len(reasons) - LONGEST, 0),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why Not Reserved"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _sentence(self, move, reasons):
        """What is missing, and how much of it lies here for what reason."""
        totals = {}
        for reason in reasons:
            if reason.move.id == move.id:
                totals[reason.code] = totals.get(reason.code, 0.0) + reason.quantity
        unit = move.product_id.uom_id.name
        words = dict(
            self.env["trace.why.not.line"]._fields["code"]._description_selection(self.env)
        )
        told = [
            f"{totals[code]:g} {unit}: {words[code]}" for code, _word in REASONS if code in totals
        ]
        sentence = self.env._(
            "%(product)s: %(reserved)g of %(wanted)g %(unit)s reserved.",
            product=move.product_id.display_name,
            reserved=move.quantity,
            wanted=move.product_uom_qty,
            unit=move.product_uom.name,
        )
        if not told:
            return f"{sentence} " + self.env._(
                "There is no more in %s.", move.location_id.display_name
            )
        return f"{sentence} " + self.env._("On hand, but not taken: %s.", "; ".join(told))

    @api.model
    def _line(self, reason):
        return {
            "product_id": reason.move.product_id.id,
            "lot_id": reason.quant.lot_id.id,
            "location_id": reason.quant.location_id.id,
            "quantity": reason.quantity,
            "code": reason.code,
            "text": reason.text,
        }


class TraceWhyNotLine(models.TransientModel):
    """Stock that a transfer did not get."""

    _name = "trace.why.not.line"
    _description = "Stock That Is Not Reserved"

    wizard_id = fields.Many2one("trace.why.not", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True)
    location_id = fields.Many2one("stock.location", "Place", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    code = fields.Selection(REASONS, "Reason", readonly=True)
    text = fields.Char("In Detail", readonly=True)
