from collections import namedtuple

from odoo import api, models

from ..core import gs1
from ..core.asn.units import UOM_XMLIDS
from ..core.capture import LONGEST

#: A product, how many of its units one label stands for (12 for a case of a dozen), and
#: whether the code named the product itself, not a number of it.
Item = namedtuple("Item", "product factor named", defaults=(True,))


class Stop(Exception):
    """A scan that cannot be taken; its text is for the person who scanned.

    :param permit: default values of the permission by which it would be taken, for a person
        who may give one
    """

    def __init__(self, text, permit=None):
        super().__init__(text)
        self.permit = permit or None


class TraceScanReading(models.AbstractModel):
    """What a code is: place, package, product or number. Shared by all scan screens.

    A look-up is a query by an index, whatever the number of products, places and lots.
    """

    _name = "trace.scan.reading"
    _description = "Reading of Scans"

    @api.model
    def _read(self, code):
        """A code as :class:`core.gs1.Gs1Result`.

        :raises Stop: it is GS1 data with a fault
        """
        try:
            return gs1.parse(code or "", lenient=True)
        except gs1.Gs1Error as error:
            raise Stop(self.env._(error.template, **error.values)) from error

    @api.model
    def _place(self, scan):
        """The place whose barcode or GLN was scanned, or none."""
        gln = scan.gln if scan.get("414") or scan.get("254") else None
        places = self.env["stock.location"]
        codes = [*self._plain(scan), *filter(None, (gln, gln and gln + (scan.get("254") or "")))]
        if not codes:
            return places
        company = ("company_id", "in", [False, *self.env.companies.ids])
        found = places.search([("barcode", "in", codes), company], limit=1)
        return (
            found or (gln and places.search([("trace_gln", "=", gln), company], limit=1)) or found
        )

    @api.model
    def _package(self, scan):
        """The package whose name or SSCC was scanned, or none."""
        names = [scan.sscc] if scan.sscc else [] if scan.gtin else self._plain(scan)
        packages = self.env["stock.package"]
        return packages.search([("name", "in", names)], limit=1) if names else packages

    @api.model
    def _plain(self, scan):
        """The text of a plain code, if a name may be so: list of one or none."""
        named = scan.form == "plain" and len(scan.text) <= LONGEST and scan.text.isprintable()
        return [scan.text] if named and scan.text else []

    @api.model
    def _advised_package(self, scan, asns=None):
        """The package of an open shipping notice that has the scanned SSCC, or none.

        :param asns: only of these notices
        """
        packages = self.env["trace.asn.package"].sudo()
        if not scan.sscc:
            return packages
        domain = [
            ("sscc", "=", scan.sscc),
            ("asn_id.state", "in", ("expected", "receiving", "reconciled")),
            ("asn_id.company_id", "in", self.env.companies.ids),
        ]
        if asns is not None:
            domain.append(("asn_id", "in", asns.ids))
        return packages.search(domain, limit=1)

    @api.model
    def _item(self, scan, prefer=None):
        """The product that a code names by its barcode, its packaging's or its own code.

        :param prefer: function that picks from several products of the same code
        :return: :class:`Item`, or None
        """
        codes = self._product_codes(scan)
        if not codes:
            return None
        products = self.env["product.product"]
        domain = [("barcode", "in", codes)]
        if scan.form == "plain" and not scan.gtin:
            domain = ["|", *domain, ("default_code", "in", codes)]
        named = products.search(domain)
        found = named.filtered(lambda product: product.barcode in codes)
        if not found:
            packaged = self._packaged(codes)
            if packaged:
                return packaged
            found = named
        if len(found) > 1 and prefer:
            found = prefer(found) or found
        return Item(found[0], 1.0) if found else None

    @api.model
    def _product_codes(self, scan):
        gtin = scan.gtin or scan.content_gtin
        if gtin:
            return list(
                dict.fromkeys(gtin[cut:] for cut in (0, 1, 2, 6) if not gtin[:cut].strip("0"))
            )
        return self._plain(scan)

    @api.model
    def _packaged(self, codes):
        """The product in a case whose barcode was scanned, and how much is in it."""
        packaging = self.env["product.uom"].sudo().search([("barcode", "in", codes)], limit=1)
        product = packaging.product_id.with_env(self.env)._filtered_access("read")
        if not product:
            return None
        return Item(product, packaging.uom_id._compute_quantity(1.0, product.uom_id, round=False))

    @api.model
    def _lots(self, names, product=None, company=None):
        """Lots and serial numbers of these names."""
        domain = [("name", "in", list(names))]
        if product:
            domain.append(("product_id", "=", product.id))
        companies = company.ids if company else self.env.companies.ids
        domain.append(("company_id", "in", [False, *companies]))
        return self.env["stock.lot"].search(domain, limit=20)

    @api.model
    def _measured(self, product, measures):
        """A measure of a label in the product's unit, None if none of them fits it."""
        for code, number in measures:
            unit = self.env.ref(UOM_XMLIDS.get(code, "-.-"), raise_if_not_found=False)
            if unit and unit._has_common_reference(product.uom_id):
                return unit._compute_quantity(number, product.uom_id, rounding_method="HALF-UP")
        return None
