from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .trace_guard import refuse_forgery

KINDS = [
    ("return", "Return to supplier"),
    ("destroy", "Destroy"),
    ("rework", "Rework"),
    ("release", "Release after test"),
    ("claim", "Claim from supplier"),
]
METHODS = [
    ("burnt", "Burnt"),
    ("crushed", "Crushed or shredded"),
    ("denatured", "Made unusable"),
    ("buried", "Landfill"),
    ("recycled", "Recycled"),
    ("other", "Another way"),
]
#: What people may write; everything else is for the buttons.
SAID = {"remark"}


class TraceRecallDisposition(models.Model):
    """What becomes of goods of a recall case: so much of a lot goes this way.

    * ``return``: a transfer to the supplier, of the receipt it came with;
    * ``destroy``: a transfer to a scrap place, done before witnesses, with proof;
    * ``rework``: the goods stay on hold for an order, or become another lot;
    * ``release``: a test says that they are good: the hold of the case on the lot ends;
    * ``claim``: no goods go anywhere, the supplier is debited.

    ``planned``: the transfer is there and the goods are reserved for it, or an order may take
    them; it can be undone. ``done``: they have gone. What the warehouse validates in part leaves
    a part planned (``_settle``). Goods at customers' (``side``) are none of ours to move: what
    was reported of them is written down.

    The gate lets goods of a running case leave the house by its dispositions only
    (``trace_gate_recall.py``). Rows are made many at once (``trace_recall_disposition_doing.py``)
    and never deleted.
    """

    _name = "trace.recall.disposition"
    _description = "Disposition of Recalled Goods"
    _order = "id desc"
    _rec_name = "lot_name"

    recall_id = fields.Many2one(
        "trace.recall", required=True, readonly=True, index=True, ondelete="cascade"
    )
    scope_id = fields.Many2one(
        "trace.recall.lot", required=True, readonly=True, index=True, ondelete="cascade"
    )
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lot_name = fields.Char("Number", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    side = fields.Selection(
        [("stock", "In stock"), ("customer", "At a customer's")],
        "Where",
        required=True,
        readonly=True,
        default="stock",
    )
    state = fields.Selection(
        [("planned", "Under way"), ("done", "Done"), ("cancelled", "Undone")],
        required=True,
        readonly=True,
        default="planned",
    )
    quantity = fields.Float(digits="Product Unit", required=True, readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    entry = fields.Integer(
        readonly=True, index=True, aggregator=None, help="What was entered together has one number."
    )
    partner_id = fields.Many2one(
        "res.partner", "Supplier or Customer", readonly=True, index="btree_not_null"
    )
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        "Document ID", model_field="document_model", readonly=True
    )
    document = fields.Char(readonly=True, help="What it was called when it was entered.")
    result_lot_id = fields.Many2one(
        "stock.lot", "Became", readonly=True, index="btree_not_null", ondelete="set null"
    )
    pass_id = fields.Many2one("trace.pass", "Permission", readonly=True, index="btree_not_null")
    claim_id = fields.Many2one(
        "account.move", "Debit Document", readonly=True, index="btree_not_null", ondelete="set null"
    )
    unit_cost = fields.Float("Cost of a Unit", digits="Product Price", readonly=True)
    extra_cost = fields.Float(
        digits="Product Price", readonly=True, help="This row's share of what else it has cost."
    )
    reference = fields.Char(readonly=True, help="Number of the return, the test or the order")
    method = fields.Selection(METHODS, readonly=True)
    witness = fields.Char("Witnesses", readonly=True, help="Names, with commas between them")
    happened_at = fields.Datetime("When", readonly=True, help="When it was destroyed or tested")
    test_result = fields.Char(readonly=True)
    proof_ids = fields.Many2many(
        "ir.attachment",
        "trace_recall_disposition_proof_rel",
        "disposition_id",
        "attachment_id",
        readonly=True,
    )
    certificate_id = fields.Many2one(
        "trace.certificate", readonly=True, index="btree_not_null", ondelete="set null"
    )
    remark = fields.Char()
    user_id = fields.Many2one("res.users", "Entered by", readonly=True)
    done_at = fields.Datetime("Done", readonly=True)
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True)
    undone_at = fields.Datetime("Undone", readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True)

    _planned_idx = models.Index("(lot_id, company_id) WHERE state = 'planned'")
    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "A quantity is more than 0.")

    def init(self):
        """Numbers of entries come from the database: two people never share one."""
        self.env.cr.execute("CREATE SEQUENCE IF NOT EXISTS trace_recall_entry")

    @api.depends("lot_name", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{kinds.get(row.kind, '')}: {row.lot_name or ''}"

    # -- guards ---------------------------------------------------------------

    def write(self, vals):
        """People remark; what was decided is for the buttons."""
        refuse_forgery(self, vals, SAID)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Dispositions are kept. Undo this one instead."))

    @api.model
    def _check_right(self, kind=None):
        """Users enter what becomes of goods; to let held goods go on is Quality's, to claim the
        managers'.
        """
        wanted = {
            "rework": "lot_serial_trace.group_trace_quality",
            "release": "lot_serial_trace.group_trace_quality",
            "claim": "lot_serial_trace.group_trace_recall",
        }.get(kind, "lot_serial_trace.group_trace_user")
        if self.env.su or self.env.user.has_group(wanted):
            return
        raise AccessError(
            {
                "rework": self.env._("Only Quality lets recalled goods be worked on."),
                "release": self.env._("Only Quality releases recalled goods."),
                "claim": self.env._("Only a recall manager claims from suppliers."),
            }.get(kind, self.env._("Only users of Traceability decide about recalled goods."))
        )

    # -- buttons --------------------------------------------------------------

    def action_open_document(self):
        """Open the transfer, the order or the debit document."""
        self.ensure_one()
        record = self.picking_id or self.claim_id or self.pass_id
        if self.document_model in self.env and self.document_id:
            record = self.env[self.document_model].browse(self.document_id).exists() or record
        if not record:
            raise UserError(self.env._("There is no document behind this."))
        return record._get_records_action()

    def action_done(self):
        """Open the dialog that asks how it went, for the selected ones that are under way."""
        planned = self.filtered(lambda row: row.state == "planned")
        if not planned:
            raise UserError(self.env._("Nothing of this is under way any more."))
        return self.env["trace.recall.proof"]._ask(planned)

    def action_undo(self):
        """Take back what was entered by mistake."""
        self._undo()

    def action_certificate(self):
        """Download the certificate of destruction of what was entered together."""
        return self._certificate().action_download()
