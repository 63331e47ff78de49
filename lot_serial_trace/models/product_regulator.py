from odoo import fields, models

#: Laws that want goods traced by kind.
REGIMES = [
    ("food", "Food or feed"),
    ("drug", "Medicine"),
    ("device", "Medical device"),
]


class ProductCategory(models.Model):
    """Which traceability law the goods of a category are under; below it the same, if not said."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.category"

    trace_regime = fields.Selection(
        REGIMES,
        "Traceability Law",
        help="What the goods are before the law. Empty: as the parent category says.",
    )
    trace_ftl_id = fields.Many2one(
        "trace.ftl.food",
        "Food Traceability List",
        ondelete="restrict",
        help="The line of the list (USA, FSMA 204) that the goods are on. Empty: as the parent "
        "category says.",
    )


class ProductTemplate(models.Model):
    """Which traceability law a product is under, and what is to be told of it to authorities."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    trace_regime = fields.Selection(
        [*REGIMES, ("none", "None of these")],
        "Traceability Law",
        help="What it is before the law. Empty: as its category says.",
    )
    trace_ftl_id = fields.Many2one(
        "trace.ftl.food",
        "Food Traceability List",
        ondelete="restrict",
        help="The line of the list (USA, FSMA 204) that it is on. Empty: as its category says.",
    )
    trace_ftl_exempt = fields.Boolean(
        "Not on the List",
        help="Whatever its category says: after a kill step, or exempt for another reason.",
    )
    trace_fsma_made = fields.Selection(
        [
            ("transformation", "Transformation"),
            ("packing", "Initial packing"),
            ("sprouts", "Initial packing of sprouts"),
        ],
        "Made by",
        default="transformation",
        help="What the making of it is: food that is made or packed anew, or a raw agricultural "
        "commodity that is packed for the first time.",
    )
    trace_brand = fields.Char("Brand")
    trace_commodity = fields.Char(
        "Commodity", help="Or species or market name, e.g. Romaine lettuce, Atlantic cod"
    )
    trace_variety = fields.Char("Variety")
    trace_packaging = fields.Char("Packaging", help="Size and style, e.g. 24 heads, carton")
    trace_ndc = fields.Char(
        "NDC", help="National Drug Code. Empty: taken from a GTIN that holds one."
    )
    trace_strength = fields.Char("Strength", help="e.g. 20 mg")
    trace_dosage_form = fields.Char("Dosage Form", help="e.g. tablet")
    trace_container_size = fields.Char("Container Size", help="e.g. 30 tablets, bottle")
