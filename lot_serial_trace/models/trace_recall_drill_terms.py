from odoo import api, fields, models

from ..core import drill

#: How many lots have the chance to be drawn, and how great it is.
WEIGHTS = [
    ("lots", "Each lot alike"),
    ("deliveries", "Each delivery alike: lots that went to many come more often"),
    ("categories", "Each product category alike, then each lot in it"),
]


class TraceRecallDrillTerms(models.AbstractModel):
    """What a drill is about and what it has to come to: for plans, for single drills.

    A scheme sets the hours only; no scheme says which percentages are enough.
    """

    _name = "trace.recall.drill.terms"
    _description = "Terms of a Recall Drill"

    drill_how = fields.Selection(
        [
            ("random", "A lot is drawn when the drill starts"),
            ("chosen", "Chosen lots"),
            ("notice", "The lots that a notice meant"),
        ],
        "Which Lot",
        default="random",
        required=True,
    )
    drill_scheme = fields.Selection(
        [(key, label) for key, label, _hours in drill.SCHEMES],
        "Scheme",
        default="brcgs",
        help="Sets the hours. No scheme sets the percentages: they are yours.",
    )
    drill_hours = fields.Float(
        "Hours at Most",
        compute="_compute_drill_hours",
        store=True,
        readonly=False,
        help="From the start of the clock to the end of the drill",
    )
    drill_contacts_min = fields.Float(
        "Customers with an Address (%)",
        default=95,
        help="Of the customers that are known by name: those with an e-mail address or a telephone",
    )
    drill_addresses_min = fields.Float(
        "Addresses That Are Right (%)", default=90, help="Of those that somebody looks at"
    )
    drill_found_min = fields.Float(
        "Units Found (%)", default=100, help="Of those that somebody looks for"
    )
    drill_balance_min = fields.Float(
        "Balance Closed (%)", default=99.5, help="Of all that was received or made"
    )
    drill_pauses_count = fields.Boolean(
        "Pauses Count",
        default=True,
        help="The limit is for the time with its pauses. Both times are in the report.",
    )
    drill_addresses = fields.Integer(
        "Addresses to Confirm", default=5, help="So many customers are drawn; 0: none"
    )
    drill_units = fields.Integer(
        "Places to Find Units in", default=3, help="So many places are drawn; 0: none"
    )
    drill_days = fields.Integer(
        "Delivered in the Last (days)", default=365, help="Which lots may be drawn"
    )
    drill_weight = fields.Selection(WEIGHTS, "Chance", default="categories", required=True)
    drill_categ_ids = fields.Many2many(
        "product.category", string="Product Categories", help="Empty: all"
    )
    drill_warehouse_id = fields.Many2one(
        "stock.warehouse", "Delivered from", help="Empty: from anywhere in the company"
    )
    drill_surprise = fields.Boolean(
        "Surprise",
        help="Nobody knows the day. The clock runs from the moment at which the lot is drawn, "
        "not from when somebody starts to work.",
    )

    @api.depends("drill_scheme")
    def _compute_drill_hours(self):
        hours = {key: limit for key, _label, limit in drill.SCHEMES}
        for record in self:
            record.drill_hours = hours.get(record.drill_scheme) or record.drill_hours or 4.0

    @api.model
    def _drill_terms(self):
        """Names of the fields of terms."""
        terms = self.env.registry["trace.recall.drill.terms"]._fields
        return [name for name in terms if name.startswith("drill_")]

    def _drill_terms_values(self):
        """The terms as values for another record."""
        self.ensure_one()
        values = self.read(self._drill_terms(), load=None)[0]
        values.pop("id")
        return {**values, "drill_categ_ids": [(6, 0, self.drill_categ_ids.ids)]}

    def _drill_limits(self):
        """The terms as :class:`core.drill.Limits`."""
        self.ensure_one()
        return drill.Limits(
            hours=self.drill_hours,
            contacts=self.drill_contacts_min,
            addresses=self.drill_addresses_min,
            found=self.drill_found_min,
            balance=self.drill_balance_min,
            pauses_count=self.drill_pauses_count,
        )
