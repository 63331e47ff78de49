from odoo import api, fields, models

from ..core.setup_trades import TRADES


class TraceSetupTrade(models.Model):
    """One answer to: what do you sell?"""

    _name = "trace.setup.trade"
    _description = "What Is Sold"
    _order = "setup_id, id"
    _rec_name = "title"

    setup_id = fields.Many2one("trace.setup", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="setup_id.company_id")
    trade = fields.Selection(
        lambda self: [(key, self.env._(trade.title)) for key, trade in TRADES.items()],
        required=True,
        readonly=True,
    )
    chosen = fields.Boolean("We Sell It")
    title = fields.Char("What", compute="_compute_words")
    about = fields.Char("What Is Special", compute="_compute_words")
    categ_ids = fields.Many2many(
        "product.category",
        string="Only These Categories",
        help="Empty: all goods. Name categories where you sell several things.",
    )

    _one_each = models.UniqueIndex("(setup_id, trade)", "Each is there once.")

    @api.depends("trade")
    def _compute_words(self):
        for one in self:
            trade = TRADES.get(one.trade)
            one.title = trade and self.env._(trade.title)
            one.about = trade and self.env._(trade.about)

    @api.onchange("categ_ids")
    def _onchange_categ_ids(self):
        """Who names categories sells them."""
        self.chosen = self.chosen or bool(self.categ_ids)
