from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.recall.flaws import CriteriaError
from .trace_exception import READERS


class StockLot(models.Model):
    """Lots that a recall rule means can be searched, however many there are."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    # Only for searching: which rule means a lot is asked of rules, not kept on lots.
    trace_recall_rule_id = fields.Many2one(
        "trace.recall.rule",
        "Meant by Recall Rule",
        compute="_compute_trace_recall_rule_id",
        search="_search_trace_recall_rule_id",
        groups=READERS,
    )

    def _compute_trace_recall_rule_id(self):
        self.trace_recall_rule_id = False

    def _search_trace_recall_rule_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        rules = self.env["trace.recall.rule"].browse(id_ for id_ in value if id_).exists()
        domains = []
        for rule in rules:
            try:
                lots = rule._sql_lots(self.env.companies)
            except CriteriaError:
                continue
            domains.append(Domain("id", "in", SQL("(SELECT m.lot_id FROM (%s) m)", lots)))
        return Domain.OR(domains)
