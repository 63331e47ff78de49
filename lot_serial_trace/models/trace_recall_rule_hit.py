from odoo import api, fields, models
from odoo.exceptions import UserError

ROADS = [
    ("stock", "In stock"),
    ("receipt", "Received"),
    ("return", "Came back"),
    ("sale", "Sold at a till"),
    ("production", "Made"),
    ("inventory", "Found"),
    ("company", "From another company"),
    ("case", "Case opened by hand"),
]


class TraceRecallRuleHit(models.Model):
    """A lot or serial number that a recall rule has caught: when, on which road, why, and what was
    done.

    Written by machinery, set-wise, and never changed: rules change, and somebody will ask why a
    number was stopped in May. Numbers that nobody had received have no lot.
    """

    _name = "trace.recall.rule.hit"
    _description = "Caught by a Recall Rule"
    _order = "at desc, id desc"
    _rec_name = "lot_name"
    _log_access = False

    rule_id = fields.Many2one("trace.recall.rule", required=True, readonly=True, ondelete="cascade")
    version = fields.Integer(readonly=True)
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lot_name = fields.Char("Number", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    at = fields.Datetime("When", required=True, readonly=True)
    road = fields.Selection(ROADS, "How", required=True, readonly=True)
    document = fields.Char(readonly=True)
    why = fields.Char(readonly=True)
    deed = fields.Selection(
        [
            ("held", "Put on hold"),
            ("was_held", "Was on hold by this rule"),
            ("left", "Left: a person released it"),
            ("joined", "Joined a case"),
            ("told", "Told"),
        ],
        "What Was Done",
        readonly=True,
    )
    hold_id = fields.Many2one("trace.hold", readonly=True, ondelete="set null")
    recall_id = fields.Many2one(
        "trace.recall", "Case", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    _rule_lot_idx = models.Index("(rule_id, lot_id)")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What a rule has caught is kept."))
