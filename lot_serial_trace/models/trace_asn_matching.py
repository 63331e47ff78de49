from odoo import api, models
from odoo.fields import Domain

from ..core.findings import Finding


class TraceAsnMatching(models.AbstractModel):
    """Finds what a notice speaks of: supplier, orders, receipts, warehouse and products.

    Each step fills what is still empty and never overwrites what a person chose.
    Exact identifiers only, the surest first; where two records fit equally well,
    nothing is chosen. What a person chose for an earlier notice of the same
    supplier is remembered. The number of queries does not depend on the number of
    lines.
    """

    _name = "trace.asn.matching"
    _description = "Matching of Shipping Notices"

    @api.model
    def _match(self, asn):
        """Match one notice and return what is still open.

        :param asn: the notice, in superuser mode
        :return: list of :class:`core.findings.Finding`
        """
        matching = self.with_company(asn.company_id)
        matching._match_supplier(asn)
        findings = asn._follow_versions()
        matching._match_orders(asn)
        matching._match_warehouse(asn)
        matching.env["trace.asn.products"]._match(asn)
        return findings + matching._open_points(asn)

    # -- supplier -------------------------------------------------------------

    @api.model
    def _match_supplier(self, asn):
        if not asn.partner_id and asn.supplier_key:
            self._match_named_supplier(asn)
        channel = asn.exchange_id.channel_id
        if not asn.partner_id and channel.partner_id:
            asn.write({"partner_id": channel.partner_id.id, "partner_by": "channel"})

    @api.model
    def _match_named_supplier(self, asn):
        code = asn._supplier_code()
        remembered = self.env["trace.asn.alias"]._recall(asn.company_id, "supplier", [code])
        if remembered:
            asn.write({"partner_id": remembered[code].id, "partner_by": "memory"})
            return
        partner = self._partner_by_identity(asn.supplier_identifiers)
        if partner:
            asn.write({"partner_id": partner.id, "partner_by": "identity"})

    @api.model
    def _partner_by_identity(self, identifiers):
        """The one company behind the surest identifier that fits; or none."""
        wanted = self._partner_wanted(identifiers)
        if not wanted:
            return self.env["res.partner"]
        domain = Domain.OR(
            Domain(field, "=ilike", self._literally(value))
            if field == "name"
            else Domain(field, "in", [value])
            for field, values in wanted
            for value in values
        )
        company = Domain("company_id", "in", [False, self.env.company.id])
        partners = self.env["res.partner"].sudo().search(domain & company)
        for field, values in wanted:
            folded = {value.casefold() for value in values}
            found = partners.filtered(lambda p, f=field, v=folded: (p[f] or "").casefold() in v)
            companies = found.commercial_partner_id
            if len(companies) > 1:
                companies = companies.filtered(lambda partner: partner.supplier_rank)
            if len(companies) == 1:
                return companies
        return self.env["res.partner"]

    @api.model
    def _partner_wanted(self, identifiers):
        """Pairs (partner field, values), the surest first."""
        get = identifiers.get
        numbers = [*get("vat", ()), *get("registry", ()), *get("other", ()), *get("account", ())]
        codes = self._number_forms(numbers, *get("country", ()))
        wanted = [
            ("global_location_number", get("gln", [])),
            ("vat", codes),
            ("company_registry", codes),
            ("ref", [*get("account", ()), *get("other", ())]),
            ("name", get("name", [])),
        ]
        if "peppol_endpoint" in self.env["res.partner"]:  # account_edi_ubl_cii
            wanted.insert(1, ("peppol_endpoint", get("endpoint", [])))
        return [(field, values) for field, values in wanted if values]

    @api.model
    def _number_forms(self, numbers, country=""):
        """VAT and company numbers as they may be stored: as sent, bare, with or without country."""
        forms = []
        for number in numbers:
            bare = "".join(filter(str.isalnum, number)).upper()
            forms += [number, bare]
            if country and bare.startswith(country):
                forms.append(bare[len(country) :])
            elif country:
                forms.append(country + bare)
        return list(dict.fromkeys(forms))

    @api.model
    def _literally(self, text):
        """``text`` for ``=ilike``, in which it is no pattern."""
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

    # -- orders and receipts --------------------------------------------------

    @api.model
    def _match_orders(self, asn):
        names = asn.order_names or []
        if not (names and asn.partner_id):
            return
        orders = (
            self.env["purchase.order"]
            .sudo()
            .search(
                [
                    "|",
                    ("name", "in", names),
                    ("partner_ref", "in", names),
                    ("state", "=", "purchase"),
                    ("company_id", "=", asn.company_id.id),
                    ("partner_id", "child_of", asn.partner_id.commercial_partner_id.id),
                ]
            )
        )
        remembered = self._remembered_orders(asn, names)
        for order in remembered.values():
            orders |= order
        asn.purchase_ids = orders
        asn.picking_ids |= orders.picking_ids.filtered(
            lambda picking: (
                picking.picking_type_code == "incoming" and picking.state not in ("done", "cancel")
            )
        )
        self._assign_orders(asn, orders, remembered)

    @api.model
    def _remembered_orders(self, asn, names):
        """dict order name as sent -> open order that a person has found for it."""
        owner = asn.partner_id.commercial_partner_id
        codes = [("order", name) for name in names]
        found = self.env["trace.asn.alias"]._recall(asn.company_id, "order", codes, owner)
        return {
            name: order for (_scheme, name), order in found.items() if order.state == "purchase"
        }

    @api.model
    def _assign_orders(self, asn, orders, remembered):
        """Tell each line which order it belongs to."""
        by_name = {**remembered}
        by_name |= {order.partner_ref: order for order in orders if order.partner_ref}
        by_name.update({order.name: order for order in orders})
        header = orders if len(orders) == 1 else orders.browse()
        rows = [
            (line.id, (by_name.get(line.order_name) or header).id or None) for line in asn.line_ids
        ]
        asn.line_ids._write_rows("purchase_id int", rows)

    # -- warehouse ------------------------------------------------------------

    @api.model
    def _match_warehouse(self, asn):
        if asn.warehouse_id:
            return
        warehouses = asn.picking_ids.picking_type_id.warehouse_id
        if asn.ship_to_gln:
            warehouses = self._ship_to(asn) or warehouses
        if len(warehouses) == 1:
            asn.warehouse_id = warehouses

    @api.model
    def _ship_to(self, asn):
        """The warehouse that the ship-to GLN is."""
        code = ("gln", asn.ship_to_gln)
        remembered = self.env["trace.asn.alias"]._recall(asn.company_id, "place", [code])
        return remembered.get(code) or self._warehouse_by_gln(asn.ship_to_gln)

    @api.model
    def _warehouse_by_gln(self, gln):
        company = Domain("company_id", "=", self.env.company.id)
        places = self.env["stock.location"].sudo().search(Domain("trace_gln", "=", gln) & company)
        return places.warehouse_id or self.env["stock.warehouse"].sudo().search(
            Domain("partner_id.global_location_number", "=", gln) & company
        )

    # -- what is still open ---------------------------------------------------

    @api.model
    def _open_points(self, asn):
        findings = []
        if not asn.partner_id:
            supplier = asn.supplier_name or "?"
            if asn.supplier_gln:
                supplier = f"{supplier} (GLN {asn.supplier_gln})"
            findings.append(
                Finding("asn_unknown_supplier", {"asn": asn.name, "supplier": supplier})
            )
        if asn.action == "cancel":
            return findings  # nothing is expected from it: see trace_asn_versions.py
        findings += self._wrong_place(asn)
        if not asn.picking_ids:
            orders = asn.order_text or "–"
            findings.append(Finding("asn_no_order", {"asn": asn.name, "order": orders}))
        unknown = asn.line_ids.filtered(lambda line: not line.product_id)
        if unknown:
            findings.append(self._about_lines("asn_unknown_product", asn, unknown))
        odd = asn.line_ids.filtered(
            lambda line: line.product_id and line.quantity_known and not line.product_qty_known
        )
        if odd:
            codes = ", ".join(dict.fromkeys(code or "–" for code in odd.mapped("unit_code")))
            findings.append(self._about_lines("asn_unknown_unit", asn, odd, unit=codes))
        return findings

    @api.model
    def _wrong_place(self, asn):
        """Whether the goods are for another house than the one that waits for them."""
        here = asn.picking_ids.picking_type_id.warehouse_id
        place = self._elsewhere(asn, here) if asn.ship_to_gln else None
        if not place:
            return []
        values = {
            "asn": asn.name,
            "place": place,
            "gln": asn.ship_to_gln,
            "here": ", ".join(here.mapped("name")) or asn.company_id.name,
        }
        return [Finding("asn_wrong_ship_to", values)]

    @api.model
    def _elsewhere(self, asn, here):
        """Name of the house that the ship-to is, when it is certainly another one."""
        gln, place = asn.ship_to_gln, self._ship_to(asn)
        if gln == asn.company_id.partner_id.global_location_number:
            return None  # any of our houses
        if place:
            return place[0].name if here and not here & place else None
        location = self.env["stock.location"].sudo().search([("trace_gln", "=", gln)], limit=1)
        if location:
            return (location.company_id or location).display_name
        partner = self.env["res.partner"].sudo()
        partner = partner.search([("global_location_number", "=", gln)], limit=1)
        ours = partner.commercial_partner_id == asn.company_id.partner_id.commercial_partner_id
        return None if ours else partner.name

    @api.model
    def _about_lines(self, code, asn, lines, **values):
        """One finding for all lines that have the same trouble."""
        items = dict.fromkeys(self._item(line) for line in lines)
        return Finding(
            code,
            {
                "asn": asn.name,
                "line": self._enumerate(dict.fromkeys(line.name or "?" for line in lines)),
                "item": self._enumerate(items),
                **values,
            },
        )

    @api.model
    def _item(self, line):
        code = line.gtin_sent or line.supplier_code or line.buyer_code
        return " ".join(filter(None, (line.item, code and f"({code})"))) or "?"

    @api.model
    def _enumerate(self, names, limit=5):
        names = list(names)
        rest = f", … ({len(names)})" if len(names) > limit else ""
        return ", ".join(names[:limit]) + rest
