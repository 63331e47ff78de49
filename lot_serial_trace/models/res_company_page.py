import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.gs1.digital_link import CANONICAL_STEM

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
#: Months for which an owner is known where the company says nothing else: six years.
OWNED = 72


class ResCompany(models.Model):
    """Companies: whether strangers may look their products up, and what is kept of owners."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    trace_page = fields.Boolean(
        "Public Product Page",
        help="Whoever scans the code on a unit reads whether it is genuine, recalled, still good "
        "and under warranty. No login, no personal data, no stock figures.",
    )
    trace_page_goods = fields.Selection(
        [
            ("chosen", "Only products and categories that say so"),
            ("all", "All with a GTIN, save those that say no"),
        ],
        "Products With a Page",
        default="chosen",
        required=True,
    )
    trace_page_host = fields.Char(
        "Only Under This Host",
        help="e.g. id.example.com. Where several companies share a database, each page is found "
        "under its own host. Empty: under every host that no other company has.",
    )
    trace_page_owners = fields.Boolean(
        "Owners May Register",
        help="Whoever has a unit may leave a mail address to be told if it is recalled. It is "
        "confirmed by mail, used for nothing else, and erased in the end.",
    )
    trace_owner_months = fields.Integer(
        "Months an Owner Is Kept", default=OWNED, help="Then the address is erased by itself."
    )
    trace_page_places = fields.Integer(
        "Places That Ask for One Serial Number",
        help="When so many networks have asked for the same serial number within 30 days, an "
        "exception says so: its label may have been copied. 0: nobody counts.",
    )

    _trace_page_sensible = models.Constraint(
        "CHECK(trace_owner_months BETWEEN 1 AND 600 AND trace_page_places BETWEEN 0 AND 10000)",
        "An owner is kept for 1 to 600 months; 0 to 10,000 places may ask.",
    )

    @api.constrains("trace_page_host")
    def _trace_check_page_host(self):
        for company in self:
            if company.trace_page_host and not _HOST.fullmatch(company.trace_page_host):
                raise ValidationError(
                    self.env._(
                        "“%s” is no host. Write it without https:// and without a path, in small "
                        "letters, e.g. id.example.com.",
                        company.trace_page_host,
                    )
                )

    @api.model
    def _trace_page_companies(self, host):
        """The companies whose products are found under a host: its own, or those without one."""
        companies = self.sudo().search([("trace_page", "=", True)])
        names = {host.lower(), host.lower().partition(":")[0]}
        own = companies.filtered(lambda one: one.trace_page_host in names)
        free = companies.filtered(lambda one: not one.trace_page_host)
        return own or free & self._trace_website_company(host) or free

    @api.model
    def _trace_website_company(self, host):
        """The company of the website at a host, where Odoo's websites are installed."""
        websites = self.env.get("website")
        if websites is None:
            return self.browse()
        website = websites.sudo()._get_current_website_id(host.lower(), fallback=False)
        return websites.sudo().browse(website or None).company_id

    def _trace_page_root(self):
        """Where the pages of the company are."""
        self.ensure_one()
        host = self.sudo().trace_page_host
        return f"https://{host}" if host else self.get_base_url().rstrip("/")

    def _trace_stem(self, is_public=True):
        """What Digital Links on labels, receipts and certificates begin with.

        :param is_public: whether the goods have a page, if the company has switched pages on
        """
        self.ensure_one()
        company = self.sudo()
        if company.trace_link_stem:
            return company.trace_link_stem.rstrip("/")
        return company._trace_page_root() if company.trace_page and is_public else CANONICAL_STEM
