from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.asn.units import PIECES, UOM_XMLIDS, is_packaging
from ..core.findings import Finding
from ..core.gs1.keys import normalise_gtin


class TraceAsnMatching(models.AbstractModel):
    """Finds what a notice speaks of: supplier, warehouse, orders, receipts, products, units.

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
        env = self.with_company(asn.company_id)
        env._match_supplier(asn)
        env._match_orders(asn)
        env._match_warehouse(asn)
        env._match_products(asn)
        env._teach_codes(asn)
        env._convert_quantities(asn)
        return env._open_points(asn)

    # -- supplier -------------------------------------------------------------

    @api.model
    def _match_supplier(self, asn):
        if asn.partner_id or not asn.supplier_key:
            return
        partner = self._partner_by_identity(asn.supplier_identifiers)
        if partner:
            asn.write({"partner_id": partner.id, "partner_by": "identity"})
            return
        earlier = asn.search(
            [
                ("supplier_key", "=", asn.supplier_key),
                ("partner_by", "=", "person"),
                ("company_id", "=", asn.company_id.id),
            ],
            limit=1,
        )
        if earlier:
            asn.write({"partner_id": earlier.partner_id.id, "partner_by": "memory"})

    @api.model
    def _partner_by_identity(self, identifiers):
        """The one company behind the surest identifier that fits; or none."""
        wanted = self._partner_wanted(identifiers)
        if not wanted:
            return self.env["res.partner"]
        domain = Domain.OR(
            Domain(field, "=ilike" if field == "name" else "in", values)
            if field != "name"
            else Domain.OR(Domain("name", "=ilike", self._literally(value)) for value in values)
            for field, values in wanted
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
        asn.purchase_ids = orders
        asn.picking_ids |= orders.picking_ids.filtered(
            lambda picking: (
                picking.picking_type_code == "incoming" and picking.state not in ("done", "cancel")
            )
        )
        self._assign_orders(asn, orders)

    @api.model
    def _assign_orders(self, asn, orders):
        """Tell each line which order it belongs to."""
        by_name = {order.partner_ref: order for order in orders if order.partner_ref}
        by_name.update({order.name: order for order in orders})
        header = orders if len(orders) == 1 else orders.browse()
        rows = [
            (line.id, (by_name.get(line.order_name) or header).id or None) for line in asn.line_ids
        ]
        self._write_lines("purchase_id int", rows)

    # -- warehouse ------------------------------------------------------------

    @api.model
    def _match_warehouse(self, asn):
        if asn.warehouse_id:
            return
        warehouses = asn.picking_ids.picking_type_id.warehouse_id
        if asn.ship_to_gln:
            warehouses = self._warehouse_by_gln(asn.ship_to_gln) or warehouses
        if len(warehouses) == 1:
            asn.warehouse_id = warehouses

    @api.model
    def _warehouse_by_gln(self, gln):
        company = Domain("company_id", "=", self.env.company.id)
        places = self.env["stock.location"].sudo().search(Domain("trace_gln", "=", gln) & company)
        return places.warehouse_id or self.env["stock.warehouse"].sudo().search(
            Domain("partner_id.global_location_number", "=", gln) & company
        )

    # -- products -------------------------------------------------------------

    @api.model
    def _match_products(self, asn):
        """Find the products of all lines that have none: at most five queries."""
        for way, find in (
            ("gtin", self._by_gtin),
            ("packaging", self._by_packaging),
            ("supplier", self._by_supplier_code),
            ("buyer", self._by_our_code),
            ("memory", self._by_memory),
        ):
            lines = asn.line_ids.filtered(lambda line: not line.product_id)
            if not lines:
                return
            self._write_found(lines, find(asn, lines), way)

    @api.model
    def _write_found(self, lines, found, way):
        """Write products to lines.

        :param found: dict line -> product
        """
        matched = [(line.id, found[line].id, way) for line in lines if found.get(line)]
        self._write_lines("product_id int, matched_by varchar", matched)

    @api.model
    def _write_lines(self, columns, rows):
        """Write different values to many lines by one statement; the ORM takes one per hundred.

        :param columns: names with SQL types, ``"product_id int, matched_by varchar"``
        :param rows: list of tuples, the line's id first
        """
        if not rows:
            return
        names = [column.split()[0] for column in columns.split(", ")]
        types = ["int", *(column.split()[1] for column in columns.split(", "))]
        lines = self.env["trace.asn.line"]
        lines.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE trace_asn_line l SET %s FROM unnest(%s) AS v(id, %s) WHERE l.id = v.id",
                SQL(", ").join(
                    SQL("%s = v.%s", SQL.identifier(n), SQL.identifier(n)) for n in names
                ),
                SQL(", ").join(
                    SQL("%s::%s[]", list(values), SQL(kind))
                    for values, kind in zip(zip(*rows, strict=True), types, strict=True)
                ),
                SQL(", ").join(map(SQL.identifier, names)),
            )
        )
        lines.invalidate_model(names)

    @api.model
    def _barcodes(self, lines):
        """dict barcode as it may be stored -> 14-digit GTIN."""
        forms = {}
        for gtin in filter(None, lines.mapped("gtin")):
            for length in (14, 13, 12, 8):
                if gtin[: 14 - length] == "0" * (14 - length):
                    forms[gtin[14 - length :]] = gtin
        return forms

    @api.model
    def _by_gtin(self, asn, lines):
        forms = self._barcodes(lines)
        products = (
            self.env["product.product"]
            .sudo()
            .search(
                [("barcode", "in", list(forms)), ("company_id", "in", [False, asn.company_id.id])]
            )
        )
        by_gtin = products.grouped(lambda product: normalise_gtin(product.barcode))
        return self._the_only_one(lines, "gtin", by_gtin)

    @api.model
    def _by_packaging(self, asn, lines):
        packagings = self._packagings(lines)
        found = {line: packagings[line.gtin] for line in lines if line.gtin in packagings}
        self._write_lines("uom_id int", [(line.id, p.uom_id.id) for line, p in found.items()])
        return {line: packaging.product_id for line, packaging in found.items()}

    @api.model
    def _packagings(self, lines):
        """dict 14-digit GTIN -> ``product.uom``, the barcode of a packaging."""
        found = (
            self.env["product.uom"].sudo().search([("barcode", "in", list(self._barcodes(lines)))])
        )
        return {normalise_gtin(packaging.barcode): packaging for packaging in found}

    @api.model
    def _by_supplier_code(self, asn, lines):
        codes = lines.mapped("supplier_code")
        if not (asn.partner_id and any(codes)):
            return {}
        infos = (
            self.env["product.supplierinfo"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", asn.partner_id.commercial_partner_id.id),
                    ("product_code", "in", [code for code in codes if code]),
                    ("company_id", "in", [False, asn.company_id.id]),
                ]
            )
        )
        by_code = {}
        for info in infos:
            product = info.product_id or info.product_tmpl_id.product_variant_ids
            by_code.setdefault(info.product_code, product.browse())
            by_code[info.product_code] |= product
        return self._the_only_one(lines, "supplier_code", by_code)

    @api.model
    def _by_our_code(self, asn, lines):
        codes = [code for code in lines.mapped("buyer_code") if code]
        if not codes:
            return {}
        products = (
            self.env["product.product"]
            .sudo()
            .search(
                [("default_code", "in", codes), ("company_id", "in", [False, asn.company_id.id])]
            )
        )
        return self._the_only_one(lines, "buyer_code", products.grouped("default_code"))

    @api.model
    def _the_only_one(self, lines, field, products):
        """dict line -> product, where the line's code fits one product only.

        :param products: dict code -> products
        """
        return {
            line: products[line[field]] for line in lines if len(products.get(line[field], ())) == 1
        }

    @api.model
    def _by_memory(self, asn, lines):
        """What a person chose for the same code on an earlier notice of this supplier."""
        codes = [code for code in {*lines.mapped("supplier_code"), *lines.mapped("gtin")} if code]
        if not (codes and asn.partner_id):
            return {}
        earlier = lines.search(
            [
                ("asn_id.partner_id", "=", asn.partner_id.id),
                ("matched_by", "=", "person"),
                "|",
                ("supplier_code", "in", codes),
                ("gtin", "in", codes),
            ],
            order="id",
        )
        chosen = {}
        for line in earlier:
            chosen.update(
                {code: line.product_id for code in (line.supplier_code, line.gtin) if code}
            )
        return {
            line: chosen.get(line.gtin) or chosen[line.supplier_code]
            for line in lines
            if line.gtin in chosen or line.supplier_code in chosen
        }

    @api.model
    def _teach_codes(self, asn):
        """Note the supplier's codes that a person matched on the product's vendor lines.

        Only an empty code is filled and no vendor line is made: one without a price
        would be taken for the price.
        """
        taught = asn.line_ids.filtered(
            lambda line: line.matched_by == "person" and line.supplier_code
        )
        if not (taught and asn.partner_id):
            return
        codes = {line.product_id: line.supplier_code for line in taught}
        infos = (
            self.env["product.supplierinfo"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", asn.partner_id.commercial_partner_id.id),
                    ("product_tmpl_id", "in", taught.product_id.product_tmpl_id.ids),
                    ("product_code", "=", False),
                ]
            )
        )
        for info in infos:
            product = info.product_id or info.product_tmpl_id.product_variant_ids
            if len(product) == 1 and product in codes:
                info.product_code = codes[product]

    # -- quantities -----------------------------------------------------------

    @api.model
    def _convert_quantities(self, asn):
        """Express what was sent in the products' units, where that is certain."""
        units = self._units_of_measure()
        ordered = self._ordered_units(asn)
        rows = []
        for line in asn.line_ids.filtered("product_id"):
            by_packaging = line.matched_by == "packaging"
            uom = line.uom_id if by_packaging else self._unit_of_line(line, units, ordered)
            factor = self._factor(line, uom)
            known = line.quantity_known and factor is not None
            quantity = line.product_id.uom_id.round(line.quantity * factor) if known else 0.0
            rows.append((line.id, uom.id if uom else None, quantity, known))
        self._write_lines("uom_id int, product_qty float, product_qty_known bool", rows)

    @api.model
    def _units_of_measure(self):
        """dict unit code -> ``uom.uom``; ``""`` is the piece."""
        ref = self.env.ref
        return {
            code: uom
            for code, xmlid in {**UOM_XMLIDS, "": "uom.product_uom_unit"}.items()
            if (uom := ref(xmlid, raise_if_not_found=False))
        }

    @api.model
    def _ordered_units(self, asn):
        """dict (order, product) -> unit in which it was ordered."""
        return {
            (line.order_id, line.product_id): line.product_uom_id
            for line in asn.purchase_ids.order_line
        }

    @api.model
    def _unit_of_line(self, line, units, ordered):
        """The unit of a line's quantity, or None when it cannot be told."""
        product, code = line.product_id, (line.unit_code or "").upper()
        as_ordered = ordered.get((line.purchase_id, product))
        if not code:
            return as_ordered or product.uom_id
        if code in PIECES:
            return self._piece(product, units)
        if is_packaging(code):
            return self._packaging_unit(line, as_ordered)
        return units.get(code)

    @api.model
    def _piece(self, product, units):
        """The unit that is one piece of a product: its own, if that is no measure."""
        piece = units.get("")
        if piece and piece._has_common_reference(product.uom_id):
            return piece
        measured = any(product.uom_id._has_common_reference(unit) for unit in units.values())
        return None if measured else product.uom_id

    @api.model
    def _packaging_unit(self, line, as_ordered):
        """The packaging meant by a code such as ``CS`` (case), when only one can be."""
        product = line.product_id
        candidates = product.uom_ids | product.seller_ids.product_uom_id
        candidates -= product.uom_id
        if line.pack_size:
            candidates = candidates.filtered(
                lambda uom: uom.factor == line.pack_size * product.uom_id.factor
            )
        if as_ordered and as_ordered in candidates:
            return as_ordered
        return candidates if len(candidates) == 1 else None

    @api.model
    def _factor(self, line, uom):
        """How many product units one unit of the line is; None when it cannot be told."""
        own = line.product_id.uom_id
        if uom and uom._has_common_reference(own):
            return uom.factor / own.factor
        if not uom and line.pack_size and is_packaging((line.unit_code or "").upper()):
            return line.pack_size
        return None

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
            findings.append(Finding("asn_cancelled", {"asn": asn.name}))
        elif not asn.picking_ids:
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
