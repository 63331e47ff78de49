from odoo import fields, models

QUANTITY = "Product Unit"

WAYS = [
    ("page", "On the page"),
    ("phone", "By telephone"),
    ("paper", "On paper"),
    ("mail", "By e-mail"),
    ("visit", "At a visit"),
]


class TraceRecallAnswer(models.Model):
    """What a consignee said at one time. The last one counts; those before it are kept."""

    _name = "trace.recall.answer"
    _description = "Answer of a Consignee"
    _order = "id desc"
    _rec_name = "said_at"

    consignee_id = fields.Many2one(
        "trace.recall.consignee", required=True, readonly=True, index=True, ondelete="cascade"
    )
    recall_id = fields.Many2one(related="consignee_id.recall_id")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    said_at = fields.Datetime("When", required=True, readonly=True)
    way = fields.Selection(WAYS, required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Taken Down by", readonly=True)
    has_none = fields.Boolean(readonly=True)
    found_qty = fields.Float("Found", digits=QUANTITY, readonly=True)
    sold_on_qty = fields.Float("Sold On", digits=QUANTITY, readonly=True)
    destroyed_qty = fields.Float("Destroyed", digits=QUANTITY, readonly=True)
    returned_qty = fields.Float("Sent Back", digits=QUANTITY, readonly=True)
    sold_on_count = fields.Integer("Number of Buyers", readonly=True)
    details = fields.Json(readonly=True, help="By unit, and by lot where it was said")
    remark = fields.Text(readonly=True)
    photo_ids = fields.Many2many("ir.attachment", string="Photos", readonly=True)
