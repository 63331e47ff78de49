from odoo import api, models
from odoo.tools import format_date, html2plaintext, is_html_empty

from ..core import product_page as page
from ..core.gs1 import normalise_gtin
from . import trace_page_sql as page_sql


class TracePage(models.AbstractModel):
    """What strangers read of a product, a lot or a serial number.

    ``_look_up`` finds the product that a GTIN stands for, if it is public, and what is known of
    the number; ``core/product_page.py`` says what may be told of it. Nothing of people, of stock
    or of documents is read here at all, so that nothing of it can be told.

    A number that nobody knows and one that was not sold are the same down to the last byte, after
    the same queries. A case of recall is told in any event: see ``docs/product-page.md``.
    """

    _name = "trace.page"
    _description = "Public Product Page"

    # -- looking up -----------------------------------------------------------

    @api.model
    def _look_up(self, asked, companies):
        """What is asked about: dict ``product``, ``company``, ``tracking``, ``asked``, ``facts``,
        ``lot``, ``state``, ``cases``; None where no public product has this GTIN.

        A constant number of queries.

        :param companies: those whose pages are here, the dearest first
        """
        if not companies:
            return None
        self.env.flush_all()
        found = self.env.execute_query_dict(
            page_sql.product_of(page.spellings(asked.gtin), companies.ids)
        )
        if not found:
            return None
        [row] = found
        company = self.env["res.company"].sudo().browse(row["company_id"])
        product = self.env["product.product"].sudo().with_company(company).browse(row["id"])
        return self._known(asked, product, row["tracking"], company, companies)

    @api.model
    def _known(self, asked, product, tracking, company, companies):
        facts, known = self._facts(asked, product, tracking, company, companies)
        today = self.env["trace.calendar"].sudo()._latest_today(company)
        cases = known.get("ids") or []
        # A batch of what has serial numbers is no unit, nor is any number of what has none.
        if not known:
            rows = self.env.execute_query(page_sql.cases_of(product.id, companies.ids))
            cases = [id_ for (id_,) in rows]
        state = page.state_of(asked, facts, today) if known else page.PRODUCT
        told = state in (page.RECALLED, page.PRODUCT)
        return {
            "asked": asked,
            "product": product,
            "tracking": tracking,
            "company": company,
            "facts": facts,
            "lot": self.env["stock.lot"].sudo().browse(known.get("id") or []),
            "state": state,
            "cases": self.env["trace.recall"]
            .sudo()
            .browse(cases[: page_sql.CASES] if told else ()),
            "use_by": facts and facts.expires,
            "best_before": self._day(known.get("use_date"), company),
            "warranty_end": known.get("warranty_end"),
        }

    @api.model
    def _facts(self, asked, product, tracking, company, companies):
        """Facts of the number (None: not known), and the row behind them (empty: no number)."""
        number = asked.serial if tracking == "serial" else asked.lot or asked.serial
        if not number or tracking == "none":
            return None, {}
        [row] = self.env.execute_query_dict(
            page_sql.number_of(product.id, tracking, number, companies.ids)
        )
        expires = self._day(row["expiration_date"], company)
        cases = tuple(row["ids"] or ())
        facts = page.Facts(row["is_sold"], cases, row["trace_batch"] or "", expires)
        return (facts if row["id"] else None), row

    @api.model
    def _day(self, moment, company):
        return self.env["trace.calendar"].sudo()._day(moment, company) if moment else None

    # -- telling --------------------------------------------------------------

    @api.model
    def _values(self, found, **more):
        """Values of the template ``product_page``."""
        product, company, asked = found["product"], found["company"], found["asked"]
        known = found["state"] in page.KNOWN
        return {
            "state": found["state"],
            "asked": asked,
            "name": product.with_context(display_default_code=False).display_name,
            "has_image": bool(product.with_context(bin_size=True).image_512),
            "company": company,
            "logo": not company.uses_default_logo and f"/logo.png?company={company.id}",
            "rows": self._rows(found) if known else [],
            "other_date": known and page.has_other_date(asked, found["facts"]),
            "cases": [self._case(case) for case in found["cases"]],
            "serial": found["tracking"] == "serial",
            "may_ask": found["tracking"] != "none",
            "may_register": known and company.trace_page_owners,
            "registered": "",
            "says": "",
            "email": "",
            "preview": "",
            "months": company.trace_owner_months,
            **more,
        }

    @api.model
    def _rows(self, found):
        """``(what, value, whether it is over)`` of a number that is known."""
        today = self.env["trace.calendar"].sudo()._latest_today(found["company"])
        best, use_by, end = found["best_before"], found["use_by"], found["warranty_end"]
        rows = []
        if best and best != use_by:
            rows.append((self.env._("Best before"), best))
        if use_by:
            rows.append((self.env._("Use by"), use_by))
        if end:
            rows.append((self.env._("Warranty until"), end))
        return [(what, format_date(self.env, day), day < today) for what, day in rows]

    @api.model
    def _case(self, case):
        """What is told of a case."""
        shown = not is_html_empty(case.instructions)
        return {
            "title": case.title,
            "reason": html2plaintext(case.reason or "").strip(),
            "hazard": html2plaintext(case.hazard or "").strip(),
            "instructions": case.instructions if shown else "",
        }

    @api.model
    def _example(self, company):
        """A lot whose page can be looked at: of a public product if there is one."""
        mine = [
            ("company_id", "in", (company.id, False)),
            ("product_id.barcode", "!=", False),
            ("product_id.tracking", "!=", "none"),
        ]
        lots = self.env["stock.lot"].search(mine, order="id desc", limit=200)
        lots = lots.filtered(lambda lot: normalise_gtin(lot.product_id.barcode))
        return next((lot for lot in lots if lot.trace_has_page), lots[:1])

    @api.model
    def _preview(self, lot):
        """The page as a visitor would see it, with a word on why he may not."""
        product, company = lot.product_id, lot.company_id or self.env.company
        gtin = normalise_gtin(product.barcode)
        kind = "serial" if product.tracking == "serial" else "lot"
        asked = page.Asked(gtin or "0" * 14, **{kind: lot.name})
        found = self._known(asked, product, product.tracking, company, company)
        return self._values(found, preview=self._why_not(found, gtin))

    @api.model
    def _why_not(self, found, gtin):
        company, product = found["company"], found["product"]
        if not gtin:
            return self.env._("No visitor sees this: the product has no GTIN as its barcode.")
        if not company.trace_page:
            return self.env._("No visitor sees this: %s has not switched it on.", company.name)
        if not product.product_tmpl_id._trace_page_in(company):
            return self.env._("No visitor sees this: the product is not public.")
        if found["state"] == page.UNKNOWN:
            return self.env._("This is what a visitor sees as long as it has not been sold.")
        return self.env._("This is what a visitor sees.")

    # -- machines -------------------------------------------------------------

    @api.model
    def _link_titles(self, asked, company, address):
        """dict link type -> ``(title, address)``."""
        titles = {
            "defaultLink": self.env._("Product page"),
            "pip": self.env._("Product page"),
            "recallStatus": self.env._("Whether it is recalled"),
            "verificationService": self.env._("Whether it is genuine"),
            "registerProduct": self.env._("Be told if it is recalled"),
        }
        places = page.links(asked, company.trace_page_owners)
        return {
            name: (titles[name], f"{address}#{place}" if place else address)
            for name, place in places.items()
        }
