from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    """GS1 company prefixes: how long they are cannot be told from a GTIN."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.partner"

    trace_gs1_prefix = fields.Char(
        "GS1 Company Prefix",
        help="6 to 12 digits; several with a blank between them. EPCIS 1.2 files name this "
        "partner's products by EPC URNs with it, else by GS1 Digital Links.",
    )

    @api.constrains("trace_gs1_prefix")
    def _check_trace_gs1_prefix(self):
        for partner in self.filtered("trace_gs1_prefix"):
            for prefix in partner.trace_gs1_prefix.split():
                if not (prefix.isascii() and prefix.isdigit() and 6 <= len(prefix) <= 12):
                    raise ValidationError(
                        self.env._("“%s” is no GS1 company prefix: it has 6 to 12 digits.", prefix)
                    )
