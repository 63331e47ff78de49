from odoo import api, fields, models

SAYS = [("public", "Public"), ("hidden", "Not public")]


class ProductCategory(models.Model):
    """Whether the goods of a category have a public page; what it does not say its parents say."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.category"

    trace_page = fields.Selection(
        SAYS, "Product Page", help="Empty: as its parent says, or else as the company says."
    )

    def _trace_page_says(self):
        """What the category, or the nearest parent that says something, says."""
        category = self.sudo()
        while category and not category.trace_page:
            category = category.parent_id
        return category.trace_page


class ProductTemplate(models.Model):
    """Whether a product has a public page, where that differs from its category."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    trace_page = fields.Selection(
        SAYS, "Product Page", help="Empty: as its category says, or else as the company says."
    )
    trace_page_on = fields.Boolean(
        "Has a Public Page",
        compute="_compute_trace_page_on",
        help="Strangers can look its units up: the company, the category and the product agree.",
    )

    @api.depends("trace_page", "categ_id", "company_id")
    @api.depends_context("company")
    def _compute_trace_page_on(self):
        for template in self:
            company = template.company_id or self.env.company
            template.trace_page_on = template._trace_page_in(company)

    def _trace_page_in(self, company):
        """Whether units that a company sells have a page."""
        company = company.sudo()
        if not company.trace_page:
            return False
        says = self.sudo().trace_page or self.sudo().categ_id._trace_page_says()
        return (says or ("public" if company.trace_page_goods == "all" else "hidden")) == "public"

    @api.model
    def _load_pos_data_fields(self, config_id):
        return [*super()._load_pos_data_fields(config_id), "trace_page_on"]
