from odoo import api, fields, models

from ..models.trace_recall_disposition import METHODS


class TraceRecallProof(models.TransientModel):
    """Asks how dispositions that are under way went, and has them done."""

    _name = "trace.recall.proof"
    _description = "How It Went"

    disposition_ids = fields.Many2many("trace.recall.disposition", string="Dispositions")
    count = fields.Integer(compute="_compute_about")
    facts = fields.Char("Goods", compute="_compute_about")
    destroys = fields.Boolean(compute="_compute_about")
    reworks = fields.Boolean(compute="_compute_about")
    method = fields.Selection(METHODS)
    witness = fields.Char("Witnesses", help="Names, with commas between them")
    happened_at = fields.Datetime("When", required=True, default=fields.Datetime.now)
    reference = fields.Char(help="Number of the receipt, the parcel or the order")
    result_lot_id = fields.Many2one("stock.lot", "Became")
    remark = fields.Char()
    proof_ids = fields.Many2many("ir.attachment")

    @api.model
    def _ask(self, rows):
        wizard = self.create({"disposition_ids": [(6, 0, rows.ids)]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("How Did It Go?"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    @api.depends("disposition_ids")
    def _compute_about(self):
        for wizard in self:
            rows = wizard.disposition_ids
            wizard.count = len(rows)
            wizard.facts = rows._in_short()
            wizard.destroys = "destroy" in rows.mapped("kind")
            wizard.reworks = "rework" in rows.mapped("kind")

    def action_do(self):
        """Have it done, with what was said."""
        self.ensure_one()
        self.disposition_ids._finish(
            proof=self.proof_ids,
            method=self.method if self.destroys else False,
            witness=self.witness if self.destroys else False,
            happened_at=self.happened_at,
            reference=self.reference,
            result_lot_id=self.result_lot_id.id if self.reworks else False,
            remark=self.remark,
        )
        return {"type": "ir.actions.act_window_close"}
