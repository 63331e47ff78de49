from odoo import api, models

from ..core.asn.units import PIECES, UOM_XMLIDS, is_packaging
from ..core.gs1.keys import normalise_gtin


class TraceAsnProducts(models.AbstractModel):
    """Finds the products of a notice's lines and what was sent in the products' units.

    A part of ``trace.asn.matching``, with the same habits: exact codes only, the
    surest first, nothing where two fit. A code that a person matched is remembered
    (``trace.asn.alias``) and, where the product's vendor line has none, noted there.
    """

    _name = "trace.asn.products"
    _description = "Products of Shipping Notices"

    @api.model
    def _match(self, asn):
        """Match the lines of one notice, in superuser mode and in its company."""
        self._match_products(asn)
        self._teach_codes(asn)
        self._convert_quantities(asn)

    # -- products -------------------------------------------------------------

    @api.model
    def _match_products(self, asn):
        """Find the products of all lines that have none: at most five queries."""
        for way, find in (
            ("memory", self._by_memory),
            ("gtin", self._by_gtin),
            ("packaging", self._by_packaging),
            ("supplier", self._by_supplier_code),
            ("buyer", self._by_our_code),
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
        lines._write_rows("product_id int, matched_by varchar", matched)

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
        asn.line_ids._write_rows(
            "uom_id int", [(line.id, p.uom_id.id) for line, p in found.items()]
        )
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
        """What a person chose for the same code on a notice of this supplier."""
        if not asn.partner_id:
            return {}
        codes = {line: self._codes(line) for line in lines}
        known = self.env["trace.asn.alias"]._recall(
            asn.company_id,
            "product",
            [code for several in codes.values() for code in several],
            asn.partner_id.commercial_partner_id,
        )
        return {
            line: next(known[code] for code in several if code in known)
            for line, several in codes.items()
            if not known.keys().isdisjoint(several)
        }

    @api.model
    def _codes(self, line):
        """The codes by which a line's product is known again, the surest first."""
        codes = [
            ("gtin", line.gtin),
            ("supplier_code", line.supplier_code),
            ("buyer_code", line.buyer_code),
        ]
        return [code for code in codes if code[1]] or [("item", line.item)]

    @api.model
    def _teach_codes(self, asn):
        """Note the supplier's codes that a person matched on the product's vendor lines.

        Only an empty code is filled and no vendor line is made: one without a price
        would be taken for the price.
        """
        taught = asn.line_ids.filtered(
            lambda line: line.matched_by == "person" and line.supplier_code
        )
        if not asn.partner_id:
            return
        self._remember(asn)
        if not taught:
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

    @api.model
    def _remember(self, asn):
        """Learn what the codes mean that a person matched."""
        meanings = {
            code: line.product_id
            for line in asn.line_ids
            if line.matched_by == "person" and line.product_id
            for code in self._codes(line)
        }
        if meanings:
            owner = asn.partner_id.commercial_partner_id
            self.env["trace.asn.alias"]._learn(asn, "product", meanings, owner)

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
        asn.line_ids._write_rows("uom_id int, product_qty float, product_qty_known bool", rows)

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
