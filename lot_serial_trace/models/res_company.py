from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.gs1 import SsccError, check_prefix
from ..core.gs1.keys import is_digits


class ResCompany(models.Model):
    """Companies: with which numbers they mark what they send."""

    _inherit = "res.company"

    trace_gs1_prefix = fields.Char(
        "GS1 Company Prefix",
        help="4 to 12 digits, lent by GS1: what your own SSCCs begin with, "
        "after the extension digit.",
    )
    trace_sscc_extension = fields.Char(
        "Extension Digit",
        default="0",
        size=1,
        help="First digit of your SSCCs. Take another one when all numbers are used.",
    )
    trace_sscc_new = fields.Boolean(
        "New Packages Get an SSCC",
        help="Unless their package type says otherwise. Reusable boxes keep their own names.",
    )

    trace_link_stem = fields.Char(
        "Address of Product Links",
        help="What GS1 Digital Links on your labels begin with, e.g. https://example.com. "
        "Empty: GS1's own, https://id.gs1.org.",
    )

    trace_archive_monthly = fields.Boolean(
        "Copy the Ledger Each Month",
        help="Each night, what is sealed of the past months and has no copy outside the database.",
    )

    @api.constrains("trace_gs1_prefix")
    def _trace_check_gs1_prefix(self):
        self._trace_check_prefixes_of(self)

    @api.constrains("trace_sscc_extension")
    def _trace_check_extension(self):
        for company in self:
            digit = company.trace_sscc_extension or "0"
            if len(digit) != 1 or not is_digits(digit):
                raise ValidationError(
                    self.env._("The extension digit of an SSCC is one digit, 0 to 9.")
                )

    @api.model
    def _trace_check_prefixes_of(self, records):
        """For companies and warehouses: refuse what is no GS1 Company Prefix."""
        for record in records:
            try:
                if record.trace_gs1_prefix:
                    check_prefix(record.trace_gs1_prefix)
            except SsccError as error:
                raise ValidationError(self.env._(error.template, **error.values)) from error
