from odoo import fields, models

QUANTITY = "Product Unit"


class TraceRecallConsigneeLine(models.Model):
    """What a consignee got of one lot, with which documents; and what he says became of it.

    Written by SQL from the ledger. What he answers is here only where he answered lot by lot.
    """

    _name = "trace.recall.consignee.line"
    _description = "Goods of a Consignee"
    _order = "consignee_id, lot_name, id"
    _rec_name = "lot_name"
    _log_access = False

    consignee_id = fields.Many2one(
        "trace.recall.consignee", required=True, readonly=True, ondelete="cascade"
    )
    recall_id = fields.Many2one(
        "trace.recall", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    lot_id = fields.Integer("Lot ID", readonly=True, aggregator=None)
    lot_name = fields.Char("Lot/Serial", readonly=True)
    product_id = fields.Integer("Product ID", readonly=True, aggregator=None)
    product_name = fields.Char("Product", readonly=True)
    uom = fields.Char("Unit", readonly=True)
    delivered = fields.Float(digits=QUANTITY, readonly=True)
    returned = fields.Float("Came Back", digits=QUANTITY, readonly=True)
    quantity = fields.Float(digits=QUANTITY, readonly=True, help="Delivered less what came back")
    sales = fields.Integer(readonly=True)
    documents = fields.Char(readonly=True)
    first_time = fields.Datetime("First", readonly=True)
    last_time = fields.Datetime("Last", readonly=True)
    in_stock = fields.Boolean(
        readonly=True, help="It lies in a place of our own: told by the stock, not by deliveries."
    )
    is_answered = fields.Boolean("Answered", readonly=True)
    found_qty = fields.Float("Found", digits=QUANTITY, readonly=True)
    sold_on_qty = fields.Float("Sold On", digits=QUANTITY, readonly=True)
    destroyed_qty = fields.Float("Destroyed", digits=QUANTITY, readonly=True)
    returned_qty = fields.Float("Sent Back", digits=QUANTITY, readonly=True)

    _one_of_each = models.UniqueIndex("(consignee_id, lot_id)")
