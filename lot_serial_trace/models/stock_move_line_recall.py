from odoo import api, models

from .marks import RECORDED_NOW

#: On which road goods come into stock, by the usage of the place they come from.
ROADS = {
    "supplier": "receipt",
    "customer": "return",
    "production": "production",
    "inventory": "inventory",
}
STOCK = ("internal", "transit")


class StockMoveLine(models.Model):
    """Goods that come in are shown to the recall rules, once they are in the ledger.

    No query while no rule is in force. Outermost of what is done when goods have moved: what
    they were made from must be known by then.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _action_done(self):
        result = super()._action_done()
        self._trace_show_to_rules()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Lines that are created done have moved goods, too."""
        lines = super().create(vals_list)
        lines._trace_show_to_rules()
        return lines

    def _trace_correct(self, before):
        """Other numbers may be meant by a rule."""
        result = super()._trace_correct(before)
        self._trace_show_to_rules()
        return result

    def _trace_show_to_rules(self):
        rules = self.env["trace.recall.rule"]
        if not rules._in_force():
            return
        recorded = self.env.cr.cache.get(RECORDED_NOW, ())
        lines = self.browse(id_ for id_ in self.ids if id_ in recorded).sudo()
        groups = lines.grouped(
            lambda line: (line.company_id, line._trace_road(), line._trace_rule_document())
        )
        for (company, road, document), some in groups.items():
            if road:
                rules._standing(some.lot_id, company, road, document)

    def _trace_road(self):
        """On which road the line brought goods into stock; None: it did not."""
        self.ensure_one()
        source, dest = self.location_id, self.location_dest_id
        if not self.lot_id or dest.usage not in STOCK:
            return None
        if source.usage == "transit" and not source.company_id and dest.usage == "internal":
            return "company"
        return ROADS.get(source.usage)

    def _trace_rule_document(self):
        return self.picking_id or self.move_id
