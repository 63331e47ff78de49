from odoo import api, fields, models


class StockWarehouse(models.Model):
    """A warehouse may number its packages with a prefix of its own."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.warehouse"

    trace_gs1_prefix = fields.Char(
        "GS1 Company Prefix",
        copy=False,
        help="Only where this warehouse has another one than its company.",
    )

    @api.constrains("trace_gs1_prefix")
    def _trace_check_gs1_prefix(self):
        self.env["res.company"]._trace_check_prefixes_of(self)
