from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.recall.answer import KINDS
from ..models.trace_recall_answering import BY_HAND

QUANTITY = "Product Unit"


class TraceRecallAnswerWizard(models.TransientModel):
    """Takes down what a consignee says by telephone, on paper or at a visit."""

    _name = "trace.recall.answer.wizard"
    _description = "Answer of a Consignee, Taken Down"

    consignee_id = fields.Many2one("trace.recall.consignee", required=True, readonly=True)
    way = fields.Selection(BY_HAND, required=True, default="phone")
    line_ids = fields.One2many("trace.recall.answer.wizard.line", "wizard_id", "Goods")
    has_none = fields.Boolean("Has none of it")
    sold_to = fields.Text(
        "Sold On To", help="One a line: name, mail or telephone, quantity. They are told, too."
    )
    buyers = fields.Integer("Number of Buyers", help="If they cannot be named")
    remark = fields.Text()

    @api.model
    def default_get(self, fields_list):
        """The goods of the consignee, lot by lot, with what he has said so far."""
        values = super().default_get(fields_list)
        one = self.env["trace.recall.consignee"].browse(values.get("consignee_id"))
        if not one:
            return values
        values["line_ids"] = [(0, 0, row) for row in self._goods(one)]
        return values

    @api.model
    def _goods(self, one):
        """Rows of the wizard: lots, or where none is known a row for each unit."""
        lots = {line.id: line for line in one._lines()}
        return [
            {
                "name": lots[goods.ref].lot_name if goods.ref else one.name,
                "product_name": lots[goods.ref].product_name if goods.ref else False,
                "ref": goods.ref,
                "unit": goods.unit,
                "got": goods.quantity,
            }
            for goods in one._goods()
        ]

    def action_keep(self):
        """Keep the answer, or say what is wrong with it."""
        self.ensure_one()
        self.consignee_id._check_worker()
        says = self.consignee_id._answer(self._form(), self.way)
        if says:
            raise UserError("\n".join(says))
        return {"type": "ir.actions.act_window_close"}

    def _form(self):
        """The same form that the page sends."""
        form = {
            "none": "1" if self.has_none else "",
            "sold_to": self.sold_to or "",
            "buyers": str(self.buyers) if self.buyers else "",
            "remark": self.remark or "",
        }
        for line in self.line_ids:
            for kind in KINDS:
                value = line[f"{kind}_qty"]
                if value:
                    prefix = f"lot-{line.ref}"
                    form[f"{prefix}-{kind}"] = f"{value:.6f}".rstrip("0").rstrip(".")
        return form


class TraceRecallAnswerWizardLine(models.TransientModel):
    """What became of one lot."""

    _name = "trace.recall.answer.wizard.line"
    _description = "Line of an Answer, Taken Down"

    wizard_id = fields.Many2one("trace.recall.answer.wizard", required=True, ondelete="cascade")
    name = fields.Char("Lot/Serial", readonly=True)
    product_name = fields.Char("Product", readonly=True)
    ref = fields.Integer(readonly=True)
    unit = fields.Char(readonly=True)
    got = fields.Float(digits=QUANTITY, readonly=True)
    found_qty = fields.Float("Found", digits=QUANTITY)
    sold_on_qty = fields.Float("Sold On", digits=QUANTITY)
    destroyed_qty = fields.Float("Destroyed", digits=QUANTITY)
    returned_qty = fields.Float("Sent Back", digits=QUANTITY)
