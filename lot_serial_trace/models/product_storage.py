from odoo import fields, models


class ProductCategory(models.Model):
    """How the goods of a category are stored; what it does not say its parents say."""

    _inherit = "product.category"

    trace_class_ids = fields.Many2many(
        "trace.storage.class",
        "product_category_trace_class_rel",
        "categ_id",
        "class_id",
        string="Storage Classes",
        groups="base.group_user",
        help="How goods of this category must be stored. Empty: as its parent says.",
    )

    def _trace_classes(self):
        """Ids of the storage classes of the category or of its nearest parent that has some."""
        category = self.sudo()
        while category and not category.trace_class_ids:
            category = category.parent_id
        return frozenset(category.trace_class_ids.ids)


class ProductTemplate(models.Model):
    """How a product is stored, where that differs from its category."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    trace_class_ids = fields.Many2many(
        "trace.storage.class",
        "product_template_trace_class_rel",
        "product_tmpl_id",
        "class_id",
        string="Storage Classes",
        groups="base.group_user",
        help="How it must be stored. Empty: as its category says.",
    )


class ProductProduct(models.Model):
    """What storage rules ask of products."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def _trace_classes(self):
        """dict product -> frozenset of ids of its active storage classes."""
        active = self.env["trace.storage.class"]._classes().keys()
        if not active:
            return dict.fromkeys(self, frozenset())
        by_category = {categ: categ._trace_classes() for categ in self.sudo().categ_id}
        nothing = frozenset()
        return {
            product: frozenset(product.sudo().product_tmpl_id.trace_class_ids.ids) & active
            or by_category.get(product.sudo().categ_id, nothing) & active
            for product in self
        }
