from odoo import api, fields, models


class TraceRecallExplain(models.TransientModel):
    """Asks why goods are missing, and accepts the difference."""

    _name = "trace.recall.explain"
    _description = "Accept a Difference"

    balance_ids = fields.Many2many("trace.recall.balance", string="Lots")
    facts = fields.Char("Not Accounted For", compute="_compute_facts")
    says = fields.Text("What Explains It", compute="_compute_facts")
    reason = fields.Text(help="An auditor will read it.")

    @api.depends("balance_ids")
    def _compute_facts(self):
        for wizard in self:
            rows = wizard.balance_ids.filtered("unaccounted_qty")
            wizard.facts = f"{rows._summed('unaccounted_qty')} ({rows._named()})" if rows else False
            wizard.says = "\n".join(filter(None, rows[:20].mapped("says")))

    def action_do(self):
        """Accept the difference."""
        self.ensure_one()
        self.balance_ids._explain(self.reason)
        return {"type": "ir.actions.act_window_close"}
