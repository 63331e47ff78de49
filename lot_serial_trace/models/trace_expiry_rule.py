from odoo import api, fields, models, tools

from ..core import expiry

UNITS = [("days", "Days"), ("percent", "% of life"), ("never", "Never")]

#: Names of fields that say which case a rule is for, and what it says.
NAMED = ("product_id", "categ_id", "location_id", "partner_id", "company_id")
SET = tuple(f"{name}_{part}" for name in expiry.BOUNDARIES for part in ("unit", "at"))
SENSIBLE = " AND ".join(
    f"({name}_at BETWEEN -9999 AND 9999 "
    f"AND ({name}_unit IS DISTINCT FROM 'percent' OR {name}_at BETWEEN 0 AND 100))"
    for name in expiry.BOUNDARIES
)


class TraceExpiryRule(models.Model):
    """When goods are warned of, no longer sold, pulled, and how long a customer wants them to last.

    A boundary is passed once fewer days are left than it says; each boundary is
    taken from the most specific rule that sets it (``core/expiry.py``). Who asks:

    * the evaluation of stock (``trace.expiry.due``), once a day, and what it does then;
    * reservation and the gate, through ``_limits``.

    Without any rule nothing changes.
    """

    _name = "trace.expiry.rule"
    _description = "Expiry Rule"
    _inherit = ["trace.calendar", "mail.thread", "mail.activity.mixin"]
    _order = "sequence, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    # A rule goes with what it names: emptied, the field would mean "all".
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        ondelete="cascade",
        domain="[('tracking', '!=', 'none')]",
    )
    categ_id = fields.Many2one("product.category", "Product Category", ondelete="cascade")
    location_id = fields.Many2one(
        "stock.location",
        "Place",
        check_company=True,
        ondelete="cascade",
        domain="[('usage', 'in', ('view', 'internal', 'transit'))]",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        check_company=True,
        ondelete="cascade",
        help="Rules for a customer count when goods are reserved for and sent to this customer.",
    )
    date_by = fields.Selection(
        [
            ("expiration", "Expiration date"),
            ("use", "Best before date"),
            ("removal", "Removal date"),
        ],
        "Counted To",
        required=True,
        default="expiration",
        help="Where a lot lacks this date its expiration date counts.",
    )
    warn_unit = fields.Selection(UNITS, "Warn: Unit", tracking=True)
    warn_at = fields.Float(
        "Warn Below",
        digits=(6, 2),
        tracking=True,
        help="Shown as expiring once less is left than this.",
    )
    stop_unit = fields.Selection(UNITS, "Stop Selling: Unit", tracking=True)
    stop_at = fields.Float(
        "Stop Selling Below",
        digits=(6, 2),
        tracking=True,
        help="With 3 days the third day before the date is the last day of sale; with 0 days the "
        "day itself is. Below zero: so many days after it.",
    )
    pull_unit = fields.Selection(UNITS, "Pull: Unit", tracking=True)
    pull_at = fields.Float(
        "Pull Below",
        digits=(6, 2),
        tracking=True,
        help="Taken off the shelf once less is left than this.",
    )
    min_life_unit = fields.Selection(UNITS, "At Delivery: Unit", tracking=True)
    min_life_at = fields.Float(
        "Life at Delivery",
        digits=(6, 2),
        tracking=True,
        help="What must be left, at least, when goods are sent to a customer.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        domain="[('share', '=', False)]",
        help="Who looks after these goods. Empty: who is responsible for the place, or else for "
        "the product.",
    )
    note = fields.Text("Why", help="Why this rule exists. For those who come after you.")

    _boundaries = models.Constraint(
        f"CHECK({SENSIBLE})",
        "A share of the life is 0 to 100 %. Days are -9999 to 9999.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Rules count at once."""
        self._count_at_once()
        return super().create(vals_list)

    def write(self, vals):
        """Rules count at once."""
        self._count_at_once()
        return super().write(vals)

    def unlink(self):
        """Rules count at once."""
        self._count_at_once()
        return super().unlink()

    def _count_at_once(self):
        self.env.registry.clear_cache()
        self.env["pos.config"]._trace_tell()

    # -- answers --------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _rules(self):
        """All active rules as :class:`core.expiry.Rule`, for every company."""
        return (
            self.sudo().with_context(active_test=True).search([("active", "=", True)])._as_rules()
        )

    @api.model
    def _rules_with(self, rule):
        """The same with ``rule``, which may be archived or just being written."""
        return [*(one for one in self._rules() if one.id != rule.id), *rule.sudo()._as_rules()]

    def _as_rules(self):
        return [
            expiry.Rule(
                id=record.id,
                sequence=record.sequence,
                date_by=record.date_by,
                **{name: record[name].id or None for name in NAMED},
                **{name: record[name] or (0.0 if name.endswith("_at") else None) for name in SET},
            )
            for record in self
        ]

    @api.model
    def _limits(self, asks):
        """Return what rules say about goods in a place, and for a customer.

        Costs no query while there is no rule.

        :param asks: tuples of product id, path of the place (``parent_path``), partner id or
            None (goods in stock), company id
        :return: list of :class:`core.expiry.Limits` in the same order; ``stop`` and ``min_life``
            are None where no rule sets them
        """
        rules = self._rules()
        if not rules:
            return [expiry.NO_LIMITS] * len(asks)
        policies = self.env["trace.policy"]
        categories = policies._category_chains({ask[0] for ask in asks})
        partners = policies._partner_chains({ask[2] for ask in asks})
        answers = {}
        for ask in set(asks):
            product_id, path, partner_id, company_id = ask
            case = expiry.Case(
                product_id=product_id,
                categ_ids=categories.get(product_id, ()),
                location_ids=_around(path),
                partner_ids=partners.get(partner_id, ()),
                company_id=company_id,
            )
            answers[ask] = expiry.limits(rules, case)
        return [answers[ask] for ask in asks]

    # -- days -----------------------------------------------------------------

    @api.model
    def _dates(self, lots, company):
        """Map lot id -> :class:`core.expiry.Dates`, as the labels read in ``company``."""
        zone = self._zone(company)
        return {lot.id: _dates_of(lot, zone) for lot in lots}


def _around(path):
    """Ids of a place and those around it, nearest first, from its ``parent_path``."""
    return tuple(int(part) for part in reversed((path or "").split("/")) if part)


def _dates_of(lot, zone):
    product = lot.product_id
    whole = product.expiration_time
    return expiry.Dates(
        expiration=expiry.day_of(lot.expiration_date, zone),
        use=expiry.day_of(lot.use_date, zone),
        removal=expiry.day_of(lot.removal_date, zone),
        made=lot.trace_made,
        received=expiry.day_of(lot.create_date, zone),
        shelf=(
            ("expiration", whole),
            ("use", whole - product.use_time),
            ("removal", whole - product.removal_time),
        ),
    )
