from odoo import fields, models

QUANTITY = "Product Unit"


class TraceRecallLot(models.Model):
    """A lot or serial number in the scope of a recall case, with what it comes to.

    Frozen by one statement when the case is confirmed, for each company that has or had goods of
    it a row of its own. A lot that leaves the scope stays as a row that says so. Machinery
    writes these rows; people read them.
    """

    _name = "trace.recall.lot"
    _description = "Lot of a Recall"
    _order = "recall_id, level, id"
    _rec_name = "lot_name"

    recall_id = fields.Many2one("trace.recall", required=True, ondelete="cascade", readonly=True)
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lot_name = fields.Char("Number", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True)
    why = fields.Selection(
        [
            ("asked", "Asked about"),
            ("reached", "Made from it"),
            ("rule", "By a rule"),
            ("late", "Came later"),
            ("extended", "Extended"),
        ],
        required=True,
        readonly=True,
    )
    why_text = fields.Char("Why", readonly=True)
    level = fields.Integer(readonly=True, help="Operations away from the lots asked about")
    tainted_at = fields.Datetime("Concerned Since", readonly=True)
    joined_at = fields.Datetime("Joined", readonly=True)
    hold_id = fields.Many2one(
        "trace.hold", readonly=True, index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(
        [
            ("scoped", "In scope"),
            ("held", "On hold"),
            ("excluded", "Taken out"),
            ("released", "Released"),
        ],
        required=True,
        readonly=True,
        default="scoped",
    )
    uom_name = fields.Char("Unit", readonly=True)
    received_qty = fields.Float("Received", digits=QUANTITY, readonly=True)
    made_qty = fields.Float("Made", digits=QUANTITY, readonly=True)
    on_hand_qty = fields.Float("On Hand", digits=QUANTITY, readonly=True)
    delivered_qty = fields.Float("Delivered", digits=QUANTITY, readonly=True)
    returned_qty = fields.Float("Returned", digits=QUANTITY, readonly=True)
    destroyed_qty = fields.Float("Destroyed", digits=QUANTITY, readonly=True)
    adjusted_qty = fields.Float("Adjusted", digits=QUANTITY, readonly=True)
    balance_qty = fields.Float(
        "Not Accounted For", digits=QUANTITY, readonly=True, help="Zero when all is accounted for"
    )

    _one_per_company = models.UniqueIndex("(recall_id, lot_id, company_id)")
