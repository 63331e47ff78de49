from odoo import api, fields, models

STAGES = [
    ("undated", "No date"),
    ("warn", "Expiring"),
    ("stop", "No longer sold"),
    ("pull", "To be pulled"),
    ("expired", "Expired"),
]

#: Who sees what goods have cost, as in stock.
COSTS = "stock.group_stock_manager,lot_serial_trace.group_trace_auditor"


class TraceExpiryDue(models.Model):
    """A lot in a place that has passed a boundary: what the list of expiring goods shows.

    Rows are written by the evaluation (``trace.expiry.run``) only, with SQL: one per
    lot and place, gone when the goods are gone or their date is corrected. What was
    done about them is kept in ``trace.expiry.action``; the fields here only say what
    is under way, so that nothing is done twice.

    Goods without a date are here, too, if their product wants one: nobody would look
    for them. So are lots whose date is the moment in which they were made up, because
    the product has no expiration time: nobody has read that date from a label.
    """

    _name = "trace.expiry.due"
    _description = "Expiring Goods"
    _order = "last_day, product_id, id"
    _log_access = False
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", required=True, readonly=True, ondelete="cascade"
    )
    location_id = fields.Many2one(
        "stock.location", "Place", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="cascade"
    )
    categ_id = fields.Many2one(related="product_id.categ_id")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Owner", readonly=True, ondelete="set null")
    rule_id = fields.Many2one(
        "trace.expiry.rule",
        readonly=True,
        index=True,
        ondelete="set null",
        help="The rule whose boundary was passed. Empty: the date of the lot itself says so.",
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    reserved = fields.Float(digits="Product Unit", readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    value = fields.Float("Value at Cost", digits="Product Price", readonly=True, groups=COSTS)
    stage = fields.Selection(STAGES, required=True, readonly=True)
    hint = fields.Selection(
        [("empty", "No date entered"), ("by_chance", "Date is the moment of entry")],
        readonly=True,
        help="“Date is the moment of entry”: the product has no expiration time, so Odoo says that "
        "goods expire the moment their number is entered. Enter the date of the label.",
    )
    due_day = fields.Date("Passed On", readonly=True, help="First day past the boundary.")
    last_day = fields.Date("Good Until", readonly=True)
    days_left = fields.Integer(
        compute="_compute_days_left",
        help="0: today is the last good day. By the calendar of the place.",
    )
    since = fields.Datetime("Found", readonly=True, help="When the evaluation found this.")
    told_stage = fields.Selection(STAGES, readonly=True)
    trace_status = fields.Selection(related="lot_id.trace_status", string="Hold")
    state = fields.Selection(
        [
            ("open", "Nothing yet"),
            ("marked", "Marked down"),
            ("scrap", "To be scrapped"),
            ("moving", "Being moved"),
        ],
        "Done",
        required=True,
        readonly=True,
        default="open",
    )
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    scrap_id = fields.Many2one(
        "stock.scrap", readonly=True, index="btree_not_null", ondelete="set null"
    )
    marked_percent = fields.Float("Markdown (%)", digits=(5, 2), readonly=True)
    marked_until = fields.Date("Marked Down Until", readonly=True)

    left_alone = fields.Boolean(
        readonly=True,
        help="What a rule did was undone by a person: rules do nothing more about it here.",
    )

    _lot_place = models.UniqueIndex("(lot_id, location_id)")

    @api.depends("last_day", "location_id")
    def _compute_days_left(self):
        rules = self.env["trace.expiry.rule"]
        for place, rows in self.grouped("location_id").items():
            today = rules._today(place)
            for row in rows:
                row.days_left = (row.last_day - today).days if row.last_day else 0

    def action_open_lots(self):
        """Open the numbers themselves, to correct their dates."""
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.action_production_lot_form")
        lots = self.lot_id
        return {**action, "domain": [("id", "in", lots.ids)], "context": {}}

    def action_evaluate(self):
        """Have the list worked out again, in the background."""
        self.env.ref("lot_serial_trace.cron_expiry").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The list is worked out again in the background."),
            },
        }
