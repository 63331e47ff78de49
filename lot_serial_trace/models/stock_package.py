from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.gs1 import is_own_sscc, is_sscc
from .quant_batch import open_batch
from .trace_sscc import NO_PRODUCT

#: Value of the context key ``trace_advised`` where packages are made because a shipping notice
#: advises them: an object, because clients can only send JSON.
ADVISED = object()

#: Key of the cursor's cache: package id -> id of the transfer that is just moving it.
MOVING_NOW = "lot_serial_trace.packages_moving_now"


class StockPackage(models.Model):
    """Packages look at what lies in them: they see quants written.

    An SSCC is one package's, for ever if it is ours, and while that package is here if it is a
    supplier's. Suppliers who use a number again too soon are taken at their word: what they
    advise is booked as they advise it.

    Whoever gives a package another container (a transfer, "Unpack", a form, an
    import) writes ``parent_package_id``: there the ledger learns of it.
    """

    _inherit = "stock.package"

    trace_former_name = fields.Char("Former Reference", readonly=True, copy=False)

    def _apply_dest_to_package(self, *args, **kwargs):
        batch = open_batch(self.env)
        if batch:
            batch.close()
        return super()._apply_dest_to_package(*args, **kwargs)

    def _trace_tell_nesting(self, before):
        """Tell the ledger which packages were put into others or taken out of them.

        :param before: dict package id -> id of its container before
        """
        moving = self.env.cr.cache.get(MOVING_NOW, {})
        changes = [
            (package.id, before[package.id], package.parent_package_id.id, moving.get(package.id))
            for package in self
            if package.id in before and package.parent_package_id.id != before[package.id]
        ]
        if changes:
            self.env["trace.event"]._record_nesting(changes)

    # -- SSCC -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A second package with an SSCC is refused."""
        packages = super().create(vals_list)
        packages._trace_check_sscc()
        return packages

    def write(self, vals):
        """A second package with an SSCC is refused; the ledger learns of another container."""
        nested = {}
        if "parent_package_id" in vals:
            nested = {package.id: package.parent_package_id.id for package in self}
        result = super().write(vals)
        self._trace_tell_nesting(nested)
        if vals.get("name"):
            self._trace_check_sscc()
        return result

    def _trace_check_sscc(self):
        """Two people who number a package alike at once meet on the claim; see there."""
        named = {package.name: package for package in self if is_sscc(package.name or "")}
        if not named or self.env.context.get("trace_advised") is ADVISED:
            return
        self.env["trace.number.claim"].sudo()._claim((NO_PRODUCT, name) for name in named)
        twins = self.sudo().search([("name", "in", list(named))]).grouped("name")
        prefixes = self._trace_own_prefixes()
        for name, group in twins.items():
            others = group - named[name].sudo()
            if not is_own_sscc(name, prefixes):
                others = others.filtered(_is_here)
            if others:
                self._trace_refuse_sscc(name, others[0])

    def _trace_refuse_sscc(self, name, other):
        place = other.location_id.display_name
        raise ValidationError(
            self.env._(
                "SSCC %(sscc)s is a package already, in %(place)s. Take that one, or give this "
                "package another number.",
                sscc=name,
                place=place or self.env._("no place yet"),
            )
        )

    @api.model
    def _trace_own_prefixes(self):
        having = [("trace_gs1_prefix", "!=", False)]
        companies = self.env["res.company"].sudo().search(having)
        warehouses = self.env["stock.warehouse"].sudo().search(having)
        return {owner.trace_gs1_prefix for owner in [*companies, *warehouses]}

    def action_trace_give_sscc(self):
        """Give an SSCC to those of the packages that have none; their old name is kept."""
        nameless = self.filtered(lambda package: not is_sscc(package.name or ""))
        for (company, warehouse), packages in nameless.grouped(_numbered_by).items():
            numbers = self.env["trace.sscc"]._next(company, warehouse, len(packages))
            for package, number in zip(packages, numbers, strict=True):
                package.write({"trace_former_name": package.name, "name": number})
        return True

    def action_trace_print_labels(self):
        """Ask how the labels are to look."""
        return self.env["trace.label.print"]._open(self, "packages")


def _is_here(package):
    """Whether a package is not known to have gone."""
    return package.location_id.usage not in ("customer", "supplier", "inventory")


def _numbered_by(package):
    """Company and warehouse whose numbers a package gets."""
    place = package.location_id or package.location_dest_id
    company = package.company_id or place.company_id or package.env.company
    return company, place.warehouse_id
