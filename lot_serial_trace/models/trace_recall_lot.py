from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

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
    why_text = fields.Char("In Words", readonly=True)
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
    in_transit_qty = fields.Float("In Transit", digits=QUANTITY, readonly=True)
    consumed_qty = fields.Float("Consumed", digits=QUANTITY, readonly=True)
    sent_back_qty = fields.Float("Sent Back", digits=QUANTITY, readonly=True)
    from_other_qty = fields.Float("From Other Companies", digits=QUANTITY, readonly=True)
    handed_over_qty = fields.Float("To Other Companies", digits=QUANTITY, readonly=True)
    balance_qty = fields.Float(
        "Not Accounted For", digits=QUANTITY, readonly=True, help="Zero when all is accounted for"
    )

    _one_per_company = models.UniqueIndex("(recall_id, lot_id, company_id)")

    def _hold(self, recall, company):
        """Put these lots of one company on hold for a case."""
        lots = self.lot_id
        holds = self.env["trace.hold"]._place(
            lots, recall._hold_reason(), source="recall", company=company, origin=recall
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_recall_lot s SET state = 'held', hold_id = h.id
                FROM unnest(%s::int[], %s::int[]) AS h(id, lot_id)
                WHERE s.id = ANY(%s) AND s.lot_id = h.lot_id
                """,
                holds.ids,
                holds.lot_id.ids,
                self.ids,
            )
        )
        self.invalidate_model(["state", "hold_id"])

    def action_open_lot(self):
        """Open the number as the Traceability app shows it."""
        self.ensure_one()
        if not self.lot_id:
            raise UserError(self.env._("This number no longer exists."))
        view = self.env.ref("lot_serial_trace.view_trace_lot_form")
        return {**self.lot_id._get_records_action(), "views": [(view.id, "form")]}
