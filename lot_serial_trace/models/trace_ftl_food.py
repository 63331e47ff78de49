from odoo import fields, models


class TraceFtlFood(models.Model):
    """A line of the Food Traceability List (21 CFR 1.1300): foods whose lots the FDA wants traced.

    The list is the law's, and may be changed by it: administrators add lines and say from when
    until when a line counts. Which goods are on it is said by category or product.
    """

    _name = "trace.ftl.food"
    _description = "Food Traceability List"
    _order = "sequence, name"

    name = fields.Char("Food", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    date_from = fields.Date(
        "On the List From", help="Empty: since the date in force that the company's settings say."
    )
    date_until = fields.Date("Until", help="Empty: still on the list.")
    note = fields.Text("What It Covers", translate=True)

    _dates_in_order = models.Constraint(
        "CHECK(date_until IS NULL OR date_from IS NULL OR date_until >= date_from)",
        "A food leaves the list after it came on it.",
    )
