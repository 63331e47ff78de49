from odoo import fields, models


class StockPackageType(models.Model):
    """Kinds of packages: which of them get an SSCC."""

    _inherit = "stock.package.type"

    trace_sscc = fields.Selection(
        [
            ("company", "As the settings say"),
            ("always", "Always an SSCC"),
            ("never", "Never an SSCC"),
        ],
        "Number",
        default="company",
        required=True,
        help="Whether new packages of this type get an SSCC, or a name of Odoo's.",
    )

    def _get_next_name_by_sequence(self):
        warehouse = self.env["stock.warehouse"].browse(self.env.context.get("trace_warehouse_id"))
        company = warehouse.company_id or self.company_id[:1] or self.env.company
        if self._trace_wants_sscc(company):
            return self.env["trace.sscc"]._next(company, warehouse)[0]
        return super()._get_next_name_by_sequence()

    def _trace_wants_sscc(self, company):
        """Whether a new package of this type, or of none, is numbered by GS1's rules."""
        wish = self[:1].trace_sscc or "company"
        if wish != "company":
            return wish == "always"
        reusable = self[:1].package_use == "reusable"
        company = company.sudo()
        return bool(company.trace_sscc_new and company.trace_gs1_prefix and not reusable)
