import base64

from odoo import api, models
from odoo.tools import format_date

from ..core.gs1 import Gs1Error, build_digital_link, normalise_gtin
from ..core.paper import Letterhead
from ..core.warranty_pdf import Certificate, write_certificates


class TraceWarranty(models.Model):
    """The certificate as PDF, on the company's paper and in the customer's language.

    It is drawn here and not by a browser engine: it looks the same on every server, also where
    no such engine is installed.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.warranty"

    def _certificate(self):
        """``(name of the file, PDF)`` of these warranties, a page each, on one company's paper."""
        records = self.sudo()
        company = records.company_id[:1]
        pages = [
            one.with_context(lang=one.partner_id.lang or self.env.lang)._page() for one in records
        ]
        content = write_certificates(
            pages, self._letterhead(company), self.env["trace.label"]._fonts()
        )
        number = records.number if len(records) == 1 else str(len(records))
        return self.env._("Warranty %s", number) + ".pdf", content

    def _page(self):
        link = self._digital_link()
        return Certificate(
            title=self.env._("Warranty Certificate"),
            product=self.product_id.display_name,
            caption=self._caption(),
            number=self.number,
            rows=self._facts(),
            link=link,
            under_link=self.env._("Scan this code to look the unit up by its number."),
            text=tuple(self._small_print()),
            stamp="" if self.state == "running" else self._short(),
        )

    def _facts(self):
        rows = [
            (self.env._("Covered from"), format_date(self.env, self.start)),
            (self.env._("Covered until"), format_date(self.env, self.end)),
            (self.env._("Customer"), self.partner_id.display_name or self.env._("The bearer")),
            (self.env._("Sold with"), self.document or ""),
        ]
        if self.product_id.tracking != "serial":
            rows.insert(0, (self.env._("Units"), f"{self.quantity:g}"))
        if self.replaces_id:
            rows.append((self.env._("Given for"), self.replaces_id.number))
        gtin = normalise_gtin(self.product_id.barcode)
        return [*rows, (self.env._("GTIN"), gtin)] if gtin else rows

    def _caption(self):
        if self.product_id.tracking == "serial":
            return self.env._("Serial number")
        return self.env._("Lot")

    def _small_print(self):
        if self.replaces_id:
            yield self.env._(
                "This unit was given for %(number)s. It is covered to the end of that one's "
                "warranty.",
                number=self.replaces_id.number,
            )
        else:
            yield self.env._(
                "Covered for %(months)s months, to the end of the last day. Show this page or "
                "the receipt with a claim. Your rights by law are not touched.",
                months=self.months,
            )

    def _digital_link(self):
        """The GS1 Digital Link of the unit; "" where the product has no GTIN for it."""
        gtin = normalise_gtin(self.product_id.barcode)
        kind = "serial" if self.product_id.tracking == "serial" else "lot"
        is_public = self.product_id.product_tmpl_id._trace_page_in(self.company_id)
        stem = self.company_id._trace_stem(is_public)
        try:
            return build_digital_link(stem=stem, gtin=gtin, **{kind: self.number}) if gtin else ""
        except Gs1Error:
            return ""

    @api.model
    def _letterhead(self, company):
        partner = company.partner_id
        address = partner._display_address(without_company=True).splitlines()
        return Letterhead(
            name=company.name,
            lines=[line.strip() for line in address if line.strip()],
            logo=base64.b64decode(company.logo) if company.logo else None,
            color=company.primary_color or "#333333",
            footer=self.env["trace.shipment"]._company_lines(company),
        )
