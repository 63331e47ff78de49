from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError

from .trace_scan_line import Job
from .trace_scan_reading import Stop


class TraceScanPackage(models.AbstractModel):
    """Packages on a transfer.

    * advised by a shipping notice of the receipt: all that is in it, as advised;
    * full, and in the source of the transfer: all that is in it is taken;
    * otherwise it is the package into which the next scans go. Scanned again, it is closed.
    """

    _name = "trace.scan.package"
    _inherit = ["trace.scan.line"]
    _description = "Packages in Scans"

    @api.model
    def _take_package(self, picking, scan, details, found):
        """Whether the code is a package, which is dealt with then."""
        has_goods = bool(scan.gtin or scan.content_gtin)
        advised = self._advised_package(scan, picking.sudo().trace_asn_ids)
        if advised and not (has_goods and not picking._trace_can_accept()):
            self._take_advised(picking, advised, details, found)
            return True
        package = self._package(scan)
        if not package and scan.sscc and not has_goods:
            package = self._new_package(picking, scan.sscc)
        if has_goods:
            self._note_package(picking, scan, package, found)
        if has_goods or not package:
            return False
        found["kind"] = "package"
        if self._lies_in_source(picking, package):
            self._take_whole(picking, package, found)
        else:
            self._pack_into(picking, package, found)
        return True

    @api.model
    def _take_advised(self, picking, package, details, found):
        """Take in a pallet as its supplier advised it."""
        found["kind"] = "sscc"
        self._take_as_advised(picking, found, packages=package)

    @api.model
    def _take_as_advised(self, picking, found, **which):
        try:
            with self.env.cr.savepoint():
                result = picking._trace_accept_advised(**which)
        except UserError as error:
            raise Stop(str(error)) from error
        if result["refused"]:
            found["verdict"] = "warn"
        found.update(message=result["message"], quantity=result["added"])

    @api.model
    def _accept(self, picking, found):
        """Take in all that the notices of a receipt advise."""
        self._take_as_advised(picking, found)

    @api.model
    def _note_package(self, picking, scan, package, found):
        """The label of a pallet that says what is on it: these goods lie in it."""
        if scan.sscc and self.env.user.has_group("stock.group_tracking_lot"):
            found["into"] = (package or self._new_package(picking, scan.sscc)).id

    @api.model
    def _new_package(self, picking, sscc):
        """A package for a label that nobody knows yet, where people work with packages."""
        if not self.env.user.has_group("stock.group_tracking_lot"):
            raise Stop(self.env._("SSCC %s is nothing known here.", sscc))
        return self.env["stock.package"].create({"name": sscc, "company_id": picking.company_id.id})

    @api.model
    def _contents(self, package):
        domain = [("package_id", "child_of", package.id), ("quantity", ">", 0)]
        return self.env["stock.quant"].search(domain)

    @api.model
    def _lies_in_source(self, picking, package):
        if picking.location_id.should_bypass_reservation():
            return False
        here = picking.location_id.parent_path
        places = self._contents(package).location_id
        return bool(places) and all(place.parent_path.startswith(here) for place in places)

    @api.model
    def _pack_into(self, picking, package, found):
        if found.get("package_id") == package.id:
            found.update(package_id=None, message=self.env._("%s is closed.", package.name))
            return
        elsewhere = self._contents(package).location_id
        allowed = picking.location_dest_id.parent_path
        if any(not place.parent_path.startswith(allowed) for place in elsewhere):
            values = {"package": package.name, "place": elsewhere[0].display_name}
            raise Stop(self.env._("%(package)s is full and in %(place)s.", **values))
        found["package_id"] = package.id
        found["message"] = self.env._("Next scans go into %s", package.name)

    # -- taking a whole package -----------------------------------------------

    @api.model
    def _take_whole(self, picking, package, found):
        """Take all that is in a package, if the transfer wants as much."""
        quants = self._contents(package)
        if self._is_taken(picking, quants):
            found.update(
                verdict="warn", message=self.env._("%s was scanned already.", package.name)
            )
            return
        self._check_wanted(picking, package, quants)
        with self.env.cr.savepoint():
            ops = self._take_quants(picking, package, quants)
        found["effect"] = {"ops": ops, "said": True}
        found["quantity"] = sum(quants.mapped("quantity"))
        found["message"] = self.env._(
            "%(package)s: %(content)s",
            package=package.name,
            content=package.sudo().content_description,
        )

    @api.model
    def _is_taken(self, picking, quants):
        """Whether something out of these packages is picked on the transfer."""
        domain = [
            ("picking_id", "=", picking.id),
            ("package_id", "in", quants.package_id.ids),
            ("picked", "=", True),
        ]
        return bool(self.env["stock.move.line"].search_count(domain, limit=1))

    @api.model
    def _check_wanted(self, picking, package, quants):
        """Refuse a package that holds what the transfer does not want, or more than it wants."""
        held = Counter()
        for quant in quants:
            held[quant.product_id] += quant.quantity
        rows = {
            row["id"]: row for row in picking._trace_product_rows([product.id for product in held])
        }
        for product, quantity in held.items():
            row = rows.get(product.id)
            if not row or not row["wanted"]:
                raise Stop(
                    self._finding(
                        "unexpected_product",
                        product=product.display_name,
                        transfer=picking.name,
                    )
                )
            left = row["wanted"] - row["captured"]
            if product.uom_id.compare(quantity, left) > 0:
                raise Stop(
                    self.env._(
                        "%(package)s holds %(held)g %(product)s, but %(left)g are wanted. "
                        "Scan the pieces.",
                        package=package.name,
                        held=quantity,
                        product=product.display_name,
                        left=left,
                    )
                )

    @api.model
    def _take_quants(self, picking, package, quants):
        """Put each thing in a package on a line that moves the package as it is."""
        ops = []
        lines = self.env["stock.move.line"]
        for quant in quants:
            job = Job.of_quant(picking, quant)
            mine = self._lines_of(job).filtered(lambda line: not line.picked)
            self._check_stock(job, mine)
            with self._quietly(job):
                line = self._fill(job, self._spares(job, mine), mine.browse())
            self._refuse_blocked(job, line)
            lines |= line
            ops += job.ops
        lines.is_entire_pack = True
        picking.move_line_ids.result_package_id._apply_package_dest_for_entire_packs()
        return ops
