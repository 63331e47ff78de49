from collections import namedtuple

from odoo import api, fields, models

from ..core.warranty import MOST_MONTHS

#: How long products are covered, and from when: ``months`` (0: no warranty), ``start``.
Terms = namedtuple("Terms", "months start")
NO_TERMS = Terms(0, "sale")
STARTS = [("sale", "At sale"), ("delivery", "At delivery")]
#: Fields whose change makes ``trace.warranty._offered`` ask again.
WATCHED = {"trace_warranty_months", "trace_warranty_none"}


class ProductCategory(models.Model):
    """How long the goods of a category are covered; what it does not say its parents say."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.category"

    trace_warranty_months = fields.Integer(
        "Warranty (months)",
        help="For products of this category that are tracked by lot or serial number. 0: as its "
        "parent says.",
    )
    trace_warranty_start = fields.Selection(
        STARTS,
        "Warranty Starts",
        help="Empty: as its parent says, or else at sale.",
    )

    _trace_warranty_sensible = models.Constraint(
        f"CHECK(trace_warranty_months BETWEEN 0 AND {MOST_MONTHS})",
        f"A warranty lasts 0 to {MOST_MONTHS} months.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Warranties count at once."""
        _ask_again(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Warranties count at once."""
        _ask_again(self, [vals])
        return super().write(vals)

    def _trace_warranty_terms(self):
        """What the category, or the nearest parent that says something, says."""
        months, start, category = 0, None, self.sudo()
        while category and not (months and start):
            months = months or category.trace_warranty_months
            start = start or category.trace_warranty_start
            category = category.parent_id
        return Terms(months, start or NO_TERMS.start)


class ProductTemplate(models.Model):
    """How long a product is covered, where that differs from its category."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    trace_warranty_months = fields.Integer(
        "Warranty (months)",
        help="How long a unit is covered once it is sold. 0: as its category says.",
    )
    trace_warranty_start = fields.Selection(
        STARTS,
        "Warranty Starts",
        help="At sale: the day of the order or receipt. At delivery: the day the goods leave. "
        "Empty: as its category says, or else at sale.",
    )
    trace_warranty_none = fields.Boolean("No Warranty", help="Whatever its category says.")
    trace_warranty_term = fields.Integer(
        "Warranty in Force (months)",
        compute="_compute_trace_warranty_term",
        help="Months that count: the product's own, or else its category's.",
    )
    trace_warranty_from = fields.Selection(STARTS, compute="_compute_trace_warranty_term")

    _trace_warranty_sensible = models.Constraint(
        f"CHECK(trace_warranty_months BETWEEN 0 AND {MOST_MONTHS})",
        f"A warranty lasts 0 to {MOST_MONTHS} months.",
    )

    @api.depends("trace_warranty_months", "trace_warranty_start", "trace_warranty_none", "categ_id")
    def _compute_trace_warranty_term(self):
        terms = self._trace_warranty_terms()
        for template in self:
            template.trace_warranty_term = terms[template].months
            template.trace_warranty_from = terms[template].start

    @api.model_create_multi
    def create(self, vals_list):
        """Warranties count at once."""
        _ask_again(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Warranties count at once."""
        _ask_again(self, [vals])
        return super().write(vals)

    def _trace_warranty_terms(self):
        """dict template -> :class:`Terms`."""
        categories = {categ: categ._trace_warranty_terms() for categ in self.sudo().categ_id}
        return {
            template: _terms(template.sudo(), categories.get(template.sudo().categ_id, NO_TERMS))
            for template in self
        }


class ProductProduct(models.Model):
    """Variants are covered as their template says."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def _trace_warranty_terms(self):
        """dict product -> :class:`Terms`."""
        terms = self.product_tmpl_id._trace_warranty_terms()
        return {product: terms[product.product_tmpl_id] for product in self}


def _terms(template, by_category):
    if template.trace_warranty_none or template.tracking == "none":
        return NO_TERMS
    return Terms(
        template.trace_warranty_months or by_category.months,
        template.trace_warranty_start or by_category.start,
    )


def _ask_again(records, vals_list):
    if any(name in WATCHED and vals[name] is not False for vals in vals_list for name in vals):
        records.env.registry.clear_cache()
