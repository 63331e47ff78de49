from odoo import api, models


class TraceTillSale(models.AbstractModel):
    """What was sold or came back at a till is shown to the recall rules when it is paid.

    The sale stands. Numbers that nobody has received are judged by what they say themselves.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.till.sale"

    @api.model
    def _judge(self, order):
        opened = super()._judge(order)
        rules = self.env["trace.recall.rule"]
        order = order.sudo()
        if rules._by_scope(order.company_id):
            lines = order.lines.filtered(lambda line: line.product_id.tracking != "none")
            for road, some in lines.grouped(_road).items():
                packs = some.pack_lot_ids.filtered("lot_name")
                packs._trace_link_lots()
                rules._standing(packs.lot_id, order.company_id, road, order)
                rules._standing_unknown(packs, order, road)
        return opened


def _road(line):
    return "sale" if line.qty > 0 else "return"
