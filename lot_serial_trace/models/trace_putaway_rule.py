from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..core import putaway

MATTERS = [
    ("any", "Anything"),
    ("trouble", "In trouble with its shipping notice"),
    ("held", "On hold"),
    ("recalled", "Recalled"),
    ("life", "Has little life left"),
]


class TracePutawayRule(models.Model):
    """Where goods are put that something is the matter with.

    Odoo's putaway rules know products and packages; these know the lot: what its
    shipping notice got wrong, whether it is on hold or recalled, how long it lasts.
    Of the rules that apply the most specific wins (``core/putaway.py``); of its place
    and the places below the first that fits is taken. Where no rule applies, or none
    of its places fits, Odoo's own rules decide.
    """

    _name = "trace.putaway.rule"
    _description = "Putaway Rule by Lot"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    matter = fields.Selection(
        MATTERS,
        "Goods",
        required=True,
        default="trouble",
        help="In trouble with its shipping notice: the desk has an open exception of at least a "
        "warning about the number, or about the whole notice.\n"
        "On hold, recalled: wherever the lot is.\n"
        "Has little life left: less than the days or the share of its life given beside.",
    )
    life = fields.Float("Less Than", digits=(6, 1))
    life_unit = fields.Selection([("days", "days"), ("percent", "% of life")], default="days")
    # A rule goes with what it names: emptied, the field would mean "all".
    product_id = fields.Many2one("product.product", check_company=True, ondelete="cascade")
    categ_id = fields.Many2one("product.category", "Product Category", ondelete="cascade")
    class_id = fields.Many2one("trace.storage.class", "Storage Class", ondelete="cascade")
    location_in_id = fields.Many2one(
        "stock.location",
        "Arriving In",
        check_company=True,
        ondelete="cascade",
        domain="[('usage', 'in', ('view', 'internal'))]",
        help="The place to which the transfer brings goods, or one around it. Empty: anywhere in "
        "the warehouse of the place where they are put; good goods only where that place is part "
        "of the one they arrive in, so that they skip no step.",
    )
    location_id = fields.Many2one(
        "stock.location",
        "Put In",
        required=True,
        check_company=True,
        ondelete="cascade",
        domain="[('usage', '=', 'internal')]",
        help="This place or, if goods do not fit there, the first one below it in which they do.",
    )
    note = fields.Char("Why", help="Why this rule exists. For those who come after you.")

    _life = models.Constraint(
        "CHECK(matter != 'life' OR (COALESCE(life, 0) > 0 AND life_unit IS NOT NULL "
        "AND (life_unit != 'percent' OR life <= 100)))",
        "Say how little life is meant: a number of days above 0, or up to 100 %.",
    )

    @api.constrains("location_id", "location_in_id")
    def _check_one_warehouse(self):
        for rule in self.sudo():
            warehouse = rule.location_in_id.warehouse_id
            if rule.location_id.usage != "internal":
                message = self.env._("%s is no place for goods.", rule.location_id.display_name)
            elif warehouse and rule.location_id.warehouse_id != warehouse:
                message = self.env._(
                    "%(place)s is not in %(warehouse)s: putting goods away does not send them to "
                    "another warehouse.",
                    place=rule.location_id.display_name,
                    warehouse=warehouse.name,
                )
            else:
                continue
            raise ValidationError(message)

    @api.depends("matter", "location_id")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule._what()} → {rule.location_id.display_name or ''}"

    def _what(self):
        """What the rule is about, in a few words."""
        matters = dict(self._fields["matter"]._description_selection(self.env))
        if self.matter == "any":
            named = (self.product_id, self.categ_id, self.class_id)
            names = [record.display_name for record in named if record]
            return ", ".join(names) or matters["any"]
        if self.matter != "life":
            return matters.get(self.matter, "")
        units = dict(self._fields["life_unit"]._description_selection(self.env))
        return self.env._(
            "less than %(life)s %(unit)s left",
            life=f"{self.life:g}",
            unit=units.get(self.life_unit, ""),
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Rules count at once."""
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """Rules count at once."""
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        """Rules count at once."""
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _rules(self):
        """All active rules as :class:`core.putaway.Rule`, for every company."""
        records = self.sudo().search([("active", "=", True), ("location_id.active", "=", True)])
        return [
            putaway.Rule(
                id=record.id,
                matter=record.matter,
                place_id=record.location_id.id,
                sequence=record.sequence,
                life=record.life,
                percent=record.life_unit == "percent",
                product_id=record.product_id.id or None,
                categ_id=record.categ_id.id or None,
                class_id=record.class_id.id or None,
                arriving_id=(
                    record.location_in_id or record.location_id.warehouse_id.view_location_id
                ).id
                or None,
                company_id=record.company_id.id,
                place_path=path_of(record.location_id),
            )
            for record in records
        ]


def path_of(place):
    """Ids of a place and those around it, nearest first."""
    return tuple(int(part) for part in reversed((place.parent_path or "").split("/")) if part)
